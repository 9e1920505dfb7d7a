/** Addresses as `inet_ntop` writes them, which is how c-ares shows them. */

const IPV6_WORDS = 8;

/** @param octets four */
export function ipv4Text(octets: Uint8Array): string {
  return octets.join('.');
}

/** @param octets sixteen */
export function ipv6Text(octets: Uint8Array): string {
  const words: number[] = [];
  for (let index = 0; index < IPV6_WORDS; index++) {
    words.push(((octets[2 * index] as number) << 8) | (octets[2 * index + 1] as number));
  }
  const { start, length } = longestZeros(words);
  if (start === 0 && embedsIpv4(words, length)) {
    const prefix = length === 5 ? '::ffff:' : '::';
    return prefix + ipv4Text(octets.subarray(12));
  }
  const hex = words.map((word) => word.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** The first of the longest runs of zero words. */
function longestZeros(words: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < words.length; start++) {
    let end = start;
    while (words[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
    if (end > start) start = end;
  }
  return best;
}

/** IPv4-mapped and, as `inet_ntop` has it, IPv4-compatible addresses. */
function embedsIpv4(words: readonly number[], zeros: number): boolean {
  return zeros === 6 || (zeros === 5 && words[5] === 0xffff);
}
