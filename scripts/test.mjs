// `pnpm test`: builds, then runs every test. The last line is the total.

import { build } from './build.mjs';
import { runTests } from './run-tests.mjs';
import { render } from './test-totals.mjs';

const built = await build();
const total = await runTests();
if (built !== 0) console.log('FAILED: build');
console.log(render(total));
process.exitCode = built !== 0 || total.failed > 0 ? 1 : 0;
