import { once } from 'node:events';
import {
  createSecureServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { isIPv6, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';

/** One HTTP/2 request at a DoH server, and everything that a script needs to answer it in a wrong way. */
export interface HttpRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly stream: ServerHttp2Stream;
  readonly session: ServerHttp2Session;
  /** Counted from 1 at its server. */
  readonly connection: number;
  readonly peer: { readonly address: string; readonly port: number };
  /** Sends headers and the whole body; nothing if the stream has ended. */
  respond(status: number, headers?: OutgoingHttpHeaders, body?: Uint8Array): Promise<void>;
  /** Sends RST on TCP. */
  resetConnection(): void;
}

/** A listening HTTPS socket and its connections. */
export interface HttpsEndpoint {
  readonly port: number;
  /** Connections accepted since the start, handshake included. */
  readonly accepted: number;
  /** Connections open now. */
  readonly open: number;
  /** What connections accepted from now on get. */
  setTls(options: TlsOptions): void;
  close(): Promise<void>;
}

async function readBody(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function respondOn(stream: ServerHttp2Stream): HttpRequest['respond'] {
  return (status, headers = {}, body) =>
    new Promise((resolve) => {
      // A client may be gone before its answer: for the server that is no error.
      if (stream.destroyed || stream.closed) {
        resolve();
        return;
      }
      stream.once('close', () => resolve());
      stream.respond({ ...headers, ':status': status });
      stream.end(body, () => resolve());
    });
}

/** Listens on HTTPS, HTTP/2 only. Rejects with the bind error. */
export async function listenHttps(
  address: string,
  port: number,
  tls: TlsOptions,
  onRequest: (request: HttpRequest) => void,
): Promise<HttpsEndpoint> {
  const carriers = new Map<number, Socket>();
  const ordinals = new WeakMap<ServerHttp2Session, number>();
  let accepted = 0;
  let open = 0;
  const server = createSecureServer({ ...tls, allowHTTP1: false, noDelay: true });
  server.prependListener('connection', (carrier: Socket) => {
    const from = carrier.remotePort ?? 0;
    carriers.set(from, carrier);
    carrier.on('error', () => undefined);
    carrier.on('close', () => carriers.delete(from));
  });
  server.on('session', (session: ServerHttp2Session) => {
    accepted += 1;
    open += 1;
    ordinals.set(session, accepted);
    // Clients that reset streams and connections are part of the tests.
    session.on('error', () => undefined);
    session.on('close', () => (open -= 1));
  });
  for (const event of ['tlsClientError', 'sessionError', 'error']) server.on(event, () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const session = stream.session as ServerHttp2Session | undefined;
    if (session === undefined) return;
    const { remoteAddress = '', remotePort = 0 } = session.socket;
    readBody(stream).then(
      (body) =>
        onRequest({
          method: String(headers[':method']),
          path: String(headers[':path']),
          headers,
          body,
          stream,
          session,
          connection: ordinals.get(session) ?? 0,
          peer: { address: remoteAddress, port: remotePort },
          respond: respondOn(stream),
          resetConnection: () => void carriers.get(remotePort)?.resetAndDestroy(),
        }),
      // The client called the request off while it sent it.
      () => undefined,
    );
  });
  server.listen({ port, host: address, ipv6Only: isIPv6(address) });
  await once(server, 'listening');
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    get accepted() {
      return accepted;
    },
    get open() {
      return open;
    },
    setTls: (options) => server.setSecureContext(options),
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const carrier of carriers.values()) carrier.destroy();
      await closed;
    },
  };
}
