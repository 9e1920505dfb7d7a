import { failure, nodata, nxdomain, respond, type DenialOptions } from './behaviours/respond.ts';
import type { Behaviour } from './exchange.ts';
import type { ZoneRecord } from './records.ts';

/**
 * Names and what they get: records of any types, one record, or a behaviour for every query of the name. Keys are in
 * lower case without trailing dot; queries match in any case. `'*.example.test'` stands for every name below it that has
 * no key of its own, `'*'` for all.
 */
export type Zone = Record<string, readonly ZoneRecord[] | ZoneRecord | Behaviour>;

type Entry = readonly ZoneRecord[] | Behaviour;

// Longer chains than any resolver follows, and an end to loops.
const longestChain = 32;

function normalise(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function entryAt(zone: Zone, name: string): Entry | undefined {
  const entry = Object.hasOwn(zone, name) ? zone[name] : undefined;
  if (entry === undefined || typeof entry === 'function') return entry;
  return 'type' in entry ? [entry] : entry;
}

function findEntry(zone: Zone, name: string): Entry | undefined {
  const exact = entryAt(zone, name);
  if (exact !== undefined) return exact;
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const wildcard = entryAt(zone, `*${name.slice(dot)}`);
    if (wildcard !== undefined) return wildcard;
  }
  return entryAt(zone, '*');
}

function hasNameBelow(zone: Zone, name: string): boolean {
  return Object.keys(zone).some((key) => key.endsWith(`.${name}`));
}

/** Records of `type` at `name`, with the CNAME records that lead there as far as this zone knows them. */
function collect(zone: Zone, name: string, type: string): ZoneRecord[] {
  const found: ZoneRecord[] = [];
  let owner = name;
  for (let links = 0; links < longestChain; links += 1) {
    const entry = findEntry(zone, normalise(owner));
    if (entry === undefined || typeof entry === 'function') break;
    const here = entry.filter((record) => type === 'ANY' || record.type === type);
    const [alias] = entry.filter((record) => record.type === 'CNAME');
    // A record without an owner is owned by the name that led to it: several names can share one list.
    found.push(
      ...(here.length > 0 ? here : alias === undefined ? [] : [alias]).map((r) => ({ name: owner, ...r })),
    );
    if (here.length > 0 || typeof alias?.data !== 'string') break;
    owner = alias.data;
  }
  return found;
}

/** What an authoritative server of `zone` does: the records, NODATA, NXDOMAIN, or the name's own behaviour. */
export function answerFromZone(zone: Zone, denialOptions: DenialOptions): Behaviour {
  return (exchange) => {
    const { query } = exchange;
    if (query.class !== 'IN') return failure('REFUSED')(exchange);
    const name = normalise(query.name);
    const entry = findEntry(zone, name);
    if (typeof entry === 'function') return entry(exchange);
    if (entry === undefined && !hasNameBelow(zone, name)) return nxdomain(denialOptions)(exchange);
    const answers = collect(zone, query.name, query.type);
    return answers.length > 0
      ? respond({ answers, authoritative: true })(exchange)
      : nodata(denialOptions)(exchange);
  };
}
