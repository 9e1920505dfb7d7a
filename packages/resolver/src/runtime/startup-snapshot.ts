import type v8 from 'node:v8';

/** In every option of Node that builds a startup snapshot, also as part of a single executable. None goes into NODE_OPTIONS. */
const BUILDERS = ['snapshot', 'sea'];

/** Whether what is loaded now is to become part of a startup snapshot. Runtimes other than Node may have none. */
export function isBuildingSnapshot(): boolean {
  // The module that knows brings streams with it: it is asked only where the answer may be yes.
  if (!process.execArgv.some((option) => BUILDERS.some((word) => option.includes(word)))) return false;
  const { startupSnapshot } = process.getBuiltinModule('node:v8') as Partial<typeof v8>;
  return startupSnapshot?.isBuildingSnapshot() ?? false;
}
