/** `resolve4` and `resolve6`: one record type from DNS, without hosts file, search list and mirror. */
import { AsyncResource } from 'node:async_hooks';
import { refuse } from './argument-error.ts';
import { RecordType, Status } from './binding.ts';
import { nextTick } from './captured.ts';
import type { Engine } from './engine.ts';
import { normalizeQueryName } from './hostname.ts';
import { nodePromisesResolve4, nodeResolve4 } from './node-dns.ts';
import { isNetworkDenied } from './permission.ts';
import type { Answer } from './record.ts';
import { resolveError, resolveErrorOf } from './resolve-error.ts';

/** An address with what remains of its lifetime. */
export interface RecordWithTtl {
  address: string;
  /** Seconds. */
  ttl: number;
}

export interface ResolveOptions {
  /** Whether to give {@link RecordWithTtl} instead of strings. */
  ttl?: boolean | undefined;
}

type ResolveCallback<T> = (error: NodeJS.ErrnoException | null, addresses: T) => void;

/** `dns.resolve4` and `dns.resolve6`. */
export interface ResolveAddresses {
  (hostname: string, callback: ResolveCallback<string[]>): void;
  (
    hostname: string,
    options: ResolveOptions & { ttl: true },
    callback: ResolveCallback<RecordWithTtl[]>,
  ): void;
  (hostname: string, options: ResolveOptions, callback: ResolveCallback<string[] | RecordWithTtl[]>): void;
}

/** `dns.promises.resolve4` and `dns.promises.resolve6`. */
export interface PromisesResolveAddresses {
  (hostname: string, options: ResolveOptions & { ttl: true }): Promise<RecordWithTtl[]>;
  (hostname: string, options?: ResolveOptions & { ttl?: false | undefined }): Promise<string[]>;
  (hostname: string, options: ResolveOptions): Promise<string[] | RecordWithTtl[]>;
}

/** A record type as functions and errors name it. */
interface AddressType {
  readonly rtype: number;
  readonly syscall: string;
}

export const IPV4_RECORDS: AddressType = { rtype: RecordType.A, syscall: 'queryA' };
export const IPV6_RECORDS: AddressType = { rtype: RecordType.AAAA, syscall: 'queryAaaa' };

type Addresses = string[] | RecordWithTtl[];
type Finish = (error: Error | null, addresses: Addresses) => void;

const ASYNC_TYPE = 'DOUBAO_RESOLVE';
const ignore = (): void => undefined;

/** @param engine opens the resolver if need be */
export function createResolve(engine: () => Engine, type: AddressType): ResolveAddresses {
  // Node's own has length 2 as well: the options are found by counting arguments.
  return function resolve(hostname: unknown, ...rest: unknown[]): void {
    const options = rest.length > 1 ? rest[0] : undefined;
    const callback = rest.length > 1 ? rest[1] : rest[0];
    if (typeof hostname !== 'string' || typeof callback !== 'function') {
      refuse(() => nodeResolve4(hostname as string, callback as never), 'name');
    }
    const context = new AsyncResource(ASYNC_TYPE);
    const done = callback as (error: Error | null, addresses?: Addresses) => void;
    const finish: Finish = (error, addresses) =>
      context.runInAsyncScope(() => (error === null ? done(null, addresses) : done(error)));
    const outcome = start(engine, type, hostname as string, wantsTtl(options), finish);
    if (outcome !== undefined) nextTick(finish, outcome.error, outcome.addresses);
  };
}

export function createPromisesResolve(engine: () => Engine, type: AddressType): PromisesResolveAddresses {
  const resolve = (hostname: unknown, options?: unknown): Promise<Addresses> => {
    if (typeof hostname !== 'string') {
      refuse(() => nodePromisesResolve4(hostname as string).catch(ignore), 'name');
    }
    return new Promise((fulfil, reject) => {
      const finish: Finish = (error, addresses) => (error === null ? fulfil(addresses) : reject(error));
      const outcome = start(engine, type, hostname as string, wantsTtl(options), finish);
      if (outcome !== undefined) finish(outcome.error, outcome.addresses);
    });
  };
  return resolve as PromisesResolveAddresses;
}

interface Outcome {
  readonly error: Error | null;
  readonly addresses: Addresses;
}

/** @returns what is known at once; undefined if `finish` will be called */
function start(
  engine: () => Engine,
  { rtype, syscall }: AddressType,
  hostname: string,
  withTtl: boolean,
  finish: Finish,
): Outcome | undefined {
  if (isNetworkDenied()) return failed(resolveError('ERR_ACCESS_DENIED', syscall, hostname));
  const name = normalizeQueryName(hostname);
  if ('code' in name) return failed(resolveError(name.code, syscall, hostname));
  const conclude = (answer: Answer): Outcome =>
    answer.status === Status.Ok
      ? { error: null, addresses: withTtl ? withTtls(answer) : [...answer.addresses] }
      : failed(resolveErrorOf(answer.status, answer.detail, syscall, hostname));
  const opened = engine();
  if (opened.closed) return failed(resolveErrorOf(Status.Closed, '', syscall, hostname));
  const answer = opened.query(name.ascii, rtype, {
    prepare: (late) => {
      const { error, addresses } = conclude(late);
      return () => finish(error, addresses);
    },
  });
  return answer === undefined ? undefined : conclude(answer);
}

function failed(error: Error): Outcome {
  return { error, addresses: [] };
}

function withTtls({ addresses, ttls }: Answer): RecordWithTtl[] {
  return addresses.map((address, index) => ({ address, ttl: ttls[index] as number }));
}

function wantsTtl(options: unknown): boolean {
  return Boolean((options as ResolveOptions | undefined | null)?.ttl);
}
