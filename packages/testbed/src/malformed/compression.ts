import type { Query } from '../query.ts';
import {
  fixedPart,
  fixedPartOctets,
  forgedRdata,
  forgedRecord,
  forgedRecordRest,
  questionOffset,
  response,
  types,
} from './forged-answer.ts';

/** The owner is a pointer to itself. */
export function pointerToItself(query: Query): Buffer {
  const writer = response(query, { answers: 1 });
  return forgedRecordRest(writer.pointer(writer.length), query).toBuffer();
}

/** The owner points to a name further on (RFC 1035 §4.1.4 allows a prior name only). */
export function pointerForward(query: Query): Buffer {
  const writer = response(query, { answers: 2 });
  const secondOwner = writer.length + 2 + fixedPartOctets + forgedRdata(query).rdata.length;
  forgedRecordRest(writer.pointer(secondOwner), query);
  return forgedRecordRest(writer.name(query.name), query).toBuffer();
}

/** Two owners, each a label and a pointer to the other. */
export function pointersMutual(query: Query): Buffer {
  const writer = response(query, { answers: 2 });
  const first = writer.length;
  const ownerOctets = 4;
  const second = first + ownerOctets + fixedPartOctets + forgedRdata(query).rdata.length;
  forgedRecordRest(writer.label('a').pointer(second), query);
  return forgedRecordRest(writer.label('b').pointer(first), query).toBuffer();
}

// QDCOUNT 1 and ANCOUNT 1 read from here are two labels of one octet and an end: a complete name to a lax parser.
const nameLikeHeaderOffset = 5;

/** The owner points into the header. */
export function pointerIntoHeader(query: Query): Buffer {
  const writer = response(query, { answers: 1 });
  return forgedRecordRest(writer.pointer(nameLikeHeaderOffset), query).toBuffer();
}

/** An owner that takes `jumps` jumps, each to a prior pointer, to reach the asked name. */
export function pointerChain(jumps: number): (query: Query) => Buffer {
  return (query) => {
    const writer = response(query, { answers: 2 });
    // The pointers lie in the RDATA of a record whose type nobody interprets; the first goes to the question.
    fixedPart(writer.pointer(questionOffset), types.PRIVATE, (jumps - 1) * 2);
    let target = questionOffset;
    for (let jump = 1; jump < jumps; jump += 1) {
      const here = writer.length;
      writer.pointer(target);
      target = here;
    }
    return forgedRecordRest(writer.pointer(target), query).toBuffer();
  };
}

const label63 = 'x'.repeat(63);

/** A second owner of 256 octets, one more than RFC 1035 §2.3.4 allows, without compression. */
export function nameOf256Octets(query: Query): Buffer {
  const writer = forgedRecord(response(query, { answers: 2 }), query);
  const owner = writer.label(label63).label(label63).label(label63).label('x'.repeat(62)).u8(0);
  return forgedRecordRest(owner, query).toBuffer();
}

/** A second owner of 255 octets, and a third that lengthens it to 257 by a label and a pointer. */
export function nameOver255ByPointer(query: Query): Buffer {
  const writer = forgedRecord(response(query, { answers: 3 }), query);
  const longest = writer.length;
  writer.label(label63).label(label63).label(label63).label('x'.repeat(61)).u8(0);
  forgedRecordRest(writer, query);
  return forgedRecordRest(writer.label('x').pointer(longest), query).toBuffer();
}

/** The owner's first octet has the reserved label type 01 (RFC 6891 §5). */
export function labelType01(query: Query): Buffer {
  const owner = response(query, { answers: 1 }).u8(0x41).octets(Buffer.from('a')).u8(0);
  return forgedRecordRest(owner, query).toBuffer();
}

/** The owner's first octet has the reserved label type 10. */
export function labelType10(query: Query): Buffer {
  const owner = response(query, { answers: 1 }).u8(0x81).octets(Buffer.from('a')).u8(0);
  return forgedRecordRest(owner, query).toBuffer();
}
