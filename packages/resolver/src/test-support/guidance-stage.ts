/** Resolvers of one scripted environment with several upstreams, and what is decided about these. */
import * as health from '@doubao/resolver-health';
import { readOptions, type ResolverOptions } from '../configuration/options.ts';
import type { EncryptedUpstreams } from '../guidance/encrypted-probes.ts';
import type { ResolverEvents } from '../guidance/events.ts';
import { Guidance, type GuidanceHost } from '../guidance/guidance.ts';
import type { NativeDirection, NativeUpstreams } from '../native/binding.ts';
import { NativeHandle } from '../native/native-handle.ts';
import { Port } from '../native/port.ts';
import { composeSamples, type FakeSample, Row } from './compose-samples.ts';
import { FakeBinding } from './fake-binding.ts';
import { FakeClock } from './fake-clock.ts';
import { seededRandom } from './seeded-random.ts';

type Numbered = NativeUpstreams['upstreams'];

export const PRIMARY: Numbered[number] = {
  id: 'udp://10.0.0.2:53',
  class: 'primary',
  protocol: 'udp',
  public: false,
};
export const SECOND: Numbered[number] = { ...PRIMARY, id: 'udp://10.0.0.3:53' };
export const FALLBACK: Numbered[number] = {
  id: 'udp://192.0.2.1:53',
  class: 'fallback',
  protocol: 'udp',
  public: true,
};
export const ENCRYPTED: Numbered[number] = {
  id: 'https://dns.example/dns-query',
  class: 'fallback',
  protocol: 'https',
  public: true,
};

export interface StageOptions extends Partial<Pick<GuidanceHost, 'loadHealth' | 'announce'>> {
  readonly upstreams?: Numbered;
  readonly ordered?: boolean;
  readonly encrypted?: EncryptedUpstreams;
  readonly resolver?: ResolverOptions;
  readonly binding?: FakeBinding;
  readonly clock?: FakeClock;
  /** Of what is drawn at random; 1. */
  readonly seed?: number;
}

export class GuidanceStage {
  readonly binding: FakeBinding;
  readonly clock: FakeClock;
  readonly guidance: Guidance;
  readonly events: ResolverEvents[keyof ResolverEvents][] = [];
  readonly warnings: string[] = [];
  readonly port: Port;
  readonly #options: StageOptions;
  #names = 0;

  constructor(options: StageOptions = {}) {
    const { upstreams = [PRIMARY, FALLBACK], ordered = true } = options;
    this.#options = options;
    this.binding = options.binding ?? new FakeBinding();
    this.clock = options.clock ?? new FakeClock();
    this.port = new Port(this.binding);
    this.number(upstreams, ordered);
    this.guidance = new Guidance({
      port: this.port,
      clock: this.clock,
      random: seededRandom(options.seed ?? 1),
      announce: options.announce ?? ((_channel, message) => void this.events.push(message())),
      warn: (code, message) => this.warnings.push(`${code} ${message}`),
      loadHealth: options.loadHealth ?? (() => Promise.resolve(health)),
    });
  }

  /** The resolvers' upstreams, from now on. */
  number(upstreams: Numbered, ordered = true, namespace = 'ab'): void {
    this.binding.numbered = JSON.stringify({ namespace, ordered, upstreams } satisfies NativeUpstreams);
  }

  open(): NativeHandle {
    const { resolver = {}, encrypted } = this.#options;
    const options = readOptions(resolver);
    const handle = new NativeHandle(options, {
      port: this.port,
      clock: this.clock,
      loadTransport: () => Promise.reject(new Error('no transport is needed')),
    });
    this.guidance.follow(handle, options, encrypted);
    return handle;
  }

  /** The addon tells of samples; those without a name have one each. */
  tell(handle: NativeHandle, ...samples: readonly FakeSample[]): void {
    const named = samples.map((sample) => ({ name: ++this.#names, ...sample }));
    this.binding.samples = composeSamples(named);
    this.binding.tell({ event: 'samples', handle: handle.id });
  }

  /** A resolver about which decisions are made already. */
  async guided(): Promise<NativeHandle> {
    const handle = this.open();
    this.tell(handle, { upstream: 0, outcome: Row.NoError });
    await settled();
    return handle;
  }

  /** Queries end all the time, one each 100 ms. */
  serve(handle: NativeHandle, seconds: number, sample: () => FakeSample): void {
    for (let number = 0; number < seconds * 10; number++) {
      this.clock.advance(100);
      this.tell(handle, sample());
    }
  }

  /** An upstream falls silent for all queries that are made of it. */
  silence(handle: NativeHandle, upstream: number, elapsedMs = 1001): void {
    const timeout = { upstream, outcome: Row.Timeout, elapsedMs };
    this.tell(handle, timeout, timeout, timeout);
  }

  get direction(): NativeDirection {
    const last = this.binding.directions.at(-1);
    if (last === undefined) throw new Error('nothing was decided');
    return JSON.parse(last) as NativeDirection;
  }

  /** Kinds of the events so far; the log begins anew. */
  takeEvents(): string[] {
    return this.events.splice(0).map(({ type }) => type);
  }
}

/** What promises have queued has run. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
