import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Behaviour } from '../exchange.ts';
import { frame } from '../frame-reader.ts';
import { messagesOf } from './reply.ts';
import { connectionOf } from './tcp-closing.ts';

/** TCP only: what `inner` sends, each octet written on its own, the two of the length as well. */
export function octetByOctet(inner: Behaviour): Behaviour {
  return async (exchange) => {
    const connection = connectionOf(exchange);
    for (const message of await messagesOf(inner, exchange)) {
      for (const octet of frame(message)) {
        await connection.write(Buffer.of(octet));
        await nextTurn();
      }
    }
  };
}

/**
 * TCP only: waits for `count` queries on one connection, then answers all of them by `inner` in a single write, the
 * last query first if `order` is `'reversed'`.
 */
export function inOneWrite(
  count: number,
  inner: Behaviour,
  order: 'in-order' | 'reversed' = 'in-order',
): Behaviour {
  const gathered = new Map<number, Uint8Array[]>();
  return async (exchange) => {
    const connection = connectionOf(exchange);
    const messages = await messagesOf(inner, exchange);
    const frames = [...(gathered.get(connection.ordinal) ?? []), Buffer.concat(messages.map(frame))];
    gathered.set(connection.ordinal, frames.length < count ? frames : []);
    if (frames.length === count) {
      await connection.write(Buffer.concat(order === 'reversed' ? frames.toReversed() : frames));
    }
  };
}
