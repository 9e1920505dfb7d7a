import { runCommand } from './run-program.ts';

/** Path of the program that a cargo command, such as `build` or `bench --no-run`, builds last. */
export async function builtProgram(args: readonly string[]): Promise<string> {
  const messages = await runCommand({
    command: 'cargo',
    args: [...args, '--quiet', '--message-format', 'json'],
  });
  const programs = messages
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly executable?: string | null })
    .flatMap(({ executable }) => executable ?? []);
  const last = programs.at(-1);
  if (last === undefined) throw new Error(`cargo ${args.join(' ')} built no program`);
  return last;
}
