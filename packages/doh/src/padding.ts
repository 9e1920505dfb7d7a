/** Padding of queries (RFC 7830): their length must not tell the name to those who cannot read it. */
import { MAX_MESSAGE_OCTETS, OPT, recordsOf, RECORD_FIELDS_OCTETS, viewOf } from './message.ts';

/** RFC 8467 §4.1. */
const BLOCK_OCTETS = 128;
/** RFC 7830 §3. */
const PADDING_OPTION = 12;
/** Code and length. */
const OPTION_HEAD_OCTETS = 4;

/**
 * A copy of the query, filled up to a multiple of 128 octets. One without EDNS, or whose OPT is not its last record, and
 * one that is padded already, is copied as it is.
 */
export function padded(query: Uint8Array): Uint8Array<ArrayBuffer> {
  const opt = recordsOf(query)?.at(-1);
  if (opt === undefined || opt.type !== OPT || opt.end !== query.length) return Uint8Array.from(query);
  const data = opt.fields + RECORD_FIELDS_OCTETS;
  if (hasPadding(query, data)) return Uint8Array.from(query);
  const unpadded = query.length + OPTION_HEAD_OCTETS;
  const length = Math.ceil(unpadded / BLOCK_OCTETS) * BLOCK_OCTETS;
  if (length > MAX_MESSAGE_OCTETS) return Uint8Array.from(query);
  const message = new Uint8Array(length);
  message.set(query);
  const view = viewOf(message);
  view.setUint16(query.length, PADDING_OPTION);
  view.setUint16(query.length + 2, length - unpadded);
  view.setUint16(data - 2, length - data);
  return message;
}

/** @param offset where the options of the OPT record begin, which is the message's last one */
function hasPadding(query: Uint8Array, offset: number): boolean {
  const view = viewOf(query);
  let at = offset;
  while (at + OPTION_HEAD_OCTETS <= query.length) {
    if (view.getUint16(at) === PADDING_OPTION) return true;
    at += OPTION_HEAD_OCTETS + view.getUint16(at + 2);
  }
  return false;
}
