/** Probes of upstreams that are asked over HTTPS or TLS. */
import type { HttpAnswer, ProbeRequest, ProbeVerdict, QueryAnswer } from '@doubao/resolver-health';
import type { Health } from './health.ts';

/** The servers that one resolver asks over HTTPS or TLS, by URL. */
export interface EncryptedUpstreams {
  /**
   * HTTP HEAD.
   *
   * @returns undefined if nothing came; rejects with what says nothing about the upstream
   */
  probeHead(
    url: string,
    timeoutMs: number,
  ): Promise<{ readonly http: HttpAnswer; readonly elapsedMs: number } | undefined>;
  /** Asks for the addresses of a name. Resolves and rejects as {@link EncryptedUpstreams.probeHead}. */
  probeQuery(
    url: string,
    name: string,
    timeoutMs: number,
  ): Promise<(QueryAnswer & { readonly elapsedMs: number }) | undefined>;
  /** Whether HTTPS turned out to be impossible there, so that TLS is spoken instead. */
  isDowngraded(url: string): boolean;
  /** Connects ahead of queries. Rejects if that fails. */
  open(url: string): Promise<void>;
  /** Whether a connection is open; undefined if none was needed yet. */
  isConnected(url: string): boolean | undefined;
}

/** Milliseconds for a level, those for connecting included. */
const LEVEL_TIMEOUT_MS = 5000;

/** What came of one level. */
export interface LevelResult {
  readonly level: ProbeRequest['levels'][number];
  readonly verdict: ProbeVerdict;
  /** Milliseconds; undefined without an answer. */
  readonly elapsedMs: number | undefined;
}

/**
 * Goes through the levels of a probe.
 *
 * @param done told of each
 * @returns what the last came to, which decides
 */
export async function probeEncrypted(
  { judgeHeadLeniently, judgeHeadStrictly, judgeQuery }: Health,
  upstreams: EncryptedUpstreams,
  { upstream: url, levels: wanted }: ProbeRequest,
  name: string,
  done: (result: LevelResult) => void,
): Promise<LevelResult> {
  const levels: ProbeRequest['levels'] = upstreams.isDowngraded(url) ? ['query'] : wanted;
  let result: LevelResult = { level: 'query', verdict: 'alive', elapsedMs: undefined };
  for (const level of levels) {
    // Where HEAD is all there is, it must be answered by the book.
    const judgeHead = levels.length === 1 ? judgeHeadStrictly : judgeHeadLeniently;
    try {
      if (level === 'head') {
        const answer = await upstreams.probeHead(url, LEVEL_TIMEOUT_MS);
        result = { level, verdict: judgeHead(answer?.http), elapsedMs: answer?.elapsedMs };
      } else {
        const answer = await upstreams.probeQuery(url, name, LEVEL_TIMEOUT_MS);
        result = { level, verdict: judgeQuery(answer), elapsedMs: answer?.elapsedMs };
      }
    } catch {
      // Closed, busy or called off.
      result = { level, verdict: 'alive', elapsedMs: undefined };
    }
    done(result);
  }
  return result;
}
