/**
 * From a host name as typed to the name that is asked for: international labels to punycode (UTS 46), and no query
 * for what can be no host name.
 */
import { nodeMajor } from '../runtime/node-dns.ts';

const { domainToASCII } = process.getBuiltinModule('node:url');

/** libuv's buffer for a host name; longer ones are EINVAL. */
const MAX_NAME_OCTETS = 255;
/** RFC 1035 §2.3.4, as text without the final dot. */
const MAX_NAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

/** Why no query is sent: `invalid` is EINVAL of getaddrinfo, `notFound` is ENOTFOUND. */
export type Refusal = 'invalid' | 'notFound';

export type Hostname =
  | { readonly ascii: string; readonly refusal?: undefined }
  | { readonly refusal: Refusal };

const INVALID: Hostname = { refusal: 'invalid' };
const NOT_FOUND: Hostname = { refusal: 'notFound' };

const NOT_ASCII = /[^\0-\x7f]/;
const PUNYCODE_LABEL = /(?:^|\.)xn--/i;
/** Printable or not, an ASCII character that no host name has (RFC 952, and the underscore that glibc lets pass). */
const FOREIGN = /[^A-Za-z0-9._\-\x80-\u{10ffff}]/u;

/** Versions before 24 refuse an `xn--` label that is no punycode; later ones ask for it as it is. */
const CHECKS_PUNYCODE = nodeMajor < 24;

/**
 * `domainToASCII` parses a URL's host, so it would also take `%41`, `a/b` or `user@host` (its callers here pass none of
 * those characters) and read `1.2` as an address. The label appended keeps the last one from being a number.
 *
 * @returns an empty string if the name is not valid
 */
function toAscii(name: string): string {
  const guarded = domainToASCII(name.endsWith('.') ? `${name}x` : `${name}.x`);
  if (guarded === '') return '';
  return guarded.slice(0, name.endsWith('.') ? -1 : -2);
}

/** By character code, 1 for letters, digits, hyphen and underscore. */
const PLAIN: Uint8Array = Uint8Array.from({ length: 0x80 }, (_, code) =>
  /[A-Za-z0-9_-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
const DOT = 0x2e;
const HYPHEN = 0x2d;

/**
 * Whether this is a host name of nothing but letters, digits, hyphens and underscores, with labels of good length: what
 * nearly all names are. One pass, where the rules for everything else take several regular expressions.
 */
function isPlain(name: string): boolean {
  const { length } = name;
  if (length > MAX_NAME_LENGTH || name.charCodeAt(0) === HYPHEN) return false;
  let start = 0;
  for (let at = 0; at < length; at++) {
    const code = name.charCodeAt(at);
    if (code === DOT) {
      if (at === start || at - start > MAX_LABEL_LENGTH) return false;
      start = at + 1;
    } else if (PLAIN[code] !== 1) {
      return false;
    } else if (code === HYPHEN && at === start + 3 && name.charCodeAt(at - 1) === HYPHEN) {
      // `xn--`, perhaps.
      return false;
    }
  }
  return start < length ? length - start <= MAX_LABEL_LENGTH : length > 1;
}

/**
 * The name to be looked up.
 *
 * @param name not empty, not an IP address
 */
export function normalizeHostname(name: string): Hostname {
  if (isPlain(name)) return { ascii: name };
  let ascii = name;
  if (NOT_ASCII.test(name)) {
    if (FOREIGN.test(name.normalize('NFKC'))) return NOT_FOUND;
    ascii = toAscii(name);
    if (ascii === '') return INVALID;
  } else {
    const nul = name.indexOf('\0');
    // Reached on Node 20 only; getaddrinfo reads up to the NUL.
    if (nul === 0) return INVALID;
    if (nul > 0) return NOT_FOUND;
    if (CHECKS_PUNYCODE && PUNYCODE_LABEL.test(name) && !FOREIGN.test(name) && toAscii(name) === '')
      return INVALID;
  }
  if (ascii.length > MAX_NAME_OCTETS) return INVALID;
  if (FOREIGN.test(ascii) || ascii.startsWith('-')) return NOT_FOUND;
  const body = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  if (body.length > MAX_NAME_LENGTH || !labelsFit(body)) return NOT_FOUND;
  return { ascii };
}

/** Whether no label is empty or too long. */
function labelsFit(name: string): boolean {
  let start = 0;
  while (start <= name.length) {
    const dot = name.indexOf('.', start);
    const end = dot === -1 ? name.length : dot;
    if (end === start || end - start > MAX_LABEL_LENGTH) return false;
    start = end + 1;
  }
  return true;
}

/** What c-ares lets pass in a name to be queried; a backslash begins an escape of RFC 1035 §5.1. */
const QUERYABLE = /^[A-Za-z0-9._\-*/\\]*$/;

const ONION = /(?:^|\.)onion\.?$/i;
const LOWERCASE = 0x20;
const LETTER_N = 0x6e;

/** Looks at the last letter first: the regular expression would look at the whole of every name. */
function isOnion(name: string): boolean {
  const last = name.charCodeAt(name.length - 1);
  return (last === DOT || (last | LOWERCASE) === LETTER_N) && ONION.test(name);
}

/** An octet as three digits, or any other character as it is. */
const ESCAPES = /\\(?:[01]\d\d|2[0-4]\d|25[0-5]|\D)/g;

/**
 * A name for the query of one record type. Rules and codes are those of c-ares, except that a name with a NUL is
 * refused, not cut.
 *
 * @returns the name in ASCII, or the code of the error
 */
export function normalizeQueryName(name: string): string | { readonly code: string } {
  if (isPlain(name) && !isOnion(name)) return name;
  if (name === '' || name === '.') return '.';
  const ascii = NOT_ASCII.test(name) ? toAscii(name) : name;
  if (ascii === '') return { code: 'ENOTFOUND' };
  if (!QUERYABLE.test(ascii)) return { code: 'EBADNAME' };
  if (ascii.includes('\\') && ascii.replaceAll(ESCAPES, '').includes('\\')) return { code: 'EBADNAME' };
  const body = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  // An escape stands for one octet; the addon measures what has them.
  if (!ascii.includes('\\') && (body.length > MAX_NAME_LENGTH || !labelsFit(body)))
    return { code: 'EBADNAME' };
  // RFC 7686 §2.
  if (isOnion(body)) return { code: 'ENOTFOUND' };
  return ascii;
}
