// `pnpm bench`: builds, then runs the benchmarks. Arguments go to them; see benchmarks/.

import { build } from './build.mjs';
import { runCommand } from './run-command.mjs';

const given = process.argv.slice(2);
if (given[0] === '--') given.shift();
const built = await build();
process.exitCode =
  built === 0
    ? await runCommand('pnpm', ['--filter', '@doubao/resolver-benchmarks', 'run', 'bench', ...given])
    : built;
