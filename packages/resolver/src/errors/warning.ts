/** Warnings for the operator, by `process.emitWarning`: what happened, and what to do about it. */

/** The code of the warning after its prefix, `DOUBAO_RESOLVER_`. */
export type WarningCode =
  /** The system's files, as the I/O thread found them. */
  | 'SYSTEM_FILES'
  /** The file of `DOUBAO_RESOLVER_CONFIG` cannot be used; the options before stay. */
  | 'CONFIG'
  /** A variable that looks like an option and is none. */
  | 'UNKNOWN_VARIABLE'
  /** What speaks to encrypted servers cannot be loaded. */
  | 'ENCRYPTED'
  /** What decides about failover cannot be loaded. */
  | 'FAILOVER'
  /** A snapshot is there and is not trusted. */
  | 'SNAPSHOT_IGNORED'
  /** A snapshot could not be read and was moved aside. */
  | 'SNAPSHOT_DAMAGED'
  /** A snapshot cannot be saved. */
  | 'SNAPSHOT_SAVE';

export type Warn = (code: WarningCode, message: string) => void;

export const warn: Warn = (code, message) => {
  process.emitWarning(`@doubao/resolver: ${message}`, {
    type: 'ResolverWarning',
    code: `DOUBAO_RESOLVER_${code}`,
  });
};
