import { expect, test } from 'vitest';
import { httpDetail, type HttpHeaders, refusalOf } from './http-answer.ts';

const NOW = Date.UTC(2026, 0, 1);
const DNS = { 'content-type': 'application/dns-message' };

function refusal(status: number, headers: HttpHeaders) {
  return refusalOf('https://dns.test/', httpDetail(status, headers, NOW), headers);
}

test.each([
  [200, DNS],
  [203, DNS],
  [200, { 'content-type': 'Application/DNS-Message; charset=binary' }],
  [200, { ...DNS, 'content-length': '65535' }],
  [200, { ...DNS, 'content-encoding': 'identity' }],
])('%i with %o may hold a DNS message', (status, headers) => {
  expect(refusal(status, headers)).toBeUndefined();
});

test.each([
  [301, { location: 'https://other.test/' }, 'REDIRECT'],
  [304, {}, 'REDIRECT'],
  [400, DNS, 'STATUS'],
  [429, {}, 'STATUS'],
  [500, DNS, 'STATUS'],
  [101, DNS, 'STATUS'],
  [200, {}, 'CONTENT_TYPE'],
  [200, { 'content-type': 'text/html' }, 'CONTENT_TYPE'],
  [200, { 'content-type': 'application/dns-json' }, 'CONTENT_TYPE'],
  [200, { ...DNS, 'content-encoding': 'gzip' }, 'CONTENT_TYPE'],
  [200, { ...DNS, 'content-length': '65536' }, 'TOO_LARGE'],
])('%i with %o holds none', (status, headers, code) => {
  expect(refusal(status, headers)).toMatchObject({
    code: `ERR_RESOLVER_UPSTREAM_${code}`,
    outcome: 'http',
    http: { status },
  });
});

test.each([
  ['120', 120_000],
  ['0', 0],
  [new Date(NOW + 5000).toUTCString(), 5000],
  [new Date(NOW - 5000).toUTCString(), 0],
  ['soon', undefined],
])('retry-after: %s', (text, expected) => {
  expect(httpDetail(429, { 'retry-after': text }, NOW).retryAfterMs).toBe(expected);
});
