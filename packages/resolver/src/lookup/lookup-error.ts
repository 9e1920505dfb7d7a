/** Errors of `lookup`, in the shape of Node's own: `getaddrinfo CODE hostname`. */
import { Status } from '../native/binding.ts';
import { attachFailures } from '../errors/failures.ts';

/** The error that a failed `lookup` gives. */
export interface LookupError extends Error {
  /** libuv's number, or undefined where Node has none (a refused permission). */
  errno: number | undefined;
  code: string;
  syscall: 'getaddrinfo';
  /** As the caller wrote it. */
  hostname: string;
}

/** A code with the number libuv gives it. */
export interface LookupErrorCode {
  readonly errno: number | undefined;
  readonly code: string;
}

// Numbers of libuv (uv/errno.h); the EAI ones are the same on every platform.
export const NOT_FOUND: LookupErrorCode = { errno: -3008, code: 'ENOTFOUND' };
/** The name exists without addresses. Node folds EAI_NODATA into ENOTFOUND and keeps its number. */
export const NO_DATA: LookupErrorCode = { errno: -3007, code: 'ENOTFOUND' };
export const TRY_AGAIN: LookupErrorCode = { errno: -3001, code: 'EAI_AGAIN' };
export const CANCELED: LookupErrorCode = { errno: -3003, code: 'EAI_CANCELED' };
export const WRONG_FAMILY: LookupErrorCode = { errno: -3000, code: 'EAI_ADDRFAMILY' };
/** libuv's number for EINVAL is the platform's own, except on Windows. */
export const INVALID: LookupErrorCode = { errno: process.platform === 'win32' ? -4071 : -22, code: 'EINVAL' };
export const ACCESS_DENIED: LookupErrorCode = { errno: undefined, code: 'ERR_ACCESS_DENIED' };

export function lookupError({ errno, code }: LookupErrorCode, hostname: string): LookupError {
  const error = new Error(`getaddrinfo ${code} ${hostname}`) as LookupError;
  // The order of the own keys is Node's.
  error.errno = errno;
  error.code = code;
  error.syscall = 'getaddrinfo';
  error.hostname = hostname;
  return error;
}

function codeOf(status: number): LookupErrorCode {
  switch (status) {
    case Status.NxDomain:
    case Status.NoFamily:
      return NOT_FOUND;
    case Status.NoData:
      return NO_DATA;
    case Status.Cancelled:
    case Status.Closed:
      return CANCELED;
    default:
      return TRY_AGAIN;
  }
}

/** The error for an answer without addresses. */
export function lookupErrorOf(status: number, detail: string, hostname: string): LookupError {
  const error = lookupError(codeOf(status), hostname);
  attachFailures(error, status, detail);
  return error;
}

/** What aborting `options.signal` gives, as elsewhere in Node. */
export function abortError(reason: unknown): Error {
  const error = new Error('The operation was aborted', { cause: reason }) as Error & { code: string };
  error.name = 'AbortError';
  error.code = 'ABORT_ERR';
  return error;
}
