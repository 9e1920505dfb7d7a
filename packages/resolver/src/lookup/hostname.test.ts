import { describe, expect, it } from 'vitest';
import { normalizeHostname, normalizeQueryName } from './hostname.ts';
import { isIPv6WithBadZone, parseInetAton } from './literal.ts';

describe('a host name to be looked up', () => {
  it.each([
    ['example.test', 'example.test'],
    ['Example.TEST', 'Example.TEST'],
    ['example.test.', 'example.test.'],
    ['_sip._udp.test', '_sip._udp.test'],
    ['a-.test', 'a-.test'],
    ['bücher.test', 'xn--bcher-kva.test'],
    ['BÜCHER.test.', 'xn--bcher-kva.test.'],
    ['straße.test', 'xn--strae-oqa.test'],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
    ['１.２.３.４.test', '1.2.3.4.test'],
    ['ｅxample.test', 'example.test'],
    ['\u{1f600}.test', 'xn--e28h.test'],
    ['1.2.3.4.5', '1.2.3.4.5'],
    [`${'a'.repeat(63)}.test`, `${'a'.repeat(63)}.test`],
  ])('%j becomes %j', (name, ascii) => {
    expect(normalizeHostname(name)).toEqual({ ascii });
  });

  it.each([
    ['a..b', 'notFound'],
    ['.', 'notFound'],
    ['-a', 'notFound'],
    ['a b', 'notFound'],
    ['[::1]', 'notFound'],
    ['user@host', 'notFound'],
    ['é/x', 'notFound'],
    ['a%62', 'notFound'],
    [`${'a'.repeat(64)}.test`, 'notFound'],
    ['abcdefghi.'.repeat(25).concat('abcd'), 'notFound'],
    ['a'.repeat(256), 'invalid'],
    ['a\u200db', 'invalid'],
    ['\ud800', 'invalid'],
    ['ü'.repeat(300), 'invalid'],
  ])('%j is %s', (name, refusal) => {
    expect(normalizeHostname(name)).toEqual({ refusal });
  });
});

describe('a name to be queried', () => {
  it.each([
    ['', '.'],
    ['.', '.'],
    ['example.test', 'example.test'],
    ['*.example.test', '*.example.test'],
    ['-a', '-a'],
    ['a\\.b.test', 'a\\.b.test'],
    ['bücher.test', 'xn--bcher-kva.test'],
    ['localhost', 'localhost'],
  ])('%j becomes %j', (name, ascii) => {
    expect(normalizeQueryName(name)).toBe(ascii);
  });

  it.each([
    ['a..b', 'EBADNAME'],
    ['a b', 'EBADNAME'],
    ['::1', 'EBADNAME'],
    ['a\0b', 'EBADNAME'],
    ['a\\', 'EBADNAME'],
    ['a\\30.test', 'EBADNAME'],
    ['a\\256b', 'EBADNAME'],
    ['a\\\\\\', 'EBADNAME'],
    ['a'.repeat(64), 'EBADNAME'],
    ['x.onion', 'ENOTFOUND'],
    ['X.ONION.', 'ENOTFOUND'],
    ['a\u200db', 'ENOTFOUND'],
  ])('%j is %s', (name, code) => {
    expect(normalizeQueryName(name)).toEqual({ code });
  });
});

describe('inet_aton', () => {
  it.each([
    ['127.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['1.2.3', '1.2.0.3'],
    ['1.65535', '1.0.255.255'],
    ['4294967295', '255.255.255.255'],
    ['0', '0.0.0.0'],
    ['0X10.0', '16.0.0.0'],
  ])('%s is %s', (text, address) => {
    expect(parseInetAton(text)).toBe(address);
  });

  it.each([
    '',
    '1.2.3.4.5',
    '256.1',
    '1.2.3.256',
    '4294967296',
    '08',
    '0x',
    '1.',
    '.1',
    '1..2',
    'a',
    '1a',
    '0b1',
    '1e3',
    '+1',
    ' 1',
  ])('%j is none', (text) => {
    expect(parseInetAton(text)).toBeUndefined();
  });
});

it('knows an IPv6 address by what stands before the zone', () => {
  expect(isIPv6WithBadZone('::1%')).toBe(true);
  expect(isIPv6WithBadZone('fe80::1% ')).toBe(true);
  expect(isIPv6WithBadZone('127.0.0.1%lo')).toBe(false);
  expect(isIPv6WithBadZone('%lo')).toBe(false);
  expect(isIPv6WithBadZone('a.test')).toBe(false);
});
