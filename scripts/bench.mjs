// `pnpm bench`: builds, then runs the benchmarks in this process, which ends cleanly when it is interrupted. Arguments go to
// them; see benchmarks/.

import { build } from './build.mjs';

const given = process.argv.slice(2);
if (given[0] === '--') given.shift();
process.exitCode = await build();
if (process.exitCode === 0) {
  process.argv.splice(2, Infinity, ...given);
  await import('../benchmarks/dist/main.js');
}
