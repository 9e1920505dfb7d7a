/** Options from a file and from environment variables, for programs that are not to be changed. */
import { ResolverOptionError } from '../errors/errors.ts';
import type { InstallOptions } from '../install/installed-functions.ts';
import { isMainThread } from '../runtime/main-thread.ts';
import { nearestOption } from './nearest-option.ts';
import { OPTION_DEFINITIONS, type TextKind } from './option-table.ts';
import type { Warn } from '../errors/warning.ts';

const { readFileSync } = process.getBuiltinModule('node:fs');
const { resolve } = process.getBuiltinModule('node:path');

const PREFIX = 'DOUBAO_RESOLVER_';
const CONFIG = `${PREFIX}CONFIG`;
/** An option of `install` alone. */
const FUNCTIONS = `${PREFIX}FUNCTIONS`;

type Tree = { [key: string]: unknown };

/** `cache.maxBytes` is `DOUBAO_RESOLVER_CACHE_MAX_BYTES`. */
function variableOf(path: string): string {
  return PREFIX + path.replaceAll('.', '_').replaceAll(/[A-Z]/g, '_$&').toUpperCase();
}

/** What is no number or truth value stays text, for the option's reader to refuse. */
function parse(kind: TextKind, text: string): unknown {
  switch (kind) {
    case 'number':
      return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || (text === 'false' ? false : text);
    case 'text or false':
      return text === 'false' ? false : text;
    case 'list':
      return listOf(text);
    case 'pairs':
      return pairsOf(text);
    default:
      return text;
  }
}

function listOf(text: string): string[] {
  return text === '' ? [] : text.split(',').map((part) => part.trim());
}

/** `a=1,a=2,b=3` is `{ a: ['1', '2'], b: ['3'] }`. */
function pairsOf(text: string): unknown {
  const lists = new Map<string, string[]>();
  for (const pair of listOf(text)) {
    const equals = pair.indexOf('=');
    if (equals === -1) return text;
    const key = pair.slice(0, equals).trim();
    lists.set(key, [...(lists.get(key) ?? []), pair.slice(equals + 1).trim()]);
  }
  return Object.fromEntries(lists);
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

/** A copy in which the path of the JSON file with options is absolute: the folder of a process may change. */
export function copyOfEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const path = configurationFile(environment);
  return path === undefined ? { ...environment } : { ...environment, [CONFIG]: resolve(path) };
}

/** The path of the JSON file with options; undefined if there is none. */
export function configurationFile(environment: NodeJS.ProcessEnv): string | undefined {
  const path = environment[CONFIG];
  return path === '' ? undefined : path;
}

/**
 * The JSON file that `DOUBAO_RESOLVER_CONFIG` names, and over it one variable per option.
 *
 * @returns options that are still to be validated
 * @throws ResolverOptionError if the file cannot be read or is no JSON
 */
export function environmentOptions(environment: NodeJS.ProcessEnv): InstallOptions {
  const path = configurationFile(environment);
  const options: Tree = path === undefined ? {} : readConfiguration(path);
  for (const { path: option, text: kind, words = [] } of OPTION_DEFINITIONS) {
    const text = kind === 'none' ? undefined : environment[variableOf(option)];
    if (text === undefined) continue;
    const word = words.find((known) => String(known) === text);
    // A misspelt word is no list of one: the option's reader says which words there are.
    const isWord = words.length > 0 && /^[a-z]+$/i.test(text);
    assign(options, option, word ?? (isWord ? text : parse(kind, text)));
  }
  const functions = environment[FUNCTIONS];
  if (functions !== undefined) options['functions'] = functions;
  return options as InstallOptions;
}

/**
 * Warns of variables that look like a misspelt option. Others with the prefix are let be: orchestrators make variables
 * of the names of services. Worker threads have the same variables and are silent.
 */
export function warnOfUnknownVariables(environment: NodeJS.ProcessEnv, warn: Warn): void {
  const known = new Set([CONFIG, FUNCTIONS]);
  for (const { path, text } of OPTION_DEFINITIONS) if (text !== 'none') known.add(variableOf(path));
  const names = [...known].map((variable) => variable.slice(PREFIX.length));
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith(PREFIX) || known.has(variable)) continue;
    const meant = nearestOption(variable.slice(PREFIX.length), names);
    if (meant !== undefined && isMainThread()) {
      warn('UNKNOWN_VARIABLE', `${variable} is no option; did you mean ${PREFIX}${meant}?`);
    }
  }
}

function readConfiguration(path: string): Tree {
  try {
    const options: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options as Tree;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // What the file system says names the file already.
    const named = error instanceof SyntaxError ? `${path}: ${reason}` : reason;
    throw new ResolverOptionError(CONFIG, named, { cause: error });
  }
  throw new ResolverOptionError(
    CONFIG,
    `${path} must hold a JSON object of options, such as { "deadline": 2000 }`,
  );
}
