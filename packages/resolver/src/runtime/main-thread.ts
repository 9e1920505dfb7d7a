/** Whether the process ends with this thread. The module that knows is loaded by the first call: few need it. */
export function isMainThread(): boolean {
  return process.getBuiltinModule('node:worker_threads').isMainThread;
}
