import { describe, expect, it } from 'vitest';
import { EnvironmentError, InputError, TransformBug, UsageError, nearest } from '../../src/core/errors.ts';

describe('nearest', () => {
  const known = ['FROM', 'RUN', 'COPY', 'HEALTHCHECK', 'pin-image-digest'];

  it.each([
    ['FORM', 'FROM'],
    ['COPPY', 'COPY'],
    ['copy', 'COPY'],
    ['HEALTCHECK', 'HEALTHCHECK'],
    ['HELATHCHECK', 'HEALTHCHECK'],
    ['pin-image-digests', 'pin-image-digest'],
    ['pni-image-digest', 'pin-image-digest'],
    ['RUN', 'RUN'],
  ])('takes %s for %s', (word, found) => {
    expect(nearest(word, known)).toBe(found);
  });

  it.each(['EXPOSE', 'xyzzy', '', '<%', 'R', 'a'.repeat(5000)])('finds nothing near %s', (word) => {
    expect(nearest(word, known)).toBeNull();
  });

  it('finds nothing among nothing', () => {
    expect(nearest('RUN', [])).toBeNull();
  });
});

describe('the four kinds of failure', () => {
  it('each have an exit code, a name and a code', () => {
    const errors = [
      new UsageError('usage', 'm'),
      new InputError('from', 'm', 3),
      new EnvironmentError('network', 'm'),
      new TransformBug('cycle', 'm', ['a', 'b']),
    ];
    expect(errors.map(({ exitCode }) => exitCode)).toEqual([2, 3, 3, 4]);
    expect(errors.map(({ name }) => name)).toEqual([
      'UsageError',
      'InputError',
      'EnvironmentError',
      'TransformBug',
    ]);
    expect(errors.map(({ code }) => code)).toEqual(['usage', 'from', 'network', 'cycle']);
  });

  it('carry the line, the transforms and the cause', () => {
    const cause = new Error('c');
    expect(new InputError('from', 'm').line).toBeNull();
    expect(new InputError('from', 'm', 3, { cause })).toMatchObject({ line: 3, cause });
    expect(new TransformBug('cycle', 'm', ['a', 'b']).transforms).toEqual(['a', 'b']);
  });
});
