/** Readers of option values: each gives what is used, or throws with the path and what would be right. */
import { ResolverOptionError } from '../errors/errors.ts';
import { normalizeHostname } from '../lookup/hostname.ts';

export type Reader = (value: unknown, path: string) => unknown;

const MAX_NAMESPACE_LENGTH = 255;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** A value as error messages show it. */
export function describe(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  return Array.isArray(value) ? 'an array' : typeof value;
}

export function integer(min: number, max: number): Reader {
  return (value, path) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new ResolverOptionError(path, `must be an integer from ${min} to ${max}, not ${describe(value)}`);
  };
}

export function number(min: number, max: number): Reader {
  return (value, path) => {
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw new ResolverOptionError(path, `must be a number from ${min} to ${max}, not ${describe(value)}`);
  };
}

export function oneOf(...values: readonly string[]): Reader {
  return (value, path) => {
    if (typeof value === 'string' && values.includes(value)) return value;
    throw new ResolverOptionError(path, `must be one of ${values.join(', ')}, not ${describe(value)}`);
  };
}

export function readBoolean(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new ResolverOptionError(path, `must be true or false, not ${describe(value)}`);
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0');
}

export function readPath(value: unknown, path: string): string {
  if (isPath(value)) return value;
  throw new ResolverOptionError(path, `must be the path of a file, not ${describe(value)}`);
}

export function readPathOrFalse(value: unknown, path: string): string | false {
  if (value === false || isPath(value)) return value;
  throw new ResolverOptionError(path, `must be a path or false, not ${describe(value)}`);
}

/** Host names in ASCII, as they were written otherwise. */
export function readHostnames(value: unknown, path: string): string[] {
  if (!Array.isArray(value))
    throw new ResolverOptionError(path, `must be a list of host names, not ${describe(value)}`);
  return value.map((name: unknown, index) => readHostname(name, name, `${path}[${index}]`));
}

/** Like {@link readHostnames}, of suffixes: in lower case, without a dot at either end. */
export function readSuffixes(value: unknown, path: string): string[] {
  if (!Array.isArray(value))
    throw new ResolverOptionError(path, `must be a list of suffixes, not ${describe(value)}`);
  return value.map((suffix: unknown, index) => readSuffix(suffix, `${path}[${index}]`));
}

export function readSuffix(value: unknown, path: string): string {
  const bare = typeof value === 'string' && value.startsWith('.') ? value.slice(1) : value;
  return readHostname(bare, value, path).toLowerCase().replace(/\.$/, '');
}

function readHostname(name: unknown, written: unknown, path: string): string {
  const hostname = typeof name === 'string' && name !== '' ? normalizeHostname(name) : undefined;
  if (hostname === undefined || hostname.refusal !== undefined) {
    throw new ResolverOptionError(path, `must be a host name like example.com, not ${describe(written)}`);
  }
  return hostname.ascii;
}

export function readNamespace(value: unknown, path: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_NAMESPACE_LENGTH) return value;
  throw new ResolverOptionError(
    path,
    `must be a string of 1 to ${MAX_NAMESPACE_LENGTH} characters, not ${describe(value)}`,
  );
}

export function readTimeOfDay(value: unknown, path: string): string | false {
  if (value === false || (typeof value === 'string' && TIME_OF_DAY.test(value))) return value;
  throw new ResolverOptionError(path, `must be a time like '02:00' or false, not ${describe(value)}`);
}
