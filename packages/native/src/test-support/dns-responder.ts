/** The smallest DNS server that can be asked: UDP on loopback, answers made by a function. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface Question {
  /** Lowercase, without a trailing dot. */
  readonly name: string;
  readonly rtype: number;
}

/** RDATA of one record. */
export type Rdata = Uint8Array;

export interface Responder {
  readonly port: number;
  /** What has been asked, in order. */
  readonly questions: readonly Question[];
  /** Resolves when that many questions have come. */
  asked(count: number): Promise<void>;
  close(): Promise<void>;
}

const HEADER_OCTETS = 12;
const CLASS_IN = 1;
/** Of every record. */
export const TTL_SECONDS = 300;

/** @param answer RDATA of the question's type; an empty list for NODATA, undefined for silence */
export async function startResponder(
  answer: (question: Question) => readonly Rdata[] | undefined,
): Promise<Responder> {
  const socket = createSocket('udp4');
  const questions: Question[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  socket.on('message', (message, peer) => {
    const { question, end } = readQuestion(message);
    questions.push(question);
    for (const { count, resolve } of waiting) if (questions.length >= count) resolve();
    const records = answer(question);
    if (records !== undefined) socket.send(response(message.subarray(0, end), question, records), peer.port);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    questions,
    asked: (count) =>
      questions.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ count, resolve });
          }),
    close: () =>
      new Promise((resolve) => {
        socket.close(() => resolve());
      }),
  };
}

function readQuestion(message: Buffer): { question: Question; end: number } {
  const labels: string[] = [];
  let at = HEADER_OCTETS;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const question = { name: labels.join('.').toLowerCase(), rtype: message.readUInt16BE(at + 1) };
  return { question, end: at + 5 };
}

/** NODATA carries no SOA and so is not cached for long; no test here needs more. */
function response(query: Buffer, { rtype }: Question, records: readonly Rdata[]): Buffer {
  const header = Buffer.from(query);
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt32BE(0, 8);
  const answers = records.map((rdata) => {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc000 | HEADER_OCTETS, 0);
    record.writeUInt16BE(rtype, 2);
    record.writeUInt16BE(CLASS_IN, 4);
    record.writeUInt32BE(TTL_SECONDS, 6);
    record.writeUInt16BE(rdata.byteLength, 10);
    return Buffer.concat([record, rdata]);
  });
  return Buffer.concat([header, ...answers]);
}

/** 192.0.2.1, and so on. */
export function ipv4(...octets: readonly [number, number, number, number]): Rdata {
  return Uint8Array.from(octets);
}
