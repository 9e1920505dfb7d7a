/** The nameservers of resolv.conf are an ordered list: a later one's denial never beats an earlier one's answer. */
import { createNamespace, namespacesAvailable } from '@doubao/resolver-testbed';
import { expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { serversAvailable } from './scenario.ts';

const isAvailable = serversAvailable() && namespacesAvailable();

test.runIf(isAvailable)('the second nameserver denies what the first knows', async () => {
  const etc = { 'resolv.conf': 'nameserver 127.0.0.1\nnameserver 127.0.0.2\n', hosts: '' };
  await using machine = await createNamespace({ etc, addresses: ['10.9.8.7/24'] });
  const program = fileURLToPath(new URL('./programs/system-servers.mjs', import.meta.url));
  const lookups = 600;
  const { stdout, stderr, status } = await machine.run({
    command: process.execPath,
    args: [program, JSON.stringify({ perSecond: 200, lookups })],
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { results, askedSecond } = JSON.parse(stdout) as { results: object; askedSecond: number };
  const found = { found: lookups };
  expect(Object.values(results)).toEqual(Object.keys(results).map(() => found));
  // It was asked, and denied: otherwise this proves nothing.
  expect(askedSecond).toBeGreaterThan(0);
});
