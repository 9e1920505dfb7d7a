/** Whether an HTTP answer holds a DNS message (RFC 8484 §4.2). */
import { type HttpDetail, UpstreamHttpError } from './errors.ts';
import { MAX_MESSAGE_OCTETS } from './message.ts';

/** RFC 8484 §6. */
export const DNS_MESSAGE = 'application/dns-message';

/** Headers by lower-case name. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

/** @param wallMs now, for a `retry-after` that is a date */
export function httpDetail(status: number, headers: HttpHeaders, wallMs: number): HttpDetail {
  const contentType = single(headers['content-type']);
  const wait = retryAfterMs(single(headers['retry-after']), wallMs);
  return wait === undefined ? { status, contentType } : { status, contentType, retryAfterMs: wait };
}

/** RFC 9110 §10.2.3: seconds or a date. What cannot be read was not said. */
function retryAfterMs(text: string | undefined, wallMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(date - wallMs, 0);
}

/** Why an answer with these headers holds no DNS message; undefined if it may. */
export function refusalOf(
  upstream: string,
  http: HttpDetail,
  headers: HttpHeaders,
): UpstreamHttpError | undefined {
  const { status, contentType } = http;
  if (status >= 300 && status < 400) {
    // Who answers DNS queries is configured, not told by whoever answers.
    const location = single(headers['location']) ?? 'elsewhere';
    const message = `${upstream}: redirected (${status}) to ${location}, which is not followed`;
    return new UpstreamHttpError('ERR_RESOLVER_UPSTREAM_REDIRECT', message, http);
  }
  if (status < 200 || status >= 300) {
    return new UpstreamHttpError('ERR_RESOLVER_UPSTREAM_STATUS', `${upstream}: HTTP status ${status}`, http);
  }
  const encoding = single(headers['content-encoding']) ?? 'identity';
  if (!isDnsMessage(contentType) || encoding.toLowerCase() !== 'identity') {
    const what = isDnsMessage(contentType) ? `encoded as ${encoding}` : (contentType ?? 'of no type');
    const message = `${upstream}: the answer is ${what}, not ${DNS_MESSAGE}`;
    return new UpstreamHttpError('ERR_RESOLVER_UPSTREAM_CONTENT_TYPE', message, http);
  }
  const length = single(headers['content-length']);
  return length !== undefined && Number(length) > MAX_MESSAGE_OCTETS ? tooLarge(upstream, http) : undefined;
}

/** More octets came, or were announced, than a DNS message can have. */
export function tooLarge(upstream: string, http: HttpDetail): UpstreamHttpError {
  const message = `${upstream}: the answer has more than ${MAX_MESSAGE_OCTETS} octets`;
  return new UpstreamHttpError('ERR_RESOLVER_UPSTREAM_TOO_LARGE', message, http);
}

/** Parameters after the media type are allowed; its case does not matter (RFC 9110 §8.3.1). */
function isDnsMessage(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === DNS_MESSAGE;
}
