/** Rows of samples, as the addon gives them. */
import { Buffer } from 'node:buffer';

export interface FakeSample {
  readonly upstream: number;
  /** As the addon numbers outcomes. */
  readonly outcome: number;
  readonly flags?: number;
  readonly elapsedMs?: number;
  readonly name?: number;
  readonly weight?: number;
  /** Milliseconds since it ended. */
  readonly ageMs?: number;
}

/** Numbers of outcomes, and what else a row can say. */
export const Row = {
  NoError: 0,
  NxDomain: 2,
  ServFail: 3,
  Refused: 4,
  Timeout: 8,
  Suspect: 254,
  Cleared: 255,
} as const;

export function composeSamples(samples: readonly FakeSample[]): Uint8Array {
  const rows = samples.map(
    ({ upstream, outcome, flags = 0, elapsedMs = 20, name = 1, weight = 1, ageMs = 0 }) => {
      const row = Buffer.alloc(24);
      row.writeUInt16LE(upstream, 0);
      row.writeUInt8(outcome, 2);
      row.writeUInt8(flags, 3);
      row.writeFloatLE(elapsedMs, 4);
      row.writeUInt32LE(name, 8);
      row.writeUInt32LE(weight, 12);
      row.writeDoubleLE(ageMs, 16);
      return row;
    },
  );
  return Uint8Array.from(Buffer.concat(rows));
}
