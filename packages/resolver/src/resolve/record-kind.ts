/** The record types that `resolve*` knows: their numbers, and what functions and errors call them. */
import { RecordType } from '../native/binding.ts';
import { nodePromisesMembers } from '../runtime/node-dns.ts';

/** One function of `resolve*`. */
export interface RecordKind {
  readonly number: number;
  /** What `resolve` takes for it; Node has none for ours. */
  readonly rrtype: string | undefined;
  readonly method: string;
  /** Of errors, and the name of the function, as in Node. */
  readonly syscall: string;
  /** The code of an error for whatever fails, unless it was ended on purpose; without it, the code tells what failed. */
  readonly otherwise?: string;
}

function kind(name: keyof typeof RecordType, method: string, syscall: string): RecordKind {
  // `resolve` takes what the running version takes.
  const rrtype = method in nodePromisesMembers ? name : undefined;
  return { number: RecordType[name], rrtype, method, syscall };
}

export const IPV4: RecordKind = kind('A', 'resolve4', 'queryA');
export const IPV6: RecordKind = kind('AAAA', 'resolve6', 'queryAaaa');

/** In Node's order, then those that Node has not. */
export const RECORD_KINDS: readonly RecordKind[] = [
  IPV4,
  IPV6,
  kind('ANY', 'resolveAny', 'queryAny'),
  kind('CAA', 'resolveCaa', 'queryCaa'),
  kind('CNAME', 'resolveCname', 'queryCname'),
  kind('MX', 'resolveMx', 'queryMx'),
  kind('NAPTR', 'resolveNaptr', 'queryNaptr'),
  kind('NS', 'resolveNs', 'queryNs'),
  kind('PTR', 'resolvePtr', 'queryPtr'),
  kind('SOA', 'resolveSoa', 'querySoa'),
  kind('SRV', 'resolveSrv', 'querySrv'),
  kind('TLSA', 'resolveTlsa', 'queryTlsa'),
  kind('TXT', 'resolveTxt', 'queryTxt'),
  kind('HTTPS', 'resolveHttps', 'queryHttps'),
  kind('SVCB', 'resolveSvcb', 'querySvcb'),
];
