/** Reads the rows of `Binding.takeSamples`. */
import type { Outcome, Sample } from '@doubao/resolver-health';

const ROW_OCTETS = 24;
/** In the addon's order. */
const OUTCOMES: readonly Outcome[] = [
  'noerror',
  'nodata',
  'nxdomain',
  'servfail',
  'refused',
  'formerr',
  'notimp',
  'malformed',
  'timeout',
  'network',
  'tls',
  'http',
  'local',
];
const SUSPECT = 254;
const CLEARED = 255;
const SINGLE_LABEL = 1;
const PROBE = 2;

/** What a row tells of an upstream, which has its number here. */
export type SampleRow = {
  readonly upstream: number;
  /** When it happened, milliseconds of the monotonic clock. */
  readonly atMs: number;
} & (
  | { readonly kind: 'query'; readonly sample: Omit<Sample, 'upstream'> }
  | { readonly kind: 'probe'; readonly outcome: Outcome; readonly elapsedMs: number }
  | { readonly kind: 'suspicion'; readonly suspect: boolean }
);

/**
 * The addon measures on a thread of its own, so that a late event loop does not spoil what it says.
 *
 * @returns in the order in which it happened
 */
export function readSampleRows(octets: Uint8Array, nowMs: number): readonly SampleRow[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const rows: SampleRow[] = [];
  for (let at = 0; at + ROW_OCTETS <= octets.byteLength; at += ROW_OCTETS) {
    const row = readRow(view, at, nowMs);
    if (row !== undefined) rows.push(row);
  }
  return rows.toSorted((a, b) => a.atMs - b.atMs);
}

function readRow(view: DataView, at: number, nowMs: number): SampleRow | undefined {
  const upstream = view.getUint16(at, true);
  const code = view.getUint8(at + 2);
  const atMs = nowMs - view.getFloat64(at + 16, true);
  if (code === SUSPECT || code === CLEARED) {
    return { kind: 'suspicion', upstream, atMs, suspect: code === SUSPECT };
  }
  const outcome = OUTCOMES[code];
  if (outcome === undefined) return undefined;
  const flags = view.getUint8(at + 3);
  const elapsedMs = view.getFloat32(at + 4, true);
  if ((flags & PROBE) !== 0) return { kind: 'probe', upstream, atMs, outcome, elapsedMs };
  const name = view.getUint32(at + 8, true);
  // How many a row stands for says nothing more: shares and percentiles of a random choice are those of all.
  const singleLabel = (flags & SINGLE_LABEL) !== 0;
  return { kind: 'query', upstream, atMs, sample: { outcome, elapsedMs, name, atMs, singleLabel } };
}
