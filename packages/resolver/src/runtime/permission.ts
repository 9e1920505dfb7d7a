/** Node's permission model, where it covers the network. */

interface Permission {
  has(scope: string): boolean;
}

let coversNetwork: boolean | undefined;

/** Whether Node would refuse to look names up. Permissions can be dropped while the process runs. */
export function isNetworkDenied(): boolean {
  const { permission } = process as { permission?: Permission };
  if (permission === undefined) return false;
  // Versions without --allow-net say no to a scope that they do not know. The set of flags takes ms to build.
  coversNetwork ??= process.allowedNodeEnvironmentFlags.has('--allow-net');
  return coversNetwork && !permission.has('net');
}
