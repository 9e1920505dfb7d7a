/**
 * getaddrinfo, for names that are in neither the hosts file nor DNS: multicast DNS, NetBIOS, other modules of
 * the system. Each call takes a thread of libuv's pool, so there are few at once, and what they say is kept.
 */
import type { Clock } from '../runtime/captured.ts';
import type { LookupErrorCode } from './lookup-error.ts';
import type { nodeLookup } from '../runtime/node-dns.ts';
import { runAll } from '../native/run-all.ts';

/** libuv's pool has four threads, and the file system needs some. */
const MAX_CALLS = 2;
const KEPT_MS = 30_000;
const DENIAL_KEPT_MS = 5_000;
/** Bounds memory; the oldest goes first. */
const MAX_KEPT = 1024;

/** What getaddrinfo said. */
export type SystemAnswer =
  | { readonly addresses: readonly string[]; readonly error?: undefined }
  | { readonly error: LookupErrorCode };

type Receive = (answer: SystemAnswer) => void;

interface Call {
  readonly key: string;
  readonly name: string;
  readonly family: 0 | 4 | 6;
  readonly hints: number;
  readonly receivers: Receive[];
}

/** Whether systems know names of this kind by other means than DNS: single labels, multicast DNS, the host itself. */
export function knownToSystems(name: string): boolean {
  const bare = (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
  return (
    !bare.includes('.') ||
    bare.endsWith('.local') ||
    bare === process.getBuiltinModule('node:os').hostname().toLowerCase()
  );
}

export class LastResort {
  readonly #getaddrinfo: typeof nodeLookup;
  readonly #clock: Clock;
  readonly #kept: Map<string, { readonly answer: SystemAnswer; readonly expiresAt: number }> = new Map();
  /** Waiting or running, by key. */
  readonly #calls: Map<string, Call> = new Map();
  readonly #waiting: Call[] = [];
  #running = 0;

  /** @param getaddrinfo Node's own `dns.lookup` */
  constructor(getaddrinfo: typeof nodeLookup, clock: Clock) {
    this.#getaddrinfo = getaddrinfo;
    this.#clock = clock;
  }

  /**
   * Asks, or joins who asks already.
   *
   * @param receive called once, later
   * @returns the answer if it is kept, in which case `receive` is not called
   */
  ask(name: string, family: 0 | 4 | 6, hints: number, receive: Receive): SystemAnswer | undefined {
    const key = `${family} ${hints} ${name.toLowerCase()}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      if (kept.expiresAt > this.#clock.monotonicMs()) return kept.answer;
      this.#kept.delete(key);
    }
    const current = this.#calls.get(key);
    if (current !== undefined) {
      current.receivers.push(receive);
      return undefined;
    }
    const call: Call = { key, name, family, hints, receivers: [receive] };
    this.#calls.set(key, call);
    this.#waiting.push(call);
    this.#start();
    return undefined;
  }

  /** Forgets what is kept. */
  clear(): void {
    this.#kept.clear();
  }

  #start(): void {
    while (this.#running < MAX_CALLS) {
      const call = this.#waiting.shift();
      if (call === undefined) return;
      this.#running++;
      const { name, family, hints } = call;
      // Node sorts by its default otherwise; each caller has an order of its own.
      const options = { family, hints, all: true as const, order: 'verbatim' as const };
      this.#getaddrinfo(name, options, (error, addresses) => {
        this.#running--;
        this.#start();
        this.#finish(
          call,
          error === null
            ? { addresses: addresses.map(({ address }) => address) }
            : { error: { errno: error.errno, code: error.code ?? 'EAI_FAIL' } },
        );
      });
    }
  }

  #finish(call: Call, answer: SystemAnswer): void {
    this.#calls.delete(call.key);
    if (this.#kept.size >= MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value as string);
    const keptMs = answer.error === undefined ? KEPT_MS : DENIAL_KEPT_MS;
    this.#kept.set(call.key, { answer, expiresAt: this.#clock.monotonicMs() + keptMs });
    runAll(call.receivers.map((receive) => ({ run: () => receive(answer) })));
  }
}
