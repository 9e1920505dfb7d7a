/** Options from a file and from environment variables, for programs that are not to be changed. */
import { readFileSync } from 'node:fs';
import { ResolverOptionError } from './errors.ts';
import { OPTION_TABLE, type ResolverOptions } from './options.ts';

const PREFIX = 'DOUBAO_RESOLVER_';
/** Options that are lists; in a variable their elements stand between commas. */
const LISTS: ReadonlySet<string> = new Set(['servers', 'search']);

type Tree = { [key: string]: unknown };

/** `cache.maxBytes` is `DOUBAO_RESOLVER_CACHE_MAX_BYTES`. */
function variableOf(path: string): string {
  return PREFIX + path.replaceAll('.', '_').replaceAll(/[A-Z]/g, '_$&').toUpperCase();
}

function parse(path: string, text: string): unknown {
  if (path === 'servers' && text === 'system') return text;
  if (LISTS.has(path)) return text === '' ? [] : text.split(',').map((part) => part.trim());
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d+$/.test(text) ? Number(text) : text;
}

function assign(tree: Tree, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let branch = tree;
  for (const key of keys) {
    branch[key] = typeof branch[key] === 'object' && branch[key] !== null ? { ...branch[key] } : {};
    branch = branch[key] as Tree;
  }
  branch[last] = value;
}

/**
 * The JSON file that `DOUBAO_RESOLVER_CONFIG` names, and over it one variable per option.
 *
 * @returns options that are still to be validated
 * @throws ResolverOptionError if the file cannot be read or is no JSON
 */
export function environmentOptions(environment: NodeJS.ProcessEnv): ResolverOptions {
  const path = environment[`${PREFIX}CONFIG`];
  const options: Tree = path === undefined || path === '' ? {} : readConfiguration(path);
  for (const row of OPTION_TABLE) {
    const text = environment[variableOf(row.path)];
    if (text !== undefined) assign(options, row.path, parse(row.path, text));
  }
  return options as ResolverOptions;
}

function readConfiguration(path: string): Tree {
  try {
    const options: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options as Tree;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ResolverOptionError(`${PREFIX}CONFIG`, reason, { cause: error });
  }
  throw new ResolverOptionError(`${PREFIX}CONFIG`, `${path} holds no JSON object`);
}
