import { describe, expect, it } from 'vitest';
import { compareCounts } from './instruction-counts.mjs';

const known = { hit: { instructions: 1000, allocations: 0 } };

/** Whether the guard lets these counts pass. */
function holds(counts) {
  return compareCounts(known, counts).every((one) => one.holds);
}

describe('the guard', () => {
  it('tolerates what another linker moves, in either direction', () => {
    expect(holds({ hit: { instructions: 1040, allocations: 0 } })).toBe(true);
    expect(holds({ hit: { instructions: 960, allocations: 0 } })).toBe(true);
  });

  it('stops more, and also less: the committed counts are to be what is true', () => {
    expect(holds({ hit: { instructions: 1060, allocations: 0 } })).toBe(false);
    expect(holds({ hit: { instructions: 940, allocations: 0 } })).toBe(false);
  });

  it('stops any allocation but those of a list that grows once in a while', () => {
    expect(holds({ hit: { instructions: 1000, allocations: 1 } })).toBe(false);
    expect(holds({ hit: { instructions: 1000, allocations: 0.02 } })).toBe(true);
  });

  it('stops a case that nobody has counted, and one that is gone', () => {
    expect(holds({ ...known, miss: { instructions: 1, allocations: 0 } })).toBe(false);
    expect(holds({})).toBe(false);
  });

  it('says by how much', () => {
    const [{ text }] = compareCounts(known, { hit: { instructions: 1100, allocations: 2 } });
    expect(text).toBe('1100 instructions, 2 allocations; was 1000 (+10.0 %), 0');
  });
});
