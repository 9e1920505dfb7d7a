import { constants, type OutgoingHttpHeaders } from 'node:http2';
import type { HttpRequest } from '../https-endpoint.ts';

/** What a DoH server does with a request instead of answering the DNS query in it. */
export type HttpBehaviour = (request: HttpRequest) => void | Promise<void>;

/** RFC 8484 §6. */
export const dnsMessageType = 'application/dns-message';

/** A status, with headers such as `retry-after` and a body. */
export function httpStatus(
  status: number,
  headers: OutgoingHttpHeaders = {},
  body: string | Uint8Array = '',
): HttpBehaviour {
  return (request) => request.respond(status, headers, Buffer.from(body));
}

/** Sends the client elsewhere. */
export function redirect(location: string, status = 307): HttpBehaviour {
  return httpStatus(status, { location });
}

/** What a captive portal answers: 200 and a page. */
export function htmlPage(): HttpBehaviour {
  return httpStatus(
    200,
    { 'content-type': 'text/html; charset=utf-8' },
    '<!doctype html><title>Sign in</title>',
  );
}

/** 200 with so many octets of what calls itself a DNS message, with or without its length in a header. */
export function bodyOfOctets(octets: number, declared: boolean = true): HttpBehaviour {
  return httpStatus(
    200,
    { 'content-type': dnsMessageType, ...(declared ? { 'content-length': octets } : {}) },
    new Uint8Array(octets),
  );
}

/** 200, the headers and the first octets; the rest never comes. */
export function stalledBody(octets = 4): HttpBehaviour {
  return ({ stream }) => {
    // Its client may have gone before it comes to that.
    if (stream.destroyed || stream.closed) return;
    stream.respond({ ':status': 200, 'content-type': dnsMessageType, 'content-length': 64 });
    stream.write(new Uint8Array(octets));
  };
}

/** RST_STREAM (RFC 9113 §6.4). */
export function resetStream(code: number = constants.NGHTTP2_INTERNAL_ERROR): HttpBehaviour {
  return ({ stream }) => stream.close(code);
}

/** GOAWAY (RFC 9113 §6.8) that disowns this request: the client may send it again elsewhere. */
export function goAway(code: number = constants.NGHTTP2_NO_ERROR): HttpBehaviour {
  return ({ session, stream }) => {
    if (!session.destroyed) session.goaway(code, Math.max(0, (stream.id ?? 0) - 2));
  };
}

/** RST on TCP. */
export function hangUp(): HttpBehaviour {
  return (request) => request.resetConnection();
}
