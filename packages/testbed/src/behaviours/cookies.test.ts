import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import {
  a,
  answer,
  cookieOf,
  demandingCookie,
  missingCookie,
  respondWithCookie,
  rightCookie,
  startDnsServer,
  wrongClientCookie,
  type Behaviour,
} from '../index.ts';

const run = promisify(execFile);
const clientCookie = '0102030405060708';

/** What dig, which checks cookies, prints; and the cookies that the server saw. */
async function dig(behaviour: Behaviour): Promise<{ output: string; seen: string[] }> {
  await using server = await startDnsServer({ onQuery: () => behaviour });
  const target = [`@${server.address}`, '-p', String(server.port), '+tries=1', '+time=5', '+nobadcookie'];
  const { stdout } = await run('dig', [...target, `+cookie=${clientCookie}`, 'x.test']);
  const seen = server.queries.map((query) => {
    const cookie = cookieOf(query);
    return cookie === undefined ? 'none' : `${cookie.client.toString('hex')}/${cookie.server.length}`;
  });
  return { output: stdout, seen };
}

const parts = { answers: [a('192.0.2.1')] };

test('the right cookie satisfies dig', async () => {
  const { output, seen } = await dig(respondWithCookie(parts, rightCookie));
  expect(output).toMatch(new RegExp(`COOKIE: ${clientCookie}[0-9a-f]{32} \\(good\\)`));
  expect(seen).toEqual([`${clientCookie}/0`]);
});

test('a wrong client cookie and a missing one', async () => {
  expect((await dig(respondWithCookie(parts, wrongClientCookie))).output).toContain('(bad)');
  expect((await dig(respondWithCookie(parts, missingCookie))).output).not.toContain('COOKIE');
});

test('BADCOOKIE until the server cookie comes back', async () => {
  const demanding = demandingCookie(answer(a('192.0.2.1')));
  expect((await dig(demanding)).output).toContain('status: BADCOOKIE');
  await using server = await startDnsServer({ onQuery: () => demanding });
  const target = [`@${server.address}`, '-p', String(server.port), '+time=5'];
  const { stdout } = await run('dig', [...target, '+badcookie', '+short', 'x.test']);
  expect(stdout).toContain('192.0.2.1');
  expect(server.queries.map((query) => cookieOf(query)?.server.length)).toEqual([0, 16]);
});
