/**
 * Program: nanoseconds of one call into an addon. Its argument is a {@link CallFloorRun} in JSON.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { hostNames } from '../harness/name-server.ts';
import { median } from '../harness/statistics.ts';

/** What one process measures. */
export interface CallFloorRun {
  /** Path of the addon. */
  readonly addon: string;
  readonly call: 'nothing' | 'length';
}

interface CallFloor {
  nothing(): void;
  length(name: string): number;
}

const calls = 1_000_000;
const timings = 5;

const { addon, call } = JSON.parse(process.argv[2] ?? '') as CallFloorRun;
const floor = createRequire(import.meta.url)(addon) as CallFloor;

function callNothing(): number {
  for (let count = 0; count < calls; count += 1) floor.nothing();
  return calls;
}

function callLength(): number {
  let octets = 0;
  for (let count = 0; count < calls; count += 1) {
    octets += floor.length(hostNames[count % hostNames.length] as string);
  }
  return octets;
}

const repeat = call === 'nothing' ? callNothing : callLength;
const least = repeat();
const times: number[] = [];
for (let timing = 0; timing < timings; timing += 1) {
  const start = process.hrtime.bigint();
  if (repeat() !== least) throw new Error('a call did not do what it should');
  times.push(Number(process.hrtime.bigint() - start) / calls);
}
process.stdout.write(`${JSON.stringify({ time: median(times) })}\n`);
