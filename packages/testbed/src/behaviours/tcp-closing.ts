import type { Behaviour, Exchange, ServerConnection } from '../exchange.ts';
import { frame } from '../frame-reader.ts';
import { messagesOf } from './reply.ts';

/** The TCP connection of an exchange. @throws Error over UDP: the behaviour was scripted for the wrong transport. */
export function connectionOf(exchange: Exchange): ServerConnection {
  if (exchange.connection === undefined) throw new Error('This behaviour needs a query over TCP');
  return exchange.connection;
}

/** TCP only: `inner`, then FIN. */
export function closingAfter(inner: Behaviour): Behaviour {
  return async (exchange) => {
    const connection = connectionOf(exchange);
    await inner(exchange);
    connection.end();
  };
}

/** TCP only: FIN without an answer. */
export function closing(): Behaviour {
  return (exchange) => connectionOf(exchange).end();
}

/** TCP only: RST without an answer. */
export function resetting(): Behaviour {
  return (exchange) => connectionOf(exchange).reset();
}

/** TCP only: the first `octets` octets of what `inner` sends, the length in front counted, then FIN. */
export function cutAfter(octets: number, inner: Behaviour): Behaviour {
  return async (exchange) => {
    const connection = connectionOf(exchange);
    const frames = (await messagesOf(inner, exchange)).map(frame);
    await connection.write(Buffer.concat(frames).subarray(0, octets));
    connection.end();
  };
}
