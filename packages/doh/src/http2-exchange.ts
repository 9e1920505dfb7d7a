/** One HTTP request and what comes back, as a handler of undici's dispatch. */
import type { Dispatcher } from 'undici';
import { ageSeconds, subtractAge } from './answer-age.ts';
import type { Clock } from './clock.ts';
import type { Asked, Ending } from './connection.ts';
import {
  type EncryptedUpstreamError,
  type HttpDetail,
  UpstreamAnswerError,
  UpstreamHttpError,
} from './errors.ts';
import { httpDetail, type HttpHeaders, refusalOf, tooLarge } from './http-answer.ts';
import { answers, idOf, MAX_MESSAGE_OCTETS, setId } from './message.ts';

/** The connection that carries it. */
export interface Http2Carrier {
  /** The upstream, for messages. */
  readonly upstream: string;
  readonly clock: Clock;
  /** Whether further requests can be made on it. */
  readonly isOpen: () => boolean;
  readonly lost: (cause: unknown) => EncryptedUpstreamError;
}

/** Why a request ends that nobody waits for. */
export const CALLED_OFF: Error = new Error('called off');

/** How Node and undici say that the server ended a stream of a connection that lives on. */
const STREAM_ERROR = 'ERR_HTTP2_STREAM_ERROR';
const STREAM_ENDED = 'UND_ERR_INFO';
/** The server has not looked at the request (RFC 9113 §8.7). */
const REFUSED = 'REFUSED_STREAM';

export class Http2Exchange implements Dispatcher.DispatchHandler {
  readonly #asked: Asked;
  readonly #carrier: Http2Carrier;
  readonly #onEnd: (ending: Ending | undefined) => void;
  #chunks: Buffer[] = [];
  #octets = 0;
  #http: HttpDetail | undefined;
  #ageSeconds = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;

  /** @param onEnd called once, with undefined when it was called off */
  constructor(asked: Asked, carrier: Http2Carrier, onEnd: (ending: Ending | undefined) => void) {
    this.#asked = asked;
    this.#carrier = carrier;
    this.#onEnd = onEnd;
  }

  /** Resets the stream. */
  callOff(): void {
    this.#end(undefined);
  }

  /** The connection takes no further requests: what the server has not begun to answer is asked elsewhere. */
  abandon(cause: unknown): void {
    if (this.#http === undefined) this.#end({ kind: 'lost', error: this.#carrier.lost(cause) });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(CALLED_OFF);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HttpHeaders): void {
    const { upstream, clock } = this.#carrier;
    this.#http = httpDetail(status, headers, clock.wallMs());
    this.#ageSeconds = ageSeconds(headers['age']);
    if (this.#asked.kind === 'head') {
      // Some servers send a body after it, which no client may take (RFC 9110 §9.3.2).
      this.#end({ kind: 'head', http: this.#http });
      return;
    }
    const error = refusalOf(upstream, this.#http, headers);
    if (error !== undefined) this.#end({ kind: 'failed', error });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended || this.#http === undefined) return;
    this.#octets += chunk.length;
    if (this.#octets <= MAX_MESSAGE_OCTETS) this.#chunks.push(chunk);
    else this.#end({ kind: 'failed', error: tooLarge(this.#carrier.upstream, this.#http) });
  }

  onResponseEnd(): void {
    if (this.#ended || this.#http === undefined || this.#asked.kind === 'head') return;
    this.#finish(this.#judge(this.#asked.message, this.#http));
  }

  /** @param cause as undici gives it, or the `abort` of our own */
  onResponseError(_controller: unknown, cause: unknown): void {
    if (this.#ended) return;
    const { code, message } = cause as { code?: unknown; message?: unknown };
    const isReset = code === STREAM_ERROR || code === STREAM_ENDED;
    if (!isReset || !this.#carrier.isOpen()) {
      this.#finish({ kind: 'lost', error: this.#carrier.lost(cause) });
      return;
    }
    const isRefused = String(message).includes(REFUSED);
    const what = `${this.#carrier.upstream}: the server ${isRefused ? 'refused' : 'reset'} the stream`;
    const error = new UpstreamHttpError('ERR_RESOLVER_UPSTREAM_STREAM', what, this.#http, { cause });
    this.#finish({ kind: isRefused ? 'lost' : 'failed', error });
  }

  /** The answer with the ID of its query, and with TTLs less their age; or what is wrong with it. */
  #judge(query: Uint8Array, http: HttpDetail): Ending {
    const { upstream } = this.#carrier;
    const bytes = new Uint8Array(this.#octets);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    // The query went out with ID 0.
    if (!answers(query, bytes) || idOf(bytes) !== 0) {
      const error = new UpstreamAnswerError(`${upstream}: the answer is not one to the query`);
      return { kind: 'failed', error };
    }
    setId(bytes, idOf(query));
    if (this.#ageSeconds > 0 && !subtractAge(bytes, this.#ageSeconds)) {
      const error = new UpstreamAnswerError(`${upstream}: the answer cannot be read to its end`);
      return { kind: 'failed', error };
    }
    return { kind: 'answer', bytes, ageSeconds: this.#ageSeconds, http };
  }

  /** Ends it while the stream is open. */
  #end(ending: Ending | undefined): void {
    if (this.#ended) return;
    this.#finish(ending);
    this.#controller?.abort(CALLED_OFF);
  }

  #finish(ending: Ending | undefined): void {
    this.#ended = true;
    this.#chunks = [];
    this.#onEnd(ending);
  }
}
