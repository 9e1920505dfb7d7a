/** Records as the addon gives them, written by hand. */
import { Buffer } from 'node:buffer';

/** A name of the labels, each as octets or text. */
export function name(...labels: readonly (string | readonly number[])[]): number[] {
  const octets = labels.map((label) => [...Buffer.from(label as string)]);
  return [...octets.flatMap((label) => [label.length, ...label]), 0];
}

export function u16(value: number): number[] {
  return [value >> 8, value & 0xff];
}

export function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

/** A character-string. */
export function text(content: string): number[] {
  return [content.length, ...Buffer.from(content, 'latin1')];
}

/** One record. */
export function record(type: number, data: readonly number[], ttl: number = 60): number[] {
  return [...u16(type), ...u32(ttl), ...u16(data.length), ...data];
}

export function records(...each: readonly number[][]): Uint8Array {
  return Uint8Array.from(each.flat());
}
