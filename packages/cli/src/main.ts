import { readFileSync } from 'node:fs';
import { ResolverOptionError } from '@doubao/resolver';
import { parseCommandLine, UsageError, type Command } from './command-line.ts';
import { runDemo } from './demo/demo.ts';
import { stages } from './demo/stages/index.ts';
import { runQuery } from './query.ts';
import { printable } from './terminal.ts';
import { usage } from './usage.ts';

const usageStatus = 2;

function version(): string {
  const { version: text } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return text;
}

async function run(command: Command): Promise<number> {
  const { stdout, stderr, env } = process;
  switch (command.kind) {
    case 'help':
      stdout.write(usage(command.of));
      return 0;
    case 'version':
      stdout.write(`${version()}\n`);
      return 0;
    case 'demo':
      return runDemo(stages, { stdout, env, json: command.json });
    case 'query':
      try {
        return await runQuery(command, { stdout, stderr, env });
      } catch (error) {
        if (!(error instanceof ResolverOptionError)) throw error;
        throw new UsageError(error.message, 'query');
      }
  }
}

try {
  process.exitCode = await run(parseCommandLine(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`doubao-resolver: ${printable(error.message)}\n\n${usage(error.command)}`);
  process.exitCode = usageStatus;
}
