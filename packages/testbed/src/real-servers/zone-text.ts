/**
 * Text of a zone (RFC 1035 §5): a SOA, a name server on loopback, and the given lines, whose names are relative to the
 * apex. TTLs are 60 s where a line has none, and 30 s for denials.
 */
export function zoneText(apex: string, lines: readonly string[]): string {
  return [
    `$ORIGIN ${apex}.`,
    '$TTL 60',
    '@ SOA ns hostmaster 1 3600 600 86400 30',
    '@ NS ns',
    'ns A 127.0.0.1',
    ...lines,
    '',
  ].join('\n');
}
