import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from './command-line.ts';

function messageOf(args: string[]): string {
  try {
    parseCommandLine(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`${args.join(' ')} was accepted`);
}

describe('query', () => {
  it('asks for both families by the system servers unless told otherwise', () => {
    expect(parseCommandLine(['query', 'example.com'])).toEqual({
      kind: 'query',
      name: 'example.com',
      type: undefined,
      servers: [],
      json: false,
    });
  });

  it('takes type in any case, servers in order, and options anywhere', () => {
    const args = [
      'query',
      '--json',
      'example.com',
      '--server',
      '10.0.0.2',
      'aaaa',
      '--server=tcp://10.0.0.3',
    ];
    expect(parseCommandLine(args)).toEqual({
      kind: 'query',
      name: 'example.com',
      type: 'AAAA',
      servers: ['10.0.0.2', 'tcp://10.0.0.3'],
      json: true,
    });
  });

  it('takes what follows -- as a name, whatever it begins with', () => {
    expect(parseCommandLine(['query', '--', '-x.example'])).toMatchObject({ name: '-x.example' });
  });
});

describe('usage errors', () => {
  it.each([
    [[], 'a command is missing'],
    [['resolve'], 'unknown command resolve'],
    [['--json'], 'unknown option --json'],
    [['query'], 'NAME is missing'],
    [['query', ''], 'NAME is missing'],
    [['query', 'a', 'MX'], 'type MX cannot be asked for; use A or AAAA'],
    [['query', 'a', 'A', 'b'], 'unexpected argument b'],
    [['query', 'a', '--sever', 'b'], 'unknown option --sever'],
    [['query', 'a', '-4'], 'unknown option -4'],
    [['query', 'a', '--server'], 'option --server needs a value'],
    [['query', 'a', '--server', '--json'], 'option --server needs a value'],
    [['query', 'a', '--server='], 'option --server needs a value'],
    [['query', 'a', '--json=yes'], 'option --json takes no value'],
    [['query', 'a', '--constructor'], 'unknown option --constructor'],
    [['demo', 'a'], 'unexpected argument a'],
    [['demo', '--server', 'a'], 'unknown option --server'],
  ])('%j: %s', (args, message) => {
    expect(messageOf(args)).toBe(message);
  });
});

it.each([
  [['--help'], { kind: 'help', of: undefined }],
  [['-h'], { kind: 'help', of: undefined }],
  [['query', '--help'], { kind: 'help', of: 'query' }],
  [['demo', '-h'], { kind: 'help', of: 'demo' }],
  [['--version'], { kind: 'version' }],
  [['demo', '--json'], { kind: 'demo', json: true }],
])('%j', (args, command) => {
  expect(parseCommandLine(args)).toEqual(command);
});
