/** TLS to an IP address, with the certificate checked for the server's name. */
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { Attempt } from './address-race.ts';
import type { Clock } from './clock.ts';
import { handshakeFailure, noHttp2 } from './connection-failure.ts';
import type { EncryptedServer } from './server-url.ts';
import type { SessionTickets } from './session-tickets.ts';

/** ALPN (RFC 7301) of DNS over HTTPS. */
const HTTP2 = 'h2';

/** A connection whose server has proved its name. */
export interface SecureSocket {
  readonly socket: TLSSocket;
  readonly address: string;
  /** As TLS names it: `TLSv1.3`. */
  readonly tlsVersion: string;
  /** Whether an earlier session was resumed. */
  readonly resumed: boolean;
  /** Milliseconds of TCP and TLS handshake. */
  readonly openMs: number;
}

/** What all connections of one upstream share. */
export interface SecureSocketOptions {
  readonly server: EncryptedServer;
  readonly context: SecureContext;
  readonly tickets: SessionTickets;
  readonly clock: Clock;
}

/** How one address is connected to. */
export type OpenSocket = (address: string, options: SecureSocketOptions) => Attempt<SecureSocket>;

/** `node:tls` is given an address; should it ever want to look one up, that would be a query inside a query. */
function refuseLookup(host: string): never {
  throw new Error(`${host} would have been looked up to reach a DNS server`);
}

/** Connects to one address. The socket never keeps the process alive: the queries that wait for it do. */
export function openSecureSocket(address: string, options: SecureSocketOptions): Attempt<SecureSocket> {
  const { server, context, tickets, clock } = options;
  const startedMs = clock.monotonicMs();
  const ticket = tickets.take(address, clock.wallMs());
  let validUntilMs = ticket?.validUntilMs ?? 0;
  const socket = connect({
    host: address,
    port: server.port,
    secureContext: context,
    // Neither NODE_TLS_REJECT_UNAUTHORIZED nor a changed default may let anybody else answer.
    rejectUnauthorized: true,
    // Without a name in the hello for an address (RFC 6066 §3); the certificate is checked for it all the same.
    servername: isIP(server.host) === 0 ? server.host : '',
    checkServerIdentity: (_host, certificate) => {
      validUntilMs = Date.parse(certificate.valid_to);
      return checkServerIdentity(server.host, certificate);
    },
    lookup: refuseLookup,
    ...(server.protocol === 'https' ? { ALPNProtocols: [HTTP2] } : {}),
    ...(ticket === undefined ? {} : { session: ticket.session }),
  });
  socket.setNoDelay(true);
  socket.unref();
  // undici would hold the process for every request, and so for a query whose own timer does not.
  socket.ref = () => socket;
  // Whoever uses the socket listens too. This one is for errors before and after that.
  socket.on('error', () => undefined);
  const done = new Promise<SecureSocket>((resolve, reject) => {
    socket.once('error', (error) => reject(handshakeFailure(server.url, address, socket, error)));
    socket.once('close', () => reject(handshakeFailure(server.url, address, socket, { code: 'ECONNRESET' })));
    socket.once('secureConnect', () => {
      if (server.protocol === 'https' && socket.alpnProtocol !== HTTP2) {
        reject(noHttp2(server.url, address));
        socket.destroy();
        return;
      }
      resolve({
        socket,
        address,
        tlsVersion: socket.getProtocol() ?? '',
        resumed: socket.isSessionReused(),
        openMs: clock.monotonicMs() - startedMs,
      });
    });
    socket.on('session', (session: Buffer) => {
      if (socket.authorized) tickets.keep(address, { session, validUntilMs });
    });
  });
  return { done, cancel: () => socket.destroy() };
}
