/** One row of the table: a machine, and what lookups on it give. */
import type { Furniture, Request } from './machine.ts';

export interface Expectation extends Request {
  /**
   * Addresses in order; where several may come in any order (RFC 6724 leaves them equal) they are one item, joined by
   * spaces. Or an error: `NXDOMAIN`, `NODATA`, `AGAIN`.
   */
  readonly found: readonly string[] | string;
  /** Names that reach a server, in order; none when absent. */
  readonly asked?: readonly string[];
  /** Where the resolver is meant to differ from glibc. */
  readonly resolver?: Difference;
}

export interface Difference {
  readonly found?: readonly string[] | string;
  readonly asked?: readonly string[];
  readonly because: string;
}

export interface Case extends Furniture {
  readonly title: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly lookups: readonly Expectation[];
}

/** An interface with an address of each family and default routes: what most machines have. */
export const dualStack: readonly string[] = ['10.9.0.1/24', '2001:db8:9::1/64'];

/** `resolv.conf` of a machine that asks 127.0.0.1 and does not wait long. */
export function resolvConf(...lines: string[]): string {
  return ['nameserver 127.0.0.1', 'options timeout:1 attempts:1', ...lines, ''].join('\n');
}
