/** TLS sessions to resume (RFC 8446 §2.2), of one upstream. */

/** What a server gave to come back with. */
export interface SessionTicket {
  readonly session: Buffer;
  /** When the certificate that was checked ends, milliseconds since 1970. */
  readonly validUntilMs: number;
}

/**
 * The last ticket of each address. Each is used once (RFC 8446 §C.4), and not beyond the certificate under which it was
 * given: a resumed handshake shows none that could be checked.
 */
export class SessionTickets {
  readonly #tickets = new Map<string, SessionTicket>();

  /** Only from a connection whose certificate was accepted. */
  keep(address: string, ticket: SessionTicket): void {
    this.#tickets.set(address, ticket);
  }

  take(address: string, wallMs: number): SessionTicket | undefined {
    const ticket = this.#tickets.get(address);
    this.#tickets.delete(address);
    return ticket !== undefined && ticket.validUntilMs > wallMs ? ticket : undefined;
  }
}
