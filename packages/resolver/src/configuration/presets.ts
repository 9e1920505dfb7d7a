/** Presets: defaults that belong together. What is written beside one wins over it. */

export type PresetName = 'resilient' | 'doubao-v1';

/** What a preset sets beyond options that can be written one by one. */
export interface Policies {
  /** A denial never replaces an answer that is still there. */
  readonly negativeIfAbsent: boolean;
  /** The lifetime of an answer follows its use, not its zone. */
  readonly dynamicTtl: boolean;
  /** Below which encrypted servers are not spoken to. */
  readonly minTlsVersion: 'TLSv1.2' | 'TLSv1.3';
  /** Servers asked over HTTPS are asked over TLS while HTTPS is impossible, where nothing else is written. */
  readonly downgrade: boolean;
}

export interface Preset extends Policies {
  /** By path of the option. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  /** Lifetimes as zones say them; every other default is its option's own. */
  resilient: {
    negativeIfAbsent: false,
    dynamicTtl: false,
    // RFC 8310 §9.1.
    minTlsVersion: 'TLSv1.2',
    downgrade: false,
    // Nobody's names go to a third party unasked: no `fallback`.
    defaults: {},
  },
  /** The rules that services calling Doubao were given before this package existed, to the letter. */
  'doubao-v1': {
    defaults: {
      // "Empty answers: two minutes, set if absent", against names that do not exist.
      'cache.negative.maxTtl': 120,
      // "Three timeouts of more than 1000 ms, while Cloudflare and Quad9 are connected to": nothing is asked earlier.
      timeout: 1000,
      hedge: false,
      fallback: 'global',
    },
    negativeIfAbsent: true,
    // 300 s + min(300, ⌊hits / 10⌋ · 60) s from the time of resolution, × 0.6 while the 95th percentile of lookups is
    // above 200 ms.
    dynamicTtl: true,
    // "TLS 1.3; DoH impossible: DoT".
    minTlsVersion: 'TLSv1.3',
    downgrade: true,
  },
};
