/**
 * How servers are written, and those that everybody knows. Loads nothing: for who reads options and asks later, if at all.
 *
 * @module
 */
export { type EncryptedServer, parseServerUrl } from './server-url.ts';
export { WELL_KNOWN, type WellKnownServer } from './well-known.ts';
