import { fileURLToPath } from 'node:url';
import type { ExperimentSpec } from '../harness/experiment.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { runProgram } from '../harness/run-program.ts';
import type { Hickory } from '../throughput/hickory.ts';

const localhostProgram = fileURLToPath(new URL('./localhost-program.js', import.meta.url));
const time = { time: { unit: 'ns', digits: 0 } };

/** What a lookup costs that needs neither a server nor a cache. */
export function localhostLookup({ path, version }: NodeBinary, rounds: number): ExperimentSpec {
  return {
    id: 'lookup-localhost',
    row: 1,
    title: "for reference: Node's own `dns.lookup` of `localhost`, from the hosts file each time",
    node: version,
    metrics: time,
    cases: [{ name: 'dns.lookup', run: () => runProgram({ command: path, args: [localhostProgram] }) }],
    budgets: [],
    rounds,
  };
}

/** What the same hit costs another resolver, without Node. */
export function rustHit(hickory: Hickory, port: number, rounds: number): ExperimentSpec {
  return {
    id: 'rust-hit',
    row: 3,
    title: 'for reference, without Node: cached lookup of an A record',
    metrics: time,
    cases: [{ name: 'hickory-resolver, from Rust', run: () => hickory('hit', port) }],
    budgets: [],
    rounds,
  };
}
