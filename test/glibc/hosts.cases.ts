import { ALL, V4MAPPED } from 'node:dns';
import { dualStack, resolvConf, type Case } from './case.ts';

const hosts = (...lines: string[]) => ({
  addresses: dualStack,
  etc: { hosts: `${lines.join('\n')}\n`, 'resolv.conf': resolvConf('search a.test') },
});

export const hostsCases: readonly Case[] = [
  {
    title: 'all lines of a name merge, repeated ones too',
    ...hosts('10.0.0.1 db', '2001:db8::1 db', '10.0.0.2 other db', '10.0.0.1 db'),
    lookups: [
      { name: 'db', found: ['2001:db8::1', '10.0.0.1 10.0.0.2 10.0.0.1'] },
      { name: 'db', family: 4, found: ['10.0.0.1 10.0.0.2 10.0.0.1'] },
      { name: 'db', family: 6, found: ['2001:db8::1'] },
      { name: 'other', found: ['10.0.0.2'] },
    ],
  },
  {
    title: 'a family without a line is asked for, either family is not',
    ...hosts('10.0.0.1 four', '2001:db8::1 six'),
    servers: {
      '127.0.0.1': {
        'four.a.test': ['192.0.2.4', '2001:db8::4'],
        'six.a.test': ['192.0.2.6', '2001:db8::6'],
      },
    },
    lookups: [
      { name: 'four', found: ['10.0.0.1'] },
      { name: 'four', family: 4, found: ['10.0.0.1'] },
      { name: 'four', family: 6, found: ['2001:db8::4'], asked: ['four.a.test'] },
      { name: 'six', found: ['2001:db8::1'] },
      { name: 'six', family: 6, found: ['2001:db8::1'] },
      { name: 'six', family: 4, found: ['192.0.2.6'], asked: ['six.a.test'] },
      { name: 'four', family: 6, hints: V4MAPPED, found: ['::ffff:10.0.0.1'] },
      { name: 'four', family: 6, hints: V4MAPPED | ALL, found: ['::ffff:10.0.0.1'] },
      { name: 'six', family: 6, hints: V4MAPPED | ALL, found: ['2001:db8::1'] },
    ],
  },
  {
    title: 'white space, comments, aliases and letter case',
    ...hosts(
      '# 10.0.0.1 no',
      '\t 10.0.0.2\tOne two\u{b}three  \r',
      '10.0.0.3 four#five',
      '10.0.0.4 # six',
      '10.0.0.5',
    ),
    servers: { '127.0.0.1': {} },
    lookups: [
      { name: 'one', found: ['10.0.0.2'] },
      { name: 'TWO', found: ['10.0.0.2'] },
      { name: 'three', found: ['10.0.0.2'] },
      { name: 'four', found: ['10.0.0.3'] },
      { name: 'five', found: 'NXDOMAIN', asked: ['five.a.test', 'five'] },
      { name: 'six', found: 'NXDOMAIN', asked: ['six.a.test', 'six'] },
    ],
  },
  {
    title: 'a line that is none says nothing',
    ...hosts(
      'fe80::1%test0 zone',
      '127.1 short',
      '010.0.0.1 octal',
      '10.0.0.256 large',
      '10.0.0.1x letters',
      'good 10.0.0.1',
      '10.0.0.2 good\0bad',
    ),
    servers: { '127.0.0.1': { '*': 'NODATA' } },
    lookups: [
      { name: 'zone', found: 'NODATA', asked: ['zone.a.test', 'zone'] },
      { name: 'short', found: 'NODATA', asked: ['short.a.test', 'short'] },
      { name: 'octal', found: 'NODATA', asked: ['octal.a.test', 'octal'] },
      { name: 'large', found: 'NODATA', asked: ['large.a.test', 'large'] },
      { name: 'letters', found: 'NODATA', asked: ['letters.a.test', 'letters'] },
      { name: 'good', found: ['10.0.0.2'] },
      { name: 'bad', found: 'NODATA', asked: ['bad.a.test', 'bad'] },
    ],
  },
  {
    title: 'a trailing dot matches only where it is written',
    ...hosts('10.0.0.1 plain', '10.0.0.2 dotted.'),
    servers: { '127.0.0.1': {} },
    lookups: [
      { name: 'plain.', found: 'NXDOMAIN', asked: ['plain'] },
      { name: 'dotted.', found: ['10.0.0.2'] },
      { name: 'dotted', found: 'NXDOMAIN', asked: ['dotted.a.test', 'dotted'] },
    ],
  },
  {
    title: 'the search list does not apply to the file',
    ...hosts('10.0.0.1 www', '10.0.0.2 web.a.test'),
    servers: { '127.0.0.1': { 'web.a.test': ['192.0.2.1'] } },
    lookups: [
      { name: 'www', found: ['10.0.0.1'] },
      { name: 'web.a.test', found: ['10.0.0.2'] },
      { name: 'web', found: ['192.0.2.1'], asked: ['web.a.test'] },
    ],
  },
  {
    title: 'loopback and mapped IPv6 lines count for IPv4',
    ...hosts('::1 me', '::ffff:10.0.0.1 mapped', '2001:db8::1 neither'),
    servers: { '127.0.0.1': {} },
    lookups: [
      { name: 'me', found: ['::1'] },
      { name: 'me', family: 4, found: ['127.0.0.1'] },
      { name: 'mapped', found: ['::ffff:10.0.0.1'] },
      { name: 'mapped', family: 4, found: ['10.0.0.1'] },
      { name: 'mapped', family: 6, found: ['::ffff:10.0.0.1'] },
      { name: 'neither', family: 4, found: 'NXDOMAIN', asked: ['neither.a.test', 'neither'] },
    ],
  },
  {
    title: 'localhost as most machines have it',
    ...hosts('127.0.0.1 localhost', '::1 localhost ip6-localhost'),
    lookups: [
      { name: 'localhost', found: ['::1', '127.0.0.1'] },
      { name: 'localhost', family: 4, found: ['127.0.0.1 127.0.0.1'] },
      { name: 'localhost', family: 6, found: ['::1'] },
    ],
  },
  {
    title: 'localhost that the file does not have',
    ...hosts('10.0.0.1 db'),
    servers: { '127.0.0.1': {} },
    lookups: [
      {
        name: 'localhost',
        found: 'NXDOMAIN',
        asked: ['localhost.a.test', 'localhost'],
        resolver: { found: ['::1', '127.0.0.1'], asked: [], because: 'RFC 6761 §6.3' },
      },
      {
        name: 'www.localhost.',
        family: 4,
        found: 'NXDOMAIN',
        asked: ['www.localhost'],
        resolver: { found: ['127.0.0.1'], asked: [], because: 'RFC 6761 §6.3' },
      },
    ],
  },
  {
    title: 'no hosts file',
    addresses: dualStack,
    etc: { 'resolv.conf': resolvConf() },
    servers: { '127.0.0.1': { www: ['192.0.2.1'] } },
    lookups: [{ name: 'www', found: ['192.0.2.1'], asked: ['www'] }],
  },
  {
    title: 'an indented last line without a line feed',
    addresses: dualStack,
    etc: { hosts: '  10.0.0.1 host', 'resolv.conf': resolvConf() },
    servers: { '127.0.0.1': {} },
    lookups: [
      {
        name: 'host',
        found: 'NXDOMAIN',
        asked: ['host'],
        resolver: { found: ['10.0.0.1'], asked: [], because: 'glibc 2.36 reads hostst, its end twice' },
      },
    ],
  },
  {
    title: 'a long line',
    ...hosts(
      `10.0.0.1 ${Array.from({ length: 20_000 }, (_, index) => `alias${index}`).join(' ')}`,
      '10.0.0.2 next',
    ),
    lookups: [
      { name: 'alias19999', found: ['10.0.0.1'] },
      { name: 'next', found: ['10.0.0.2'] },
    ],
  },
];
