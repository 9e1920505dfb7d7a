/** What the addon knows of the namespace of one of its resolvers. */
import type { NativePopularName, NativeStats } from '../native/binding.ts';
import type { NativeHandle } from '../native/native-handle.ts';
import type { Port } from '../native/port.ts';
import type { SnapshotSource } from './keeper.ts';

export class NativeSource implements SnapshotSource {
  readonly #port: Port;
  readonly #handle: NativeHandle;

  constructor(port: Port, handle: NativeHandle) {
    this.#port = port;
    this.#handle = handle;
  }

  owns(): boolean {
    return !this.#handle.closed && this.#port.binding.own(this.#handle.id);
  }

  popularity(): NativePopularName[] {
    return JSON.parse(this.#port.binding.popularity(this.#handle.id)) as NativePopularName[];
  }

  namespace(): string {
    return this.#stats().namespace;
  }

  activity(): string {
    const { lookups, queriesSent, cacheEntries } = this.#stats();
    // Entries, because `invalidate` leaves nothing else behind.
    return `${lookups} ${queriesSent} ${cacheEntries}`;
  }

  exportEntries(cursor: number): ReturnType<SnapshotSource['exportEntries']> {
    return this.#port.binding.exportEntries(this.#handle.id, cursor);
  }

  importEntries(namespace: string, rows: Uint8Array): void {
    this.#import(namespace, rows, () => undefined);
  }

  /** Calls back, later, when the resolver knows its servers and with them its namespace. */
  whenKnown(run: () => void): void {
    this.#import('', new Uint8Array(0), run);
  }

  #import(namespace: string, rows: Uint8Array, run: () => void): void {
    const ticket = this.#port.reserve();
    this.#port.binding.importEntries(this.#handle.id, ticket, namespace, rows);
    this.#handle.wait(ticket, {
      prepare: () => {
        this.#handle.answered();
        return true;
      },
      run,
    });
  }

  #stats(): NativeStats {
    return JSON.parse(this.#port.binding.stats(this.#handle.id)) as NativeStats;
  }
}
