import { expect, it } from 'vitest';
import { heedNews } from './environment-news.ts';
import { LastResort } from '../lookup/last-resort.ts';
import { Port } from '../native/port.ts';
import { FakeBinding } from '../test-support/fake-binding.ts';
import { FakeClock } from '../test-support/fake-clock.ts';

interface Stage {
  readonly binding: FakeBinding;
  readonly warnings: string[];
  /** Asks getaddrinfo, unless what it said is kept. */
  ask(): void;
  readonly calls: () => number;
}

function stage(): Stage {
  const binding = new FakeBinding();
  const warnings: string[] = [];
  let calls = 0;
  const getaddrinfo = ((_name: string, _options: object, done: (error: null, list: object[]) => void) => {
    calls++;
    done(null, [{ address: '192.0.2.1', family: 4 }]);
  }) as never;
  const lastResort = new LastResort(getaddrinfo, new FakeClock());
  heedNews({ port: new Port(binding), lastResort }, (code, message) => warnings.push(`${code} ${message}`));
  const ask = (): void => void lastResort.ask('printer.local', 0, 0, () => undefined);
  return { binding, warnings, ask, calls: () => calls };
}

it('a warning of the addon becomes a warning of the process', () => {
  const { binding, warnings } = stage();
  binding.tell({ event: 'warning', message: '/etc/resolv.conf: line 3 is ignored' });
  expect(warnings).toEqual(['SYSTEM_FILES /etc/resolv.conf: line 3 is ignored']);
});

it.each(['resumed', 'network-changed'] as const)('%s ends what getaddrinfo said before', (event) => {
  const { binding, ask, calls, warnings } = stage();
  ask();
  ask();
  expect(calls()).toBe(1);
  binding.tell({ event });
  ask();
  expect(calls()).toBe(2);
  expect(warnings).toEqual([]);
});
