/** A resolver of the addon, and who waits for it. */
import type { AllowList } from '../allow-list/allow-list.ts';
import { setImmediate } from '../runtime/captured.ts';
import { ResolverOptionError } from '../errors/errors.ts';
import type { EngineOptions } from '../configuration/options.ts';
import { Legs, type LegsWorld } from '../legs/legs.ts';
import { isUnderJest } from '../runtime/jest.ts';
import type { Port, Waiter } from './port.ts';

/** One that was replaced is closed when its last waiter has settled. */
export class NativeHandle {
  readonly id: number;
  readonly deadlineMs: number;
  readonly system: EngineOptions['system'];
  readonly allow: AllowList | undefined;
  /** Undefined if no server is encrypted. */
  readonly legs: Legs | undefined;
  readonly #port: Port;
  readonly #ceaseToCarry: (() => void) | undefined;
  #isUsed = false;
  #pending = 0;
  #retired = false;
  #closed = false;
  readonly #whenIdle: (() => void)[] = [];
  readonly #whenClosing: (() => void)[] = [];

  /** @throws ResolverOptionError if the addon cannot use the options */
  constructor(options: EngineOptions, surroundings: LegsWorld) {
    const { port } = surroundings;
    try {
      this.id = port.binding.open(port.id, JSON.stringify(options.native));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ResolverOptionError('options', reason, { cause: error });
    }
    this.#port = port;
    this.deadlineMs = options.native.deadlineMs;
    this.system = options.system;
    this.allow = options.allow;
    if (options.encrypted.length > 0) {
      const legs = new Legs(options.encrypted, options.native, surroundings);
      this.legs = legs;
      this.#ceaseToCarry = port.carryFor(this.id, (leg) => legs.carry(leg));
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @param waiter calls {@link NativeHandle.answered} when it gets its answer */
  wait(ticket: number, waiter: Waiter): void {
    this.#pending++;
    this.#port.wait(ticket, waiter);
    if (!this.#isUsed) this.#begin();
  }

  /** To be called once for each answer that was waited for. */
  answered(): void {
    this.#pending--;
    this.#settle();
  }

  /** Keeps it open, should it be replaced, until the function that is returned is called. */
  hold(): () => void {
    this.#pending++;
    return () => this.answered();
  }

  /** It has been replaced. */
  retire(): void {
    this.#retired = true;
    this.#settle();
  }

  /** Whether anything is pending. */
  get isBusy(): boolean {
    return this.#pending > 0;
  }

  /** Takes a question back: its waiter gets an answer still, `Status.Cancelled` if no other was under way. */
  cancel(ticket: number): void {
    if (!this.#closed) this.#port.binding.cancel(this.id, ticket);
  }

  /** Ends what is pending with an error. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ceaseToCarry?.();
    for (const run of this.#whenClosing.splice(0)) run();
    this.#port.binding.close(this.id);
    void this.legs?.close();
  }

  /** Calls back just before it is closed. */
  whenClosing(run: () => void): void {
    this.#whenClosing.push(run);
  }

  /** Resolves when everybody who waited has been told. */
  async idle(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Somebody waits for an answer, for the first time: while that takes its time, the rest is made ready. */
  #begin(): void {
    this.#isUsed = true;
    // A test that waits for no encrypted server may be over before its package is loaded.
    if (this.legs === undefined || isUnderJest) return;
    setImmediate(() => void this.legs?.prepare());
  }

  #settle(): void {
    if (this.#pending > 0) return;
    if (this.#retired) this.close();
    // The last answers are read before the first callback of their batch runs; a turn later all have run.
    for (const resolve of this.#whenIdle.splice(0)) setImmediate(resolve);
  }
}
