import { dualStack, resolvConf, type Case } from './case.ts';

const searching = (...lines: string[]) => ({
  addresses: dualStack,
  etc: { 'resolv.conf': resolvConf('search a.test b.test', ...lines) },
});

export const searchCases: readonly Case[] = [
  {
    title: 'ndots 1',
    ...searching(),
    servers: {
      '127.0.0.1': {
        'www.a.test': ['192.0.2.1', '2001:db8::1'],
        'web.b.test': ['192.0.2.2'],
        bare: ['192.0.2.3'],
        'www.example': ['192.0.2.4'],
        'app.x.b.test': ['192.0.2.5'],
      },
    },
    lookups: [
      { name: 'www', found: ['2001:db8::1', '192.0.2.1'], asked: ['www.a.test'] },
      { name: 'WEB', found: ['192.0.2.2'], asked: ['web.a.test', 'web.b.test'] },
      { name: 'bare', found: ['192.0.2.3'], asked: ['bare.a.test', 'bare.b.test', 'bare'] },
      { name: 'www.example', found: ['192.0.2.4'], asked: ['www.example'] },
      { name: 'app.x', found: ['192.0.2.5'], asked: ['app.x', 'app.x.a.test', 'app.x.b.test'] },
      { name: 'nope', found: 'NXDOMAIN', asked: ['nope.a.test', 'nope.b.test', 'nope'] },
      { name: 'no.pe', found: 'NXDOMAIN', asked: ['no.pe', 'no.pe.a.test', 'no.pe.b.test'] },
    ],
  },
  {
    title: 'ndots 5',
    ...searching('options ndots:5'),
    servers: {
      '127.0.0.1': {
        'db.default.b.test': ['192.0.2.1'],
        'www.example': ['192.0.2.2'],
        'a.b.c.d.e.f': ['192.0.2.3'],
        'a.b.c.d.e.f.a.test': ['192.0.2.4'],
      },
    },
    lookups: [
      { name: 'db.default', found: ['192.0.2.1'], asked: ['db.default.a.test', 'db.default.b.test'] },
      {
        name: 'www.example',
        found: ['192.0.2.2'],
        asked: ['www.example.a.test', 'www.example.b.test', 'www.example'],
      },
      { name: 'a.b.c.d.e.f', found: ['192.0.2.3'], asked: ['a.b.c.d.e.f'] },
    ],
  },
  {
    title: 'ndots 0',
    ...searching('options ndots:0'),
    servers: { '127.0.0.1': { www: ['192.0.2.1'], 'web.a.test': ['192.0.2.2'] } },
    lookups: [
      { name: 'www', found: ['192.0.2.1'], asked: ['www'] },
      { name: 'web', found: ['192.0.2.2'], asked: ['web', 'web.a.test'] },
    ],
  },
  {
    title: 'a trailing dot',
    ...searching('options ndots:5'),
    servers: {
      '127.0.0.1': { www: ['192.0.2.1'], 'www.example': ['192.0.2.2'], 'web.a.test': ['192.0.2.3'] },
    },
    lookups: [
      { name: 'www.', found: ['192.0.2.1'], asked: ['www'] },
      { name: 'www.example.', found: ['192.0.2.2'], asked: ['www.example'] },
      { name: 'web.', found: 'NXDOMAIN', asked: ['web'] },
    ],
  },
  {
    title: 'without a list',
    addresses: dualStack,
    etc: { 'resolv.conf': resolvConf('options ndots:5') },
    servers: { '127.0.0.1': { www: ['192.0.2.1'] } },
    lookups: [
      { name: 'www', found: ['192.0.2.1'], asked: ['www'] },
      { name: 'www.example', found: 'NXDOMAIN', asked: ['www.example'] },
    ],
  },
  {
    title: 'families of one candidate only',
    ...searching(),
    servers: { '127.0.0.1': { 'www.a.test': ['2001:db8::1'], 'www.b.test': ['192.0.2.1'] } },
    lookups: [
      { name: 'www', found: ['2001:db8::1'], asked: ['www.a.test'] },
      { name: 'www', family: 4, found: ['192.0.2.1'], asked: ['www.a.test', 'www.b.test'] },
      { name: 'www', family: 6, found: ['2001:db8::1'], asked: ['www.a.test'] },
    ],
  },
  {
    title: 'a suffix that has the name without addresses',
    ...searching(),
    servers: {
      '127.0.0.1': { 'www.a.test': 'NODATA', 'www.b.test': ['192.0.2.1'], 'mail.a.test': 'NODATA' },
    },
    lookups: [
      { name: 'www', found: ['192.0.2.1'], asked: ['www.a.test', 'www.b.test'] },
      { name: 'mail', found: 'NODATA', asked: ['mail.a.test', 'mail.b.test', 'mail'] },
      {
        name: 'mail.a.test',
        found: 'NODATA',
        asked: ['mail.a.test', 'mail.a.test.a.test', 'mail.a.test.b.test'],
      },
    ],
  },
  {
    title: 'a name that does not exist as it is, and exists without addresses under a suffix',
    ...searching(),
    servers: { '127.0.0.1': { 'mail.x.b.test': 'NODATA' } },
    lookups: [
      {
        name: 'mail.x',
        found: 'NXDOMAIN',
        asked: ['mail.x', 'mail.x.a.test', 'mail.x.b.test'],
        resolver: { found: 'NODATA', because: 'a name that exists somewhere is not called non-existent' },
      },
    ],
  },
  {
    title: 'a suffix that answers SERVFAIL',
    ...searching(),
    servers: {
      '127.0.0.1': {
        'www.a.test': 'SERVFAIL',
        'www.b.test': ['192.0.2.1'],
        'web.a.test': 'SERVFAIL',
        'mail.a.test': 'SERVFAIL',
        'mail.b.test': 'NODATA',
        'ftp.x.a.test': 'SERVFAIL',
      },
    },
    lookups: [
      { name: 'www', found: ['192.0.2.1'], asked: ['www.a.test', 'www.b.test'] },
      { name: 'web', found: 'AGAIN', asked: ['web.a.test', 'web.b.test', 'web'] },
      {
        name: 'mail',
        found: 'NODATA',
        asked: ['mail.a.test', 'mail.b.test', 'mail'],
        resolver: { found: 'AGAIN', because: 'the suffix that failed may have had addresses' },
      },
      {
        name: 'ftp.x',
        found: 'NXDOMAIN',
        asked: ['ftp.x', 'ftp.x.a.test', 'ftp.x.b.test'],
        resolver: { found: 'AGAIN', because: 'the suffix that failed may have had addresses' },
      },
    ],
  },
  {
    title: 'a suffix that is refused or not answered',
    ...searching(),
    servers: {
      '127.0.0.1': {
        'www.a.test': 'REFUSED',
        'www.b.test': ['192.0.2.1'],
        www: ['192.0.2.2'],
        'web.a.test': 'silent',
        'web.b.test': ['192.0.2.3'],
        web: ['192.0.2.4'],
        'mail.a.test': 'REFUSED',
        'ftp.example': 'silent',
        'ftp.example.a.test': ['192.0.2.5'],
      },
    },
    lookups: [
      { name: 'www', found: ['192.0.2.2'], asked: ['www.a.test', 'www'] },
      { name: 'web', found: ['192.0.2.4'], asked: ['web.a.test', 'web'] },
      {
        name: 'mail',
        found: 'NXDOMAIN',
        asked: ['mail.a.test', 'mail'],
        resolver: { found: 'AGAIN', because: 'the suffix that was refused may have had addresses' },
      },
      { name: 'ftp.example', found: ['192.0.2.5'], asked: ['ftp.example', 'ftp.example.a.test'] },
    ],
  },
  {
    title: 'one family that fails',
    ...searching(),
    servers: {
      '127.0.0.1': {
        'www.a.test': { A: ['192.0.2.1'], AAAA: 'SERVFAIL' },
        'web.a.test': { A: 'SERVFAIL', AAAA: ['2001:db8::1'] },
        'mail.a.test': { A: 'NODATA', AAAA: 'SERVFAIL' },
        'odd.a.test': { A: ['192.0.2.2'], AAAA: 'NXDOMAIN' },
      },
    },
    lookups: [
      { name: 'www', found: ['192.0.2.1'], asked: ['www.a.test'] },
      { name: 'www', family: 6, found: 'AGAIN', asked: ['www.a.test', 'www.b.test', 'www'] },
      { name: 'web', found: ['2001:db8::1'], asked: ['web.a.test'] },
      {
        name: 'mail',
        found: 'NODATA',
        asked: ['mail.a.test', 'mail.b.test', 'mail'],
        resolver: { found: 'AGAIN', because: 'the family that failed may have had addresses' },
      },
      { name: 'odd', found: ['192.0.2.2'], asked: ['odd.a.test'] },
    ],
  },
  {
    title: 'the root in the list',
    addresses: dualStack,
    etc: { 'resolv.conf': resolvConf('search . a.test', 'options ndots:2') },
    servers: { '127.0.0.1': { www: ['192.0.2.1'], 'web.a.test': ['192.0.2.2'] } },
    lookups: [
      { name: 'www', found: ['192.0.2.1'], asked: ['www'] },
      { name: 'web', found: ['192.0.2.2'], asked: ['web', 'web.a.test'] },
      { name: 'nope', found: 'NXDOMAIN', asked: ['nope', 'nope.a.test'] },
    ],
  },
  {
    title: 'no-tld-query',
    ...searching('options no-tld-query'),
    servers: { '127.0.0.1': { www: ['192.0.2.1'], 'w.w': ['192.0.2.2'] } },
    lookups: [
      { name: 'www', found: 'NXDOMAIN', asked: ['www.a.test', 'www.b.test'] },
      { name: 'www.', found: ['192.0.2.1'], asked: ['www'] },
      { name: 'w.w', found: ['192.0.2.2'], asked: ['w.w'] },
    ],
  },
  {
    title: 'a name that a suffix makes too long',
    addresses: dualStack,
    etc: { 'resolv.conf': resolvConf(`search a.test ${'x'.repeat(60)}.test b.test`, 'options ndots:5') },
    servers: { '127.0.0.1': {} },
    lookups: [
      {
        name: Array.from({ length: 4 }, () => 'y'.repeat(50)).join('.'),
        found: 'NXDOMAIN',
        asked: [
          `${Array.from({ length: 4 }, () => 'y'.repeat(50)).join('.')}.a.test`,
          Array.from({ length: 4 }, () => 'y'.repeat(50)).join('.'),
        ],
      },
    ],
  },
];
