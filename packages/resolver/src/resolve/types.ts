/** Types of the functions: Node's own, so that what takes `node:dns` takes these, and those of what Node has not. */
import type dns from 'node:dns';
import type { TlsaRecord } from './record-values.ts';
import type { ServiceBinding } from './service-binding.ts';

/** A function that gives a list of records. */
export interface ResolveRecords<R> {
  (hostname: string, callback: (error: NodeJS.ErrnoException | null, records: R[]) => void): void;
  /** What `util.promisify` makes of it; a type only, as in Node's own types. */
  readonly __promisify__: (hostname: string) => Promise<R[]>;
}

/** Like {@link ResolveRecords}, with a promise. */
export type PromisesResolveRecords<R> = (hostname: string) => Promise<R[]>;

/** `resolve*` and `reverse` with callbacks. */
export interface ResolveFunctions {
  readonly resolve: typeof dns.resolve;
  readonly resolve4: typeof dns.resolve4;
  readonly resolve6: typeof dns.resolve6;
  readonly resolveAny: typeof dns.resolveAny;
  readonly resolveCaa: typeof dns.resolveCaa;
  readonly resolveCname: typeof dns.resolveCname;
  readonly resolveMx: typeof dns.resolveMx;
  readonly resolveNaptr: typeof dns.resolveNaptr;
  readonly resolveNs: typeof dns.resolveNs;
  readonly resolvePtr: typeof dns.resolvePtr;
  readonly resolveSoa: typeof dns.resolveSoa;
  readonly resolveSrv: typeof dns.resolveSrv;
  /** Node's has it from 22 on; here it is on every version. */
  readonly resolveTlsa: ResolveRecords<TlsaRecord>;
  readonly resolveTxt: typeof dns.resolveTxt;
  /** HTTPS records (RFC 9460). Node has no such function. */
  readonly resolveHttps: ResolveRecords<ServiceBinding>;
  /** SVCB records (RFC 9460). Node has no such function. */
  readonly resolveSvcb: ResolveRecords<ServiceBinding>;
  readonly reverse: typeof dns.reverse;
}

/** `resolve*` and `reverse` with promises. */
export interface PromisesResolveFunctions {
  readonly resolve: typeof dns.promises.resolve;
  readonly resolve4: typeof dns.promises.resolve4;
  readonly resolve6: typeof dns.promises.resolve6;
  readonly resolveAny: typeof dns.promises.resolveAny;
  readonly resolveCaa: typeof dns.promises.resolveCaa;
  readonly resolveCname: typeof dns.promises.resolveCname;
  readonly resolveMx: typeof dns.promises.resolveMx;
  readonly resolveNaptr: typeof dns.promises.resolveNaptr;
  readonly resolveNs: typeof dns.promises.resolveNs;
  readonly resolvePtr: typeof dns.promises.resolvePtr;
  readonly resolveSoa: typeof dns.promises.resolveSoa;
  readonly resolveSrv: typeof dns.promises.resolveSrv;
  /** See {@link ResolveFunctions.resolveTlsa}. */
  readonly resolveTlsa: PromisesResolveRecords<TlsaRecord>;
  readonly resolveTxt: typeof dns.promises.resolveTxt;
  /** See {@link ResolveFunctions.resolveHttps}. */
  readonly resolveHttps: PromisesResolveRecords<ServiceBinding>;
  /** See {@link ResolveFunctions.resolveSvcb}. */
  readonly resolveSvcb: PromisesResolveRecords<ServiceBinding>;
  readonly reverse: typeof dns.promises.reverse;
}

type OwnMembers = 'resolveTlsa' | 'resolveHttps' | 'resolveSvcb';

/** Options of `new Resolver`. */
export interface ResolverClassOptions extends dns.ResolverOptions {
  /** Milliseconds that no attempt exceeds; 0: no limit. Default: 0 */
  maxTimeout?: number | undefined;
}

/** `dns.Resolver`. */
export type ResolverClass = new (
  options?: ResolverClassOptions,
) => dns.Resolver & Pick<ResolveFunctions, OwnMembers>;

/** `dns.promises.Resolver`. */
export type PromisesResolverClass = new (
  options?: ResolverClassOptions,
) => dns.promises.Resolver & Pick<PromisesResolveFunctions, OwnMembers>;
