/**
 * The names of addresses in the hosts file, for `reverse`. What belongs together is decided as in c-ares: lines that
 * share an address or a name are one entry.
 */
import { isIP } from '../runtime/is-ip.ts';

/** c-ares gives no more: some hosts files are block lists. */
const MAX_ALIASES = 100;
/** What c-ares lets pass as a host name. */
const HOST_NAME = /^[A-Za-z0-9\-._/*]+$/;
const WORDS = /\S+/g;
const BYTE_ORDER_MARK = /^\u{feff}/u;

interface Entry {
  readonly names: string[];
}

/** Names by address; addresses in the form of {@link addressKey}. */
export class HostsByAddress {
  readonly #byAddress: ReadonlyMap<string, Entry>;

  /**
   * @param text of a hosts file; a line that cannot be read is left out. Without it nothing is there, and no regular
   *   expression runs: Node 20 cannot put one that has run into a startup snapshot.
   */
  constructor(text?: string) {
    const byAddress = new Map<string, Entry>();
    this.#byAddress = byAddress;
    if (text === undefined) return;
    const byName = new Map<string, Entry>();
    const keys = new Map<string, string | undefined>();
    for (const line of text.replace(BYTE_ORDER_MARK, '').split('\n')) {
      const comment = line.indexOf('#');
      const [address, ...names] = (comment < 0 ? line : line.slice(0, comment)).match(WORDS) ?? [];
      if (address === undefined) continue;
      if (!keys.has(address)) keys.set(address, addressKey(address));
      const key = keys.get(address);
      if (key === undefined) continue;
      const fit = names.filter((name, index) => HOST_NAME.test(name) && names.indexOf(name) === index);
      if (fit.length > 0) add(fit, key, byAddress, byName);
    }
  }

  /**
   * The names after the first, which Node leaves out.
   *
   * @returns a fresh array; undefined if the address is not there
   */
  aliasesOf(address: string): string[] | undefined {
    const key = addressKey(address);
    return key === undefined ? undefined : this.#byAddress.get(key)?.names.slice(1, 1 + MAX_ALIASES);
  }
}

/** Adds a line to the entry that it belongs to, or as one of its own. */
function add(
  names: readonly string[],
  key: string,
  byAddress: Map<string, Entry>,
  byName: Map<string, Entry>,
): void {
  const lowercase = names.map((name) => name.toLowerCase());
  const known = lowercase.map((name) => byName.get(name));
  const entry = byAddress.get(key) ?? known.find((found) => found !== undefined) ?? { names: [] };
  if (!byAddress.has(key)) byAddress.set(key, entry);
  for (const [index, name] of lowercase.entries()) {
    if (known[index] !== undefined) continue;
    // Names that differ by case only are the same once another line is added to an entry, not within one line.
    entry.names.push(names[index] as string);
    if (!byName.has(name)) byName.set(name, entry);
  }
}

/** The same for every spelling of an address; undefined for what is none. */
export function addressKey(address: string): string | undefined {
  // Leading zeros are decimal in hosts files.
  const plain = address.replace(/^[\d.]+$/, (ipv4) => ipv4.split('.').map(withoutZeros).join('.'));
  const family = isIP(plain);
  if (family === 4) return plain;
  if (family !== 6 || plain.includes('%')) return undefined;
  return new URL(`http://[${plain}]`).hostname;
}

function withoutZeros(part: string): string {
  return part.replace(/^0+(?=\d)/, '');
}
