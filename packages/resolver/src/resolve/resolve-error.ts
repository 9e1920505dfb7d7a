/** Errors of `resolve*` and `reverse`, in the shape of Node's own, which are those of c-ares. */
import { Status } from '../native/binding.ts';
import { attachFailures } from '../errors/failures.ts';

/** The error that a failed `resolve*` or `reverse` gives. */
export interface ResolveError extends Error {
  errno: undefined;
  code: string;
  /** `queryA`, `queryMx` …, `getHostByAddr` of `reverse`. */
  syscall: string;
  /** As the caller wrote it. */
  hostname?: string;
}

const CODES: ReadonlyMap<number, string> = new Map([
  [Status.NxDomain, 'ENOTFOUND'],
  [Status.NoData, 'ENODATA'],
  [Status.AliasNoData, 'ENODATA'],
  [Status.ServFail, 'ESERVFAIL'],
  [Status.Refused, 'EREFUSED'],
  [Status.Timeout, 'ETIMEOUT'],
  [Status.Network, 'ECONNREFUSED'],
  [Status.Cancelled, 'ECANCELLED'],
  [Status.Closed, 'EDESTRUCTION'],
  [Status.FormErr, 'EFORMERR'],
  [Status.NotImp, 'ENOTIMP'],
  [Status.BadResponse, 'EBADRESP'],
  [Status.Local, 'ECONNREFUSED'],
  [Status.Private, 'EREFUSED'],
]);

export function resolveError(code: string, syscall: string, hostname: string): ResolveError {
  const error = new Error(`${syscall} ${code}${hostname === '' ? '' : ` ${hostname}`}`) as ResolveError;
  // The order of the own keys is Node's; like Node, an empty name is left out.
  error.errno = undefined;
  error.code = code;
  error.syscall = syscall;
  if (hostname !== '') error.hostname = hostname;
  return error;
}

/** The error for an answer without records. */
export function resolveErrorOf(
  status: number,
  detail: string,
  syscall: string,
  hostname: string,
): ResolveError {
  const error = resolveError(CODES.get(status) ?? 'ETIMEOUT', syscall, hostname);
  attachFailures(error, status, detail);
  return error;
}
