import type { Query } from '../query.ts';
import type { RcodeName } from '../response.ts';
import { rcodes } from '../response.ts';
import { WireWriter } from '../wire-writer.ts';
import { forgedRecord, forgedRecordRest, header, response, types } from './forged-answer.ts';

const flagsOffset = 2;
const qrBit = 0x80;

/** A well-formed answer with the forged address and an ID that is not the query's. */
export function wrongId(query: Query): Buffer {
  return forgedAnswer({ ...query, id: query.id ^ 0xffff });
}

/** A well-formed answer to the query, with the forged address. Only the sender tells it from a genuine one. */
export function forgedAnswer(query: Query): Buffer {
  return forgedRecord(response(query, { answers: 1 }), query).toBuffer();
}

/** The forged answer with QR = 0: it is a query. */
export function queryInsteadOfResponse(query: Query): Buffer {
  const message = forgedAnswer(query);
  message[flagsOffset] = (message[flagsOffset] ?? 0) & ~qrBit;
  return message;
}

/** No question, and the forged address for the name that was asked. */
export function withoutQuestion(query: Query): Buffer {
  return forgedRecordRest(header(query, { questions: 0, answers: 1 }).name(query.name), query).toBuffer();
}

/** A header alone with a code and no question: how NSD refuses what it cannot read. */
export function headerOnly(rcode: RcodeName): (query: Query) => Buffer {
  return (query) =>
    new WireWriter()
      .u16(query.id)
      .u16(0x8000 | rcodes[rcode])
      .u32(0)
      .u32(0)
      .toBuffer();
}

/** The question twice. */
export function twoQuestions(query: Query): Buffer {
  const writer = header(query, { questions: 2, answers: 1 }).octets(query.question).octets(query.question);
  return forgedRecord(writer, query).toBuffer();
}

const typeAndClassOctets = 4;

function withQuestion(query: Query, question: Uint8Array): Buffer {
  return forgedRecord(header(query, { answers: 1 }).octets(question), query).toBuffer();
}

/** The question has another name, of which the record is, too. */
export function wrongName(query: Query): Buffer {
  const question = Buffer.concat([
    new WireWriter().name('other.test').toBuffer(),
    query.question.subarray(-typeAndClassOctets),
  ]);
  return withQuestion(query, question);
}

/** The question asks TXT. */
export function wrongType(query: Query): Buffer {
  const question = Buffer.from(query.question);
  question.writeUInt16BE(types.TXT, question.length - typeAndClassOctets);
  return withQuestion(query, question);
}

const classChaos = 3;

/** The question asks in class CH. */
export function wrongClass(query: Query): Buffer {
  const question = Buffer.from(query.question);
  question.writeUInt16BE(classChaos, question.length - 2);
  return withQuestion(query, question);
}

/** The first `octets` octets of the header; none at all by default. */
export function shorterThanHeader(octets = 0): (query: Query) => Buffer {
  return (query) => forgedAnswer(query).subarray(0, octets);
}
