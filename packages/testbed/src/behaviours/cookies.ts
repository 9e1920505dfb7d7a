import { createHmac } from 'node:crypto';
import type { Behaviour, Exchange } from '../exchange.ts';
import type { Query } from '../query.ts';
import { respond } from './respond.ts';
import type { ResponseParts } from '../response.ts';

/** Option code of COOKIE (RFC 7873 §4). */
export const cookieOptionCode = 10;
const clientCookieOctets = 8;
const serverCookieOctets = 16;

/** The COOKIE option of a query: client cookie, and the server cookie that it got before. */
export interface QueryCookie {
  readonly client: Buffer;
  /** Empty before the server has given one. */
  readonly server: Buffer;
}

/** Cookies of a query, or undefined without a COOKIE option. */
export function cookieOf(query: Query): QueryCookie | undefined {
  const option = query.options.find(({ code }) => code === cookieOptionCode);
  if (option === undefined) return undefined;
  return {
    client: option.data.subarray(0, clientCookieOctets),
    server: option.data.subarray(clientCookieOctets),
  };
}

/** What a server puts into the COOKIE option of its answer. */
export type CookieScript = (cookie: QueryCookie) => Buffer | undefined;

function serverCookie(client: Buffer): Buffer {
  return createHmac('sha256', 'testbed').update(client).digest().subarray(0, serverCookieOctets);
}

/** A correct answer: the client's cookie and this server's. */
export const rightCookie: CookieScript = ({ client }) => Buffer.concat([client, serverCookie(client)]);

/** Not the client cookie that was sent: what a forger without sight of the query would send. */
export const wrongClientCookie: CookieScript = ({ client }) =>
  rightCookie({ client: client.map((octet) => octet ^ 0xff) as Buffer, server: client });

/** No COOKIE option, as if the server had forgotten. */
export const missingCookie: CookieScript = () => undefined;

/** Answers with `parts`, and with a COOKIE option by `script` if the query had one. */
export function respondWithCookie(parts: ResponseParts, script: CookieScript = rightCookie): Behaviour {
  return (exchange: Exchange) => {
    const cookie = cookieOf(exchange.query);
    const data = cookie === undefined ? undefined : script(cookie);
    const options = data === undefined ? [] : [{ code: cookieOptionCode, data }];
    return respond({ ...parts, options })(exchange);
  };
}

/** BADCOOKIE with a fresh server cookie unless the query brings the right one (RFC 7873 §5.2.3); else `inner`. */
export function demandingCookie(inner: Behaviour): Behaviour {
  return (exchange) => {
    const cookie = cookieOf(exchange.query);
    const isRight = cookie !== undefined && cookie.server.equals(serverCookie(cookie.client));
    return isRight ? inner(exchange) : respondWithCookie({ rcode: 'BADCOOKIE' })(exchange);
  };
}
