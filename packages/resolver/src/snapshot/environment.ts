/** What the snapshots of one environment have in common. */
import { systemClock } from '../captured.ts';
import { say } from '../kill-switch.ts';
import { isMainThread } from '../main-thread.ts';
import { warn } from '../warning.ts';
import { atExit } from './at-exit.ts';
import { systemFiles } from './files.ts';
import type { SnapshotHost } from './keeper.ts';

export interface SnapshotEnvironment {
  /** Made when the first snapshot is kept. */
  host(): SnapshotHost;
  /** How many resolvers keep one there. */
  readonly paths: Map<string, number>;
}

export function systemSnapshots(): SnapshotEnvironment {
  return {
    host: () => ({
      clock: systemClock,
      files: systemFiles(),
      warn,
      say,
      atExit,
      isMainThread: isMainThread(),
    }),
    paths: new Map(),
  };
}
