/**
 * Program: CPU time of one call into an addon. Its argument is a {@link CallFloorRun} in JSON.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { hostNames } from '../harness/name-server.ts';
import { timeOf } from './time-of-calls.ts';

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

const calls = 500_000;

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
const time = await timeOf({
  calls,
  run: () => {
    if (repeat() !== least) throw new Error('a call did not do what it should');
  },
});
process.stdout.write(`${JSON.stringify({ time })}\n`);
