/** Walks an object of options and reads each value by the table. */
import { ResolverOptionError } from '../errors/errors.ts';
import { nearestOption } from './nearest-option.ts';
import { OPTION_DEFINITIONS } from './option-table.ts';
import { describe } from './option-values.ts';

/** Paths of options, and of the objects that hold them. */
function knownPaths(): Set<string> {
  const paths = new Set<string>();
  for (const { path } of OPTION_DEFINITIONS) {
    for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1))
      paths.add(path.slice(0, dot));
    paths.add(path);
  }
  return paths;
}

const KNOWN_PATHS: ReadonlySet<string> = knownPaths();

/**
 * The options that are given, by path; undefined counts as left out, at any depth.
 *
 * @throws ResolverOptionError with the path of the first option that is unknown or unusable
 */
export function collectOptions(options: unknown): Map<string, unknown> {
  const given = new Map<string, unknown>();
  collect(options === undefined ? {} : options, '', given);
  return given;
}

function collect(object: unknown, prefix: string, given: Map<string, unknown>): void {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    const path = prefix === '' ? 'options' : prefix;
    throw new ResolverOptionError(path, `must be an object, not ${describe(object)}`);
  }
  for (const [key, value] of Object.entries(object)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (!KNOWN_PATHS.has(path)) {
      const meant = nearestOption(path, KNOWN_PATHS);
      const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
      throw new ResolverOptionError(path, `is unknown${hint}`);
    }
    if (value === undefined) continue;
    const definition = OPTION_DEFINITIONS.find((candidate) => candidate.path === path);
    if (definition === undefined) collect(value, path, given);
    else given.set(path, definition.read(value, path));
  }
}
