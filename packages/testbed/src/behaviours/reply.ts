import type { Behaviour, Exchange } from '../exchange.ts';
import type { Query } from '../query.ts';

/** Builds the octets of a message for a query. Pure. */
export type MessageBuilder = (query: Query) => Uint8Array;

/** Sends what `build` makes, valid or not. */
export function reply(build: MessageBuilder): Behaviour {
  return (exchange) => exchange.send(build(exchange.query));
}

/** Changes every message that `inner` sends. `change` must not modify the message it is given. */
export function rewritten(
  change: (message: Buffer, query: Query) => Uint8Array,
  inner: Behaviour,
): Behaviour {
  return (exchange) =>
    inner({ ...exchange, send: (message) => exchange.send(change(Buffer.from(message), exchange.query)) });
}

/** Runs `inner` and returns the messages that it would have sent, in order. */
export async function messagesOf(inner: Behaviour, exchange: Exchange): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = [];
  await inner({
    ...exchange,
    send: (message) => {
      messages.push(message);
      return Promise.resolve();
    },
  });
  return messages;
}
