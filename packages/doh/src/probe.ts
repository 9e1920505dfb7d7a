/** Health probes of an encrypted upstream. What an answer is worth is not decided here. */
import { randomBytes } from 'node:crypto';
import { decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { type Clock, systemClock } from './clock.ts';
import { EncryptedUpstreamError, type HttpDetail, UpstreamAnswerError, UpstreamHttpError } from './errors.ts';
import { rcodeOf } from './message.ts';
import type { AskOptions, DohUpstream, EncryptedUpstream, HeadAnswer } from './upstream.ts';

/** What a real query brought. */
export interface QueryProbe {
  /** Undefined where the protocol is not HTTPS, and where a message came that does not answer the query. */
  readonly http?: HttpDetail | undefined;
  /** Whether a DNS message came whose ID and question match. */
  readonly matches: boolean;
  /** RFC 1035 RCODE; undefined if the message cannot be read. */
  readonly rcode: number | undefined;
  readonly elapsedMs: number;
}

const RANDOM_OCTETS = 8;
/** What answers may have over UDP behind the server; here nothing is truncated. */
const PAYLOAD_OCTETS = 1232;

/** A name that nobody has asked for before, so that no cache answers. */
export function randomProbeName(suffix: string): string {
  const label = randomBytes(RANDOM_OCTETS).toString('hex');
  return suffix === '' ? label : `${label}.${suffix}`;
}

function isSilence(error: unknown): boolean {
  return error instanceof EncryptedUpstreamError && ['timeout', 'network', 'tls'].includes(error.outcome);
}

/**
 * Asks for the A records of `name`.
 *
 * @returns undefined if no answer came at all
 * @throws what says nothing about the upstream: it was closed, is busy, or the signal's reason
 */
export async function probeQuery(
  upstream: EncryptedUpstream,
  name: string,
  options: AskOptions = {},
  clock: Clock = systemClock,
): Promise<QueryProbe | undefined> {
  const query = encode({
    type: 'query',
    id: randomBytes(2).readUInt16BE(),
    flags: RECURSION_DESIRED,
    questions: [{ type: 'A', name }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: PAYLOAD_OCTETS,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
  const startedMs = clock.monotonicMs();
  const elapsedMs = (): number => clock.monotonicMs() - startedMs;
  try {
    const { bytes, http } = await upstream.query(query, options);
    return {
      http,
      matches: true,
      rcode: isReadable(bytes) ? rcodeOf(bytes) : undefined,
      elapsedMs: elapsedMs(),
    };
  } catch (error) {
    if (error instanceof UpstreamAnswerError)
      return { matches: false, rcode: undefined, elapsedMs: elapsedMs() };
    if (error instanceof UpstreamHttpError) {
      const { http } = error;
      return http === undefined
        ? undefined
        : { http, matches: false, rcode: undefined, elapsedMs: elapsedMs() };
    }
    if (isSilence(error)) return undefined;
    throw error;
  }
}

/**
 * HTTP HEAD.
 *
 * @returns undefined if no answer came at all
 * @throws as {@link probeQuery}
 */
export async function probeHead(
  upstream: Pick<DohUpstream, 'head'>,
  options: AskOptions = {},
): Promise<HeadAnswer | undefined> {
  try {
    return await upstream.head(options);
  } catch (error) {
    if (error instanceof UpstreamHttpError || isSilence(error)) return undefined;
    throw error;
  }
}

function isReadable(bytes: Uint8Array): boolean {
  try {
    decode(Buffer.from(bytes));
    return true;
  } catch {
    return false;
  }
}
