import type { Summary } from './statistics.ts';

/** A number with thousands apart: `28 800`. */
export function figure(value: number, digits: number): string {
  const [whole = '', fraction] = value.toFixed(digits).split('.');
  const spaced = whole.replaceAll(/\B(?=(\d{3})+$)/g, ' ');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

/** Median, and the range if rounds differed. */
export function summaryText({ median, least, most }: Summary, digits: number): string {
  const [low, high] = [figure(least, digits), figure(most, digits)];
  return low === high ? figure(median, digits) : `${figure(median, digits)} (${low}–${high})`;
}
