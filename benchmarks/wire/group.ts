import type { CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import { buildBench, runBench, type Bench } from './criterion.ts';

const bench: Bench = { crate: 'dns-wire', target: 'parse' };
const ours = 'dns-wire';
const oursAgain = `${ours}, again`;
// The names that crates/dns-wire/benches/parse.rs gives its benchmarks.
const readers = [ours, 'domain, addresses only', 'domain', 'hickory-proto'] as const;
const answers = [
  { name: '1 A', limitNs: 30 },
  { name: '4 A', limitNs: 70 },
  { name: '13 A', limitNs: 200 },
] as const;

async function* experiments({ rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  await buildBench(bench);
  for (const { name: answer, limitNs } of answers) {
    const one = (name: string, reader: string): CaseSpec => ({
      name,
      run: () => runBench(bench, `parse/${reader}/${answer}`),
    });
    yield {
      id: `parse-${answer.replace(' ', '-').toLowerCase()}`,
      row: 8,
      title: `parse an answer with ${answer}`,
      metrics: { time: { unit: 'ns', digits: 0 } },
      cases: [...readers.map((reader) => one(reader, reader)), one(oursAgain, ours)],
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
}

/** Row 8. */
export const wire: Group = {
  name: 'wire',
  title: 'Parsing',
  experiments,
  programs: [['rustc', '--version']],
};
