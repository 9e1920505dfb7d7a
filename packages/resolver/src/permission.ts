/** Node's permission model, where it covers the network. */

interface Permission {
  has(scope: string): boolean;
}

/** Versions without `--allow-net` say no to a scope that they do not know. */
const COVERS_NETWORK = process.allowedNodeEnvironmentFlags.has('--allow-net');

/** Whether Node would refuse to look names up. Permissions can be dropped while the process runs. */
export function isNetworkDenied(): boolean {
  if (!COVERS_NETWORK) return false;
  const { permission } = process as { permission?: Permission };
  return permission !== undefined && !permission.has('net');
}
