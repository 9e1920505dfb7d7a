/**
 * Program: CPU time of a cached lookup in a cache of so many names. Its argument is an {@link EntriesRun} in JSON.
 *
 * @module
 */
import { timeOf } from './time-of-calls.ts';
import { fillCache, type ManyNamesContender } from './many-names.ts';

/** What one process measures. */
export interface EntriesRun {
  readonly contender: ManyNamesContender;
  readonly entries: number;
  /** Where NSD listens. */
  readonly port: number;
}

const sliceCalls = 50_000;

const { contender, entries, port } = JSON.parse(process.argv[2] ?? '') as EntriesRun;
const cache = await fillCache(contender, entries, port);
const time = await timeOf({ calls: sliceCalls, run: () => cache.lookUp(sliceCalls) });
process.stdout.write(`${JSON.stringify({ time })}\n`, () => process.exit());
