/**
 * Program: nanoseconds of `dns.lookup('localhost')`, which Node asks the system for each time.
 *
 * @module
 */
import dns from 'node:dns';
import { median } from '../harness/statistics.ts';

const calls = 3000;
const timings = 5;

async function pass(): Promise<number> {
  const start = process.hrtime.bigint();
  for (let count = 0; count < calls; count += 1) await dns.promises.lookup('localhost', { all: true });
  return Number(process.hrtime.bigint() - start) / calls;
}

await pass();
const times: number[] = [];
for (let timing = 0; timing < timings; timing += 1) times.push(await pass());
process.stdout.write(`${JSON.stringify({ time: median(times) })}\n`);
