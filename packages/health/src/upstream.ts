/** What is asked: one address by one protocol. */

/**
 * `primary`: what the user or the system configured. `fallback`: asked only where every primary has failed, see
 * `fallback-class.ts`.
 */
export type UpstreamClass = 'primary' | 'fallback';

/** DNS over UDP or TCP (RFC 1035, 7766), TLS (RFC 7858) or HTTPS (RFC 8484). */
export type Protocol = 'udp' | 'tcp' | 'tls' | 'https';

/** One upstream. Two protocols of one address are two upstreams. */
export interface Upstream {
  /** Unique within a {@link HealthState}; what samples, plans and events call it. */
  readonly id: string;
  readonly class: UpstreamClass;
  readonly protocol: Protocol;
}

/**
 * `up`: it may lead. `suspect`: it fell silent a moment ago, others are asked first until it answers. `down`: it failed
 * and has not recovered; it is asked only when nothing better is left.
 */
export type Condition = 'up' | 'suspect' | 'down';
