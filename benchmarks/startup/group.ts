import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { addonFile, hostTarget } from '@doubao/resolver-native';
import type { CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { runProgram } from '../harness/run-program.ts';

const importProgram = fileURLToPath(new URL('./import-program.js', import.meta.url));
const firstLookupProgram = fileURLToPath(new URL('./first-lookup-program.js', import.meta.url));
const ours = '@doubao/resolver';
const oursAgain = `${ours}, again`;
const budgetMs = 15;
const budgetOctets = 1024 * 1024;

const metrics = { time: { unit: 'ms', digits: 1 }, cpu: { unit: 'ms CPU', digits: 1 } };
const control = { metric: 'time', first: ours, second: oursAgain };

/** A program that is given a module's name. */
function caseOf(node: NodeBinary, program: string, name: string, specifier: string): CaseSpec {
  return { name, run: () => runProgram({ command: node.path, args: [program, specifier] }) };
}

/** Files are in the page cache: a service restarts on a machine that has run it. */
function importTime(node: NodeBinary, rounds: number): ExperimentSpec {
  const one = (name: string, specifier: string): CaseSpec => caseOf(node, importProgram, name, specifier);
  return {
    id: 'import',
    row: 9,
    title: '`import` in a fresh process',
    node: node.version,
    metrics,
    cases: [one(ours, ours), one('cacheable-lookup', 'cacheable-lookup'), one(oursAgain, ours)],
    control,
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

/** What the import has left for later counts here: the I/O thread, the hosts file, modules of Node. */
function firstLookupTime(node: NodeBinary, rounds: number): ExperimentSpec {
  const one = (name: string, specifier: string): CaseSpec =>
    caseOf(node, firstLookupProgram, name, specifier);
  return {
    id: 'first-lookup',
    row: 9,
    title: '`import` and the first `lookup`, of a name in the hosts file',
    node: node.version,
    metrics,
    cases: [one(ours, ours), one('node:dns', 'node:dns'), one(oursAgain, ours)],
    control,
    budgets: [],
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
  for (const node of nodes) {
    yield importTime(node, rounds);
    yield firstLookupTime(node, rounds);
  }
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
