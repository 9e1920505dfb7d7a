import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Group } from './group.ts';
import type { NodeBinary } from './node-binaries.ts';
import { opponentVersion } from './opponents.ts';

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

/** The version that a program prints, on either stream and with whatever status. */
function versionOf(command: string, args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined) return 'not installed';
  return /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown';
}

/** The machine as it is now, and what the group is about to run. */
export function describeMachine(nodes: readonly NodeBinary[], { programs, opponents }: Group): Machine {
  return {
    takenAt: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    loadBefore: loadavg()[0] ?? 0,
    versions: {
      Node: nodes.map(({ version, cares }) => `${version} (c-ares ${cares})`).join(' and '),
      ...Object.fromEntries(programs.map(([command, ...args]) => [command, versionOf(command, args)])),
      ...Object.fromEntries(opponents.map((name) => [name, opponentVersion(name)])),
    },
  };
}
