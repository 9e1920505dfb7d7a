import { describe, expect, test } from 'vitest';
import { RecordType } from '../native/binding.ts';
import { nodeMajor } from '../runtime/node-dns.ts';
import { RecordReader } from '../native/record.ts';
import { name, record, records, text, u16, u32 } from '../test-support/compose-records.ts';
import { compose } from '../test-support/fake-binding.ts';
import { seededRandom } from '../test-support/seeded-random.ts';
import { RdataError } from './rdata.ts';
import { RECORD_KINDS, type RecordKind } from './record-kind.ts';
import { resolveResult } from './resolve-result.ts';

type TypeName = keyof typeof RecordType;

function kindOf(type: TypeName): RecordKind {
  return RECORD_KINDS.find(({ number }) => number === RecordType[type]) as RecordKind;
}

function recordOf(...each: readonly number[][]): RecordReader {
  return new RecordReader(compose(0, { records: records(...each) }));
}

function resultOf(type: TypeName, ...each: readonly number[][]): unknown {
  return resolveResult(kindOf(type), recordOf(...each), false);
}

function ofType(type: TypeName, ...data: readonly number[][]): unknown {
  return resultOf(type, ...data.map((octets) => record(RecordType[type], octets)));
}

const typed = (type: string | undefined): object => (nodeMajor >= 24 ? { type } : {});
const target = name('www', 'example', 'test');

describe('what a function of one type gives', () => {
  test.each(['NS', 'PTR', 'CNAME'] as const)('%s: names', (type) => {
    expect(ofType(type, target, name())).toStrictEqual(['www.example.test', '']);
  });

  test('MX', () => {
    expect(ofType('MX', [...u16(300), ...target])).toStrictEqual([
      { exchange: 'www.example.test', priority: 300, ...typed('MX') },
    ]);
  });

  test('TXT: the strings of each record, octet by octet', () => {
    expect(ofType('TXT', [...text('a\0b'), ...text('')], text('\xff"\\'))).toStrictEqual([
      ['a\0b', ''],
      ['\xff"\\'],
    ]);
  });

  test('SRV', () => {
    expect(ofType('SRV', [...u16(1), ...u16(2), ...u16(443), ...target])).toStrictEqual([
      { name: 'www.example.test', port: 443, priority: 1, weight: 2, ...typed('SRV') },
    ]);
  });

  test('NAPTR', () => {
    const data = [...u16(100), ...u16(10), ...text('U'), ...text('E2U+sip'), ...text('!a!b!'), ...name()];
    expect(ofType('NAPTR', data)).toStrictEqual([
      {
        flags: 'U',
        service: 'E2U+sip',
        regexp: '!a!b!',
        replacement: '',
        order: 100,
        preference: 10,
        ...typed(undefined),
      },
    ]);
  });

  test('SOA: an object, not a list', () => {
    const numbers = [4_294_967_295, 3600, 600, 86_400, 30].flatMap(u32);
    expect(ofType('SOA', [...target, ...name('hostmaster', 'a.b'), ...numbers])).toStrictEqual({
      nsname: 'www.example.test',
      hostmaster: 'hostmaster.a\\.b',
      serial: 4_294_967_295,
      refresh: 3600,
      retry: 600,
      expire: 86_400,
      minttl: 30,
      ...typed(undefined),
    });
  });

  test('CAA: the tag is a key, whatever it is called', () => {
    const given = ofType('CAA', [128, ...text('issue'), 0x78], [0, ...text('__proto__'), 0x79]) as object[];
    expect(given.map((caa) => Object.entries(caa).filter(([key]) => key !== 'type'))).toStrictEqual([
      [
        ['critical', 128],
        ['issue', 'x'],
      ],
      [
        ['critical', 0],
        ['__proto__', 'y'],
      ],
    ]);
  });

  test('TLSA: a buffer of its own', () => {
    expect(ofType('TLSA', [3, 1, 2, 0xab, 0xcd])).toStrictEqual([
      { certUsage: 3, selector: 1, match: 2, data: Uint8Array.of(0xab, 0xcd).buffer },
    ]);
  });

  test('records of other types are left out', () => {
    expect(resultOf('NS', record(46, [1, 2, 3]), record(RecordType.NS, target))).toStrictEqual([
      'www.example.test',
    ]);
  });
});

test('names: reserved characters after a backslash, octets that print nothing as numbers', () => {
  const labels = ['a.b', '"(;)@$\\', 'sp ace', [0, 0x7f, 0xc8]];
  expect(ofType('PTR', name(...labels, 'UPPER'))).toStrictEqual([
    'a\\.b.\\"\\(\\;\\)\\@\\$\\\\.sp ace.\\000\\127\\200.UPPER',
  ]);
});

describe('ANY', () => {
  const ipv4 = record(RecordType.A, [192, 0, 2, 1], 30);
  const ipv6 = record(RecordType.AAAA, [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 20);

  test('addresses first, with their seconds, then type by type', () => {
    const caa = record(RecordType.CAA, [0, ...text('issue'), 0x78]);
    const txt = record(RecordType.TXT, text('t'));
    const ns = record(RecordType.NS, target);
    const mx = record(RecordType.MX, [...u16(5), ...target]);
    const hinfo = record(13, [...text('a'), ...text('b')]);
    const given = resultOf('ANY', caa, txt, hinfo, ns, ipv6, mx, ipv4) as { type: string }[];
    expect(given.map(({ type }) => type)).toStrictEqual(['A', 'AAAA', 'MX', 'NS', 'TXT', 'CAA']);
    expect(given.slice(0, 5)).toStrictEqual([
      { address: '192.0.2.1', ttl: 30, type: 'A' },
      { address: '2001:db8::1', ttl: 20, type: 'AAAA' },
      { exchange: 'www.example.test', priority: 5, type: 'MX' },
      { value: 'www.example.test', type: 'NS' },
      { entries: ['t'], type: 'TXT' },
    ]);
  });

  test('an alias stands for the addresses', () => {
    const cname = record(RecordType.CNAME, target);
    expect(resultOf('ANY', ipv4, cname)).toStrictEqual([{ value: 'www.example.test', type: 'CNAME' }]);
  });
});

describe('SVCB and HTTPS', () => {
  const param = (key: number, value: readonly number[]): number[] => [
    ...u16(key),
    ...u16(value.length),
    ...value,
  ];
  const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1];

  test('parameters by name', () => {
    const data = [
      ...u16(1),
      ...name(),
      ...param(0, [...u16(1), ...u16(3), ...u16(9000)]),
      ...param(1, [...text('h2'), ...text('h3')]),
      ...param(2, []),
      ...param(3, u16(8443)),
      ...param(4, [192, 0, 2, 1, 192, 0, 2, 2]),
      ...param(5, [1, 2]),
      ...param(6, mapped),
      ...param(7, [...Buffer.from('/dns{?dns}')]),
      ...param(8, []),
      ...param(9000, [7]),
    ];
    expect(ofType('HTTPS', data)).toStrictEqual([
      {
        priority: 1,
        target: '.',
        params: {
          mandatory: ['alpn', 'port', 'key9000'],
          alpn: ['h2', 'h3'],
          'no-default-alpn': true,
          port: 8443,
          ipv4hint: ['192.0.2.1', '192.0.2.2'],
          ech: Uint8Array.of(1, 2).buffer,
          ipv6hint: ['::ffff:192.0.2.1'],
          dohpath: '/dns{?dns}',
          ohttp: true,
          key9000: Uint8Array.of(7).buffer,
        },
      },
    ]);
  });

  test('an alias', () => {
    expect(ofType('SVCB', [...u16(0), ...target])).toStrictEqual([
      { priority: 0, target: 'www.example.test', params: {} },
    ]);
  });

  test.each([
    ['keys that do not ascend', [...param(3, u16(1)), ...param(3, u16(1))]],
    ['a port that is too long', param(3, [1, 2, 3])],
    ['an empty list', param(4, [])],
    ['half an address', param(4, [192, 0])],
    ['a value for a flag', param(2, [0])],
    ['a value that ends after its record', [...u16(3), ...u16(9), 1]],
  ])('%s is malformed', (_, params) => {
    expect(() => ofType('HTTPS', [...u16(1), ...name(), ...params])).toThrow('malformed');
  });
});

describe('malformed data', () => {
  test.each<[TypeName, number[]]>([
    ['MX', [0]],
    ['MX', [0, 1, 3, 0x61]],
    ['NS', [0xc0, 0]],
    ['TXT', [4, 0x61]],
    ['SOA', [0, 0, 1, 2]],
    ['CAA', [0, 9, 0x61]],
    ['TLSA', [3, 1]],
  ])('%s %j', (type, data) => {
    expect(() => ofType(type, data)).toThrow('malformed');
  });

  test('an address of the wrong size', () => {
    expect(() => resultOf('ANY', record(RecordType.A, [1, 2, 3]))).toThrow('malformed');
  });

  test('whatever the octets are, they are read or said to be malformed', () => {
    const random = seededRandom(20_261_122);
    const octet = (): number => Math.floor(random() * 256);
    const outcomes = { read: 0, malformed: 0 };
    for (let turn = 0; turn < 20_000; turn++) {
      const kind = RECORD_KINDS[turn % RECORD_KINDS.length] as RecordKind;
      const length = Math.floor(random() * 40);
      // Small octets make more lengths that fit.
      const small = random() < 0.5;
      const data = Array.from({ length }, () => (small ? octet() % 8 : octet()));
      const type = kind.number === RecordType.ANY ? [1, 2, 16, 28, 257][turn % 5] : kind.number;
      try {
        resolveResult(kind, recordOf(record(type as number, data)), false);
        outcomes.read++;
      } catch (error) {
        expect(error).toBeInstanceOf(RdataError);
        outcomes.malformed++;
      }
    }
    expect(Math.min(outcomes.read, outcomes.malformed)).toBeGreaterThan(2000);
  });

  test('a record that ends too early', () => {
    expect(() => resultOf('NS', record(RecordType.NS, target).slice(0, -1))).toThrow('malformed');
  });
});
