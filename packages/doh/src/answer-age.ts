/** How long an answer has been in an HTTP cache, and what that leaves of its TTLs (RFC 8484 §5.1). */
import { OPT, recordsOf, viewOf } from './message.ts';

/** Where an answer of more seconds is as good as any (RFC 9111 §1.2.2). */
const MAX_DELTA_SECONDS = 2 ** 31;
const TTL_OFFSET = 4;

/**
 * Seconds that the `age` header says (RFC 9111 §5.1): of several values the first counts, one that cannot be read is
 * ignored.
 */
export function ageSeconds(header: string | readonly string[] | undefined): number {
  const text = typeof header === 'string' ? header : header?.[0];
  const first = text?.split(',', 1)[0]?.trim() ?? '';
  return /^\d+$/.test(first) ? Math.min(Number(first), MAX_DELTA_SECONDS) : 0;
}

/**
 * Takes `seconds` off the TTL of every record, down to 0, in place. OPT has flags where others have a TTL.
 *
 * @returns false if the message cannot be read to its end; nothing is changed then
 */
export function subtractAge(message: Uint8Array, seconds: number): boolean {
  const records = recordsOf(message);
  if (records === undefined) return false;
  const view = viewOf(message);
  for (const { type, fields } of records) {
    if (type === OPT) continue;
    const at = fields + TTL_OFFSET;
    view.setUint32(at, Math.max(view.getUint32(at) - seconds, 0));
  }
  return true;
}
