import { describe, expect, it, test } from 'vitest';
import { judgeHeadLeniently, judgeHeadStrictly, judgeOutcome, judgeQuery } from './probe-judgement.ts';

const http = (status: number, contentType?: string) => ({ status, contentType });
const dns = 'application/dns-message';

describe('level 1 of doubao-v1', () => {
  test.each([
    ['200 with application/dns-message', http(200, dns), 'healthy'],
    ['200 with its parameters and case', http(200, 'Application/DNS-Message; charset=utf-8'), 'healthy'],
    ['200 with another type', http(200, 'text/html'), 'protocol-error'],
    ['200 without a type', http(200), 'protocol-error'],
    ['200 with a type that only begins so', http(200, 'application/dns-message-list'), 'protocol-error'],
    ['405', http(405, dns), 'misconfigured'],
    ['400', http(400), 'unhealthy'],
    ['501', http(501), 'unhealthy'],
    ['503', http(503, dns), 'unhealthy'],
    ['no answer', undefined, 'unreachable'],
  ] as const)('%s', (_, answer, verdict) => {
    expect(judgeHeadStrictly(answer)).toBe(verdict);
  });
});

describe('level 1 of resilient', () => {
  test.each([200, 400, 405, 501])('%i shows that the transport lives', (status) => {
    expect(judgeHeadLeniently(http(status))).toBe('alive');
  });

  it('fails only without an answer', () => {
    expect(judgeHeadLeniently(undefined)).toBe('unreachable');
  });
});

describe('level 2', () => {
  const answer = { http: http(200, dns), matches: true, rcode: 0 };
  test.each([
    ['NOERROR', answer, 'healthy'],
    ['NXDOMAIN', { ...answer, rcode: 3 }, 'healthy'],
    ['plain UDP', { matches: true, rcode: 3 }, 'healthy'],
    ['SERVFAIL', { ...answer, rcode: 2 }, 'unhealthy'],
    ['REFUSED', { ...answer, rcode: 5 }, 'unhealthy'],
    ['another ID', { ...answer, matches: false }, 'protocol-error'],
    ['no DNS message', { ...answer, rcode: undefined }, 'protocol-error'],
    ['HTML with 200', { ...answer, http: http(200, 'text/html') }, 'protocol-error'],
    ['429', { ...answer, http: http(429, dns) }, 'unhealthy'],
    ['no answer', undefined, 'unreachable'],
  ] as const)('%s', (_, given, verdict) => {
    expect(judgeQuery(given)).toBe(verdict);
  });
});

describe('a query over UDP or TCP', () => {
  test.each([
    ['noerror', undefined, 'healthy'],
    ['nodata', 'silence', 'healthy'],
    ['nxdomain', 'errors', 'healthy'],
    ['refused', undefined, 'healthy'],
    ['refused', 'silence', 'healthy'],
    ['refused', 'inherited', 'healthy'],
    ['refused', 'errors', 'unhealthy'],
    ['notimp', 'errors', 'unhealthy'],
    ['servfail', 'silence', 'unhealthy'],
    ['malformed', 'silence', 'protocol-error'],
    ['timeout', undefined, 'unreachable'],
    ['network', undefined, 'unreachable'],
    ['local', 'silence', 'alive'],
  ] as const)('%s where down is %s: %s', (outcome, down, verdict) => {
    expect(judgeOutcome(outcome, down)).toBe(verdict);
  });
});
