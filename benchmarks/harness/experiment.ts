/** How a metric is shown. */
export interface Metric {
  readonly unit: string;
  readonly digits: number;
}

/** What one process measured, by metric. */
export type Sample = Readonly<Record<string, number>>;

/** What is expected of one case, beside another or alone; judged by the median over rounds. */
export interface Budget {
  readonly text: string;
  /** Which of several budgets with this text it is: a size, a number of threads. */
  readonly at?: string;
  readonly metric: string;
  readonly subject: string;
  /** The opponent, whose value of the same round is compared. */
  readonly against?: string;
  /** `'ratio'` divides by the opponent, `'excess'` subtracts it, `'value'` has none. */
  readonly relation: 'ratio' | 'excess' | 'value';
  readonly bound: 'at most' | 'at least';
  /** It holds for each round, not only for the median of them. */
  readonly isStrict?: boolean;
  readonly limit: number;
  /** What is aimed for beyond the limit. */
  readonly aim?: number;
}

/** One program, run in a process of its own. */
export interface CaseSpec {
  readonly name: string;
  /** Runs in the first of so many rounds; default 1, and 3 if no budget names it. */
  readonly interval?: number;
  run(): Promise<Sample>;
}

/** The samples of one case, one element a round. */
export interface CaseResult {
  readonly name: string;
  readonly samples: Readonly<Record<string, readonly number[]>>;
  /** Why there are no samples. */
  readonly failure?: string;
}

/** A place in a chart of `charts.ts`. */
export interface ChartPoint {
  readonly chart: string;
  /** Heading of one of several charts side by side; without it, each Node has one of its own. */
  readonly panel?: string;
  readonly x: number;
}

/** One run of each case, over time. */
export interface Drawing {
  /** Of `charts.ts`. */
  readonly chart: string;
  readonly lines: readonly {
    readonly name: string;
    readonly x: readonly number[];
    /** What is drawn as a line, and up to where a band above it reaches. */
    readonly y: readonly number[];
    readonly most: readonly number[];
  }[];
  /** What happened when. */
  readonly moments: readonly { readonly what: string; readonly x: number }[];
}

/** Cases measured side by side, and what is expected of them. */
export interface ExperimentSpec {
  /** Names what is measured, without the Node it ran on. */
  readonly id: string;
  /** Row of the table of budgets. */
  readonly row: number;
  readonly title: string;
  /** Version of the Node that ran the cases; absent where none did. */
  readonly node?: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly cases: readonly CaseSpec[];
  readonly budgets: readonly Budget[];
  /** Two cases that are the same program: their ratio tells whether the machine was quiet. */
  readonly control?: { readonly metric: string; readonly first: string; readonly second: string };
  readonly rounds: number;
  /** Where its first metric stands in a chart of `charts.ts`. */
  readonly point?: ChartPoint;
  /** What is to be drawn of it, once it ran. */
  draw?(): Promise<Drawing>;
  /** The metrics are counts, not times: a few rounds tell. */
  readonly exact?: boolean;
  /** What tells that the machine had no time to spare: the median of a metric, of a case with a budget, above a limit. */
  readonly quiet?: { readonly metric: string; readonly limit: number; readonly text: string };
}

/** An experiment after it ran; what the JSON files hold. */
export interface Experiment extends Omit<ExperimentSpec, 'cases' | 'draw'> {
  readonly cases: readonly CaseResult[];
  readonly drawing?: Drawing;
}
