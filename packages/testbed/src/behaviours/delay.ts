import type { Behaviour } from '../exchange.ts';

/** Calls back once, `ms` milliseconds later. */
export type Timer = (callback: () => void, ms: number) => unknown;

const systemTimer: Timer = (callback, ms) => setTimeout(callback, ms).unref();

/** Does `inner` after `ms` milliseconds of `timer`, unless the server is closed by then. */
export function delayed(ms: number, inner: Behaviour, timer: Timer = systemTimer): Behaviour {
  return async (exchange) => {
    await new Promise<void>((resolve) => timer(resolve, ms));
    if (!exchange.closed.aborted) await inner(exchange);
  };
}
