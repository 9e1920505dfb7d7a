import { fileURLToPath } from 'node:url';
import type { CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import { buildBench, runBench, type Bench } from '../harness/criterion.ts';

// From dist/wire/.
const ourManifest = fileURLToPath(new URL('../../../Cargo.toml', import.meta.url));
const opponentManifest = fileURLToPath(new URL('../../wire/c-ares/Cargo.toml', import.meta.url));

const ourBench: Bench = { manifest: ourManifest, crate: 'dns-wire', target: 'parse' };
const opponentBench: Bench = { manifest: opponentManifest, crate: 'c-ares-parse', target: 'parse' };

const ours = 'dns-wire';
const oursAgain = `${ours}, again`;
// The names that the two benches give their benchmarks, after `parse/` and before the answer's.
const readers = [
  [ours, ourBench],
  ['domain, addresses only', ourBench],
  ['domain', ourBench],
  ['hickory-proto', ourBench],
  ['c-ares', opponentBench],
] as const;
const answers = [
  { name: '1 A', limitNs: 30 },
  { name: '4 A', limitNs: 70 },
  { name: '13 A', limitNs: 200 },
] as const;

function parsing(answer: string, limitNs: number, rounds: number): ExperimentSpec {
  const one = (name: string, reader: string, bench: Bench): CaseSpec => ({
    name,
    run: () => runBench(bench, `parse/${reader}/${answer}`),
  });
  return {
    id: `parse-${answer.replace(' ', '-').toLowerCase()}`,
    row: 8,
    title: `parse an answer with ${answer}`,
    metrics: { time: { unit: 'ns', digits: 0 } },
    cases: [...readers.map(([reader, bench]) => one(reader, reader, bench)), one(oursAgain, ours, ourBench)],
    control: { metric: 'time', first: ours, second: oursAgain },
    budgets: [
      {
        text: `≤ ${limitNs} ns`,
        metric: 'time',
        subject: ours,
        relation: 'value',
        bound: 'at most',
        limit: limitNs,
      },
    ],
    rounds,
  };
}

async function* experiments({ rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  await buildBench(ourBench);
  await buildBench(opponentBench);
  for (const { name, limitNs } of answers) yield parsing(name, limitNs, rounds);
}

/** Row 8. That parsing allocates nothing is a test of dns-wire. */
export const wire: Group = {
  name: 'wire',
  title: 'Parsing',
  experiments,
  programs: [['rustc', '--version']],
};
