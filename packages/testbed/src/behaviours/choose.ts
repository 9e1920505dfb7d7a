import type { Behaviour } from '../exchange.ts';
import { nodata } from './respond.ts';

/** One behaviour for each query type; types that are not listed get `otherwise`. */
export function byType(behaviours: Record<string, Behaviour>, otherwise: Behaviour = nodata()): Behaviour {
  return (exchange) => {
    const { type } = exchange.query;
    const chosen = Object.hasOwn(behaviours, type) ? behaviours[type] : undefined;
    return (chosen ?? otherwise)(exchange);
  };
}

/** One behaviour for datagrams and one for streams, encrypted ones included. */
export function byTransport(behaviours: Record<'udp' | 'tcp', Behaviour>): Behaviour {
  return (exchange) => behaviours[exchange.query.transport === 'udp' ? 'udp' : 'tcp'](exchange);
}

/**
 * The first query of a question gets the first behaviour, the second the second, and all after the last one the last.
 * A question is a name in any letter case with a type.
 *
 * @throws RangeError without any behaviour.
 */
export function inTurn(...behaviours: Behaviour[]): Behaviour {
  const last = behaviours.at(-1);
  if (last === undefined) throw new RangeError('inTurn needs at least one behaviour');
  const seen = new Map<string, number>();
  return (exchange) => {
    const question = `${exchange.query.name.toLowerCase()} ${exchange.query.type}`;
    const count = seen.get(question) ?? 0;
    seen.set(question, count + 1);
    return (behaviours[count] ?? last)(exchange);
  };
}

/** All of them for one query, each after the messages of the one before were sent. */
export function inOrder(...behaviours: Behaviour[]): Behaviour {
  return async (exchange) => {
    for (const behaviour of behaviours) await behaviour(exchange);
  };
}
