/** One thing that a stage says, held against what was observed. */
export interface Check {
  /** In words, as shown. */
  readonly claim: string;
  /** What the query log, the statistics or the answer showed. */
  readonly observed: string;
  readonly ok: boolean;
}

/** One part of the demo. It starts what it needs and closes it again. */
export interface Stage {
  readonly title: string;
  /** A rejection fails the stage. */
  readonly run: () => Promise<readonly Check[]>;
}

/** How a stage ended. */
export interface StageResult {
  readonly title: string;
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly durationMs: number;
  /** Why it could not be carried out. */
  readonly error?: string;
}

// No stage waits for more than one lookup's deadline (5 s) and one short TTL.
const stageDeadlineMs = 15_000;

function deadline(): { promise: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    const late = new Error(`not finished after ${stageDeadlineMs / 1000} s`);
    timer = setTimeout(() => reject(late), stageDeadlineMs);
  });
  return { promise, clear: () => clearTimeout(timer) };
}

/** Runs a stage; it is good only if it made checks and each of them holds. */
export async function runStage({ title, run }: Stage): Promise<StageResult> {
  const startedAt = performance.now();
  const limit = deadline();
  try {
    const checks = await Promise.race([run(), limit.promise]);
    const ok = checks.length > 0 && checks.every((check) => check.ok);
    return { title, ok, checks, durationMs: performance.now() - startedAt };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { title, ok: false, checks: [], durationMs: performance.now() - startedAt, error: message };
  } finally {
    limit.clear();
  }
}
