// Imports the package and looks a name up: a miss and two hits. Argument: the name server. Prints what came of it.
// Without top-level await: bundlers make CommonJS of it.

const named = ({ name, code, message, syscall }) => ({ name, code, message, syscall });

async function outcome() {
  let loaded;
  try {
    loaded = await import('@doubao/resolver');
  } catch (error) {
    return { importing: named(error) };
  }
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
    return { answers, hits: resolver.stats().mirror.hits };
  } catch (error) {
    return {
      lookingUp: named(error),
      queries: resolver.stats().queriesSent,
      sockets: resolver.stats().sockets,
    };
  }
}

void outcome().then((came) => process.stdout.write(`${JSON.stringify(came)}\n`));
