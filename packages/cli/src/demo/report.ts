import type { Style } from '../terminal.ts';
import type { StageResult } from './stage.ts';

const claimColumns = 62;
const titleColumns = claimColumns + 4;

function milliseconds(durationMs: number): string {
  return durationMs < 1000 ? `${durationMs.toFixed(1)} ms` : `${(durationMs / 1000).toFixed(2)} s`;
}

/** One stage and its checks, as lines for the screen. */
export function renderStage({ title, ok, checks, durationMs, error }: StageResult, style: Style): string {
  const mark = (good: boolean): string => (good ? style.good('✓') : style.bad('✗'));
  const lines = [`${mark(ok)} ${style.strong(title.padEnd(titleColumns - 2))}  ${milliseconds(durationMs)}`];
  for (const check of checks) {
    lines.push(`  ${mark(check.ok)} ${check.claim.padEnd(claimColumns)}  ${style.dim(check.observed)}`);
  }
  if (error !== undefined) lines.push(`  ${style.bad(error)}`);
  return `${lines.join('\n')}\n\n`;
}

/** The closing line. */
export function renderSummary(results: readonly StageResult[], style: Style): string {
  const good = results.filter((result) => result.ok).length;
  return good === results.length
    ? style.good(`All ${results.length} stages did what they say.\n`)
    : style.bad(`${results.length - good} of ${results.length} stages did not do what they say.\n`);
}

/** The whole demo as one JSON object; durations in milliseconds. */
export function renderJson(results: readonly StageResult[]): string {
  const ok = results.every((result) => result.ok);
  const stages = results.map((result) => ({ ...result, durationMs: Number(result.durationMs.toFixed(3)) }));
  return `${JSON.stringify({ ok, stages }, null, 2)}\n`;
}
