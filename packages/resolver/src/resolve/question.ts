/** One call of `resolve*` or `reverse`. */
import type { QueryWaiter } from '../engine/engine.ts';
import type { NativeHandle } from '../native/native-handle.ts';
import type { RecordReader } from '../native/record.ts';
import { concludeQuestion } from './conclude-question.ts';
import type { Pending } from './pending-questions.ts';
import type { QueryScope } from './query-scope.ts';
import type { RecordKind } from './record-kind.ts';

/**
 * What is asked, on whose behalf, what came of it, and (in what extends it) who is told. All in one object: thousands
 * wait at a time, and the collector copies what waits.
 */
export abstract class Question implements QueryWaiter, Pending {
  readonly scope: QueryScope;
  readonly kind: RecordKind;
  /** As typed; also what an error says. */
  readonly name: string;
  /** Addresses come with the seconds that remain. */
  readonly withTtl: boolean;
  previous: Pending | undefined = undefined;
  next: Pending | undefined = undefined;
  #error: Error | null = null;
  #result: unknown = undefined;
  #handle: NativeHandle | undefined = undefined;
  #ticket = 0;
  #withdrawn = false;

  constructor(scope: QueryScope, kind: RecordKind, name: string, withTtl: boolean) {
    this.scope = scope;
    this.kind = kind;
    this.name = name;
    this.withTtl = withTtl;
  }

  /** Null with a result. */
  get error(): Error | null {
    return this.#error;
  }

  get result(): unknown {
    return this.#result;
  }

  get isWithdrawn(): boolean {
    return this.#withdrawn;
  }

  fail(error: Error): void {
    this.#error = error;
  }

  succeed(result: unknown): void {
    this.#result = result;
  }

  wait(handle: NativeHandle, ticket: number): void {
    this.#handle = handle;
    this.#ticket = ticket;
    this.scope.wait(this);
  }

  prepare(record: RecordReader): boolean {
    this.scope.settle(this);
    this.#handle?.answered();
    concludeQuestion(this, record);
    return true;
  }

  /** Takes the question back; it then fails, unless an answer is under way. */
  withdraw(): void {
    this.#withdrawn = true;
    this.#handle?.cancel(this.#ticket);
  }

  /** Tells who asked; runs user code. */
  abstract run(): void;
}
