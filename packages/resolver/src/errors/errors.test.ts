import { expect, it } from 'vitest';
import { Status } from '../native/binding.ts';
import {
  ResolverClosedError,
  ResolverError,
  ResolverOptionError,
  ResolverOverloadedError,
  ResolverUpstreamError,
} from './errors.ts';
import { failuresOf } from './failures.ts';
import { lookupErrorOf } from '../lookup/lookup-error.ts';

it('instanceof follows the brand of a class and of those it derives from', () => {
  const error = new ResolverOptionError('servers', 'is empty', { cause: 'why' });
  expect(error).toBeInstanceOf(ResolverOptionError);
  expect(error).toBeInstanceOf(ResolverError);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(ResolverClosedError);
  expect(error).toMatchObject({
    name: 'ResolverOptionError',
    message: 'option servers: is empty',
    cause: 'why',
  });
  expect(Object.keys(error)).toEqual(['code', 'path']);
  for (const other of [null, undefined, 5, 'ResolverError', {}, new Error('other')]) {
    expect(other instanceof ResolverError).toBe(false);
  }
});

it('classes that others derive keep the ordinary instanceof', () => {
  class Derived extends ResolverError {}
  expect(new Derived('CODE', 'message')).toBeInstanceOf(Derived);
  expect(new Derived('CODE', 'message')).toBeInstanceOf(ResolverError);
  expect(new ResolverClosedError()).not.toBeInstanceOf(Derived);
});

it('a lookup refused for too much work says so among its failures', () => {
  const error = lookupErrorOf(Status.Overloaded, '', 'one.test');
  expect(error.code).toBe('EAI_AGAIN');
  expect(failuresOf(error)[0]).toBeInstanceOf(ResolverOverloadedError);
  for (const other of [null, undefined, 5, 'EAI_AGAIN', {}]) expect(failuresOf(other)).toEqual([]);
});

it.each([
  'SERVFAIL',
  'REFUSED',
  'FORMERR',
  'NOTIMP',
  'TIMEOUT',
  'NETWORK',
  'BADRESP',
  'PRIVATE',
  'TLS',
  'HTTP',
  'LOCAL',
])('a server that did not help by %s is named, with what to look at', (status) => {
  const { message } = new ResolverUpstreamError('192.0.2.1:53', 'udp', status, 150);
  expect(message).toMatch(new RegExp(`^192\\.0\\.2\\.1:53 over udp: ${status} after 150 ms\\. .+[.?]$`));
});

it('refusals say what to do instead', () => {
  expect(new ResolverOverloadedError().message).toContain('Look fewer names up at once');
  expect(new ResolverClosedError().message).toContain('make another resolver');
});
