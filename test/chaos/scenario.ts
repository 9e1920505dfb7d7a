/** One course of events for every fault: a healthy stage under load, the fault, and what comes after it. */
import {
  available,
  startStage,
  type Fault,
  type Query,
  type Stage,
  type StageOptions,
} from '@doubao/resolver-testbed';
import { startLoad, type Load, type LoadEvent, type LoadOptions, type Phase, type Rates } from './load.ts';

/** Whether the servers of a stage can be started here. If not, the reason is printed. */
export function serversAvailable(): boolean {
  return (['nsd', 'dnsdist'] as const).map(available).every(Boolean);
}

/** Set to anything, every fault lasts a minute; else most are shorter, for the same transitions. */
const isFull = process.env['DOUBAO_CHAOS_FULL'] !== undefined;
if (!isFull) {
  console.warn(
    'faults are shortened from 60 s to 5, 8, 16 or 45 s, except one; DOUBAO_CHAOS_FULL=1 runs all in full',
  );
}

/** Seconds that a fault lasts. */
export function faultSeconds(shortened: number): number {
  return isFull ? 60 : shortened;
}

/** What is played. Every field has a default. */
export interface Scenario {
  readonly stage?: StageOptions;
  readonly load?: LoadOptions;
  /** Default: 50 of each a second. */
  readonly rates?: Required<Rates>;
  /** In force before anything is asked, and until the end. */
  readonly beforehand?: Fault;
  /** Of load before the fault; default 1. */
  readonly healthySeconds?: number;
  /** Default 5. */
  readonly faultSeconds?: number;
  /** Of load after the fault; default 1. */
  readonly afterwardsSeconds?: number;
  /** During the fault, after its seconds of load and before its end. */
  readonly during?: (load: Load, stage: Stage) => Promise<void>;
  /** After the fault, before its seconds of load. */
  readonly afterwards?: (load: Load, stage: Stage) => Promise<void>;
}

/** How it went. */
export interface Played {
  /** `start`, which is the warming, `healthy`, `fault`, `afterwards`, `recovered`. */
  readonly phases: readonly Phase[];
  readonly events: readonly LoadEvent[];
  /** What the servers received from start to end, of those that live. */
  readonly queries: {
    readonly primary: readonly Query[];
    readonly secondary: readonly Query[];
    /** By fallback. */
    readonly fallbacks: readonly (readonly Query[])[];
  };
}

const ordinaryRates = { warmPerSecond: 50, coldPerSecond: 50 };

/** Plays one fault. Rejects if the load's process fails. */
export async function underFault(fault: Fault, scenario: Scenario = {}): Promise<Played> {
  const { rates = ordinaryRates, healthySeconds = 1, afterwardsSeconds = 1 } = scenario;
  const perSecond = rates.warmPerSecond + rates.coldPerSecond;
  await using stage = await startStage(scenario.stage);
  await scenario.beforehand?.begin(stage);
  await using load = await startLoad(stage, scenario.load);
  if (rates.warmPerSecond > 0) await load.warm();
  await load.phase('healthy');
  await load.run(rates);
  await load.arrived(perSecond * healthySeconds);
  await load.phase('fault');
  await fault.begin(stage);
  await load.arrived(perSecond * (scenario.faultSeconds ?? faultSeconds(5)));
  await scenario.during?.(load, stage);
  await load.phase('afterwards');
  await fault.end(stage);
  await scenario.afterwards?.(load, stage);
  await load.arrived(perSecond * afterwardsSeconds);
  await load.phase('recovered');
  await load.arrived(perSecond);
  const phases = await load.stop();
  await scenario.beforehand?.end(stage);
  return {
    phases,
    events: load.events,
    queries: {
      primary: await stage.primary.settledQueries(),
      secondary: (await stage.secondary?.settledQueries()) ?? [],
      fallbacks: await Promise.all(stage.fallbacks.map((fallback) => fallback.settledQueries())),
    },
  };
}
