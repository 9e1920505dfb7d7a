import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import type { DaemonService } from './daemon.ts';
import type { Service } from './door.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { grpcService, http2Service, httpService, httpsService, webSocketService } from './web-services.ts';

/** What the programs connect to. Each says `hello`. */
export interface Services {
  readonly http: Service;
  readonly https: Service;
  readonly http2: Service;
  readonly webSocket: Service;
  readonly grpc: Service;
  readonly redis: Service;
  readonly postgres: Service;
}

export interface RunningServices extends AsyncDisposable {
  readonly services: Services;
  /** Path of the certificate that programs must trust. */
  readonly certificatePath: string;
  /** A folder for files of the test, removed with the services. */
  readonly folder: string;
}

/** Starts all of them, for host names directly under `apex`. */
export async function startServices(apex: string): Promise<RunningServices> {
  const folder = await mkdtemp(join(tmpdir(), 'drop-in-'));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    // PostgreSQL runs as another user.
    await chmod(folder, 0o755);
    const certificate = await makeCertificate(folder, apex);
    const daemons = await startAll(startRedis(folder), startPostgres(folder));
    const [redis, postgres] = daemons;
    return {
      services: {
        http: httpService(),
        https: httpsService(certificate),
        http2: http2Service(certificate),
        webSocket: webSocketService(),
        grpc: grpcService(),
        redis: redis.service,
        postgres: postgres.service,
      },
      certificatePath: certificate.path,
      folder,
      [Symbol.asyncDispose]: async () => {
        await Promise.all(daemons.map((daemon) => daemon[Symbol.asyncDispose]()));
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/** Both, or neither is left running. */
async function startAll(
  ...starting: readonly [Promise<DaemonService>, Promise<DaemonService>]
): Promise<readonly [DaemonService, DaemonService]> {
  try {
    return await Promise.all(starting);
  } catch (error) {
    for (const { value } of (await Promise.allSettled(starting)).filter(
      (each) => each.status === 'fulfilled',
    )) {
      await value[Symbol.asyncDispose]();
    }
    throw error;
  }
}
