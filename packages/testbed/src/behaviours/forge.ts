import type { Behaviour, Exchange } from '../exchange.ts';
import { messagesOf, rewritten } from './reply.ts';

function withId(message: Buffer, id: number): Buffer {
  const changed = Buffer.from(message);
  changed.writeUInt16BE(id & 0xffff, 0);
  return changed;
}

/** `inner` with an ID that is not the query's. */
export function wrongId(inner: Behaviour): Behaviour {
  return rewritten((message, query) => withId(message, query.id ^ 0xffff), inner);
}

function sentFrom(source: { address?: string; port?: 'other' }, inner: Behaviour): Behaviour {
  return (exchange) => inner({ ...exchange, send: (message) => exchange.sendFrom(source, message) });
}

/** UDP only: `inner` from the server's address, but not from the port that was asked. */
export function fromOtherPort(inner: Behaviour): Behaviour {
  return sentFrom({ port: 'other' }, inner);
}

/** UDP only: `inner` from the port that was asked, but at another loopback address such as `'127.0.0.66'`. */
export function fromOtherAddress(address: string, inner: Behaviour): Behaviour {
  return sentFrom({ address }, inner);
}

// A receive buffer of Linux' default size holds about 270 small datagrams.
const datagramsBetweenDrains = 64;

/**
 * UDP only: sends `forged` `count` times with wrong IDs, then does `genuine`. Waits for the client to read as it goes, so
 * that its receive buffer loses none and the genuine answer arrives.
 */
export function afterWrongIds(count: number, forged: Behaviour, genuine: Behaviour): Behaviour {
  return async (exchange: Exchange) => {
    const messages = await messagesOf(forged, exchange);
    for (let sent = 0; sent < count && !exchange.closed.aborted; sent += 1) {
      // Any offset but a multiple of 65 536 misses the query's ID.
      const id = exchange.query.id + 1 + (sent % 0xffff);
      for (const message of messages) await exchange.send(withId(Buffer.from(message), id));
      if (sent % datagramsBetweenDrains === 0) await exchange.drained();
    }
    await exchange.drained();
    await genuine(exchange);
  };
}
