// For Jest: timers are faked for all tests by its configuration, before the package is loaded.

import { createResolver } from '@doubao/resolver';

it('lookups are answered all the same', async () => {
  const resolver = createResolver({
    servers: [process.env.TEST_SERVER],
    hosts: false,
    search: [],
    system: 'never',
  });
  for (let turn = 0; turn < 3; turn++) {
    const address = await new Promise((resolve, reject) => {
      resolver.lookup('before.test', 4, (error, found) => (error === null ? resolve(found) : reject(error)));
    });
    expect(address).toBe('192.0.2.1');
  }
  expect(resolver.stats().mirror.hits).toBe(2);
});

it('a server over HTTPS is asked all the same', async () => {
  const servers = [JSON.parse(process.env.TEST_ENCRYPTED)];
  const resolver = createResolver({ servers, hosts: false, search: [], system: 'never' });
  expect(await resolver.promises.lookup('encrypted.test', 4)).toEqual({ address: '192.0.2.1', family: 4 });
  await resolver.close();
});
