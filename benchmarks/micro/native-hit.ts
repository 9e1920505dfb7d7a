import { fileURLToPath } from 'node:url';
import type { ExperimentSpec } from '../harness/experiment.ts';
import { runProgram } from '../harness/run-program.ts';
import type { CachedLookupPlan } from './cached-lookup.ts';
import type { NativeHitRun } from './native-hit-program.ts';

const program = fileURLToPath(new URL('./native-hit-program.js', import.meta.url));
const subject = 'doubao-resolver';

/** Row 3: a lookup that only the cache shared by all threads answers. */
export function nativeHit({ node, port, rounds }: CachedLookupPlan): ExperimentSpec {
  const argument = JSON.stringify({ port } satisfies NativeHitRun);
  return {
    id: 'native-hit',
    row: 3,
    title: 'mirror miss, hit in the native cache; another worker resolved the name',
    node: node.version,
    metrics: { time: { unit: 'ns', digits: 0 } },
    cases: [{ name: subject, run: () => runProgram({ command: node.path, args: [program, argument] }) }],
    budgets: [{ text: '≤ 2 µs', metric: 'time', subject, relation: 'value', bound: 'at most', limit: 2000 }],
    rounds,
  };
}
