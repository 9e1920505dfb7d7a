import dns from 'node:dns';
import { describe, expect, it } from 'vitest';
import { FakeBinding } from '../test-support/fake-binding.ts';
import type { FakeAnswer } from '../test-support/fake-binding.ts';
import { fakeResolver } from '../test-support/fake-resolver.ts';

const MINUTE = { addresses: ['192.0.2.1'], expiresInMs: 60_000, refreshInMs: 45_000 };

function answering(answer: FakeAnswer): ReturnType<typeof fakeResolver> {
  const fake = fakeResolver();
  fake.binding.atOnce = () => answer;
  return fake;
}

/** How many lookups the addon has seen. */
async function asked(
  { resolver, binding }: ReturnType<typeof fakeResolver>,
  hostname = 'one.test',
): Promise<number> {
  await resolver.promises.lookup(hostname);
  return binding.calls.length;
}

describe('an entry ends', () => {
  it('when its time is over, never later', async () => {
    const fake = answering(MINUTE);
    expect(await asked(fake)).toBe(1);
    fake.clock.advance(59_900);
    expect(await asked(fake)).toBe(1);
    fake.clock.advance(100);
    expect(await asked(fake)).toBe(2);
  });

  it('when its generation counter moves, and no other does', async () => {
    const fake = answering({ ...MINUTE, slot: 3, generation: 0 });
    await asked(fake);
    const counters = fake.binding.counters as Uint32Array;
    Atomics.add(counters, 4, 1);
    expect(await asked(fake)).toBe(1);
    Atomics.add(counters, 3, 1);
    expect(await asked(fake)).toBe(2);
  });

  it('when the machine has slept', async () => {
    const fake = answering({ ...MINUTE, refreshInMs: 1000 });
    await asked(fake);
    fake.clock.sleep(3_600_000);
    fake.clock.advance(1000);
    expect(await asked(fake)).toBe(2);
  });

  it('although no timer runs, in a loop that never leaves its turn', async () => {
    const fake = answering(MINUTE);
    await asked(fake);
    fake.clock.block(61_000);
    let lookups = 0;
    while (fake.binding.calls.length < 2) {
      await asked(fake);
      lookups++;
      expect(lookups).toBeLessThanOrEqual(1025);
    }
  });

  it('by invalidate', async () => {
    const fake = answering(MINUTE);
    await asked(fake, 'one.test');
    await asked(fake, 'two.test');
    expect(fake.resolver.invalidate('one.test')).toBe(1);
    expect(fake.binding.invalidated).toEqual(['one.test']);
    expect(await asked(fake, 'two.test')).toBe(2);
    expect(await asked(fake, 'one.test')).toBe(3);
    fake.resolver.invalidate();
    expect(fake.resolver.stats().mirror.entries).toBe(0);
  });
});

describe('not mirrored is', () => {
  it.each([
    ['an answer that lacks a family', { ...MINUTE, flags: 0 }],
    ['an answer about to expire', { ...MINUTE, expiresInMs: 99 }],
    ['an answer overtaken by its generation', { ...MINUTE, generation: 7 }],
  ])('%s', async (_, answer) => {
    const fake = answering(answer);
    expect(await asked(fake)).toBe(1);
    expect(await asked(fake)).toBe(2);
  });

  it('anything, where there is no external memory', async () => {
    const binding = new FakeBinding({ externalBuffers: false });
    const fake = fakeResolver({}, { binding });
    binding.atOnce = () => MINUTE;
    expect(await asked(fake)).toBe(1);
    expect(await asked(fake)).toBe(2);
  });
});

describe('the native cache hears', () => {
  it('of the hits once the refresh is due', async () => {
    const fake = answering({ ...MINUTE, refreshInMs: 5000 });
    for (let hit = 0; hit < 4; hit++) await asked(fake);
    expect(fake.binding.touches).toEqual([]);
    fake.clock.advance(5050);
    await asked(fake);
    await asked(fake);
    expect(fake.binding.touches).toEqual([{ name: 'one.test', flags: 0, hits: 4 }]);
  });

  it('of hits every 10 s', async () => {
    const fake = answering({ ...MINUTE, expiresInMs: 600_000, refreshInMs: 500_000 });
    for (let second = 0; second < 35; second++) {
      await asked(fake);
      fake.clock.advance(1000);
    }
    // At the first hit after 10 s, after 20 s and after 30 s; the first lookup was none.
    expect(fake.binding.touches.map(({ hits }) => hits)).toEqual([10, 10, 10]);
    expect(fake.binding.calls).toHaveLength(1);
  });

  it('that lookups happen once a second, and nothing while there are none', async () => {
    const fake = answering({ ...MINUTE, expiresInMs: 600_000, refreshInMs: 500_000 });
    await asked(fake);
    for (let tenth = 0; tenth < 50; tenth++) {
      await asked(fake);
      fake.clock.advance(100);
    }
    expect(fake.binding.pokes).toBeGreaterThanOrEqual(5);
    expect(fake.binding.pokes).toBeLessThanOrEqual(6);
    const before = fake.binding.pokes;
    fake.clock.advance(2000);
    const idle = fake.binding.pokes;
    fake.clock.advance(300_000);
    expect(fake.binding.pokes).toBe(idle);
    expect(idle - before).toBeLessThanOrEqual(1);
    await asked(fake);
    expect(fake.binding.pokes).toBe(idle + 1);
  });
});

describe('the timer', () => {
  it('is one, never holds the process, and stops when there is nothing left', async () => {
    const fake = answering(MINUTE);
    for (let name = 0; name < 100; name++) await asked(fake, `name${name}.test`);
    const timers = [...fake.clock.timers];
    expect(timers).toHaveLength(1);
    expect(timers.every(({ holdsProcess }) => !holdsProcess)).toBe(true);
    fake.clock.advance(61_000);
    expect(fake.clock.timers.size).toBe(0);
    expect(fake.resolver.stats().mirror.entries).toBe(0);
  });

  it('fires at most every 50 ms', async () => {
    const fake = fakeResolver();
    let expiresInMs = 1000;
    fake.binding.atOnce = () => ({ ...MINUTE, expiresInMs: (expiresInMs += 1) });
    for (let name = 0; name < 500; name++) await asked(fake, `name${name}.test`);
    let ticks = 0;
    const { after } = fake.clock;
    fake.clock.after = (delayMs, run, holds) =>
      after.call(
        fake.clock,
        delayMs,
        () => {
          ticks++;
          run();
        },
        holds,
      );
    fake.clock.advance(2000);
    expect(fake.resolver.stats().mirror.entries).toBe(0);
    expect(ticks).toBeLessThanOrEqual(20);
  });

  it('is gone after close', async () => {
    const fake = answering(MINUTE);
    await asked(fake);
    await fake.resolver.close();
    expect(fake.clock.timers.size).toBe(0);
  });
});

describe('4 096 entries', () => {
  it('are all there are, and busy ones stay', async () => {
    const fake = answering(MINUTE);
    await asked(fake, 'busy.test');
    for (let name = 0; name < 10_000; name++) {
      await asked(fake, `name${name}.test`);
      if (name % 1000 === 0) await asked(fake, 'busy.test');
    }
    expect(fake.resolver.stats().mirror.entries).toBe(4096);
    const before = fake.binding.calls.length;
    expect(await asked(fake, 'busy.test')).toBe(before);
  });
});

it('counts hits, of entries that are gone too', async () => {
  const fake = answering(MINUTE);
  for (let lookup = 0; lookup < 3001; lookup++) await asked(fake);
  expect(fake.resolver.stats().mirror.hits).toBe(3000);
  fake.clock.advance(61_000);
  expect(fake.resolver.stats().mirror).toEqual({ entries: 0, hits: 3000 });
});

it('keeps host names apart from properties of objects', async () => {
  const fake = answering(MINUTE);
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    const before = fake.binding.calls.length;
    await fake.resolver.promises.lookup(name);
    await fake.resolver.promises.lookup(name);
    expect(fake.binding.calls.length).toBe(before + 1);
  }
});

it('hands a batch of waiters the rotations of one entry', async () => {
  const fake = fakeResolver();
  const waiters = Array.from({ length: 4 }, () =>
    fake.resolver.promises.lookup('one.test', { hints: dns.ADDRCONFIG }),
  );
  const answer = { ...MINUTE, addresses: ['192.0.2.1', '192.0.2.2'] };
  fake.binding.deliver(answer, answer, answer, answer);
  const addresses = (await Promise.all(waiters)).map(({ address }) => address);
  expect(addresses).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.2']);
  expect(fake.resolver.stats().mirror.entries).toBe(1);
});
