import type { Query } from './query.ts';

/** The server's side of one TCP connection, for answers that break the framing. */
export interface ServerConnection {
  /** Counted from 1 at its server. */
  readonly ordinal: number;
  /** Writes octets as they are, without a length in front. Resolves when they were handed to the kernel. */
  write(octets: Uint8Array): Promise<void>;
  /** Sends FIN after what was written. */
  end(): void;
  /** Sends RST and drops what was not sent. */
  reset(): void;
}

/** Sender of a forged datagram; what is absent is the server's own. `port: 'other'` is one that no query went to. */
export interface ForgedSource {
  readonly address?: string;
  readonly port?: 'other';
}

/** One query and the ways to answer it. Any number of messages may be sent, at any time until the server closes. */
export interface Exchange {
  readonly query: Query;
  /** Undefined over UDP. */
  readonly connection: ServerConnection | undefined;
  /** Sends one message by the way the query came: a datagram, or a frame. Resolves when it was handed to the kernel. */
  send(message: Uint8Array): Promise<void>;
  /** UDP only: sends one datagram to the client from another socket than the one the query went to. */
  sendFrom(source: ForgedSource, message: Uint8Array): Promise<void>;
  /** UDP only: resolves when the client has read every datagram sent so far, or has closed its socket. */
  drained(): Promise<void>;
  /** Aborted when the server closes; what waits for anything must stop then. */
  readonly closed: AbortSignal;
}

/**
 * What a server does with a query. Behaviours are functions over an exchange, so they nest: one that changes what
 * another sends calls it with an exchange of its own.
 */
export type Behaviour = (exchange: Exchange) => void | Promise<void>;
