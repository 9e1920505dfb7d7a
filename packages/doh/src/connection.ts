/** What an open connection of either protocol can do. */
import type { EncryptedUpstreamError, HttpDetail } from './errors.ts';
import type { SecureSocket } from './secure-socket.ts';

/** What is asked: a DNS query, padded already, or HEAD on the URL. */
export type Asked = { readonly kind: 'query'; readonly message: Uint8Array } | { readonly kind: 'head' };

/**
 * How an exchange ended. `answer` has the ID of the query. `lost`: without the server having judged the query, so that it
 * may be sent again (RFC 9113 §8.7).
 */
export type Ending =
  | {
      readonly kind: 'answer';
      readonly bytes: Uint8Array;
      readonly ageSeconds: number;
      readonly http?: HttpDetail;
    }
  | { readonly kind: 'head'; readonly http: HttpDetail }
  | { readonly kind: 'lost'; readonly error: EncryptedUpstreamError }
  | { readonly kind: 'failed'; readonly error: EncryptedUpstreamError };

export interface Connection {
  readonly secure: SecureSocket;
  /** Exchanges that have not ended. */
  readonly inFlight: number;
  /** Exchanges that ended with an answer. */
  readonly answered: number;
  /** Whether further exchanges may ever be begun. */
  readonly isOpen: boolean;
  /** Whether one more may be begun now. */
  readonly hasRoom: boolean;
  /** Whether it owes answers and has been silent for long. */
  readonly isSilent: boolean;
  /**
   * Asks once. `onEnd` is called once, and never within this call. The returned function calls the exchange off; an ending
   * that is on its way then still comes.
   */
  exchange(asked: Asked, onEnd: (ending: Ending) => void): () => void;
  /** Closes at once; what is in flight is lost. */
  destroy(): void;
}

/** How a connection is made of a socket; `onEnded` tells, once, that it takes no further query. */
export type ConnectionFactory = (secure: SecureSocket, onEnded: () => void) => Connection;
