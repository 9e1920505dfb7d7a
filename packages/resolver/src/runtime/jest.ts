/**
 * Jest counts it as a failure of the whole run if a module is imported when the tests of its file are over, and a resolver
 * that nobody has closed lives longer than they do.
 */

interface JestMeta {
  /** Of modules that Jest has loaded. */
  readonly jest?: {
    /** Since Jest 30. */
    isEnvironmentTornDown?(): boolean;
  };
}

const { jest } = import.meta as ImportMeta & JestMeta;

/** Whether Jest has loaded this package. */
export const isUnderJest: boolean = jest !== undefined;

/** Whether importing anything would come too late; where that cannot be known, `unknown`. */
export function isTornDown(unknown: boolean): boolean {
  if (jest === undefined) return false;
  return jest.isEnvironmentTornDown?.() ?? unknown;
}
