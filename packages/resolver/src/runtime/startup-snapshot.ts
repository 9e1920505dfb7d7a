import v8 from 'node:v8';

/** Whether what is loaded now is to become part of a startup snapshot. Runtimes other than Node may have none. */
export function isBuildingSnapshot(): boolean {
  const { startupSnapshot } = v8 as Partial<typeof v8>;
  return startupSnapshot?.isBuildingSnapshot() ?? false;
}
