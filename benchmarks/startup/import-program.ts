/**
 * Program: how long the import of one module takes, in a process that has imported nothing else. Its argument is
 * the specifier.
 *
 * @module
 */
const specifier = process.argv[2] ?? '';
const cpuBefore = process.cpuUsage();
const start = performance.now();
await import(specifier);
const time = performance.now() - start;
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(`${JSON.stringify({ time, cpu: (user + system) / 1000 })}\n`);
