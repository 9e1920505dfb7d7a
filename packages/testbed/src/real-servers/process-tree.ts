import { readFileSync } from 'node:fs';

/** Sends a signal to a process and to all that it has started: NSD, for one, answers in children. Linux only. */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  // Children first: a parent that ends would take their list with it.
  for (const child of childrenOf(pid)) signalTree(child, signal);
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return list
      .split(' ')
      .filter((word) => word !== '')
      .map(Number);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
