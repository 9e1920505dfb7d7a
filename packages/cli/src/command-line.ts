import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help'; readonly of: 'query' | 'demo' | undefined }
  | { readonly kind: 'version' }
  | QueryCommand
  | { readonly kind: 'demo'; readonly json: boolean };

/** `query`: which name, by which servers. */
export interface QueryCommand {
  readonly kind: 'query';
  /** As typed. */
  readonly name: string;
  /** Undefined asks for both, as a connection would. */
  readonly type: QueryType | undefined;
  /** URLs in the order given; empty for the system's servers. */
  readonly servers: readonly string[];
  readonly json: boolean;
}

/** The types that `query` can ask for. */
export type QueryType = 'A' | 'AAAA';

/** The command line makes no sense; the message says which part of it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** The command whose usage helps. */
  readonly command: 'query' | 'demo' | undefined;

  constructor(message: string, command?: 'query' | 'demo') {
    super(message);
    this.command = command;
  }
}

type Options = NonNullable<ParseArgsConfig['options']>;

const queryOptions = {
  server: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options;

const demoOptions = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options;

interface Given {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

/** Reads options leniently and judges them here: Node's own messages give advice that is not ours. */
function readOptions(args: readonly string[], options: Options, command: 'query' | 'demo'): Given {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw new UsageError(`unknown option ${token.rawName}`, command);
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw new UsageError(`option ${token.rawName} takes no value`, command);
      flags.add(token.name);
      continue;
    }
    // `--server --json` would take the next option for the value.
    if (
      token.value === undefined ||
      token.value === '' ||
      (!token.inlineValue && token.value.startsWith('-'))
    ) {
      throw new UsageError(`option ${token.rawName} needs a value`, command);
    }
    const earlier = values.get(token.name) ?? [];
    if (earlier.length > 0 && option.multiple !== true) {
      throw new UsageError(`option ${token.rawName} is given twice`, command);
    }
    values.set(token.name, [...earlier, token.value]);
  }
  return { flags, values, positionals };
}

function parseType(type: string): QueryType {
  const upper = type.toUpperCase();
  if (upper === 'A' || upper === 'AAAA') return upper;
  throw new UsageError(`type ${type} cannot be asked for; use A or AAAA`, 'query');
}

function parseQuery(args: readonly string[]): Command {
  const { flags, values, positionals } = readOptions(args, queryOptions, 'query');
  if (flags.has('help')) return { kind: 'help', of: 'query' };
  const [name, type, unexpected] = positionals;
  if (name === undefined || name === '') throw new UsageError('NAME is missing', 'query');
  if (unexpected !== undefined) throw new UsageError(`unexpected argument ${unexpected}`, 'query');
  return {
    kind: 'query',
    name,
    type: type === undefined ? undefined : parseType(type),
    servers: values.get('server') ?? [],
    json: flags.has('json'),
  };
}

function parseDemo(args: readonly string[]): Command {
  const { flags, positionals } = readOptions(args, demoOptions, 'demo');
  if (flags.has('help')) return { kind: 'help', of: 'demo' };
  const [unexpected] = positionals;
  if (unexpected !== undefined) throw new UsageError(`unexpected argument ${unexpected}`, 'demo');
  return { kind: 'demo', json: flags.has('json') };
}

/**
 * Reads the arguments after the program's name.
 *
 * @throws {UsageError} if they make no command
 */
export function parseCommandLine(args: readonly string[]): Command {
  const [command, ...rest] = args;
  switch (command) {
    case undefined:
      throw new UsageError('a command is missing');
    case 'query':
      return parseQuery(rest);
    case 'demo':
      return parseDemo(rest);
    case '-h':
    case '--help':
      return { kind: 'help', of: undefined };
    case '--version':
      return { kind: 'version' };
    default:
      throw new UsageError(
        command.startsWith('-') ? `unknown option ${command}` : `unknown command ${command}`,
      );
  }
}
