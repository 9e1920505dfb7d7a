import { fileURLToPath } from 'node:url';
import type { CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import { optionalProgram } from '../harness/optional-program.ts';
import { buildBench, type Bench, type BenchRunner } from '../harness/criterion.ts';

// From dist/wire/.
const ourManifest = fileURLToPath(new URL('../../../Cargo.toml', import.meta.url));
const opponentManifest = fileURLToPath(new URL('../../wire/c-ares/Cargo.toml', import.meta.url));

const ourBench: Bench = { manifest: ourManifest, crate: 'dns-wire', target: 'parse' };
const opponentBench: Bench = { manifest: opponentManifest, crate: 'c-ares-parse', target: 'parse' };

const ours = 'dns-wire';
const oursAgain = `${ours}, again`;
// The names that the benches give their benchmarks, after `parse/` and before the answer's.
const readers = [ours, 'domain, addresses only', 'domain', 'hickory-proto'] as const;
const cares = 'c-ares';
const answers = [
  { name: '1 A', limitNs: 30 },
  { name: '4 A', limitNs: 70 },
  { name: '13 A', limitNs: 200 },
] as const;

interface Runners {
  readonly own: BenchRunner;
  readonly cares: BenchRunner;
}

function parsing(answer: string, limitNs: number, runners: Runners, rounds: number): ExperimentSpec {
  const one = (name: string, reader: string, run: BenchRunner): CaseSpec => ({
    name,
    run: () => run(`parse/${reader}/${answer}`),
  });
  return {
    id: `parse-${answer.replace(' ', '-').toLowerCase()}`,
    row: 8,
    title: `parse an answer with ${answer}`,
    metrics: { time: { unit: 'ns', digits: 0 } },
    cases: [
      ...readers.map((reader) => one(reader, reader, runners.own)),
      one(cares, cares, runners.cares),
      one(oursAgain, ours, runners.own),
    ],
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
  // c-ares needs CMake and a C compiler.
  const withCares = await optionalProgram(buildBench(opponentBench));
  const runners = { own: await buildBench(ourBench), cares: withCares };
  for (const { name, limitNs } of answers) yield parsing(name, limitNs, runners, rounds);
}

/** Row 8. That parsing allocates nothing is a test of dns-wire. */
export const wire: Group = {
  name: 'wire',
  title: 'Parsing',
  experiments,
  programs: [['rustc', '--version']],
  opponents: ['domain', 'hickory-proto', 'c-ares-sys'],
};
