/** Octets of DNS messages (RFC 1035 §4.1), as far as a transport looks at them. */

export const HEADER_OCTETS = 12;
/** With two octets of length in front there is no larger one (RFC 1035 §4.2.2, RFC 8484 §6). */
export const MAX_MESSAGE_OCTETS = 65_535;
/** Type and class behind the name of a question; type, class, TTL and RDLENGTH behind that of a record. */
const QUESTION_FIELDS_OCTETS = 4;
export const RECORD_FIELDS_OCTETS = 10;
/** RFC 6891 §6.1.1. */
export const OPT = 41;

const QR_BIT = 0x80;
const RCODE_BITS = 0x0f;
const FORMERR = 1;
const NOTIMP = 4;
/** Two bits that say whether a length or a pointer follows (RFC 1035 §4.1.4). */
const LABEL_TYPE_BITS = 0xc0;
const POINTER_OCTETS = 2;

/** Where the counts of questions and of the records of the three sections are. */
const QUESTION_COUNT = 4;
const RECORD_COUNTS = [6, 8, 10] as const;

export function viewOf(message: Uint8Array): DataView {
  return new DataView(message.buffer, message.byteOffset, message.byteLength);
}

export function idOf(message: Uint8Array): number {
  return viewOf(message).getUint16(0);
}

export function setId(message: Uint8Array, id: number): void {
  viewOf(message).setUint16(0, id);
}

/** RCODE of the header, without what EDNS adds to it (RFC 6891 §6.1.3). */
export function rcodeOf(message: Uint8Array): number {
  return (message[3] ?? 0) & RCODE_BITS;
}

/** Offset behind the name that begins at `offset`, or -1 if the message ends before. Pointers are not followed. */
export function skipName(message: Uint8Array, offset: number): number {
  let at = offset;
  for (;;) {
    const length = message[at];
    if (length === undefined) return -1;
    if ((length & LABEL_TYPE_BITS) === LABEL_TYPE_BITS) {
      return at + POINTER_OCTETS <= message.length ? at + POINTER_OCTETS : -1;
    }
    if ((length & LABEL_TYPE_BITS) !== 0) return -1;
    at += 1 + length;
    if (length === 0) return at;
  }
}

/** Offset behind the question that begins at `offset`, or -1. */
export function skipQuestion(message: Uint8Array, offset: number): number {
  const nameEnd = skipName(message, offset);
  const end = nameEnd + QUESTION_FIELDS_OCTETS;
  return nameEnd < 0 || end > message.length ? -1 : end;
}

/** One record as it lies in a message. */
export interface RecordSpan {
  /** Where type, class, TTL and RDLENGTH begin. */
  readonly fields: number;
  readonly type: number;
  readonly end: number;
}

/** The records of all sections behind the question; undefined if the message ends before its counts say. */
export function recordsOf(message: Uint8Array): RecordSpan[] | undefined {
  if (message.length < HEADER_OCTETS) return undefined;
  const view = viewOf(message);
  let at = HEADER_OCTETS;
  for (let left = view.getUint16(QUESTION_COUNT); left > 0; left -= 1) {
    at = skipQuestion(message, at);
    if (at < 0) return undefined;
  }
  const records: RecordSpan[] = [];
  let left = 0;
  for (const count of RECORD_COUNTS) left += view.getUint16(count);
  for (; left > 0; left -= 1) {
    const fields = skipName(message, at);
    if (fields < 0 || fields + RECORD_FIELDS_OCTETS > message.length) return undefined;
    const end = fields + RECORD_FIELDS_OCTETS + view.getUint16(fields + RECORD_FIELDS_OCTETS - 2);
    if (end > message.length) return undefined;
    records.push({ fields, type: view.getUint16(fields), end });
    at = end;
  }
  return records;
}

/** Whether these octets can be sent: a query with exactly one question that lies whole in them. */
export function isQuery(message: Uint8Array): boolean {
  return (
    message.length >= HEADER_OCTETS &&
    message.length <= MAX_MESSAGE_OCTETS &&
    ((message[2] ?? 0) & QR_BIT) === 0 &&
    viewOf(message).getUint16(QUESTION_COUNT) === 1 &&
    skipQuestion(message, HEADER_OCTETS) > 0
  );
}

/**
 * Whether a message answers a query, its ID aside: QR is set, and the question is the query's, letter case aside. A
 * server that could not read the query may leave the question out.
 */
export function answers(query: Uint8Array, message: Uint8Array): boolean {
  if (message.length < HEADER_OCTETS || ((message[2] ?? 0) & QR_BIT) === 0) return false;
  const questions = viewOf(message).getUint16(QUESTION_COUNT);
  const rcode = rcodeOf(message);
  if (questions === 0) return rcode === FORMERR || rcode === NOTIMP;
  return questions === 1 && sameQuestion(query, message);
}

function sameQuestion(query: Uint8Array, message: Uint8Array): boolean {
  const end = skipQuestion(query, HEADER_OCTETS);
  if (end < 0 || message.length < end) return false;
  const nameEnd = end - QUESTION_FIELDS_OCTETS;
  for (let at = HEADER_OCTETS; at < end; at += 1) {
    const [asked = 0, said = 0] = [query[at], message[at]];
    // No length of a label is a letter, so only letters are folded.
    if (at < nameEnd ? lowerCase(asked) !== lowerCase(said) : asked !== said) return false;
  }
  return true;
}

/** ASCII only (RFC 4343). */
function lowerCase(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
}
