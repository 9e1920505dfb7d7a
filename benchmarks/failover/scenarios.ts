import type { ContenderName } from './contenders/contender.ts';
import { contenderNames } from './contenders/contender.ts';
import type { FailoverRun, FaultName } from './run.ts';
import { faultTitles, nameTitles, rateText } from './titles.ts';

/** What is measured side by side: one fault, one load. */
export interface Scenario {
  /** Names the experiment. */
  readonly id: string;
  readonly title: string;
  readonly fault: FaultName;
  readonly names: FailoverRun['names'];
  readonly perSecond: number;
  readonly hasFallback: boolean;
  /** How long lookups arrive after the fault. */
  readonly faultMs: number;
  /** Rounds of ten. */
  readonly interval: number;
}

/** Row 11 speaks of the lookups that start within so long after the fault. */
const windowMs = 2000;
/** Long enough for a hold to begin and end. */
const staleMs = 5000;
const longLossMs = 30_000;
/** What no budget speaks of runs in every third round. */
const besideInterval = 3;
/** Opponents take part in two long runs. */
const longInterval = 5;

const rates = [100, 1000] as const;

interface Choice {
  readonly fault: FaultName;
  readonly names: FailoverRun['names'];
  readonly perSecond: number;
  readonly hasFallback?: boolean;
  readonly faultMs?: number;
  readonly interval?: number;
  readonly suffix?: string;
}

function scenario(choice: Choice): Scenario {
  const { fault, names, perSecond, hasFallback = true, faultMs = windowMs, interval = 1 } = choice;
  const parts = [fault, names, `${perSecond}`, ...(faultMs === longLossMs ? ['long'] : [])];
  const whom = hasFallback ? '' : ', a single server and no fallback';
  const span = faultMs === windowMs ? '' : `, ${faultMs / 1000} s`;
  return {
    id: ['failover', ...parts, ...(hasFallback ? [] : ['single'])].join('-'),
    title: `${faultTitles[fault]}${whom}: ${rateText(perSecond)} lookups/s of ${nameTitles[names]}${span}`,
    fault,
    names,
    perSecond,
    hasFallback,
    faultMs,
    interval,
  };
}

function both(fault: FaultName, change: Partial<Choice> = {}): Scenario[] {
  return (['cold', 'warm'] as const).flatMap((names) =>
    rates.map((perSecond) => scenario({ fault, names, perSecond, ...change })),
  );
}

function cold(fault: FaultName, change: Partial<Choice> = {}): Scenario[] {
  return rates.map((perSecond) => scenario({ fault, names: 'cold', perSecond, ...change }));
}

/** Scenarios that share a wave, and so the time of their fault. */
export const shortWaves: readonly (readonly Scenario[])[] = [
  both('none'),
  both('killed'),
  both('stopped'),
  both('black-holed'),
  [...cold('loss-5'), ...cold('loss-30')],
  [
    ...cold('servfail', { interval: besideInterval }),
    ...cold('late', { interval: besideInterval }),
    ...rates.map((perSecond) =>
      scenario({ fault: 'all-down', names: 'warm', perSecond, faultMs: staleMs, interval: besideInterval }),
    ),
  ],
];

/** Losses over half a minute. */
export const longScenarios: readonly Scenario[] = [
  ...cold('loss-30', { faultMs: longLossMs }),
  ...cold('loss-30', { faultMs: longLossMs, hasFallback: false }),
];

/** What a scenario's queries are compared with: the same arrivals without a fault. */
export function withoutFault({ names, perSecond }: Scenario): Scenario {
  return scenario({ fault: 'none', names, perSecond });
}

/** How often a contender runs at a rate: 0 is never. */
export function intervalOf(contender: ContenderName, { perSecond, interval, faultMs }: Scenario): number {
  if (contender === 'doubao-resolver') return interval;
  // Two of libuv's threads settle a hundred a second, 20 ms from the server.
  const isByThreads = contender === 'dns.lookup' || contender === 'undici interceptor';
  if (faultMs === longLossMs) return perSecond > 100 ? 0 : longInterval;
  // Three faults share a wave in which there is no time for them.
  const isCrowded = interval > 1;
  if (perSecond > 100) return isByThreads || isCrowded ? 0 : besideInterval;
  return interval;
}

/** Who takes part in a scenario, and in every how many rounds. */
export function castOf(scene: Scenario): { readonly contender: ContenderName; readonly interval: number }[] {
  return contenderNames
    .map((contender) => ({ contender, interval: intervalOf(contender, scene) }))
    .filter(({ interval }) => interval > 0);
}
