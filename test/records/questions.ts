/** What is asked of both resolvers. */

/** A function of `dns`, and its arguments. */
export type Question = readonly [method: string, ...given: unknown[]];

/** The same of several names of the zone. */
function ofNames(method: string, ...names: readonly string[]): Question[] {
  return names.map((name) => [method, `${name}.example.test`]);
}

const addressNames = [
  'www',
  'alias',
  'chain',
  'longer',
  'brief',
  'many',
  'lost',
  'a.wild',
  'empty',
  'nowhere',
];

const listTypes = ['Mx', 'Txt', 'Caa', 'Ns', 'Soa', 'Srv', 'Ptr', 'Naptr'];

const addresses: readonly Question[] = [
  ...addressNames.flatMap((name): Question[] => [
    ['resolve4', `${name}.example.test`],
    ['resolve4', `${name}.example.test`, { ttl: true }],
    ['resolve6', `${name}.example.test`],
  ]),
  ['resolve6', 'mapped.example.test', { ttl: true }],
  ['resolve6', 'alias.example.test', { ttl: true }],
  ['resolve4', 'www.example.test.'],
  ['resolve4', 'WWW.Example.TEST'],
  ['resolve4', 'x.d.example.test'],
];

const records: readonly Question[] = [
  ...ofNames('resolveCname', 'alias', 'chain', 'lost', 'www', 'odd-alias', 'nowhere', 'x.d', 'empty'),
  ...ofNames('resolveMx', 'many', 'no-mail', 'to-mail', 'lost'),
  ...ofNames(
    'resolveTxt',
    'odd-text',
    'empty-text',
    'long-text',
    'mixed',
    'e\\.scaped',
    'x.wild',
    'to-mail',
    'under_score',
  ),
  ...listTypes.flatMap((type): Question[] => [
    [`resolve${type}`, 'example.test'],
    ...ofNames(`resolve${type}`, 'everything', 'below.empty', 'empty', 'nowhere'),
    [`resolve${type}`, 'x.broken.test'],
    [`resolve${type}`, 'elsewhere.invalid'],
  ]),
  ...ofNames('resolveSrv', '_sip._tcp'),
  ...ofNames('resolveNaptr', 'naptr'),
  ...ofNames('resolvePtr', 'pointer', 'odd-pointer', 'mixed-case'),
  ...ofNames('resolveTlsa', '_443._tcp.www', 'www', 'nowhere'),
  ...ofNames('resolveAny', 'www', 'everything', 'alias', 'chain', 'lost', 'empty', 'nowhere', 'odd-pointer'),
  ...ofNames('resolveAny', 'only-unknown', 'long-text'),
  ['resolveAny', 'example.test'],
];

const byType: readonly Question[] = [
  ['resolve', 'www.example.test'],
  ...['A', 'AAAA', 'MX', 'TXT', 'SOA', 'NS', 'CAA', 'ANY'].map((type): Question => [
    'resolve',
    'everything.example.test',
    type,
  ]),
];

/** Aliases of names that exist without such records, which Node gives as an empty list, or not. */
const emptyAliases: readonly Question[] = [
  ...[...listTypes, 'Tlsa'].flatMap((type) => ofNames(`resolve${type}`, 'alias', 'chain', 'longer')),
  ...ofNames('resolve4', 'to-text'),
  ...ofNames('resolve6', 'to-text'),
  ['resolve4', 'to-text.example.test', { ttl: true }],
  ...ofNames('resolveCname', 'to-text'),
];

const reverse: readonly Question[] = [
  '192.0.2.1',
  '192.0.2.2',
  '192.0.2.3',
  '192.0.2.4',
  '192.0.2.5',
  '192.0.2.9',
  '198.51.100.1',
  '2001:db8::1',
  '2001:db8:0::1',
  '2001:db8::2',
  // In the hosts file.
  '127.0.0.1',
].map((address) => ['reverse', address]);

const strangeNames: readonly Question[] = [
  'x.broken.test',
  'elsewhere.invalid',
  'x.onion',
  'a b.example.test',
  'a..b',
  '',
  '.',
  '127.0.0.1',
  '::1',
  `${'a'.repeat(64)}.example.test`,
  `${'a.'.repeat(130)}example.test`,
  'bücher.example.test',
  'xn--bcher-kva.example.test',
  'straße.example.test',
  'ｗｗｗ.example.test',
  `${'a'.repeat(63)}.example.test`,
  `${'a.'.repeat(121)}x.y.test`,
  `${'a.'.repeat(124)}.test`,
  `${'a.'.repeat(125)}x.test`,
  '*.wild.example.test',
  '-x.example.test',
  'x-.example.test',
  'a/b.example.test',
  'a+b.example.test',
  'a%20b.example.test',
  'a@b.example.test',
  'a:b.example.test',
  "a'b.example.test",
  'a\tb.example.test',
  ' www.example.test',
  'www.example.test ',
  'a\\.b.example.test',
  'a\\046b.example.test',
  'a\\300b.example.test',
  'a\\30.example.test',
  'a\\x.example.test',
  'a\\',
  '\\',
  '..',
  '.example.test',
  'example.test..',
  '1.2',
  '0x7f.1',
  '[::1]',
].map((name) => ['resolve4', name]);

export const questions: readonly Question[] = [
  ...addresses,
  ...records,
  ...byType,
  ...emptyAliases,
  ...reverse,
  ...strangeNames,
  ['resolveMx', 'X.ONION.'],
];
