/** Where a name falls in [0, 1): a canary's choice is the same each time the name is asked for. */

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * FNV-1a (32 bit) over the lower-cased ASCII name without its trailing dot, finished as in MurmurHash3 because FNV
 * alone leaves the high bits of short names alike, divided by 2³².
 *
 * A name is in a canary of share s if its fraction is below s. Growing shares only add names.
 */
export function nameFraction(name: string): number {
  const end = name.length > 1 && name.endsWith('.') ? name.length - 1 : name.length;
  let hash = FNV_OFFSET;
  for (let index = 0; index < end; index++) {
    const code = name.charCodeAt(index);
    const lower = code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
    hash = Math.imul(hash ^ (lower & 0xff), FNV_PRIME);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
