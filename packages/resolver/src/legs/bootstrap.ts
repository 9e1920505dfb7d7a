/** Finds the addresses of encrypted servers that are known by name only, by the servers that are known by address. */
import { Status } from '../native/binding.ts';
import type { NativeOptions } from '../native/binding.ts';
import type { Port } from '../native/port.ts';

/** @returns options of a resolver that asks primaries in plain text and nobody else; undefined if there are none */
export function plainOptions(options: NativeOptions): NativeOptions | undefined {
  const { fallback: _fallback, servers, ...others } = options;
  const plain = servers === 'system' ? servers : servers.filter((server) => 'address' in server);
  return plain.length === 0 ? undefined : { ...others, servers: plain, search: [] };
}

export class Bootstrap {
  readonly #options: NativeOptions;
  readonly #port: Port;
  /** Opened by the first question. */
  #handle: number | undefined;
  #isClosed = false;

  constructor(options: NativeOptions, port: Port) {
    this.#options = options;
    this.#port = port;
  }

  /** Both families, in the order of RFC 6724. Rejects if there are none. */
  readonly resolve = (host: string): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      const { binding } = this.#port;
      const handle = this.#open();
      const ticket = this.#port.reserve();
      const settle = (record: ReturnType<Port['recordAtOnce']>): false => {
        const { status, addresses } = record.answer();
        if (status === Status.Ok) resolve(addresses);
        else reject(new Error(`${host} cannot be looked up (status ${status})`));
        return false;
      };
      if (binding.lookup(handle, `${host}.`, 0, ticket, 0) === 0) {
        this.#port.wait(ticket, { prepare: settle, run: () => undefined });
        return;
      }
      this.#port.release(ticket);
      settle(this.#port.recordAtOnce());
    });

  /** What is pending fails. */
  close(): void {
    this.#isClosed = true;
    if (this.#handle !== undefined) this.#port.binding.close(this.#handle);
    this.#handle = undefined;
  }

  #open(): number {
    if (this.#isClosed) throw new Error('the resolver is closed');
    const { binding, id } = this.#port;
    const plain = plainOptions(this.#options);
    if (plain === undefined) throw new Error('no server is listed by its address');
    this.#handle ??= binding.open(id, JSON.stringify(plain));
    return this.#handle;
  }
}
