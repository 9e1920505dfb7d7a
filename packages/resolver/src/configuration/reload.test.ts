import { expect, it } from 'vitest';
import { ResolverOptionError } from '../errors/errors.ts';
import type { InstallOptions } from '../install/installed-functions.ts';
import { ConfigurationReload } from './reload.ts';

interface Stage {
  readonly reload: ConfigurationReload;
  readonly applied: InstallOptions[];
  readonly warnings: string[];
  /** What the file holds: options, or why it cannot be read. */
  file: InstallOptions | Error;
  /** Runs once, after options were put in force. */
  meanwhile: (() => void) | undefined;
}

function stage(): Stage {
  const current: Stage = {
    file: { ndots: 1 },
    meanwhile: undefined,
    applied: [],
    warnings: [],
    reload: new ConfigurationReload(
      { ndots: 1 },
      {
        read: () => {
          if (current.file instanceof Error) throw current.file;
          return current.file;
        },
        apply: (options) => {
          if (options.ndots === 99) throw new ResolverOptionError('ndots', 'is too large');
          current.applied.push(options);
          current.meanwhile?.();
          current.meanwhile = undefined;
        },
        warn: (code, message) => current.warnings.push(`${code} ${message}`),
      },
    ),
  };
  return current;
}

it('does nothing for a file that says the same', () => {
  const { reload, applied } = stage();
  reload.look();
  expect(applied).toEqual([]);
});

it('puts other options in force, once', () => {
  const current = stage();
  current.file = { ndots: 2 };
  current.reload.look();
  current.reload.look();
  expect(current.applied).toEqual([{ ndots: 2 }]);
  current.file = { ndots: 1 };
  current.reload.look();
  expect(current.applied).toEqual([{ ndots: 2 }, { ndots: 1 }]);
});

it.each([
  ['cannot be read', new ResolverOptionError('DOUBAO_RESOLVER_CONFIG', 'Unexpected end of JSON input')],
  ['is not valid', { ndots: 99 }],
])('a file that %s leaves the options in force, with one warning', (_, file) => {
  const current = stage();
  current.file = { ndots: 2 };
  current.reload.look();
  current.file = file;
  current.reload.look();
  current.reload.look();
  expect(current.applied).toEqual([{ ndots: 2 }]);
  expect(current.warnings).toEqual([
    expect.stringMatching(/^CONFIG option \S+: .*\. The options before it stay in force$/),
  ]);
  // What was in force is there again, and then not: that is another mistake.
  current.file = { ndots: 2 };
  current.reload.look();
  current.file = file;
  current.reload.look();
  expect(current.applied).toHaveLength(1);
  expect(current.warnings).toHaveLength(2);
});

it('a mistake of its own is no matter of the file', () => {
  const current = stage();
  current.file = new TypeError('a mistake');
  expect(() => current.reload.look()).toThrow('a mistake');
});

it('sees what is written while options are put in force', () => {
  const current = stage();
  current.file = { ndots: 2 };
  current.meanwhile = () => (current.file = { ndots: 3 });
  current.reload.look();
  expect(current.applied).toEqual([{ ndots: 2 }, { ndots: 3 }]);
});
