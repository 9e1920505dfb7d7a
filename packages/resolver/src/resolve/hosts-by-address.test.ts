import { expect, test } from 'vitest';
import { HostsByAddress } from './hosts-by-address.ts';

// What c-ares 1.34 gives for this file through Node 20 and 26.
const hosts = new HostsByAddress(`\u{feff}10.1.1.1 a b c # d
10.1.1.1\te a\r
10.1.1.2 x
::1 six ip6-loopback
10.1.1.3 Upper.Name upper.name low
fe80::1%lo z
0:0:0:0:0:0:0:2 two TWO2
10.1.1.5 a
10.1.1.6 shared other
10.1.1.7 shared
010.001.001.008 zeros
10.1.1.9 x_y bad*name good -x b:d
nonsense a
10.1.1.10
`);

test.each([
  ['10.1.1.1', ['b', 'c', 'e']],
  ['10.1.1.2', []],
  ['::1', ['ip6-loopback']],
  ['0:0::1', ['ip6-loopback']],
  ['10.1.1.3', ['upper.name', 'low']],
  ['fe80::1', undefined],
  ['fe80::1%lo', undefined],
  ['::2', ['TWO2']],
  ['10.1.1.5', ['b', 'c', 'e']],
  ['10.1.1.6', ['other']],
  ['10.1.1.7', ['other']],
  ['10.1.1.8', []],
  ['10.1.1.9', ['bad*name', 'good', '-x']],
  ['10.1.1.10', undefined],
  ['127.0.0.1', undefined],
])('%s: %j', (address, aliases) => {
  expect(hosts.aliasesOf(address)).toStrictEqual(aliases);
});

test('a block list gives a hundred names at most, and what is given is the caller’s', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `0.0.0.0 n${index}.test`);
  const list = new HostsByAddress(names.join('\n'));
  expect(list.aliasesOf('0.0.0.0')).toHaveLength(100);
  list.aliasesOf('0.0.0.0')?.push('mine');
  expect(list.aliasesOf('0.0.0.0')).toHaveLength(100);
});
