import { ADDRCONFIG, ALL, V4MAPPED } from 'node:dns';
import { dualStack, resolvConf, type Case } from './case.ts';
import type { NameScript } from './machine.ts';

const onLink = (addresses: readonly string[], names: Record<string, NameScript>) => ({
  addresses,
  etc: { 'resolv.conf': resolvConf() },
  servers: { '127.0.0.1': names },
});

const www: Record<string, NameScript> = { 'www.test': ['192.0.2.1', '2001:db8::1'] };

export const addressOrderCases: readonly Case[] = [
  {
    title: 'both families reachable: IPv6 first',
    ...onLink(dualStack, www),
    lookups: [{ name: 'www.test', found: ['2001:db8::1', '192.0.2.1'], asked: ['www.test'] }],
  },
  {
    title: 'only IPv4 reachable',
    ...onLink(['10.9.0.1/24'], www),
    lookups: [{ name: 'www.test', found: ['192.0.2.1', '2001:db8::1'], asked: ['www.test'] }],
  },
  {
    title: 'only IPv6 reachable',
    ...onLink(['2001:db8:9::1/64'], www),
    lookups: [{ name: 'www.test', found: ['2001:db8::1', '192.0.2.1'], asked: ['www.test'] }],
  },
  {
    title: 'nothing reachable',
    ...onLink([], www),
    lookups: [{ name: 'www.test', found: ['2001:db8::1', '192.0.2.1'], asked: ['www.test'] }],
  },
  {
    title: 'equal ones may come in any order',
    ...onLink(dualStack, {
      'www.test': ['192.0.2.3', '192.0.2.1', '192.0.2.2', '2001:db8::2', '2001:db8::1'],
    }),
    lookups: [
      {
        name: 'www.test',
        found: ['2001:db8::2 2001:db8::1', '192.0.2.3 192.0.2.1 192.0.2.2'],
        asked: ['www.test'],
      },
    ],
  },
  {
    title: 'a unique local source does not reach for global addresses first',
    ...onLink(['10.9.0.1/24', 'fd09::1/64'], {
      ...www,
      'local.test': ['192.0.2.1', 'fd00::1'],
    }),
    lookups: [
      { name: 'www.test', found: ['192.0.2.1', '2001:db8::1'], asked: ['www.test'] },
      { name: 'local.test', found: ['fd00::1', '192.0.2.1'], asked: ['local.test'] },
    ],
  },
  {
    title: 'a source that is deprecated',
    ...onLink(['10.9.0.1/24', '2001:db8:9::1/64 preferred_lft 0'], {
      'www.test': ['192.0.2.1', '2001:db8::1'],
    }),
    lookups: [{ name: 'www.test', found: ['192.0.2.1', '2001:db8::1'], asked: ['www.test'] }],
  },
  {
    title: '6to4 and Teredo',
    ...onLink(dualStack, {
      '6to4.test': ['192.0.2.1', '2002:c000:201::1'],
      'teredo.test': ['192.0.2.1', '2001:0:1::1'],
      'both.test': ['2002:c000:201::1', '2001:db8::1'],
    }),
    lookups: [
      { name: '6to4.test', found: ['192.0.2.1', '2002:c000:201::1'], asked: ['6to4.test'] },
      { name: 'teredo.test', found: ['192.0.2.1', '2001:0:1::1'], asked: ['teredo.test'] },
      { name: 'both.test', found: ['2001:db8::1', '2002:c000:201::1'], asked: ['both.test'] },
    ],
  },
  {
    title: 'scopes',
    ...onLink(dualStack, {
      'near.test': ['192.0.2.1', '169.254.9.9'],
      'loop.test': ['192.0.2.1', '127.0.0.9', '2001:db8::1', '::1'],
    }),
    lookups: [
      { name: 'near.test', found: ['192.0.2.1', '169.254.9.9'], asked: ['near.test'] },
      { name: 'loop.test', found: ['::1', '2001:db8::1', '127.0.0.9', '192.0.2.1'], asked: ['loop.test'] },
    ],
  },
  {
    title: 'a destination without a route',
    ...onLink(['10.9.0.1/24'], { 'www.test': ['192.0.2.1', '255.255.255.255', '10.9.0.7'] }),
    lookups: [{ name: 'www.test', found: ['192.0.2.1 10.9.0.7', '255.255.255.255'], asked: ['www.test'] }],
  },
  {
    title: 'ADDRCONFIG with both families',
    ...onLink(dualStack, www),
    lookups: [
      { name: 'www.test', hints: ADDRCONFIG, found: ['2001:db8::1', '192.0.2.1'], asked: ['www.test'] },
    ],
  },
  {
    title: 'ADDRCONFIG with IPv4 alone',
    ...onLink(['10.9.0.1/24'], www),
    lookups: [
      { name: 'www.test', hints: ADDRCONFIG, found: ['192.0.2.1'], asked: ['www.test'] },
      { name: 'www.test', hints: ADDRCONFIG, family: 4, found: ['192.0.2.1'], asked: ['www.test'] },
      { name: 'www.test', hints: ADDRCONFIG, family: 6, found: 'NXDOMAIN' },
      { name: 'www.test', family: 6, found: ['2001:db8::1'], asked: ['www.test'] },
    ],
  },
  {
    title: 'ADDRCONFIG with IPv4 alone and a hosts file',
    ...onLink(['10.9.0.1/24'], www),
    etc: {
      hosts: '127.0.0.1 localhost\n::1 localhost six\n2001:db8::9 www.test\n',
      'resolv.conf': resolvConf(),
    },
    lookups: [
      { name: 'localhost', hints: ADDRCONFIG, found: ['127.0.0.1 127.0.0.1'] },
      { name: 'localhost', hints: ADDRCONFIG, family: 6, found: 'NXDOMAIN' },
      { name: 'six', hints: ADDRCONFIG, found: ['127.0.0.1'] },
      { name: 'www.test', hints: ADDRCONFIG, found: ['192.0.2.1'], asked: ['www.test'] },
      { name: 'www.test', found: ['2001:db8::9'] },
    ],
  },
  {
    title: 'ADDRCONFIG with IPv6 alone',
    ...onLink(['2001:db8:9::1/64'], www),
    lookups: [
      { name: 'www.test', hints: ADDRCONFIG, found: ['2001:db8::1'], asked: ['www.test'] },
      { name: 'www.test', hints: ADDRCONFIG, family: 4, found: 'NXDOMAIN' },
    ],
  },
  {
    title: 'ADDRCONFIG with a link-local address',
    ...onLink(['10.9.0.1/24', 'fe80::1/64'], www),
    lookups: [
      { name: 'www.test', hints: ADDRCONFIG, found: ['192.0.2.1', '2001:db8::1'], asked: ['www.test'] },
    ],
  },
  {
    title: 'ADDRCONFIG with loopback alone',
    ...onLink([], www),
    loopbackOnly: true,
    lookups: [
      { name: 'www.test', hints: ADDRCONFIG, found: ['2001:db8::1', '192.0.2.1'], asked: ['www.test'] },
      { name: 'www.test', hints: ADDRCONFIG, family: 4, found: 'NXDOMAIN' },
      { name: 'www.test', hints: ADDRCONFIG, family: 6, found: 'NXDOMAIN' },
    ],
  },
  {
    title: 'V4MAPPED and ALL',
    ...onLink(dualStack, { ...www, 'four.test': ['192.0.2.4'] }),
    lookups: [
      { name: 'four.test', family: 6, found: 'NODATA', asked: ['four.test'] },
      { name: 'four.test', family: 6, hints: V4MAPPED, found: ['::ffff:192.0.2.4'], asked: ['four.test'] },
      { name: 'www.test', family: 6, hints: V4MAPPED, found: ['2001:db8::1'], asked: ['www.test'] },
      {
        name: 'www.test',
        family: 6,
        hints: V4MAPPED | ALL,
        found: ['2001:db8::1', '::ffff:192.0.2.1'],
        asked: ['www.test'],
      },
      { name: 'four.test', hints: V4MAPPED, found: ['192.0.2.4'], asked: ['four.test'] },
    ],
  },
];
