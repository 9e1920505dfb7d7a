import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from '../harness/experiment.ts';
import { freshName } from '../harness/name-server.ts';
import { runCommand } from '../harness/run-program.ts';

const names = 50_000;
const runSeconds = 1;
/** How long it waits at the end for answers that are lost. */
const timeoutSeconds = 1;

/** The same load from a native program that does nothing with the answers: what the server and two cores can give. */
export async function dnsperf(port: number, concurrency: number): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), 'dnsperf-'));
  try {
    const queries = join(folder, 'queries');
    const lines = Array.from({ length: names }, (_, index) => `${freshName('dnsperf', index)} A`);
    await writeFile(queries, `${lines.join('\n')}\n`);
    const output = await runCommand({
      command: 'dnsperf',
      args: [
        '-s',
        '127.0.0.1',
        '-p',
        `${port}`,
        '-d',
        queries,
        '-l',
        `${runSeconds}`,
        '-q',
        `${concurrency}`,
        '-t',
        `${timeoutSeconds}`,
      ],
    });
    const field = (name: string): number => {
      const found = new RegExp(`${name}:\\s+([\\d.]+)`).exec(output)?.[1];
      if (found === undefined) throw new Error(`dnsperf printed no ${name}`);
      return Number(found);
    };
    return { rate: field('Queries per second'), failures: field('Queries lost') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
