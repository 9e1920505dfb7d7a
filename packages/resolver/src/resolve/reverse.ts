/** `reverse`: the names of an address, from the hosts file or else by PTR records, as c-ares finds them. */
import { isIP } from '../runtime/is-ip.ts';
import { RecordType, Status } from '../native/binding.ts';
import { isNetworkDenied } from '../runtime/permission.ts';
import { askFor } from './ask.ts';
import { HostsByAddress } from './hosts-by-address.ts';
import { HostsFile } from './hosts-file.ts';
import type { QueryScope } from './query-scope.ts';
import type { Question } from './question.ts';
import type { RecordKind } from './record-kind.ts';
import { resolveError, resolveErrorOf } from './resolve-error.ts';

export const REVERSE: RecordKind = {
  number: RecordType.PTR,
  rrtype: undefined,
  method: 'reverse',
  syscall: 'getHostByAddr',
  // After DNS c-ares looks in the next place, and there is none.
  otherwise: 'ENOTFOUND',
};

/** By path, for all resolvers of this thread. */
const hostsFiles = new Map<string, HostsFile>();
const NO_HOSTS = new HostsByAddress();

/**
 * @param question its name is an address
 * @returns whether it is settled already, so that nobody will run it
 */
export function askReverse(question: Question): boolean {
  const { scope, kind, name } = question;
  if (isNetworkDenied()) {
    question.fail(resolveError('ERR_ACCESS_DENIED', kind.syscall, name));
    return true;
  }
  let returned = false;
  let settled = false;
  scope.wait(question);
  readHosts(scope, (hosts) => {
    scope.settle(question);
    settled = answerFrom(hosts, question);
    if (returned && settled) question.run();
  });
  returned = true;
  return settled;
}

/** @returns see {@link askReverse} */
function answerFrom(hosts: HostsByAddress, question: Question): boolean {
  const { kind, name } = question;
  const aliases = hosts.aliasesOf(name);
  if (question.isWithdrawn) question.fail(resolveErrorOf(Status.Cancelled, '', kind.syscall, name));
  else if (aliases !== undefined) question.succeed(aliases);
  else return askFor(question, pointerName(name));
  return true;
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
