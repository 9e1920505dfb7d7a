/** What happens to the primary and to the path to it. */
import type { Faults, RelayDirection } from '../relay.ts';
import type { Fault } from './fault.ts';

const path = (name: string, direction: RelayDirection, faults: Faults, without: Faults): Fault => ({
  name,
  begin: ({ primary }) => primary.set(direction, faults),
  end: ({ primary }) => primary.set(direction, without),
});

const forging = (name: string, forge: NonNullable<Faults['forge']>): Fault =>
  path(name, 'down', { forge }, { forge: 'none' });

/** Its process and its port are gone. */
export const killed: Fault = {
  name: 'killed',
  begin: ({ primary }) => primary.kill(),
  end: ({ primary }) => primary.start(),
};

/** SIGSTOP: it receives, and answers when it goes on. */
export const stopped: Fault = {
  name: 'stopped',
  begin: async ({ primary }) => primary.stop(),
  end: async ({ primary }) => primary.resume(),
};

/** Nothing passes in either direction, and nothing says so. */
export const blackHoled: Fault = path('black-holed', 'both', { blackHole: true }, { blackHole: false });

/** Queries get lost. */
export function losing(share: number, direction: RelayDirection = 'up'): Fault {
  const ways = direction === 'both' ? 'each way' : 'one way';
  return path(`${share * 100} % loss ${ways}`, direction, { loss: share }, { loss: 0 });
}

/** Answers come so much later. */
export function delayedBy(ms: number): Fault {
  return {
    name: `+${ms} ms`,
    begin: ({ primary, primaryDelayMs }) => primary.set('down', { delayMs: primaryDelayMs / 2 + ms }),
    end: ({ primary, primaryDelayMs }) => primary.set('down', { delayMs: primaryDelayMs / 2 }),
  };
}

export const servfailing: Fault = forging('SERVFAIL storm', 'servfail');
export const refusing: Fault = forging('REFUSED', 'refused');
/** NOERROR without data and without a SOA, as by a middlebox: no denial that could be believed. */
export const emptyAnswers: Fault = forging('lying NODATA without SOA', 'empty');
/** A denial in due form. */
export const lyingNodata: Fault = forging('lying NODATA', 'no-data');
export const lyingNxdomain: Fault = forging('lying NXDOMAIN', 'nxdomain');
/** TC over UDP; TCP answers. */
export const alwaysTruncated: Fault = forging('TC always', 'truncated');
/** No answer over UDP is accepted; TCP answers. */
export const wrongIds: Fault = forging('wrong IDs', 'wrong-id');

/** Every one of them, as the specification lists them; those that come and go are `flapping(killed, …)`. */
export const primaryFaults: readonly Fault[] = [
  killed,
  stopped,
  blackHoled,
  losing(0.1),
  losing(0.3),
  delayedBy(300),
  servfailing,
  refusing,
  emptyAnswers,
  lyingNodata,
  alwaysTruncated,
  wrongIds,
];
