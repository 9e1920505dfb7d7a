/**
 * Program: how long it takes until the first lookup is answered, import included, in a process that has imported nothing
 * else. Its argument is the specifier of a module whose promises look up; the name is one that the hosts file has.
 *
 * @module
 */
import type dns from 'node:dns';

const specifier = process.argv[2] ?? '';
const cpuBefore = process.cpuUsage();
const start = performance.now();
const { promises } = (await import(specifier)) as Pick<typeof dns, 'promises'>;
await promises.lookup('localhost');
const time = performance.now() - start;
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(`${JSON.stringify({ time, cpu: (user + system) / 1000 })}\n`);
