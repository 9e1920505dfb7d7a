import { noScreen, type Screen } from './screen.ts';

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
  /** Milliseconds that it may take; 15 s if absent. */
  readonly deadlineMs?: number;
  /** A rejection fails the stage. Only a stage that takes seconds has something to show meanwhile. */
  readonly run: (screen: Screen) => Promise<readonly Check[]>;
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
const usualDeadlineMs = 15_000;

function deadline(limitMs: number): { promise: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    const late = new Error(`not finished after ${limitMs / 1000} s`);
    timer = setTimeout(() => reject(late), limitMs);
  });
  return { promise, clear: () => clearTimeout(timer) };
}

/** Runs a stage; it is good only if it made checks and each of them holds. */
export async function runStage(stage: Stage, screen: Screen = noScreen): Promise<StageResult> {
  const { title, run, deadlineMs = usualDeadlineMs } = stage;
  const startedAt = performance.now();
  const limit = deadline(deadlineMs);
  try {
    const checks = await Promise.race([run(screen), limit.promise]);
    const ok = checks.length > 0 && checks.every((check) => check.ok);
    return { title, ok, checks, durationMs: performance.now() - startedAt };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { title, ok: false, checks: [], durationMs: performance.now() - startedAt, error: message };
  } finally {
    limit.clear();
    screen.finish();
  }
}
