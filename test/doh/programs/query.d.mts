/** A DNS query for the A records of `name`, with EDNS. */
export function queryFor(name: string, id?: number): Uint8Array;
/** The address in an answer whose first record is an A record of the name asked for. */
export function addressIn(answer: { readonly bytes: Uint8Array }): string;
