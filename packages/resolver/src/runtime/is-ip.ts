import type net from 'node:net';

let loaded: typeof net | undefined;

/**
 * `net.isIP`. The module is loaded by the first call: it brings streams with it, and nearly no name is asked about,
 * since nearly none looks like an address.
 *
 * @returns 4 or 6, or 0 for what is no IP address
 */
export function isIP(text: string): number {
  loaded ??= process.getBuiltinModule('node:net');
  return loaded.isIP(text);
}
