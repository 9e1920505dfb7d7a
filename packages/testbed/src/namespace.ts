import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** What a network and mount namespace looks like from inside. */
export interface NamespaceOptions {
  /** Contents of files in /etc by name, such as `resolv.conf`, `hosts` or `nsswitch.conf`; the rest is the system's. */
  readonly etc?: Readonly<Record<string, string>>;
  /** Nothing is in /etc but those: faster, and enough for programs that need no users, certificates or locales. */
  readonly bareEtc?: boolean;
  /** Addresses with prefix length of an interface that is not loopback. Without any, there is only loopback. */
  readonly addresses?: readonly string[];
}

/** How a program in a namespace ended. */
export interface ProgramResult {
  /** Exit status, or null after a signal. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program to run in a namespace. */
export interface Program {
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: this process's. */
  readonly cwd?: string;
}

/** A namespace with this system's programs, and network and /etc of its own. Port 53 is free there. */
export interface Namespace extends AsyncDisposable {
  /** The folder that programs inside see as /etc; files in it may be written, replaced and removed from outside. */
  readonly etc: string;
  /** Starts a program with pipes to its three streams. It is killed when the namespace is closed. */
  spawn(program: Program): ChildProcess;
  /** Runs a program to its end, whatever its status. */
  run(program: Program): Promise<ProgramResult>;
  close(): Promise<void>;
}

// IPv6 link-local addresses would count as IPv6 for AI_ADDRCONFIG, so none is generated.
const setUp = `
set -e
etc=$1; shift
mount --bind "$etc" /etc
ip link set lo up
if [ $# -gt 0 ]; then
  ip link add testbed0 type veth peer name testbed1
  ip link set testbed0 addrgenmode none
  ip link set testbed1 addrgenmode none
  ip link set testbed0 up
  ip link set testbed1 up
  for address in "$@"; do
    case $address in
      *:*) ip address add "$address" dev testbed0 nodad ;;
      *) ip address add "$address" dev testbed0 ;;
    esac
  done
fi
echo ready
exec cat
`;

/** Whether namespaces can be made here. If not, the reason is printed, so that a skipped test is not silent. */
export function namespacesAvailable(): boolean {
  const { status, error, stderr } = spawnSync('unshare', ['-nm', 'true'], { encoding: 'utf8' });
  if (status === 0) return true;
  process.stderr.write(
    `Skipped: no namespaces here (${error?.message ?? stderr.trim()}); they need Linux and root\n`,
  );
  return false;
}

async function furnishEtc(folder: string, options: NamespaceOptions): Promise<string> {
  const etc = join(folder, 'etc');
  await (options.bareEtc === true ? mkdir(etc) : promisify(execFile)('cp', ['-a', '/etc', etc]));
  for (const [name, content] of Object.entries(options.etc ?? {})) {
    // The original may be a link to a file outside /etc, which is not ours to write.
    await rm(join(etc, name), { force: true });
    await writeFile(join(etc, name), content);
  }
  return etc;
}

/** Starts the process that keeps a namespace alive while its standard input is open. */
async function startHolder(
  etc: string,
  addresses: readonly string[],
): Promise<ChildProcess & { pid: number }> {
  const args = ['-nm', '--propagation', 'private', 'sh', '-c', setUp, 'sh', etc, ...addresses];
  const holder = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  holder.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const lines = createInterface({ input: holder.stdout });
  await Promise.race([
    once(lines, 'line'),
    once(holder, 'close').then(() => {
      throw new Error(`The namespace could not be set up: ${errors.trim()}`);
    }),
  ]);
  return Object.assign(holder, { pid: holder.pid ?? 0 });
}

/** Makes a namespace. Rejects where {@link namespacesAvailable} is false. */
export async function createNamespace(options: NamespaceOptions = {}): Promise<Namespace> {
  const folder = await mkdtemp(join(tmpdir(), 'testbed-namespace-'));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const etc = await furnishEtc(folder, options);
    const holder = await startHolder(etc, options.addresses ?? []);
    const ended = once(holder, 'close');
    const children = new Set<ChildProcess>();

    const spawnInside = ({ command, args = [], env = {}, cwd = process.cwd() }: Program): ChildProcess => {
      // Entering a mount namespace changes to its root folder.
      const inFolder = ['sh', '-c', 'cd "$0" && exec "$@"', cwd, command, ...args];
      const entering = ['nsenter', '--target', String(holder.pid), '--net', '--mount', ...inFolder];
      // A program must not outlive a test that is killed: nothing else would end it.
      const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...entering], {
        env: { ...process.env, ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      children.add(child);
      child.once('close', () => children.delete(child));
      return child;
    };

    const close = async (): Promise<void> => {
      const closing = [...children].map((child) => once(child, 'close'));
      for (const child of children) child.kill('SIGKILL');
      holder.stdin?.end();
      await Promise.all([...closing, ended]);
      await removeFolder();
    };

    return {
      etc,
      spawn: spawnInside,
      async run(program) {
        const child = spawnInside(program);
        let [stdout, stderr] = ['', ''];
        child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
        child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
        child.stdin?.end();
        const [status] = (await once(child, 'close')) as [number | null];
        return { status, stdout, stderr };
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
