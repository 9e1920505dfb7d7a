/** A load of lookups in a process of its own, steered by its test. */
import { setTimeout as pauseFor } from 'node:timers/promises';
import type { ResolverOptions, ResolverStats } from '@doubao/resolver';
import type { Stage } from '@doubao/resolver-testbed';
import { nodes, type Node } from '../nodes.ts';
import { startProgram } from '../program.ts';

/** What became of the lookups that began in one phase. */
export interface Phase {
  readonly name: string;
  readonly started: number;
  readonly settled: number;
  /** Who got addresses from primaries alone, and who some from a fallback: families come each by itself. */
  readonly byPrimary: number;
  readonly byFallback: number;
  readonly slowestMs: number;
  /** How many failed, by code. */
  readonly codes: Readonly<Record<string, number>>;
  /** The first of them. */
  readonly failures: readonly unknown[];
  /** Addresses that are nobody's: the first of them. */
  readonly wrong: readonly unknown[];
  /** Callbacks that were called again. */
  readonly twice: number;
}

/** An event of the resolver, with the phase in which it came. */
export interface LoadEvent {
  readonly type: string;
  readonly phase: string;
  readonly upstream?: string;
  readonly [field: string]: unknown;
}

/** What one lookup gave. */
export interface Outcome {
  readonly addresses?: readonly string[];
  readonly code?: string;
  readonly reasons?: readonly string[];
  readonly elapsedMs: number;
}

/** How it runs. */
export interface LoadOptions {
  /** Beside those of the stage. Default: none, so that every other option has its default. */
  readonly options?: ResolverOptions;
  /** Instead of the stage's and `options`. */
  readonly allOptions?: ResolverOptions;
  readonly seed?: number;
  readonly node?: Node;
  readonly env?: Readonly<Record<string, string>>;
}

/** Lookups a second. */
export interface Rates {
  readonly warmPerSecond?: number;
  readonly coldPerSecond?: number;
}

/** A running load. */
export interface Load extends AsyncDisposable {
  /** All events so far, as they came. */
  readonly events: readonly LoadEvent[];
  /** Looks up every warm name of the stage once. */
  warm(): Promise<void>;
  /** Begins arrivals, which go on until {@link pause}. */
  run(rates: Rates): Promise<void>;
  /** Lookups from now on belong to another phase. */
  phase(name: string): Promise<void>;
  /** Resolves when so many lookups have begun in this phase: the open loop's own measure of time. */
  arrived(count: number): Promise<void>;
  /** Resolves with the first such event, which may have come before. */
  event(type: string, matching?: (event: LoadEvent) => boolean): Promise<LoadEvent>;
  stats(): Promise<ResolverStats>;
  /** Resolves when `matching` is true of them; looks a hundred times a second. */
  statsWhen(matching: (stats: ResolverStats) => boolean): Promise<ResolverStats>;
  lookUp(name: string, family?: 0 | 4 | 6): Promise<Outcome>;
  /** Looks up a hundred times a second until `matching` is true of what came. */
  lookUpUntil(name: string, matching: (outcome: Outcome) => boolean): Promise<Outcome>;
  reverse(address: string): Promise<Outcome>;
  /** Resolves when its wall clock is that far from the true time, give or take a minute. */
  wallClockShows(offsetMs: number): Promise<void>;
  /** Ends arrivals; resolves with all phases when every lookup is settled. */
  pause(): Promise<readonly Phase[]>;
  /** {@link pause}, and ends the process. Rejects if it failed. */
  stop(): Promise<readonly Phase[]>;
}

/** On which the events of resolvers are published. */
const channels = ['failover', 'upstream', 'probe'].map((kind) => `doubao.resolver.${kind}`);

/** A condition that nobody announces is looked at again after that. */
const pauseBetweenLooks = (): Promise<void> => pauseFor(10);

const program = new URL('programs/load.mjs', import.meta.url);
const newest = nodes.at(-1);

/** Starts a process with a resolver for the servers of a stage. */
export async function startLoad(stage: Stage, options: LoadOptions = {}): Promise<Load> {
  const { node = newest, seed = 1 } = options;
  if (node === undefined) throw new Error('no Node.js to test on');
  const input = {
    options: options.allOptions ?? { ...stage.options, ...options.options },
    warmNames: stage.warmNames,
    // Processes after one another on the same stage ask for names of their own.
    firstCold: seed * 10_000_000,
    seed,
    channels,
  };
  const env = { NODE_EXTRA_CA_CERTS: stage.authority.certPath, ...options.env };
  const running = startProgram(node, program, { input, env });
  const events: LoadEvent[] = [];
  const takers: { readonly kind: string; readonly take: (message: Message) => void }[] = [];
  const eventTakers = new Set<() => void>();
  let failure: Error | undefined;
  const failed: ((error: Error) => void)[] = [];

  void (async () => {
    try {
      for (;;) {
        const message = (await running.message()) as Message;
        if (message.kind === 'event') {
          events.push(message['event'] as LoadEvent);
          for (const look of eventTakers) look();
        } else {
          const index = takers.findIndex(({ kind }) => kind === message.kind);
          takers.splice(index, 1)[0]?.take(message);
        }
      }
    } catch (error) {
      failure = error as Error;
      for (const fail of failed) fail(failure);
    }
  })();

  const taken = (kind: string): Promise<Message> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) reject(failure);
      failed.push(reject);
      takers.push({ kind, take: resolve });
    });
  const ask = (kind: string, message: object): Promise<Message> => {
    const answer = taken(kind);
    running.send(message);
    return answer;
  };
  const pause = async (): Promise<readonly Phase[]> => {
    await ask('paused', { command: 'pause' });
    return (await ask('report', { command: 'report' }))['phases'] as Phase[];
  };
  const stats = async (): Promise<ResolverStats> =>
    (await ask('stats', { command: 'stats' }))['stats'] as ResolverStats;

  const lookUp = async (name: string, family = 0): Promise<Outcome> =>
    (await ask('looked-up', { command: 'lookUp', name, family }))['outcome'] as Outcome;

  await taken('ready');
  return {
    events,
    warm: async () => void (await ask('warm', { command: 'warm' })),
    run: async (rates) => running.send({ command: 'run', ...rates }),
    phase: async (name) => void (await ask('phase', { command: 'phase', name })),
    arrived: async (started) => void (await ask('arrived', { command: 'arrived', started })),
    event: (type, matching = () => true) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find((event) => event.type === type && matching(event));
          if (found === undefined) return;
          eventTakers.delete(look);
          resolve(found);
        };
        if (failure !== undefined) reject(failure);
        failed.push(reject);
        eventTakers.add(look);
        look();
      }),
    stats,
    async statsWhen(matching) {
      for (;;) {
        const now = await stats();
        if (matching(now)) return now;
        await pauseBetweenLooks();
      }
    },
    lookUp,
    async lookUpUntil(name, matching) {
      for (;;) {
        const outcome = await lookUp(name);
        if (matching(outcome)) return outcome;
        await pauseBetweenLooks();
      }
    },
    async wallClockShows(offsetMs) {
      for (;;) {
        const now = (await ask('clock', { command: 'clock' }))['now'] as number;
        if (Math.abs(now - Date.now() - offsetMs) < 60_000) return;
        await pauseBetweenLooks();
      }
    },
    reverse: async (address) =>
      (await ask('looked-up', { command: 'reverse', address }))['outcome'] as Outcome,
    pause,
    async stop() {
      const phases = await pause();
      running.send({ command: 'stop' });
      const { status, stderr } = await running.ended;
      if (status !== 0) throw new Error(`the load ended with ${status}\n${stderr}`);
      return phases;
    },
    [Symbol.asyncDispose]: async () => running[Symbol.dispose](),
  };
}

interface Message {
  readonly kind: string;
  readonly [field: string]: unknown;
}
