import { styleFor, type OutputStream } from '../terminal.ts';
import { renderJson, renderStage, renderSummary } from './report.ts';
import { liveScreen, noScreen, plainScreen } from './screen.ts';
import { runStage, type Stage, type StageResult } from './stage.ts';

/** What the demo writes to and how. */
export interface DemoOutput {
  readonly stdout: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
}

/**
 * Runs the stages one after the other and shows each when it is done.
 *
 * @returns the exit status: 0 if each stage did what it says, else 1
 */
export async function runDemo(stages: readonly Stage[], { stdout, env, json }: DemoOutput): Promise<number> {
  const style = styleFor(stdout, env);
  // Without colour, without any other escape sequence.
  const live = stdout.isTTY === true && !json && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '';
  const screenFor = json ? () => noScreen : live ? liveScreen : plainScreen;
  const results: StageResult[] = [];
  if (!json) stdout.write('Name servers on 127.0.0.1, real sockets.\n\n');
  for (const stage of stages) {
    if (live) stdout.write(`… ${stage.title}`);
    const result = await runStage(stage, screenFor(stdout));
    // Back to the first column, and the line erased.
    if (live) stdout.write('\r\u001b[K');
    if (!json) stdout.write(renderStage(result, style));
    results.push(result);
  }
  stdout.write(json ? renderJson(results) : renderSummary(results, style));
  return results.every((result) => result.ok) ? 0 : 1;
}
