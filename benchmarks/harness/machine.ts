import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Where and when a group of experiments ran. */
export interface Machine {
  readonly takenAt: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  /** One-minute load before the first case. */
  readonly loadBefore: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** First line that a program says about its version; it goes to either stream. */
export function versionOf(command: string, args: readonly string[]): string {
  try {
    const text = execFileSync('sh', ['-c', '"$0" "$@" 2>&1', command, ...args], { encoding: 'utf8' });
    return text.trim().split('\n')[0] ?? '';
  } catch {
    // dnsperf, for one, has no option that ends with status 0.
    return 'unknown';
  }
}

export function describeMachine(versions: Readonly<Record<string, string>>): Machine {
  return {
    takenAt: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    loadBefore: loadavg()[0] ?? 0,
    versions,
  };
}
