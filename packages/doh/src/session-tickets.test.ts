import { expect, test } from 'vitest';
import { SessionTickets } from './session-tickets.ts';

const session = Buffer.from('session');

test('a ticket is used once, and only at its address', () => {
  const tickets = new SessionTickets();
  tickets.keep('192.0.2.1', { session, validUntilMs: 1000 });
  expect(tickets.take('192.0.2.2', 0)).toBeUndefined();
  expect(tickets.take('192.0.2.1', 0)).toMatchObject({ session });
  expect(tickets.take('192.0.2.1', 0)).toBeUndefined();
});

test('none is used once the certificate behind it has ended', () => {
  const tickets = new SessionTickets();
  tickets.keep('192.0.2.1', { session, validUntilMs: 1000 });
  expect(tickets.take('192.0.2.1', 1000)).toBeUndefined();
});
