import type { Stage } from './stage.ts';

/** Something that goes wrong on a stage, and is put right again. */
export interface Fault {
  /** As a heading of a test or a row of a table. */
  readonly name: string;
  /** Resolves when it is in force. */
  begin(stage: Stage): Promise<void>;
  /** Resolves when nothing of it is left. */
  end(stage: Stage): Promise<void>;
}

/** Several at once: they begin in order and end in the reverse one. */
export function together(name: string, faults: readonly Fault[]): Fault {
  return {
    name,
    async begin(stage) {
      for (const fault of faults) await fault.begin(stage);
    },
    async end(stage) {
      for (const fault of faults.toReversed()) await fault.end(stage);
    },
  };
}

/** A fault that comes and goes: for `periodMs` it is there, for as long it is not, until it ends. */
export function flapping(fault: Fault, periodMs: number): Fault {
  const changes = new WeakMap<Stage, { stop: () => void; last: Promise<void> }>();
  return {
    name: `${fault.name}, on and off every ${periodMs / 1000} s`,
    async begin(stage) {
      await fault.begin(stage);
      let isOn = true;
      const state = { stop: () => clearInterval(timer), last: Promise.resolve() };
      const timer = setInterval(() => {
        isOn = !isOn;
        const change = isOn ? fault.begin : fault.end;
        state.last = state.last.then(() => change(stage));
        // Told by `end`, which waits for it.
        state.last.catch(() => undefined);
      }, periodMs);
      changes.set(stage, state);
    },
    async end(stage) {
      const state = changes.get(stage);
      changes.delete(stage);
      state?.stop();
      await state?.last;
      await fault.end(stage);
    },
  };
}
