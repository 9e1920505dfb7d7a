/** DNS queries as HTTP requests (RFC 8484 §4.1). */
import type { Asked } from './connection.ts';
import { DNS_MESSAGE } from './http-answer.ts';
import { setId } from './message.ts';
import type { EncryptedServer } from './server-url.ts';

/** How queries are sent. GET can be answered by HTTP caches, and shows the query in their logs. */
export type HttpMethod = 'POST' | 'GET';

/** As undici dispatches it. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'HEAD';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | null;
}

/** Nothing in these tells one client from another: no user agent, no language, no cookie (RFC 8484 §8.2). */
const ACCEPT = { accept: DNS_MESSAGE };

/** `. NS`, which every resolver knows. */
const ROOT_SERVERS = Buffer.from('0000010000010000000000000000020001', 'hex');

/**
 * HEAD asks for what GET would bring (RFC 9110 §9.3.2), and there is nothing at a DoH URL without a query in it: servers by
 * the book answer 400 then.
 */
export function httpRequest({ path }: EncryptedServer, method: HttpMethod, asked: Asked): HttpRequest {
  if (asked.kind === 'head') return withQuery(path, 'HEAD', ROOT_SERVERS);
  const body = Buffer.from(asked.message);
  // Equal questions make equal requests, which caches can answer (RFC 8484 §4.1).
  setId(body, 0);
  if (method === 'POST') {
    return { method, path, headers: { ...ACCEPT, 'content-type': DNS_MESSAGE }, body };
  }
  return withQuery(path, method, body);
}

function withQuery(path: string, method: 'GET' | 'HEAD', message: Buffer): HttpRequest {
  const query = `dns=${message.toString('base64url')}`;
  return { method, path: `${path}${path.includes('?') ? '&' : '?'}${query}`, headers: ACCEPT, body: null };
}
