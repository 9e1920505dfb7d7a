import type { Query } from '../query.ts';
import { ednsPayloadSize } from '../response.ts';
import type { WireWriter } from '../wire-writer.ts';
import { forgedRecord, response, types } from './forged-answer.ts';

/** An OPT record (RFC 6891 §6.1.2) with any RDATA. */
function opt(writer: WireWriter, rdata: readonly number[] = []): WireWriter {
  return writer.u8(0).u16(types.OPT).u16(ednsPayloadSize).u32(0).u16(rdata.length).octets(rdata);
}

/** Two OPT records as additional ones (RFC 6891 §6.1.1 makes that FORMERR). */
export function twoOpts(query: Query): Buffer {
  return opt(opt(forgedRecord(response(query, { answers: 1, additionals: 2 }), query))).toBuffer();
}

/** The OPT record as second answer. */
export function optAsAnswer(query: Query): Buffer {
  return opt(forgedRecord(response(query, { answers: 2 }), query)).toBuffer();
}

/** The OPT record in the authority section. */
export function optAsAuthority(query: Query): Buffer {
  return opt(forgedRecord(response(query, { answers: 1, authorities: 1 }), query)).toBuffer();
}

/** An OPT whose option announces 8 octets and has 4. */
export function optOptionOverrun(query: Query): Buffer {
  const option = [0, 10, 0, 8, 1, 2, 3, 4];
  return opt(forgedRecord(response(query, { answers: 1, additionals: 1 }), query), option).toBuffer();
}

/** An OPT whose RDATA ends inside the option's code and length. */
export function optOptionCut(query: Query): Buffer {
  return opt(forgedRecord(response(query, { answers: 1, additionals: 1 }), query), [0, 10, 0]).toBuffer();
}

/** An OPT whose owner is not the root. */
export function optWithOwner(query: Query): Buffer {
  const writer = forgedRecord(response(query, { answers: 1, additionals: 1 }), query).label('a');
  return opt(writer).toBuffer();
}
