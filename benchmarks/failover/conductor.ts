import { startCommand } from '../harness/run-program.ts';
import { inOwnNetwork } from '../harness/resolv-conf-namespace.ts';
import type { FailoverRun } from './run.ts';
import type { RunResult } from './run-result.ts';

/** Runs whose faults begin at the same time. */
export type Wave = readonly FailoverRun[];

/** How a run is started. */
export interface Launcher {
  /** Node that the servers' side runs on, and its program. */
  readonly node: string;
  readonly program: string;
  /** Path of the resolv.conf that names the servers of a run. */
  resolvConf(run: FailoverRun): string;
  /** Whether a budget speaks of it. */
  isJudged(run: FailoverRun): boolean;
}

/** A run under way. */
interface Performer {
  /** Servers are up and caches are filled. */
  readonly ready: Promise<unknown>;
  /** No more lookups arrive. */
  readonly quiet: Promise<unknown>;
  readonly result: Promise<RunResult>;
  begin(): void;
}

/** Lookups that started later than that tell of the machine, not of the contender. */
export const latestStartMs = 10;
/** How many runs share the machine when they are repeated. */
const repeatedAtOnce = 4;

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value | PromiseLike<Value>) => void;
}

function deferred<Value>(): Deferred<Value> {
  let resolve: Deferred<Value>['resolve'] = () => undefined;
  const promise = new Promise<Value>((settle) => (resolve = settle));
  return { promise, resolve };
}

function perform(run: FailoverRun, launcher: Launcher): Performer {
  const ready = deferred<void>();
  const quiet = deferred<void>();
  const command = { command: launcher.node, args: [launcher.program, JSON.stringify(run)] };
  const { tell, output } = startCommand(inOwnNetwork(launcher.resolvConf(run), command), (line) => {
    if (line === 'ready') ready.resolve();
    if (line === 'quiet') quiet.resolve();
  });
  const result = output.then((text) => JSON.parse(text.trim().split('\n').at(-1) ?? '') as RunResult);
  const over = result.then(
    () => undefined,
    () => undefined,
  );
  return {
    ready: Promise.race([ready.promise, over]),
    quiet: Promise.race([quiet.promise, over]),
    result,
    begin: () => tell('begin'),
  };
}

/** Performs waves and hands out what each run gave. */
export class Conductor {
  readonly #launcher: Launcher;
  readonly #results = new Map<string, Deferred<RunResult>>();
  #failure: Error | undefined;

  constructor(launcher: Launcher) {
    this.#launcher = launcher;
  }

  /** What a run gives, whenever its wave is performed. */
  result(run: FailoverRun): Promise<RunResult> {
    return this.#entry(run).promise;
  }

  /**
   * Performs waves in turn. The next one starts when no more lookups arrive in the one before: those that still wait do so
   * meanwhile. Of those that are judged, runs whose lookups started late are repeated at the end, once.
   */
  async perform(waves: readonly Wave[]): Promise<void> {
    try {
      await this.#performAll(waves);
    } catch (error) {
      // Who waits for a run that will never be performed is told, too.
      this.#failure = error as Error;
      for (const { resolve } of this.#results.values()) resolve(Promise.reject(error));
    }
  }

  async #performAll(waves: readonly Wave[]): Promise<void> {
    const { isJudged } = this.#launcher;
    const late: FailoverRun[] = [];
    const ends: Promise<void>[] = [];
    for (const wave of waves) {
      const performers = await this.#play(wave);
      ends.push(
        ...performers.map(async ({ run, result }) => {
          const found = await result.catch(() => undefined);
          if (found !== undefined && found.late > latestStartMs && isJudged(run)) late.push(run);
          else this.#entry(run).resolve(result);
        }),
      );
    }
    await Promise.all(ends);
    for (let first = 0; first < late.length; first += repeatedAtOnce) {
      process.stderr.write(`${late.length - first} runs to be repeated, which the machine had disturbed\n`);
      const performers = await this.#play(late.slice(first, first + repeatedAtOnce));
      for (const { run, result } of performers) this.#entry(run).resolve(result);
    }
  }

  async #play(wave: Wave): Promise<(Performer & { readonly run: FailoverRun })[]> {
    const performers = wave.map((run) => ({ run, ...perform(run, this.#launcher) }));
    await Promise.all(performers.map(({ ready }) => ready));
    for (const { begin } of performers) begin();
    await Promise.all(performers.map(({ quiet }) => quiet));
    return performers;
  }

  #entry(run: FailoverRun): Deferred<RunResult> {
    const key = JSON.stringify(run);
    const found = this.#results.get(key) ?? deferred<RunResult>();
    this.#results.set(key, found);
    if (this.#failure !== undefined) found.resolve(Promise.reject(this.#failure));
    // Who waits for it is told.
    found.promise.catch(() => undefined);
    return found;
  }
}
