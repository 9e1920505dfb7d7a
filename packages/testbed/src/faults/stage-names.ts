/**
 * The names of a stage and the addresses that they have, so that whoever looks one up can tell a right answer from a wrong
 * one, and a primary's from a fallback's.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { Query } from '../query.ts';
import { answer, nodata, nxdomain } from '../behaviours/respond.ts';
import type { Behaviour } from '../exchange.ts';
import { a, aaaa } from '../records.ts';
import { zoneText } from '../real-servers/zone-text.ts';

/** The zone of all names of a stage. None of the names that are private to a site: those are not told to a fallback. */
export const stageZone = 'stage.example';

/** Resolvers serve it themselves (RFC 9462), and are asked there whether they are well. */
export const resolversZone = 'resolver.arpa';

/** Who answered: servers of a class agree, the classes differ. */
export type StageClass = 'primary' | 'fallback';

/** How many groups cold names fall into; each has an address. */
const coldGroups = 256;
const coldTtlSeconds = 60;

// RFC 2544 and RFC 3849: reserved, and not private.
const networks = {
  primary: { v4: '198.18', v6: '2001:db8:a::' },
  fallback: { v4: '198.19', v6: '2001:db8:b::' },
} as const;

/** A name that many lookups share. */
export function warmName(index: number): string {
  return `n${index}.warm.${stageZone}`;
}

/** A name that nobody has looked up before, if `index` is new. */
export function coldName(index: number): string {
  return `u${index}.c${index % coldGroups}.cold.${stageZone}`;
}

/** Number of the address of a name; undefined for a name that a stage does not have. */
function addressNumber(name: string): number | undefined {
  const [, warm, cold] = /^(?:n(\d+)\.warm|u\d+\.c(\d+)\.cold)\.stage\.example$/i.exec(name) ?? [];
  if (warm !== undefined) return Number(warm);
  return cold === undefined ? undefined : 0xff00 + Number(cold);
}

function ipv4(number: number, by: StageClass): string {
  return `${networks[by].v4}.${number >> 8}.${number & 0xff}`;
}

/** Names of an even number have one of these too. */
function ipv6(number: number, by: StageClass): string | undefined {
  return number % 2 === 0 ? `${networks[by].v6}${(number + 1).toString(16)}` : undefined;
}

/**
 * Whose answer it is, going by its addresses, of which it may have those of both families or of one; `'both'` if each
 * family came from another class, and undefined if it is nobody's, and so a wrong one.
 */
export function answeredBy(name: string, addresses: readonly string[]): StageClass | 'both' | undefined {
  const number = addressNumber(name);
  if (number === undefined || addresses.length === 0) return undefined;
  const classes = addresses.map((address) =>
    (['primary', 'fallback'] as const).find(
      (by) => address === ipv4(number, by) || address === ipv6(number, by),
    ),
  );
  if (addresses.filter(isIPv4).length > 1 || addresses.filter(isIPv6).length > 1) return undefined;
  const [first] = classes;
  if (classes.includes(undefined)) return undefined;
  return classes.every((by) => by === first) ? first : 'both';
}

/** Text of the zone, as servers of a class have it. */
export function stageZoneText(by: StageClass, warmNames: number, warmTtlSeconds: number): string {
  const records = (owner: string, ttlSeconds: number, number: number): string[] => {
    const v6 = ipv6(number, by);
    return [
      `${owner} ${ttlSeconds} A ${ipv4(number, by)}`,
      ...(v6 === undefined ? [] : [`${owner} ${ttlSeconds} AAAA ${v6}`]),
    ];
  };
  return zoneText(
    stageZone,
    [
      ...Array.from({ length: warmNames }, (_, index) => records(`n${index}.warm`, warmTtlSeconds, index)),
      ...Array.from({ length: coldGroups }, (_, group) =>
        records(`*.c${group}.cold`, coldTtlSeconds, 0xff00 + group),
      ),
    ].flat(),
  );
}

/** The same from a scripted server. */
export function stageAnswer({ name, type }: Query, by: StageClass, warmTtlSeconds: number): Behaviour {
  const number = addressNumber(name);
  if (number === undefined) return nxdomain();
  const ttlSeconds = name.toLowerCase().endsWith(`.warm.${stageZone}`) ? warmTtlSeconds : coldTtlSeconds;
  const v6 = ipv6(number, by);
  if (type === 'A') return answer(a(ipv4(number, by), ttlSeconds));
  return type === 'AAAA' && v6 !== undefined ? answer(aaaa(v6, ttlSeconds)) : nodata();
}
