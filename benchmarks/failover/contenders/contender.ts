/** Calls back once, with the address or the error. */
export type Answered = (error: Error | null, address?: string) => void;

/** Something that happened within a contender, when it did: on the clock of {@link process.hrtime}. */
export interface Happening {
  readonly what: string;
  readonly atNs: bigint;
}

/** One way to look a name up, with the options that it is published with. */
export interface Contender {
  /** The first IPv4 address of a name. */
  lookup(name: string, answered: Answered): void;
  /** Lookups that were answered with what had expired; absent where that does not exist. */
  staleServed?(): number;
  /** What it has told of so far. */
  readonly happenings?: readonly Happening[];
}

/** Whom a contender may ask. The plain servers stand in resolv.conf, too. */
export interface Upstreams {
  /** Addresses, in order; their port is 53. */
  readonly plain: readonly string[];
  /** A server over HTTPS, for those that can use one. */
  readonly fallback: EncryptedServer | undefined;
}

/** A server for DNS over HTTPS, whose certificate the process trusts. */
export interface EncryptedServer {
  readonly url: string;
  readonly addresses: readonly string[];
}

export const contenderNames = [
  'doubao-resolver',
  'dns.lookup',
  'dns.resolve4',
  'cacheable-lookup',
  'undici interceptor',
] as const;

export type ContenderName = (typeof contenderNames)[number];

/** Exported as `prepare` by each module of this folder. */
export type Prepare = (upstreams: Upstreams) => Contender;
