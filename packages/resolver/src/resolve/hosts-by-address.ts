/**
 * The names of addresses in the hosts file, for `reverse`. What belongs together is decided as in c-ares: lines that
 * share an address or a name are one entry.
 */
import { isIP } from 'node:net';

/** c-ares gives no more: some hosts files are block lists. */
const MAX_ALIASES = 100;
/** What c-ares lets pass as a host name. */
const HOST_NAME = /^[A-Za-z0-9\-._/*]+$/;
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
    for (const line of text.replace(BYTE_ORDER_MARK, '').split('\n')) {
      const [address = '', ...names] = line.replace(/#.*/, '').split(/\s+/).filter(Boolean);
      const key = addressKey(address);
      const fit = [...new Set(names)].filter((name) => HOST_NAME.test(name));
      if (key === undefined || fit.length === 0) continue;
      const entry =
        byAddress.get(key) ??
        fit.map((name) => byName.get(name.toLowerCase())).find((found) => found !== undefined) ??
        ({ names: [] } satisfies Entry);
      // Names that differ by case only are the same once another line is added to an entry, not within one line.
      entry.names.push(...fit.filter((name) => byName.get(name.toLowerCase()) === undefined));
      for (const name of fit) {
        if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), entry);
      }
      if (!byAddress.has(key)) byAddress.set(key, entry);
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
