/** Reads the arguments of `prewarm`. */
import { argumentError } from '../errors/argument-error.ts';
import { MAX_WITHIN_MS } from './prewarmer.ts';

export interface PrewarmOptions {
  /** Milliseconds over which the names are spread, evenly and at random. Default: 0, as fast as 64 at once go */
  readonly within?: number | undefined;
}

/** @throws TypeError if the names are no array, or the time is no number from 0 to 2³¹ − 1 */
export function readPrewarmTime(names: unknown, options: unknown): number {
  if (!Array.isArray(names)) {
    throw argumentError('ERR_INVALID_ARG_TYPE', 'The "names" argument must be an array of host names.');
  }
  const within: unknown = (options as PrewarmOptions | undefined | null)?.within ?? 0;
  if (typeof within !== 'number') {
    throw argumentError('ERR_INVALID_ARG_TYPE', 'The "options.within" property must be of type number.');
  }
  if (!(within >= 0 && within <= MAX_WITHIN_MS)) {
    throw argumentError(
      'ERR_INVALID_ARG_VALUE',
      `The property 'options.within' must be 0 to ${MAX_WITHIN_MS} ms. Received ${within}`,
    );
  }
  return within;
}
