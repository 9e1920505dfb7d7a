/** Machines of their own, in Linux namespaces, on which glibc and the resolver look up the same names. */
import type { ChildProcess } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createNamespace, namespacesAvailable, type Namespace } from '@doubao/resolver-testbed';

/** Who looks up: glibc through Node's own `dns.lookup`, or the package. */
export type Subject = 'getaddrinfo' | 'resolver';

/** What a scripted server says to a name: addresses, a code, or one of these for each type. */
export type NameScript =
  | readonly string[]
  | 'NODATA'
  | 'NXDOMAIN'
  | 'SERVFAIL'
  | 'REFUSED'
  | 'NOTIMP'
  | 'silent'
  | { readonly A: NameScript; readonly AAAA: NameScript };

/** What names get; those without a script do not exist, unless `'*'` has one. */
export type Zone = Readonly<Record<string, NameScript>>;

/** What is on a machine. The name service switch lists `files dns`. */
export interface Furniture {
  /** Of `/etc`, by name, each character one octet. There is no hosts file or `resolv.conf` unless it is here. */
  readonly etc?: Readonly<Record<string, string>>;
  /** Of an interface with default routes: address, prefix length and further words of `ip addr add`. */
  readonly addresses?: readonly string[];
  /** No interface but loopback. */
  readonly loopbackOnly?: boolean;
  /** `machine` when absent. */
  readonly hostname?: string;
  /** By address; they listen on port 53. */
  readonly servers?: Readonly<Record<string, Zone>>;
  /** The servers do not listen on UDP. */
  readonly tcpOnly?: boolean;
  /** The servers are Docker's stub, which knows these containers and leaves the rest to the zone. */
  readonly containers?: Readonly<Record<string, string>>;
  /** The servers are systemd-resolved's stub, which leaves names with dots to the zone. */
  readonly resolved?: boolean;
}

/** A lookup of every address. */
export interface Request {
  readonly name: string;
  readonly family?: 0 | 4 | 6;
  readonly hints?: number;
  /** The resolver keeps what it has cached; otherwise it forgets everything first. */
  readonly keep?: boolean;
}

export interface Answer {
  /** In order, or the error: `NXDOMAIN`, `NODATA`, `AGAIN`, or its code. */
  readonly found: readonly string[] | string;
  /** Names that reached a server, in order. */
  readonly asked: readonly string[];
}

/** Whether there can be such machines here. */
export const machinesAvailable: boolean = isGlibc() && namespacesAvailable();

function isGlibc(): boolean {
  // The report's types do not say what its header holds.
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  if (report.header?.glibcVersionRuntime !== undefined) return true;
  process.stderr.write('Skipped: getaddrinfo is not glibc’s here\n');
  return false;
}

/** Of the environment of whoever runs the tests: what changes lookups, and a file that is not in the machine's `/etc`. */
const foreignVariables = ['LOCALDOMAIN', 'RES_OPTIONS', 'HOSTALIASES', 'NODE_EXTRA_CA_CERTS'];

const stagePath = new URL('stage.mjs', import.meta.url).pathname;

/** A running machine. Lookups on it are made one after the other. */
export class Machine implements AsyncDisposable {
  readonly #namespace: Namespace;
  readonly #stage: ChildProcess;
  readonly #replies: AsyncIterator<string>;

  private constructor(namespace: Namespace, stage: ChildProcess) {
    this.#namespace = namespace;
    this.#stage = stage;
    stage.stderr?.pipe(process.stderr);
    if (stage.stdout === null) throw new Error('the stage has no standard output');
    this.#replies = createInterface({ input: stage.stdout })[Symbol.asyncIterator]();
  }

  /** @param environment is where glibc and the resolver find `LOCALDOMAIN` and the like. */
  static async start(
    furniture: Furniture,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Machine> {
    const namespace = await createNamespace({
      etc: { 'nsswitch.conf': 'hosts: files dns\n', 'host.conf': 'multi on\n' },
      bareEtc: true,
    });
    const unset = foreignVariables.flatMap((name) => ['-u', name]);
    const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const stage = namespace.spawn({
      command: 'env',
      args: [...unset, ...assignments, 'unshare', '--uts', process.execPath, stagePath],
    });
    const machine = new Machine(namespace, stage);
    for (const [name, text] of Object.entries(furniture.etc ?? {})) await machine.replace(name, text);
    await machine.#tell('furnish', { ...furniture, etc: undefined });
    return machine;
  }

  async lookup(subject: Subject, request: Request): Promise<Answer> {
    return (await this.#tell('lookup', subject, request)) as Answer;
  }

  /** The folder that is `/etc` there. */
  get etc(): string {
    return this.#namespace.etc;
  }

  /** Replaces a file of `/etc` by renaming, as network managers do. */
  async replace(name: string, text: string): Promise<void> {
    const path = join(this.etc, name);
    await writeFile(`${path}.new`, text, 'latin1');
    await rename(`${path}.new`, path);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#namespace.close();
  }

  async #tell(...command: unknown[]): Promise<unknown> {
    this.#stage.stdin?.write(`${JSON.stringify(command)}\n`);
    const { value: line, done = false } = await this.#replies.next();
    if (done) throw new Error('the stage has ended');
    const { value, error } = JSON.parse(line) as { value?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  }
}
