/** Host names that are addresses already, written in any form that getaddrinfo reads. */

import { isIP } from '../runtime/is-ip.ts';

const PART = /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;
const MAX_PART = 0xff;
const MAX_ADDRESS = 0xffff_ffff;

/**
 * The forms of inet_aton(3): one to four numbers, decimal, octal (`0…`) or hexadecimal (`0x…`), of which the last fills
 * the octets that are left: `127.1`, `0x7f.1`, `2130706433`.
 *
 * @returns the address in dotted form, or undefined if the text is none of these
 */
export function parseInetAton(text: string): string | undefined {
  const first = text.charCodeAt(0);
  if (!(first >= 0x30 && first <= 0x39)) return undefined;
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  let address = 0;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as string;
    if (!PART.test(part)) return undefined;
    const octal = part.length > 1 && part.startsWith('0') && !/[xX]/.test(part);
    const value = octal ? Number.parseInt(part, 8) : Number(part);
    const last = index === parts.length - 1;
    if (value > (last ? Math.floor(MAX_ADDRESS / 256 ** index) : MAX_PART)) return undefined;
    address += last ? value : value * 256 ** (3 - index);
  }
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** An IPv6 address with a zone that is none: getaddrinfo knows its family and nothing else. */
export function isIPv6WithBadZone(text: string): boolean {
  const percent = text.indexOf('%');
  return percent > 0 && isIP(text.slice(0, percent)) === 6;
}
