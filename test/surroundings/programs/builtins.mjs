// Prints which of Node's modules the import has loaded: those that others can import, in order.

const before = new Set(process.moduleLoadList);
await import('@doubao/resolver');
const names = process.moduleLoadList
  .filter((entry) => !before.has(entry) && entry.startsWith('NativeModule '))
  .map((entry) => entry.slice('NativeModule '.length))
  .filter((name) => !name.startsWith('internal/'));
process.stdout.write(`${JSON.stringify(names)}\n`);
