/**
 * `node --import @doubao/resolver/register app.js`, or `--require`: installs the resolver before the program runs,
 * in worker threads too. Whatever is wrong, it says so in one line and the program starts, with Node's own lookup.
 */
import {
  addonProblem,
  copyOfEnvironment,
  environmentOptions,
  followConfigurationFile,
  install,
  isSwitchedOff,
  ResolverError,
  say,
  warn,
  warnOfUnknownVariables,
} from './core.ts';

function register(): void {
  const problem = isSwitchedOff() ? undefined : addonProblem();
  if (problem !== undefined) {
    say(`${problem.message} Node's own lookup stays.`);
    return;
  }
  try {
    const environment = copyOfEnvironment(process.env);
    const options = environmentOptions(environment);
    install(options);
    followConfigurationFile(environment, options);
    warnOfUnknownVariables(environment, warn);
  } catch (error) {
    if (!(error instanceof ResolverError)) throw error;
    say(`${error.message}. Node's own lookup stays.`);
  }
}

register();
