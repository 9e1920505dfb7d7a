/** What the servers of every run have in common. */

/** Names that are asked again and again. */
export const warmNames = 1000;
/** How long their answers are fresh. */
export const warmTtlSeconds = 2;
/** Milliseconds from a query to its answer, to any server. */
export const roundTripMs = 20;
/** Of the primary; resolv.conf names it first. */
export const primaryAddress = '127.0.0.1';
/** Of the second plain server, for those that have no other way. */
export const secondaryAddress = '127.0.0.2';
