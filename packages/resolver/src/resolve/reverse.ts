/** `reverse`: the names of an address, from the hosts file or else by PTR records, as c-ares finds them. */
import { isIP } from '../runtime/is-ip.ts';
import { RecordType, Status } from '../native/binding.ts';
import { attachFailures } from '../errors/failures.ts';
import { isNetworkDenied } from '../runtime/permission.ts';
import type { Answer } from '../native/record.ts';
import { askFor, failed, type Finish, type Outcome, outcomeOf, type Question } from './ask.ts';
import { HostsByAddress } from './hosts-by-address.ts';
import { HostsFile } from './hosts-file.ts';
import type { QueryScope } from './query-scope.ts';
import type { RecordKind } from './record-kind.ts';
import { resolveError, resolveErrorOf } from './resolve-error.ts';

export const REVERSE: RecordKind = {
  number: RecordType.PTR,
  rrtype: undefined,
  method: 'reverse',
  syscall: 'getHostByAddr',
};

/** By path, for all resolvers of this thread. */
const hostsFiles = new Map<string, HostsFile>();
const NO_HOSTS = new HostsByAddress();

/**
 * @param question its name is an address
 * @returns what is known at once; undefined if `finish` will be called
 */
export function askReverse(question: Question, finish: Finish): Outcome | undefined {
  const { scope, kind, name } = question;
  if (isNetworkDenied()) return failed(resolveError('ERR_ACCESS_DENIED', kind.syscall, name));
  let returned = false;
  let known: Outcome | undefined;
  const end: Finish = (error, result) => {
    if (returned) finish(error, result);
    else known = { error, result };
  };
  let cancelled = false;
  const withdraw = (): void => {
    cancelled = true;
  };
  scope.wait(withdraw);
  readHosts(scope, (hosts) => {
    scope.settle(withdraw);
    const aliases = hosts.aliasesOf(name);
    const outcome = cancelled
      ? failed(resolveErrorOf(Status.Cancelled, '', kind.syscall, name))
      : aliases !== undefined
        ? { error: null, result: aliases }
        : askFor(question, pointerName(name), (answer) => conclude(question, answer), end);
    if (outcome !== undefined) end(outcome.error, outcome.result);
  });
  returned = true;
  return known;
}

function readHosts(scope: QueryScope, take: (hosts: HostsByAddress) => void): void {
  const { hostsPath } = scope;
  if (hostsPath === false) {
    take(NO_HOSTS);
    return;
  }
  let file = hostsFiles.get(hostsPath);
  if (file === undefined) {
    file = new HostsFile(hostsPath, scope.engine().clock);
    hostsFiles.set(hostsPath, file);
  }
  file.read(take);
}

/** Statuses that c-ares ends with; after any other it looks in the next place, and there is none. */
const FINAL: ReadonlySet<number> = new Set([Status.AliasNoData, Status.Cancelled, Status.Closed]);

function conclude(question: Question, answer: Answer): Outcome {
  const { status, detail } = answer;
  if (status === Status.Ok || FINAL.has(status)) return outcomeOf(question, answer);
  const error = resolveError('ENOTFOUND', question.kind.syscall, question.name);
  attachFailures(error, status, detail);
  return failed(error);
}

/** RFC 1035 §3.5 and RFC 3596 §2.5. The zone of an address has no part in it. */
function pointerName(address: string): string {
  if (isIP(address) === 4) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
  const nibbles = ipv6Nibbles(address.replace(/%.*/, ''));
  return `${[...nibbles].toReversed().join('.')}.ip6.arpa`;
}

/** 32 hexadecimal digits. */
function ipv6Nibbles(address: string): string {
  const hex = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = hex.split('::');
  const words = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - words.length - last.length }, () => '0');
  return [...words, ...zeros, ...last].map((word) => word.padStart(4, '0')).join('');
}
