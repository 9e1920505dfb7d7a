import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { runCommand, runProgram } from '../harness/run-program.ts';
import type { CallFloorRun } from './call-floor-program.ts';

// From dist/micro/.
const source = fileURLToPath(new URL('../../micro/call-floor/', import.meta.url));
const program = fileURLToPath(new URL('./call-floor-program.js', import.meta.url));

/** The same two functions, by the two libraries. */
export interface CallFloorAddons extends AsyncDisposable {
  /** Path of the addon. Building it needs a C++ compiler, which nothing else does: else why there is none. */
  readonly cpp: string | Error;
  readonly rust: string;
}

/** Builds both addons. Node resolves their symbols when it loads them, so they need no Node to link with. */
export async function buildCallFloor(): Promise<CallFloorAddons> {
  const folder = await mkdtemp(join(tmpdir(), 'call-floor-'));
  const require = createRequire(import.meta.url);
  const includes = ['node-addon-api/package.json', 'node-api-headers/package.json'].map((manifest) =>
    dirname(require.resolve(manifest)),
  );
  const [wrapper = '', headers = ''] = includes;
  const cpp = join(folder, 'cpp.node');
  const flags = ['-O3', '-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8', '-DNAPI_CPP_EXCEPTIONS'];
  const compiled = await runCommand({
    command: 'c++',
    args: [...flags, `-I${wrapper}`, `-I${join(headers, 'include')}`, join(source, 'addon.cc'), '-o', cpp],
  }).then(
    () => cpp,
    (error: Error) => error,
  );
  const manifest = join(source, 'Cargo.toml');
  await runCommand({
    command: 'cargo',
    args: ['build', '--quiet', '--release', '--manifest-path', manifest],
  });
  const rust = join(folder, 'rust.node');
  await runCommand({ command: 'cp', args: [join(source, 'target', 'release', 'libcall_floor.so'), rust] });
  return { cpp: compiled, rust, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

const calls = { nothing: 'an empty call', length: 'a host name in, a number out' } as const;

/** What a crossing costs at least, by the language; beside row 3, of which it is a part. */
export function callFloor(node: NodeBinary, addons: CallFloorAddons, rounds: number): ExperimentSpec[] {
  return (['nothing', 'length'] as const).map((call) => {
    const one = (name: string, addon: string | Error): CaseSpec => ({
      name,
      run: () => {
        if (addon instanceof Error) throw addon;
        const run: CallFloorRun = { addon, call };
        return runProgram({ command: node.path, args: [program, JSON.stringify(run)] });
      },
    });
    return {
      id: `call-floor-${call}`,
      row: 3,
      title: `floor of a Node-API call: ${calls[call]}`,
      node: node.version,
      metrics: { time: { unit: 'ns', digits: 0 } },
      cases: [one('node-addon-api', addons.cpp), one('napi-rs', addons.rust)],
      budgets: [],
      rounds,
    };
  });
}
