// Imports the package and looks a name up: a miss and two hits. Argument: the name server. Prints what came of it.

const tell = (outcome) => process.stdout.write(`${JSON.stringify(outcome)}\n`);
const named = ({ name, code, message, syscall }) => ({ name, code, message, syscall });

let loaded;
try {
  loaded = await import('@doubao/resolver');
} catch (error) {
  tell({ importing: named(error) });
}
if (loaded !== undefined) {
  const resolver = loaded.createResolver({
    servers: [process.argv[2]],
    hosts: false,
    search: [],
    system: 'never',
  });
  try {
    const answers = [];
    for (let turn = 0; turn < 3; turn++)
      answers.push((await resolver.promises.lookup('flags.test', 4)).address);
    tell({ answers, hits: resolver.stats().mirror.hits });
  } catch (error) {
    tell({
      lookingUp: named(error),
      queries: resolver.stats().queriesSent,
      sockets: resolver.stats().sockets,
    });
  }
}
