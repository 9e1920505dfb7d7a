/** What runs once the code that runs now has returned. A test runner that fakes `queueMicrotask` does not hold it up. */
export function soon(run: () => void): void {
  void Promise.resolve().then(run);
}
