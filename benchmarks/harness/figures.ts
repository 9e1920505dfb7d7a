import type { Summary } from './statistics.ts';

/** A number with thousands apart and a proper minus: `28 800`, `−1.4`. */
export function figure(value: number, digits: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const spaced = whole.replaceAll(/\B(?=(\d{3})+$)/g, ' ');
  const unsigned = fraction === undefined ? spaced : `${spaced}.${fraction}`;
  return value < 0 && Number(unsigned) !== 0 ? `−${unsigned}` : unsigned;
}

/** Median, and the range if rounds differed. */
export function summaryText({ median, least, most }: Summary, digits: number): string {
  const [low, high] = [figure(least, digits), figure(most, digits)];
  if (low === high) return figure(median, digits);
  // A dash between negative numbers would be one minus more.
  return `${figure(median, digits)} (${low}${least < 0 ? ' to ' : '–'}${high})`;
}

/** `3 min 20 s` */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return minutes === 0 ? `${rest} s` : `${minutes} min ${rest} s`;
}
