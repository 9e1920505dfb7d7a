/** Counters of the kernel for a network namespace, which tell what was sent to a port that nobody reads. */
export interface DatagramCounters {
  /** For ports that nobody listens on. */
  readonly noPorts: number;
  /** For sockets whose buffer was full. */
  readonly overflows: number;
}

/** Reads the content of `/proc/net/snmp`. */
export function parseDatagramCounters(snmp: string): DatagramCounters {
  const [heading, values] = snmp
    .split('\n')
    .filter((line) => line.startsWith('Udp: '))
    .map((line) => line.split(' '));
  const value = (name: string): number => {
    const index = heading?.indexOf(name) ?? -1;
    const found = index === -1 ? Number.NaN : Number(values?.[index]);
    if (Number.isNaN(found)) throw new Error(`no counter ${name} for datagrams`);
    return found;
  };
  return { noPorts: value('NoPorts'), overflows: value('RcvbufErrors') };
}
