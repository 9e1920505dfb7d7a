// For Jest and vitest: timers are faked, lookups go on. The runner's globals are the tests' only import.

import dns from 'node:dns';
import { createResolver, install, uninstall } from '@doubao/resolver';

const runner = import.meta.jest ?? globalThis.vi;
const options = { servers: [process.env.TEST_SERVER], hosts: false, search: [], system: 'never' };
const everything = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'Date',
  'performance',
  'queueMicrotask',
  'hrtime',
];
// Vitest refuses to fake nextTick in a child process, whose messages need it.
if (process.send === undefined) everything.push('nextTick');
const modes = import.meta.jest
  ? [{ advanceTimers: false }, { doNotFake: [] }, { legacyFakeTimers: true }]
  : [undefined, { toFake: everything }];

describe.each(modes)('with timers faked by %j', (mode) => {
  beforeEach(() => runner.useFakeTimers(mode));
  afterEach(() => {
    runner.useRealTimers();
    uninstall();
  });

  it('lookups are answered, missed or hit, with callbacks and promises', async () => {
    const resolver = createResolver({ ...options, cache: { namespace: JSON.stringify(mode ?? 'default') } });
    for (let turn = 0; turn < 3; turn++) {
      const address = await new Promise((resolve, reject) => {
        resolver.lookup('faked.test', 4, (error, found) => (error === null ? resolve(found) : reject(error)));
      });
      expect(address).toBe('192.0.2.1');
      expect(await resolver.promises.lookup('faked.test', 4)).toEqual({ address: '192.0.2.1', family: 4 });
    }
    expect(resolver.stats().mirror.hits).toBe(5);
    await resolver.close();
  });

  it('a deadline ends a lookup that nobody answers', async () => {
    const resolver = createResolver({ ...options, servers: [process.env.TEST_SILENT], deadline: 100 });
    await expect(resolver.promises.lookup('silent.test', 4)).rejects.toMatchObject({ code: 'EAI_AGAIN' });
    await resolver.close();
  });

  it('what is installed serves Node', async () => {
    install(options);
    const found = await new Promise((resolve, reject) => {
      dns.lookup('node.test', 4, (error, address) => (error === null ? resolve(address) : reject(error)));
    });
    expect(found).toBe('192.0.2.1');
  });
});
