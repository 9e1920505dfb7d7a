import { expect, it } from 'vitest';
import { parseDatagramCounters } from './datagram-counters.ts';
import { busyShare, parseProcessorTime } from './processor-time.ts';

it('reads the counters of datagrams by their names', () => {
  const snmp = [
    'Tcp: RtoAlgorithm RtoMin',
    'Tcp: 1 200',
    'Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors',
    'Udp: 9 7 0 8 3 0',
    'UdpLite: InDatagrams NoPorts',
    'UdpLite: 0 99',
    '',
  ].join('\n');
  expect(parseDatagramCounters(snmp)).toEqual({ noPorts: 7, overflows: 3 });
});

it('does not take a missing counter for zero', () => {
  expect(() => parseDatagramCounters('Udp: InDatagrams\nUdp: 3\n')).toThrow('NoPorts');
  expect(() => parseDatagramCounters('')).toThrow('NoPorts');
});

it('tells idle time from time in use, guests counted once', () => {
  const before = parseProcessorTime('cpu  100 0 100 800 0 0 0 0 50 0\ncpu0 1 2 3\n');
  const after = parseProcessorTime('cpu  130 10 120 820 10 5 5 0 80 0\n');
  expect(before).toEqual({ total: 1000, idle: 800 });
  expect(after).toEqual({ total: 1100, idle: 830 });
  expect(busyShare(before, after)).toBeCloseTo(70);
  expect(busyShare(before, before)).toBe(0);
  expect(() => parseProcessorTime('intr 5')).toThrow('processor');
});
