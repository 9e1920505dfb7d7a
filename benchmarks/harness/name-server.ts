import { startNsd, zoneText, type RealServer } from '@doubao/resolver-testbed';

/** Suffix of every name that is asked. */
export const zone = 'bench.test';
/** Long enough that nothing expires while it is measured. */
const ttlSeconds = 86_400;
const knownNames = 1000;

/** `host-0.bench.test` to `host-999.bench.test`: two A records each, no AAAA. */
export const hostNames: readonly string[] = Array.from(
  { length: knownNames },
  (_, index) => `host-${index}.${zone}`,
);

/** The first address of a host name; the second differs in its second octet. */
export function firstAddress(index: number): string {
  return `10.0.${index >> 8}.${index & 255}`;
}

/** What any name below `any.bench.test` resolves to. */
export const wildcardAddress = '10.2.0.1';

/** A name that nobody has asked for yet. */
export function freshName(series: string, index: number): string {
  return `${series}-${index}.any.${zone}`;
}

/** NSD, one process, without the query reports that tests read. */
export function startNameServer(): Promise<RealServer> {
  const hosts = hostNames.flatMap((name, index) => {
    const owner = name.slice(0, -zone.length - 1);
    const address = firstAddress(index);
    return [
      `${owner} ${ttlSeconds} A ${address}`,
      `${owner} ${ttlSeconds} A ${address.replace('10.0', '10.1')}`,
    ];
  });
  const lines = [...hosts, `*.any ${ttlSeconds} A ${wildcardAddress}`];
  return startNsd({ zones: { [zone]: zoneText(zone, lines) }, extraConfig: 'dnstap:\n  dnstap-enable: no' });
}
