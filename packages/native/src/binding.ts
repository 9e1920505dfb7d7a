/**
 * The functions of the addon. Written by hand, because what matters about them (who owns which memory, what is
 * delivered when) is in no type that a generator could copy; `binding.test.ts` holds the names against
 * the addon's.
 *
 * Every call is synchronous and never blocks. An argument of a wrong type throws; so does a closed handle, except in
 * {@link Binding.close}.
 */
export interface Binding {
  /**
   * Opens a port: the way of answers to one copy of the JavaScript in one environment. It closes when the environment
   * ends, and keeps the environment's event loop alive only while tickets are pending.
   *
   * @param scratch where answers are put, in the calls that answer at once and for `deliver`. It must stay as it is:
   *   neither transferred nor resized. Larger answers come in memory of their own, so 256 KiB are plenty.
   * @param deliver called on the event loop with records, at most 512 a turn. `bytes` is `scratch` or a larger buffer,
   *   of which the first `length` octets count. All records must be read before any other code runs: the next call
   *   that answers at once overwrites them. What it throws becomes an `uncaughtException`. A record with the ticket
   *   0xFFFFFFFF is news that nobody asked for: its detail is the JSON of a {@link NativeEvent}. One with the ticket
   *   0xFFFFFFFE offers a leg, for {@link Binding.takeLeg}: in the places of the expiry, the refresh and the slot it has
   *   the leg's number, the handle of the resolver whose server is to be asked, and the octets of that server's URL; its
   *   detail is the URL and then the query. Neither keeps the event loop alive.
   * @returns the port
   */
  attach(scratch: Uint8Array, deliver: (bytes: Uint8Array, length: number) => void): number;

  /**
   * Closes a port and lets go of its memory and its function. Once more does nothing.
   *
   * @returns false if a resolver of the port is open: then nothing happens
   */
  detach(port: number): boolean;

  /**
   * 64 counters of the process, to be read with `Atomics.load`, never written: the same view at each call. An answer
   * kept with its slot and generation is good as long as the slot's counter has not moved. Null where the embedder
   * refuses external memory; nothing can be kept then.
   */
  generations(): Uint32Array | null;

  /**
   * Opens a resolver whose answers go to `port`.
   *
   * @param options JSON of {@link NativeOptions}
   * @returns a handle, for this environment only
   * @throws Error with the path of the key that is wrong
   */
  open(port: number, options: string): number;

  /** Closes a resolver; its pending tickets are delivered with status 8. Once more does nothing. */
  close(handle: number): void;

  /**
   * Addresses as `getaddrinfo` finds them: hosts file, cache, search list, A and AAAA together, sorted by RFC 6724.
   *
   * @param name ASCII, internationalised labels as punycode, any case, with or without a trailing dot
   * @param flags bits 0 and 1 family (0 any, 1 IPv4, 2 IPv6), 4 `ADDRCONFIG`, 8 `V4MAPPED`, 16 `ALL`, 32 do not read
   *   the cache, 64 answer from hosts file and cache only: a name that would have to be asked for gets status 1 at once
   * @param ticket unsigned 32-bit number, unique among those pending of the port
   * @param timeoutMs deadline; 0: the resolver's own
   * @returns octets of the record in the scratch memory, or 0: the ticket will be delivered exactly once
   */
  lookup(handle: number, name: string, flags: number, ticket: number, timeoutMs: number): number;

  /**
   * Records of one type, as `resolve*` finds them: neither hosts file nor search list. Otherwise like
   * {@link Binding.lookup}.
   *
   * A (1) and AAAA (28) come as addresses with their seconds (kind 2). Records of any other type come in the detail
   * (kind 3 with status 0), each as `u16` type, `u32` seconds that remain, `u16` octets of its data, and the data;
   * these numbers are big-endian, as on the wire. Names inside the data of types that RFC 3597 §4 lets a server
   * compress are in full, in the case they came in; all else is as the server sent it. They are the records at the end
   * of the name's aliases, but for CNAME (5), which is the alias itself, and ANY (255), which is every record of the
   * name itself. Where aliases lead to a name without such records, the status is 15 instead of 2.
   *
   * @param name presentation form, escapes as in RFC 1035
   * @param rtype number of the type, 1 to 65535
   * @param flags 32 do not read the cache, 64 as in {@link Binding.lookup}
   */
  query(
    handle: number,
    name: string,
    rtype: number,
    ticket: number,
    timeoutMs: number,
    flags: number,
  ): number;

  /** Withdraws a ticket. It is still delivered exactly once: with status 7, or with an answer under way already. */
  cancel(handle: number, ticket: number): void;

  /** Reports hits that were served from elsewhere, so that a busy name counts as busy; may start a refresh. */
  touch(handle: number, name: string, flags: number, hits: number): void;

  /** Tells that lookups are happening: hosts and resolv.conf are checked for changes, at most once a second. */
  poke(handle: number): void;

  /**
   * Watches a file instead of the one before. A `file-changed` event tells this port when it is another one than at
   * this call: replaced, modified, gone or there again, by device, inode, size and time of modification, links followed.
   * Looked at as in {@link Binding.poke}, once the process has sent its first query.
   *
   * @param path undefined: none any more
   */
  watch(handle: number, path: string | undefined): void;

  /** Like {@link Binding.lookup}, from the cache only: counts nothing, sends nothing. 0 if nothing is there. */
  peek(handle: number, name: string, flags: number): number;

  /**
   * Drops answers and moves generations.
   *
   * @param name all if absent
   * @returns entries dropped
   */
  invalidate(handle: number, name?: string): number;

  /**
   * Whether this port owns the resolver's namespace, so that it does what is done once for each: keeping a snapshot,
   * asking ahead of time. It does from now on if nobody does, or if the owner has ended or has closed its last resolver
   * of the namespace. False before the first answer, when the namespace is not known yet.
   */
  own(handle: number): boolean;

  /**
   * A piece, at most 64 KiB, of what the cache holds for the resolver's namespace: addresses, fresh and stale, and which
   * names are popular. The pieces of one walk tell of the cache at different moments.
   *
   * Rows follow each other without padding, numbers little-endian, times as Unix milliseconds by the wall clock:
   * `u8` 1, `u8` length of the name, name as on the wire, `u16` type, `f64` stored at, `f64` expires at, `u32` length of the
   * payload, payload; or `u8` 2, `u8` length of the name, name, `f64` hits as they counted when it was last used, `f64` last
   * used at.
   *
   * @param cursor 0, then `next` of the piece before
   * @returns `next` is 0 at the end
   */
  exportEntries(handle: number, cursor: number): { readonly next: number; readonly entries: Uint8Array };

  /**
   * Puts rows of {@link Binding.exportEntries} into the cache, soon. What is there already stays, an answer from the
   * future or one that has expired comes in as stale, and none lives longer than its TTL however the clock was set. A
   * row that makes no sense ends the import.
   *
   * @param ticket as in {@link Binding.lookup}; delivered with JSON of {@link NativeImport} as its detail
   * @param digest {@link NativeStats.namespace} of where the rows come from; those of another namespace are ignored
   * @param rows whole ones; copied, so that they may be changed afterwards, but by no other thread during the call
   */
  importEntries(handle: number, ticket: number, digest: string, rows: Uint8Array): void;

  /** JSON of a list of {@link NativePopularName}, at most 10 000, the busiest first. */
  popularity(handle: number): string;

  /** JSON of {@link NativeStats}. */
  stats(handle: number): string;

  /**
   * Takes a leg, a query to a server that is reached over HTTPS or TLS, which this environment carries from then on.
   * To be called once for each that is offered, and soon: what is not taken within 50 ms is offered to another
   * environment with a resolver of the same namespace as well, and who takes it first has it.
   *
   * @returns milliseconds that are left for it; 0: somebody else has it, or nobody is to carry it any more
   */
  takeLeg(port: number, leg: number): number;

  /**
   * Tells what came of a leg. Ignored, unless this port has taken it and has not told yet.
   *
   * @param outcome 0 with `answer`; without one 7 malformed, 8 timeout, 9 network, 10 TLS, 11 HTTP, or 12: this environment
   *   could not ask, which says nothing about the server, so that another environment may
   * @param late the event loop was late meanwhile: a timeout then counts as 12, and what an answer took is not measured
   * @param answer a DNS message; it is checked like any other
   */
  answerLeg(port: number, leg: number, outcome: number, late: boolean, answer?: Uint8Array): void;

  /**
   * What came of queries to the resolver's upstreams since the last call, in the order in which they ended; nothing if
   * there is one upstream only. Of each upstream a random choice of 64, its last success and its last failure.
   *
   * Rows of 24 octets, numbers little-endian: `u16` number of the upstream, `u8` outcome, `u8` flags, `f32` milliseconds
   * from sending until the end, `u32` hash of the name that was asked for, `u32` how many queries it stands for, `f64`
   * milliseconds since it ended.
   *
   * Outcomes: 0 data, 1 NODATA, 2 NXDOMAIN, 3 SERVFAIL, 4 REFUSED, 5 FORMERR, 6 NOTIMP, 7 malformed, 8 no answer in
   * time, 9 the network refused, 10 TLS failed, 11 HTTP failed, 12 this machine could not send; 254 it fell silent while
   * queries waited, 255 it answers again. Flags: 1 the name has one label, 2 a {@link Binding.probe}, 4 sent because
   * another query was late, 8 a copy, sent to measure.
   */
  takeSamples(handle: number): Uint8Array;

  /**
   * Puts a direction in force for the questions that begin from now on, of all resolvers of the namespace and whatever
   * becomes of this one. One for another namespace than the resolver's is ignored.
   *
   * @param direction JSON of {@link NativeDirection}
   * @throws Error with the path of the key that is wrong
   */
  direct(handle: number, direction: string): void;

  /**
   * Sends a query for addresses (A) of `name` to one upstream, past the cache and what is under way. Its sample tells what
   * came of it. Nothing happens without such an upstream, and with an encrypted one.
   *
   * @param upstream its number
   */
  probe(handle: number, upstream: number, name: string): void;

  /** JSON of {@link NativeUpstreams}: by these numbers upstreams are meant elsewhere. */
  upstreams(handle: number): string;

  /** JSON of the {@link NativeDirection} that is in force for the resolver's namespace, whoever gave it; empty: none. */
  direction(handle: number): string;
}

/** What came of {@link Binding.importEntries}. */
export interface NativeImport {
  /** Answers that are in the cache now. */
  readonly imported: number;
  /** Whether the rows are of the resolver's namespace. */
  readonly matched: boolean;
}

/** The servers of a namespace but for those that have one domain only. */
export interface NativeUpstreams {
  /** {@link NativeStats.namespace}; empty before the first lookup. */
  readonly namespace: string;
  /** The primaries are a preference, not a pool: they may not know the same names. */
  readonly ordered: boolean;
  /** By number: first the primaries, as listed, each once, then the fallbacks. Empty before the first lookup. */
  readonly upstreams: readonly {
    /** `udp://10.0.0.2:53`, `tcp://[::1]:53`, or the URL of an encrypted server; no two have the same. */
    readonly id: string;
    readonly class: 'primary' | 'fallback';
    readonly protocol: 'udp' | 'tcp' | 'https' | 'tls';
    readonly public: boolean;
  }[];
}

/** How the upstreams of a namespace are gone about; they are meant by their numbers. An unknown key is an error. */
export interface NativeDirection {
  /** {@link NativeUpstreams.namespace}. */
  readonly namespace: string;
  readonly version: number;
  /** They are asked in this order. Who is missing comes last. */
  readonly order: readonly number[];
  /** They answer no more, and are asked when all others have failed. */
  readonly down: readonly number[];
  /** How good each is, by number, 0 to 1. */
  readonly scores: readonly number[];
  /** Fallbacks may be asked without a primary having failed. */
  readonly fallbackLeads: boolean;
  /** What leads to the fallbacks goes to all of them, until one has data; from then on that one leads among them. */
  readonly racing: boolean;
  /** Names whose `nameFraction` (resolver-health) is below the share go to this upstream first. */
  readonly canary: { readonly upstream: number; readonly share: number } | null;
  /** A primary that gets a copy of each question, to be measured. */
  readonly shadow: number | null;
  /** Who is asked first of primaries that are no ordered list: the first, or the better of two at random. */
  readonly selection: 'in-order' | 'two-choices';
  /** Share of the questions of which another upstream of the class that is asked gets a copy, 0 to 1. */
  readonly exploration: number;
}

/** A name that is used, and how much. */
export interface NativePopularName {
  /** Presentation form, without a trailing dot. */
  readonly name: string;
  /** 0 to 100: hits, halved for every 7 days since, on a logarithmic scale up to the busiest name of the namespace. */
  readonly weight: number;
  /** Unix time. */
  readonly lastUsedMs: number;
}

/** What a port is told without asking. */
export type NativeEvent =
  /** A file given to {@link Binding.watch}. */
  | { readonly event: 'file-changed'; readonly path: string }
  /** Something is wrong with a system file. One port of the process is told, once. */
  | { readonly event: 'warning'; readonly message: string }
  /**
   * There are samples to take of the resolver's namespace, which this port owns from now on if it did not. Told at most
   * every 100 ms, but at once when an upstream fell silent or answers again, and not again before they are taken.
   */
  | { readonly event: 'samples'; readonly handle: number }
  /** The machine woke from sleep. What was known of the network is forgotten. Every port with a resolver is told. */
  | { readonly event: 'resumed' }
  /** The machine has other addresses than before; otherwise like `resumed`. */
  | { readonly event: 'network-changed' }
  /**
   * A private name was kept from a public server, though nobody else answered: for the first time under this suffix, empty
   * for single labels. One port with a resolver of the namespace is told, the owner if there is one.
   */
  | { readonly event: 'refused-suffix'; readonly handle: number; readonly suffix: string };

/** What a resolver is opened with. An unknown key is an error. */
export interface NativeOptions {
  /** `'system'`: those of `resolvConf`, one after the other. */
  readonly servers: 'system' | readonly NativeServer[];
  /** Asked when the servers fail. What they say does not exist may exist all the same. */
  readonly fallback?: readonly NativeServer[];
  /**
   * Names with servers of their own, which are interchangeable; the longest suffix counts. None of the servers is public,
   * and no suffix has two routes or is the root.
   */
  readonly routes?: readonly {
    readonly suffix: string;
    readonly servers: readonly NativeServer[];
  }[];
  /**
   * Suffixes of names that public servers are not asked for, ASCII, besides the built-in ones: single labels, the domains
   * for private use, and the reverse zones of private addresses.
   */
  readonly privateNames?: readonly string[];
  readonly resolvConf: string;
  readonly hosts: string | false;
  /** Instead of the system's. */
  readonly search?: readonly string[];
  /** Instead of the system's. */
  readonly ndots?: number;
  /** Of one attempt; adaptive if absent. */
  readonly timeoutMs?: number;
  /** Rounds over the servers. */
  readonly tries?: number;
  /**
   * With `timeoutMs`: what Node's `Resolver` means by `timeout`, `tries` and `maxTimeout`. Each round over the servers
   * waits twice as long as the one before it, at most `maxTimeoutMs` (0: without bound); nothing is hedged, and a
   * question may be asked for as long as its rounds take.
   */
  readonly backoff?: { readonly maxTimeoutMs: number };
  /**
   * Addresses of this machine, without a zone, that queries to servers of the family leave from. Where sockets cannot be
   * bound to one, queries fail with status 14.
   */
  readonly localAddress?: { readonly ipv4?: string; readonly ipv6?: string };
  /** Of a lookup. */
  readonly deadlineMs: number;
  readonly cache: {
    readonly maxBytes: number;
    readonly maxEntries: number;
    readonly minTtlSeconds: number;
    readonly maxTtlSeconds: number;
    readonly staleMaxAgeSeconds: number;
    /** What a lookup waits for an answer before it gets an expired one, at most half of its own time; 300. */
    readonly staleServeAfterMs?: number;
    /** How long nothing is asked for a name after that, while its lookups get what expired at once; 30. */
    readonly staleHoldSeconds?: number;
    /** Share of a TTL, 0 to 0.1, that is taken off it at random, at most; 0.1 if absent. */
    readonly jitter?: number;
    /** Ask for busy names before they expire; true if absent. */
    readonly refreshAhead?: boolean;
    /** That a denial is believed at most; 300 if absent. */
    readonly negativeMaxTtlSeconds?: number;
    /** A denial does not replace an answer that is still fresh. */
    readonly negativeIfAbsent?: boolean;
    /**
     * Addresses are fresh for 300 s and 60 s more for every 10 uses, 600 s at most, instead of their TTL; for three
     * fifths of that while servers take longer than 200 ms.
     */
    readonly dynamicTtl?: boolean;
    /**
     * How many names that nothing is known of may be asked for in a second under each parent domain of names as they
     * were given; others get status 9. Absent or 0: any number.
     */
    readonly missesPerSecond?: number;
  };
  /** Resolvers of different namespaces share no answers. */
  readonly namespace?: string;
  /** Ask again, or another server, before the attempt's timeout. */
  readonly hedge: boolean;
}

/** A server of the user's. */
export type NativeServer = NativePlainServer | NativeEncryptedServer;

/** A server that the addon asks itself. */
export interface NativePlainServer {
  readonly protocol: 'udp' | 'tcp';
  /** IPv4 or IPv6, without a zone. */
  readonly address: string;
  readonly port: number;
  /** The zone of an IPv6 address: name or number of an interface. */
  readonly scope?: string;
  /** It belongs to strangers, who must not be told private names; false if absent. */
  readonly public?: boolean;
}

/** A server that JavaScript asks for the addon. */
export interface NativeEncryptedServer {
  readonly protocol: 'https' | 'tls';
  readonly url: string;
  /** All that says who is asked, in whatever form: servers with the same one are the same. */
  readonly identity: string;
  /** As in {@link NativePlainServer}. */
  readonly public?: boolean;
}

/**
 * A moment's view of the process and of one resolver's part of the cache. Counters count from the start of the process and
 * only grow; gauges say what is now.
 */
export interface NativeStats {
  /** Gauge, process: callers that wait for an answer. At most 262 144. */
  readonly waiters: number;
  /** Gauge, process: questions, each a name with a type, that are being asked. At most 16 384. */
  readonly flights: number;
  /** Counter, process: lookups and `resolve*` that reached the addon; hits on a mirror do not. */
  readonly lookups: number;
  /** Counter, process: those of `lookups` answered at once, from hosts file or cache, denials and failures included. */
  readonly cacheHits: number;
  /** Counter, process: those of `lookups` that had to be asked for, or were refused. */
  readonly cacheMisses: number;
  /** Counter, process: queries sent, retransmissions and those over TCP included. */
  readonly queriesSent: number;
  /** Counter, process: those of `queriesSent` that went over TCP. */
  readonly tcpQueriesSent: number;
  /** Counter, process: those of `queriesSent` that left before their attempt's timeout because the answer was late. */
  readonly hedges: number;
  /** Counter, process: times that somebody joined a question under way instead of asking it again. */
  readonly coalesced: number;
  /** Counter, process: datagrams dropped because ID or question did not match: late answers, or forgeries. */
  readonly spoofRejected: number;
  /** Counter, process: answers that matched their query and could not be read. */
  readonly malformed: number;
  /** Counter, process: datagrams dropped because they lacked the cookie that the server had been given (RFC 7873). */
  readonly cookiesRejected: number;
  /** Counter, process: questions and callers refused because too many were under way; a lookup has up to two questions. */
  readonly overloadRejected: number;
  /** Counter, process: questions asked ahead of expiry. */
  readonly refreshes: number;
  /** Gauge, process: open UDP sockets. */
  readonly sockets: number;
  /** Gauge, process: open TCP connections. */
  readonly tcpConnections: number;
  /** Counter, process: lookups refused because of {@link NativeOptions.cache}'s `missesPerSecond`. */
  readonly missLimited: number;
  /** Counter, process: lookups answered with addresses that had expired, because nobody could be asked. */
  readonly staleServed: number;
  /** Counter, process: how often the machine's addresses changed. */
  readonly networkChanges: number;
  /** Counter, process: how often the machine woke from sleep (not noticed on Windows). */
  readonly resumes: number;
  /** Gauge, namespace: entries of the cache, each a name with a type; denials, failures and expired answers included. */
  readonly cacheEntries: number;
  /** Gauge, namespace: octets that these entries take. */
  readonly cacheBytes: number;
  /** Counter, namespace: entries removed before their time to make room. */
  readonly cacheEvictions: number;
  /** Gauge, namespace: names whose popularity is known; at most 10 000. */
  readonly popularNames: number;
  /** The resolver's namespace: a digest, hexadecimal. Resolvers with the same one share answers. Empty before the first lookup. */
  readonly namespace: string;
  /** This port owns the namespace: see {@link Binding.own}. */
  readonly owner: boolean;
  /** The resolver's servers: by number, then those of its routes. */
  readonly upstreams: readonly NativeUpstreamStats[];
  /** What was wrong with the system's files, newest last. */
  readonly warnings: readonly string[];
  /** Counter, process: how often the I/O thread was started again after a panic; every one is a bug to report. */
  readonly ioThreadRestarts: number;
}

/** A moment's view of one server, as all resolvers of the process know it. */
export interface NativeUpstreamStats {
  /** As in {@link NativeUpstreams}. */
  readonly id: string;
  readonly class: 'primary' | 'fallback';
  readonly public: boolean;
  /** The suffix of the route that it belongs to; such a server has no number, and is directed by nobody. */
  readonly route: string | null;
  /** `address:port`, or the URL of an encrypted server. */
  readonly server: string;
  readonly transport: 'udp' | 'tcp' | 'https' | 'tls';
  /** What 95 % of its last 64 answers took at most, milliseconds; null before the first. */
  readonly p95Ms: number | null;
  /** Gauge: queries that wait for its answer. */
  readonly inflight: number;
  /** Counter: queries sent to it. */
  readonly sent: number;
  /** Counter: of these, those answered, whatever the answer said. */
  readonly answered: number;
  /** Counter: queries without an answer in time, or with one that could not be read. */
  readonly failed: number;
  /** It has fallen silent while queries wait: others are asked before it, if there are. */
  readonly suspect: boolean;
  /** It has answered a query with EDNS (RFC 6891). */
  readonly edns: boolean;
}
