// Looks a name up by Node's own functions, which somebody else has replaced or not.

if (process.env.TEST_FREEZE !== undefined) {
  Object.defineProperty(process, 'env', { value: Object.freeze({ ...process.env }), writable: false });
}
const { default: dns } = await import('node:dns');
const ours = Symbol.for('doubao.resolver.install') in dns.lookup;
const answers = [
  await new Promise((resolve) =>
    dns.lookup('installed.test', 4, (error, address) => resolve(error?.code ?? address)),
  ),
  (await dns.promises.lookup('installed.test', 4)).address,
];
process.stdout.write(`${JSON.stringify({ ours, answers })}\n`);
