import { describe, expect, it } from 'vitest';
import { cargoTotals, render, sum, vitestTotals } from './test-totals.mjs';

describe('cargoTotals', () => {
  it('reads a binary that passed and one that failed', () => {
    const passed =
      'test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s';
    const failed =
      'test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s';
    expect(cargoTotals(passed)).toEqual({ passed: 5, failed: 0, skipped: 1 });
    expect(cargoTotals(failed)).toEqual({ passed: 3, failed: 2, skipped: 0 });
  });

  it('takes no other line for a result', () => {
    expect(cargoTotals('test cache::tests::result ... ok')).toBeUndefined();
    expect(cargoTotals('running 5 tests')).toBeUndefined();
  });
});

describe('vitestTotals', () => {
  const report = {
    numPassedTests: 4,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [],
  };

  it('counts pending and todo tests as skipped', () => {
    expect(vitestTotals(report)).toEqual({ passed: 4, failed: 1, skipped: 3 });
  });

  it('counts a file that did not load once, and a file with failed tests not again', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ];
    expect(vitestTotals({ ...report, testResults }).failed).toBe(2);
  });
});

it('adds and renders', () => {
  const total = sum([
    { passed: 1, failed: 0, skipped: 2 },
    { passed: 10, failed: 3, skipped: 0 },
  ]);
  expect(render(total)).toBe('11 passed, 3 failed, 2 skipped');
});
