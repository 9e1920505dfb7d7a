// `pnpm start`            builds what changed, then shows the demo
// `pnpm start -- NAME …`  builds what changed, then resolves NAME with this machine's configuration

import { build } from './build.mjs';
import { runCommand } from './run-command.mjs';

const given = process.argv.slice(2);
// pnpm hands over the separator that tells its own arguments from the script's.
if (given[0] === '--') given.shift();

console.error('Building what changed; the first time takes minutes …');
const built = await build({ only: '@doubao/resolver-cli', allToStderr: true });
if (built !== 0) process.exit(built);

const commands = new Set(['query', 'demo']);
const first = given[0];
const args =
  first === undefined ? ['demo'] : commands.has(first) || first.startsWith('-') ? given : ['query', ...given];
process.exitCode = await runCommand(process.execPath, ['packages/cli/dist/doubao-resolver.js', ...args]);
