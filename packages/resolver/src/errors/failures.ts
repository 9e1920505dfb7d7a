/** What each upstream did in a lookup that failed, hung on the error without changing its shape. */
import { Status } from '../native/binding.ts';
import {
  ResolverClosedError,
  type ResolverError,
  ResolverOverloadedError,
  ResolverUpstreamError,
} from './errors.ts';

const FAILURES: unique symbol = Symbol.for('doubao.resolver.failures') as never;

/** Not parsed until somebody asks: most failed lookups are only counted or retried. */
interface Detail {
  readonly status: number;
  /** JSON of the addon: `[{ server, transport, status, elapsedMs }]`, or empty. */
  readonly json: string;
}

interface NativeFailure {
  readonly server: string;
  readonly transport: string;
  readonly status: number | string;
  readonly elapsedMs: number;
}

const STATUS_NAMES: ReadonlyMap<number, string> = new Map([
  [Status.Ok, 'OK'],
  [Status.NxDomain, 'NXDOMAIN'],
  [Status.NoData, 'NODATA'],
  [Status.AliasNoData, 'NODATA'],
  [Status.ServFail, 'SERVFAIL'],
  [Status.Refused, 'REFUSED'],
  [Status.Timeout, 'TIMEOUT'],
  [Status.Network, 'NETWORK'],
  [Status.Cancelled, 'CANCELLED'],
  [Status.Closed, 'CLOSED'],
  [Status.Overloaded, 'OVERLOADED'],
  [Status.FormErr, 'FORMERR'],
  [Status.NotImp, 'NOTIMP'],
  [Status.BadResponse, 'BADRESP'],
  [Status.Local, 'LOCAL'],
  [Status.Private, 'PRIVATE'],
  [Status.Tls, 'TLS'],
  [Status.Http, 'HTTP'],
]);

export function attachFailures(error: Error, status: number, json: string): void {
  const detail: Detail = { status, json };
  Object.defineProperty(error, FAILURES, { value: detail, enumerable: false });
}

/**
 * The failures behind an error of `lookup` or `resolve*`: one {@link ResolverUpstreamError} per attempt that
 * failed, in the order in which they ended, or what kept the lookup from being sent.
 *
 * @returns an empty array for any other value
 */
export function failuresOf(error: unknown): readonly ResolverError[] {
  if (typeof error !== 'object' || error === null) return [];
  const detail = (error as { [FAILURES]?: Detail })[FAILURES];
  if (detail === undefined) return [];
  const failures: ResolverError[] = [];
  if (detail.status === Status.Overloaded) failures.push(new ResolverOverloadedError());
  if (detail.status === Status.Closed) failures.push(new ResolverClosedError());
  if (detail.json !== '') {
    for (const { server, transport, status, elapsedMs } of JSON.parse(detail.json) as NativeFailure[]) {
      const name = typeof status === 'string' ? status : (STATUS_NAMES.get(status) ?? String(status));
      failures.push(new ResolverUpstreamError(server, transport, name, elapsedMs));
    }
  }
  return failures;
}
