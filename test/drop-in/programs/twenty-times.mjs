// What every program here does: it connects twenty times to what its first argument names, over three seconds.

import { strictEqual } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';

const connections = 20;
const spreadOverMs = 3000;

/** @type {{ host: string, port: number }} */
export const { host, port } = JSON.parse(process.argv[2] ?? '');

/**
 * Runs `connect` twenty times, the last one three seconds after the first, whether or not those before have ended. Each
 * time it must bring the server's greeting.
 *
 * @param {() => Promise<string>} connect
 */
export async function twentyTimes(connect) {
  const attempt = async (/** @type {number} */ number) => {
    await pause((number * spreadOverMs) / (connections - 1));
    strictEqual(await connect(), 'hello');
  };
  await Promise.all(Array.from({ length: connections }, (_, number) => attempt(number)));
}
