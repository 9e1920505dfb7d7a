import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { addonFile, hostTarget } from '@doubao/resolver-native';
import type { CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { runProgram } from '../harness/run-program.ts';

const program = fileURLToPath(new URL('./import-program.js', import.meta.url));
const ours = '@doubao/resolver';
const oursAgain = `${ours}, again`;
const budgetMs = 15;
const budgetOctets = 1024 * 1024;

/** Files are in the page cache: a service restarts on a machine that has run it. */
function importTime(node: NodeBinary, rounds: number): ExperimentSpec {
  const one = (name: string, specifier: string): CaseSpec => ({
    name,
    run: () => runProgram({ command: node.path, args: [program, specifier] }),
  });
  return {
    id: 'import',
    row: 9,
    title: `\`import\` in a fresh process`,
    node: node.version,
    metrics: { time: { unit: 'ms', digits: 1 }, cpu: { unit: 'ms CPU', digits: 1 } },
    cases: [one(ours, ours), one('cacheable-lookup', 'cacheable-lookup'), one(oursAgain, ours)],
    control: { metric: 'time', first: ours, second: oursAgain },
    budgets: [
      {
        text: `≤ ${budgetMs} ms`,
        metric: 'time',
        subject: ours,
        relation: 'value',
        bound: 'at most',
        limit: budgetMs,
      },
    ],
    rounds,
  };
}

/** The addon that this workspace built for this machine, stripped as it is published. */
function addonSize(): ExperimentSpec {
  const name = hostTarget();
  return {
    id: 'addon-size',
    row: 9,
    title: 'size of the addon',
    metrics: { size: { unit: 'octets', digits: 0 } },
    cases: [{ name, run: async () => ({ size: (await stat(addonFile(name))).size }) }],
    budgets: [
      {
        text: '≤ 1 MiB',
        metric: 'size',
        subject: name,
        relation: 'value',
        bound: 'at most',
        limit: budgetOctets,
      },
    ],
    rounds: 1,
    exact: true,
  };
}

async function* experiments({ nodes, rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  for (const node of nodes) yield importTime(node, rounds);
  yield addonSize();
}

/** Row 9. */
export const startup: Group = {
  name: 'startup',
  title: 'Import',
  experiments,
  programs: [],
  opponents: ['cacheable-lookup'],
};
