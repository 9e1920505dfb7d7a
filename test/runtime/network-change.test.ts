import { fileURLToPath } from 'node:url';
import { createNamespace, namespacesAvailable } from '@doubao/resolver-testbed';
import { expect, test } from 'vitest';

test.runIf(namespacesAvailable())('another address of the machine ends what was denied', async () => {
  await using machine = await createNamespace({ addresses: ['10.9.8.7/24'] });
  const program = fileURLToPath(new URL('./programs/network-change.mjs', import.meta.url));
  const { stdout, stderr, status } = await machine.run({ command: process.execPath, args: [program] });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const denied = { code: 'ENOTFOUND', queries: 0 };
  expect(JSON.parse(stdout)).toEqual({
    first: { code: 'ENOTFOUND', queries: 1 },
    cached: denied,
    afterwards: { code: 'ENOTFOUND', queries: 1 },
    again: denied,
  });
});
