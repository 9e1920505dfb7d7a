/** What an upstream has done since it was made. */
export interface UpstreamStats {
  /** Queries and HEADs asked for. */
  readonly queries: number;
  /** Those with an answer. */
  readonly answered: number;
  /** Those without, by the code of their error; called off by their caller are `ABORTED`. */
  readonly failed: Readonly<Record<string, number>>;
  /** Queries sent again because their connection ended under them. */
  readonly retried: number;
  /** Queries waiting for a connection or an answer. */
  readonly pending: number;
  readonly connections: {
    /** Handshakes begun, all addresses of one attempt counted as one. */
    readonly attempted: number;
    readonly opened: number;
    /** Of those opened, with a session resumed. */
    readonly resumed: number;
    /** Open now, those that only finish what they have included. */
    readonly open: number;
    /** Queries that found an open connection. */
    readonly reused: number;
  };
  /** The connection that takes new queries. */
  readonly connected:
    | { readonly address: string; readonly tlsVersion: string; readonly inFlight: number }
    | undefined;
}

/** The counters behind {@link UpstreamStats}. */
export class Counters {
  queries = 0;
  answered = 0;
  retried = 0;
  attempted = 0;
  opened = 0;
  resumed = 0;
  reused = 0;
  readonly failed: Record<string, number> = {};

  fail(code: string): void {
    this.failed[code] = (this.failed[code] ?? 0) + 1;
  }
}
