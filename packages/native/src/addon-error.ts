/** The one error of a machine without a usable addon: what was tried, and what to do. */
import { isSupported } from './target.ts';

/** A file that did not load. */
export interface Attempt {
  readonly path: string;
  readonly error: unknown;
}

/**
 * @param target this platform
 * @param attempts what was tried; empty if no addon is installed
 * @param bundle the file that the loader became part of, if the package it belongs to cannot be found from there
 * @returns an error with code `ERR_RESOLVER_ADDON_UNAVAILABLE`; `cause` is the first attempt's
 */
export function addonError(
  target: string,
  attempts: readonly Attempt[],
  bundle?: string,
): Error & { readonly code: string } {
  const [first] = attempts;
  const message = `@doubao/resolver-native has no addon for ${target} (Node ${process.versions.node}). ${remedy(target, attempts, bundle)}`;
  const error = new Error(message, first === undefined ? undefined : { cause: first.error });
  return Object.assign(error, { code: 'ERR_RESOLVER_ADDON_UNAVAILABLE' });
}

function remedy(target: string, attempts: readonly Attempt[], bundle: string | undefined): string {
  if (attempts.some(({ error }) => codeOf(error) === 'ERR_DLOPEN_DISABLED')) {
    return 'Node was told to load no addons: add --allow-addons where it runs with --permission, else drop --no-addons.';
  }
  const tried = attempts.map(({ path, error }) => `${path}: ${messageOf(error)}`).join('; ');
  if (tried !== '')
    return `What is installed does not load (${tried}). Install the package anew on this machine.`;
  if (runsWithPermissions()) {
    return 'Under --permission add --allow-addons, and --allow-fs-read for node_modules.';
  }
  if (bundle !== undefined) {
    return `Its loader is part of ${bundle}, and the package is not installed there: tell the bundler to leave @doubao/resolver-native out (external), and install it beside the bundle.`;
  }
  return isSupported(target)
    ? `Install @doubao/resolver-native-${target}: it is an optional dependency, left out by --omit=optional and by a node_modules folder of another platform.`
    : 'None is published for this platform; build crates/resolver-node with cargo.';
}

/** Whether Node's permission model refused to read a file. */
export function isDenied(error: unknown): boolean {
  return codeOf(error) === 'ERR_ACCESS_DENIED';
}

function runsWithPermissions(): boolean {
  return 'permission' in process && process.permission !== undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
