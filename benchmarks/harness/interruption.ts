import { setMaxListeners } from 'node:events';

const controller = new AbortController();
// As many programs as run at once listen.
setMaxListeners(0, controller.signal);

/** Aborted when somebody ends the run: programs under way are ended, servers closed, and nothing is written. */
export const interruption: AbortSignal = controller.signal;

/** Makes SIGINT and SIGTERM abort {@link interruption}; a second one ends this process at once. */
export function heedSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`ended by ${signal}`)));
  }
}
