/** What the snapshots of one environment have in common. */
import { systemClock } from '../runtime/captured.ts';
import { say } from '../install/kill-switch.ts';
import { isMainThread } from '../runtime/main-thread.ts';
import { warn } from '../errors/warning.ts';
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
