import { dualStack, resolvConf, type Case } from './case.ts';
import type { NameScript } from './machine.ts';

/** Each server answers `www` and says who it is. */
const numbered = (...addresses: string[]): Record<string, Record<string, NameScript>> =>
  Object.fromEntries(addresses.map((address, index) => [address, { www: [`192.0.2.${index + 1}`] }]));

const lines = (...text: string[]) => ({
  addresses: dualStack,
  etc: { 'resolv.conf': `${text.join('\n')}\n` },
});

const quick = 'options timeout:1 attempts:1';

/** A lookup of one that exists nowhere shows which names are tried. */
const tries = (name: string, ...asked: string[]) => ({ name, found: 'NXDOMAIN', asked });

export const resolvConfCases: readonly Case[] = [
  {
    title: 'comments, blanks and what is no keyword',
    ...lines(
      '# nameserver 127.0.0.2',
      ';nameserver 127.0.0.2',
      ' nameserver 127.0.0.2',
      'Nameserver 127.0.0.2',
      'nameserver127.0.0.2',
      'nameserver=127.0.0.2',
      'nameserver \t 127.0.0.3 127.0.0.2 # rest',
      'unknown word',
      'optionsndots:5',
      quick,
    ),
    servers: numbered('127.0.0.2', '127.0.0.3'),
    lookups: [{ name: 'www', found: ['192.0.2.2'], asked: ['www'] }],
  },
  {
    title: 'a bad server spoils only its line',
    ...lines(
      'nameserver 127.0.0.2:53',
      'nameserver [::1]',
      'nameserver localhost',
      'nameserver 127.0.0.2\r',
      'nameserver',
      'nameserver 127.0.0.3',
      quick,
    ),
    servers: numbered('127.0.0.2', '127.0.0.3'),
    lookups: [{ name: 'www', found: ['192.0.2.2'], asked: ['www'] }],
  },
  {
    title: 'short forms of IPv4',
    ...lines('nameserver 127.2', quick),
    servers: numbered('127.0.0.1', '127.0.0.2'),
    lookups: [{ name: 'www', found: ['192.0.2.2'], asked: ['www'] }],
  },
  {
    title: 'an IPv6 server',
    ...lines('nameserver ::1', quick),
    servers: numbered('127.0.0.1', '::1'),
    lookups: [{ name: 'www', found: ['192.0.2.2'], asked: ['www'] }],
  },
  {
    title: 'a link-local server with a zone',
    ...lines('nameserver fe80::53%test0', quick),
    addresses: [...dualStack, 'fe80::53/64'],
    servers: numbered('127.0.0.1', 'fe80::53%test0'),
    lookups: [{ name: 'www', found: ['192.0.2.2'], asked: ['www'] }],
  },
  {
    title: 'no server that can be used',
    ...lines('nameserver nonsense', quick),
    servers: numbered('127.0.0.1'),
    lookups: [{ name: 'www', found: ['192.0.2.1'], asked: ['www'] }],
  },
  {
    title: 'an empty file',
    ...lines(),
    servers: numbered('127.0.0.1'),
    lookups: [{ name: 'www', found: ['192.0.2.1'], asked: ['www'] }],
  },
  {
    title: 'no file',
    addresses: dualStack,
    servers: numbered('127.0.0.1'),
    lookups: [{ name: 'www', found: ['192.0.2.1'], asked: ['www'] }],
  },
  {
    title: 'the fourth server is not asked',
    ...lines(
      'nameserver 127.0.0.2',
      'nameserver 127.0.0.3',
      'nameserver 127.0.0.4',
      'nameserver 127.0.0.5',
      quick,
    ),
    servers: {
      '127.0.0.2': { '*': 'SERVFAIL' },
      '127.0.0.3': { '*': 'SERVFAIL' },
      '127.0.0.4': { '*': 'SERVFAIL' },
      '127.0.0.5': { '*': ['192.0.2.5'] },
    },
    lookups: [{ name: 'www.example', found: 'AGAIN', asked: ['www.example'] }],
  },
  ...(['SERVFAIL', 'REFUSED', 'NOTIMP', 'silent'] as const).map((behaviour) => ({
    title: `a first server that is useless: ${behaviour}`,
    ...lines('nameserver 127.0.0.2', 'nameserver 127.0.0.3', quick),
    servers: {
      '127.0.0.2': { '*': behaviour },
      '127.0.0.3': { 'www.example': ['192.0.2.1', '2001:db8::1'] },
    },
    lookups: [
      { name: 'www.example', found: ['2001:db8::1', '192.0.2.1'], asked: ['www.example'] },
      { name: 'nope.example', found: 'NXDOMAIN', asked: ['nope.example'] },
    ],
  })),
  {
    title: 'a first server that is not there',
    ...lines('nameserver 127.0.0.2', 'nameserver 127.0.0.3', quick),
    servers: { '127.0.0.3': { 'www.example': ['192.0.2.1', '2001:db8::1'] } },
    lookups: [
      { name: 'www.example', found: ['2001:db8::1', '192.0.2.1'], asked: ['www.example'] },
      { name: 'nope.example', found: 'NXDOMAIN', asked: ['nope.example'] },
    ],
  },
  {
    title: 'a first server that denies has the last word',
    ...lines('nameserver 127.0.0.2', 'nameserver 127.0.0.3', quick),
    servers: {
      '127.0.0.2': { 'empty.example': 'NODATA' },
      '127.0.0.3': { '*': ['192.0.2.1'] },
    },
    lookups: [
      { name: 'www.example', found: 'NXDOMAIN', asked: ['www.example'] },
      { name: 'empty.example', found: 'NODATA', asked: ['empty.example'] },
    ],
  },
  {
    title: 'the last of search and domain wins',
    ...lines('nameserver 127.0.0.1', 'search one.test', 'domain two.test three.test', quick),
    servers: { '127.0.0.1': {} },
    lookups: [tries('www', 'www.two.test', 'www')],
  },
  {
    title: 'search after domain, lists do not add up, empty ones do not count',
    ...lines(
      'nameserver 127.0.0.1',
      'domain one.test',
      'search two.test',
      'search three.test .four.test',
      'search ',
      quick,
    ),
    servers: { '127.0.0.1': {} },
    lookups: [tries('www', 'www.three.test', 'www.four.test', 'www')],
  },
  {
    title: 'a list of more than six suffixes',
    ...lines('nameserver 127.0.0.1', 'search s1 s2 s3 s4 s5 s6 s7 s8', quick),
    servers: { '127.0.0.1': {} },
    lookups: [tries('w', 'w.s1', 'w.s2', 'w.s3', 'w.s4', 'w.s5', 'w.s6', 'w.s7', 'w.s8', 'w')],
  },
  {
    title: 'a suffix that is no name ends the list',
    ...lines('nameserver 127.0.0.1', 'search one.test two..test three.test', quick),
    servers: { '127.0.0.1': {} },
    lookups: [tries('www', 'www.one.test', 'www')],
  },
  {
    title: 'the domain of the host name',
    ...lines('nameserver 127.0.0.1', quick),
    hostname: 'machine.corp.test',
    servers: { '127.0.0.1': {} },
    lookups: [tries('www', 'www.corp.test', 'www')],
  },
  {
    title: 'a written list instead of the domain of the host name',
    ...lines('nameserver 127.0.0.1', 'search .', quick),
    hostname: 'machine.corp.test',
    servers: { '127.0.0.1': {} },
    lookups: [tries('www', 'www')],
  },
  {
    title: 'LOCALDOMAIN',
    ...lines('nameserver 127.0.0.1', 'search one.test', quick),
    environment: { LOCALDOMAIN: 'two.test three.test' },
    servers: { '127.0.0.1': {} },
    lookups: [tries('www', 'www.two.test', 'www.three.test', 'www')],
  },
  {
    title: 'an empty LOCALDOMAIN',
    ...lines('nameserver 127.0.0.1', 'search one.test', quick),
    environment: { LOCALDOMAIN: '' },
    servers: { '127.0.0.1': {} },
    lookups: [tries('www', 'www')],
  },
  {
    title: 'RES_OPTIONS',
    ...lines('nameserver 127.0.0.1', 'search one.test', 'options ndots:3', quick),
    environment: { RES_OPTIONS: 'ndots:2 no-tld-query' },
    servers: { '127.0.0.1': {} },
    lookups: [
      tries('www', 'www.one.test'),
      tries('w.w', 'w.w.one.test', 'w.w'),
      tries('w.w.w', 'w.w.w', 'w.w.w.one.test'),
    ],
  },
  ...(
    [
      ['ndots:15', 'first'],
      ['ndots:16', 'first'],
      ['ndots:-1', 'first'],
      ['ndots:x', 'last'],
      ['ndots: 15', 'first'],
      ['ndots:4294967298', 'last'],
      ['ndots:99999999999999999999', 'first'],
      ['NDOTS:15', 'last'],
      ['ndots:15 # ndots:1', 'last'],
    ] as const
  ).map(([option, list]) => ({
    title: `options ${option}`,
    ...lines('nameserver 127.0.0.1', 'search one.test', `options ${option}`, quick),
    servers: { '127.0.0.1': {} },
    lookups: [
      tries('a.b.c', ...(list === 'first' ? ['a.b.c.one.test', 'a.b.c'] : ['a.b.c', 'a.b.c.one.test'])),
    ],
  })),
  {
    title: 'options attempts:0',
    ...lines('nameserver 127.0.0.1', 'options timeout:1 attempts:0'),
    servers: numbered('127.0.0.1'),
    lookups: [
      {
        name: 'www',
        found: 'AGAIN',
        resolver: {
          found: ['192.0.2.1'],
          asked: ['www'],
          because: 'nobody wants a resolver that never asks',
        },
      },
    ],
  },
  {
    title: 'no-aaaa',
    addresses: dualStack,
    etc: { 'resolv.conf': resolvConf('options no-aaaa') },
    servers: { '127.0.0.1': { 'www.example': ['192.0.2.1', '2001:db8::1'], 'six.example': ['2001:db8::6'] } },
    lookups: [
      { name: 'www.example', found: ['192.0.2.1'], asked: ['www.example'] },
      { name: 'six.example', found: 'NODATA', asked: ['six.example'] },
    ],
  },
  {
    title: 'use-vc with a server that has TCP alone',
    ...lines('nameserver 127.0.0.1', 'options use-vc', quick),
    tcpOnly: true,
    servers: { '127.0.0.1': { 'www.example': ['192.0.2.1', '2001:db8::1'] } },
    lookups: [{ name: 'www.example', found: ['2001:db8::1', '192.0.2.1'], asked: ['www.example'] }],
  },
  {
    title: 'options that change only the way of asking',
    addresses: dualStack,
    etc: {
      'resolv.conf': resolvConf('options edns0 use-vc single-request rotate trust-ad no-reload debug'),
    },
    servers: { '127.0.0.1': { 'www.example': ['192.0.2.1', '2001:db8::1'] } },
    lookups: [{ name: 'www.example', found: ['2001:db8::1', '192.0.2.1'], asked: ['www.example'] }],
  },
];
