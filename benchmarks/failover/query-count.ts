import { readFileSync } from 'node:fs';
import type { Stage } from '@doubao/resolver-testbed';
import { parseDatagramCounters } from './datagram-counters.ts';

/** Counts the queries that arrive at the servers of a stage, those that nobody reads included. */
export class QueryCount {
  readonly #stage: Stage;
  #begunMs = 0;
  #primary = 0;
  #secondary = 0;
  #noPorts = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Counts from now on. */
  async begin(): Promise<void> {
    this.#begunMs = performance.now();
    this.#noPorts = noPorts();
    [this.#primary, this.#secondary] = await Promise.all([this.#atPrimary(), this.#atSecondary()]);
  }

  /** What has arrived since the begin. The primary may have been killed meanwhile, but not started again. */
  async end(): Promise<number> {
    const { primary, fallbacks } = this.#stage;
    // The relay of a primary that is killed takes its count with it. Nobody has listened to its port since.
    const atPrimary = primary.running ? (await this.#atPrimary()) - this.#primary : noPorts() - this.#noPorts;
    let count = atPrimary + (await this.#atSecondary()) - this.#secondary;
    for (const fallback of fallbacks) {
      const queries = await fallback.settledQueries();
      count += queries.filter(({ at }) => at >= this.#begunMs).length;
    }
    return count;
  }

  async #atPrimary(): Promise<number> {
    return (await this.#stage.primary.relayStats()).up.received;
  }

  async #atSecondary(): Promise<number> {
    return (await this.#stage.secondary?.relayStats())?.up.received ?? 0;
  }
}

function noPorts(): number {
  return parseDatagramCounters(readFileSync('/proc/self/net/snmp', 'utf8')).noPorts;
}
