import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startResponder } from '@doubao/resolver-testbed';
import { wildcardAddress } from './name-server.ts';
import { canReplaceResolvConf, getaddrinfoServer } from './resolv-conf-namespace.ts';

/** A server that answers every name late. */
export interface DelayedServer extends AsyncDisposable {
  readonly endpoint: string;
  /** A resolv.conf that names it; undefined where none can be put in place. */
  readonly resolvConf: string | undefined;
}

export async function startDelayedServer(delayMs: number): Promise<DelayedServer> {
  const replaceable = canReplaceResolvConf();
  const folder = await mkdtemp(join(tmpdir(), 'resolv-conf-'));
  const path = join(folder, 'resolv.conf');
  await writeFile(path, `nameserver ${getaddrinfoServer.address}\n`);
  const responder = await startResponder({
    delayMs,
    a: [wildcardAddress],
    ...(replaceable ? getaddrinfoServer : {}),
  });
  return {
    endpoint: responder.endpoint,
    resolvConf: replaceable ? path : undefined,
    [Symbol.asyncDispose]: async () => {
      await responder.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
