/** What a name server is asked in order to see whether it answers. */
import type { NativePopularName } from '../native/binding.ts';

/**
 * Resolvers answer for it themselves (RFC 9462): the name says nothing, goes no further, and burdens nobody.
 */
const RESOLVERS_OWN = 'resolver.arpa';
/** Of this many names that are asked for most. */
const BUSIEST = 16;
/** A domain of one label would be a top-level one, or not a name of the DNS at all. */
const LEAST_LABELS = 2;
const LABEL_WORDS = 2;

/**
 * The domains of the busiest names. A server of one's own may know these and refuse all others.
 *
 * @param popular the busiest first
 * @param routed suffixes of names that other servers are asked for
 */
export function busyDomains(
  popular: readonly NativePopularName[],
  routed: readonly string[],
): readonly string[] {
  const domains = popular
    .filter(({ name }) => !routed.some((suffix) => `.${name}`.endsWith(`.${suffix}`)))
    .map(({ name }) => name.split('.'))
    .filter(({ length }) => length >= LEAST_LABELS)
    .slice(0, BUSIEST)
    .map((labels) => (labels.length > LEAST_LABELS ? labels.slice(1) : labels).join('.'));
  return [...new Set(domains)];
}

/**
 * A name that nobody has asked for before, so that no cache answers.
 *
 * @param domains of {@link busyDomains}; empty for servers of strangers, who need not know them
 * @param random uniform in [0, 1)
 */
export function probeName(domains: readonly string[], random: () => number): string {
  const domain = domains[Math.floor(random() * domains.length)] ?? RESOLVERS_OWN;
  return `${randomLabel(random)}.${domain}`;
}

function randomLabel(random: () => number): string {
  const word = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return Array.from({ length: LABEL_WORDS }, word).join('');
}
