import type { Behaviour } from '../exchange.ts';

/** Never answers: a black hole over UDP, a connection that stays silent over TCP. */
export function drop(): Behaviour {
  return () => undefined;
}
