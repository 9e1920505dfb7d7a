/** Errors about arguments: Node's own, made by Node, and ours for what Node does not know. */

/**
 * Lets Node refuse an argument, so that class, code, message and wording are the running version's.
 *
 * @param call calls one of Node's functions with the argument and nothing to do otherwise
 */
export function refuse(call: () => unknown, name: string): never {
  call();
  // Reached only if what stood in for Node's function when this package was loaded accepts what Node refuses.
  throw argumentError('ERR_INVALID_ARG_VALUE', `The argument '${name}' is invalid`);
}

/** An error in the shape of Node's argument errors. */
export function argumentError(
  code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE',
  message: string,
): TypeError {
  return Object.assign(new TypeError(message), { code });
}
