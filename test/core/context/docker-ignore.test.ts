import { describe, expect, it } from 'vitest';
import { isIgnoredPath, readIgnoreFile } from '../../../src/core/context/docker-ignore.ts';
import { matchesPath, pathPattern } from '../../../src/core/context/path-pattern.ts';

describe('.dockerignore', () => {
  it.each([
    ['node_modules', 'node_modules/a/b.js', true],
    ['node_modules', 'web/node_modules/a.js', false],
    ['**/node_modules', 'web/node_modules/a.js', true],
    ['**/node_modules', 'node_modules', true],
    ['/dist/', 'dist/main.js', true],
    ['./dist', 'dist', true],
    ['*.md', 'README.md', true],
    ['*.md', 'docs/README.md', false],
    ['**/*.md', 'docs/a/README.md', true],
    ['*/temp*', 'a/temporary.txt', true],
    ['temp?', 'tempa', true],
    ['temp?', 'temp', false],
    ['docs/**', 'docs/a/b', true],
    ['docs/**', 'docs', false],
    ['a**b', 'ab', true],
    ['a**b', 'ax/y/b', true],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['\\*.md', '*.md', true],
    ['../secret', 'secret', false],
    ['# not a rule', '# not a rule', false],
    ['  spaced  ', 'spaced', true],
  ])('%j ignores %j: %s', (pattern, path, expected) => {
    expect(isIgnoredPath(readIgnoreFile(pattern), path)).toBe(expected);
  });

  it('lets the last rule win, also for what lies below', () => {
    const rules = readIgnoreFile('\uFEFF*\r\n!src\r\nsrc/secret\r\n!package.json\r\n');
    const ignored = ['src/a.js', 'src/secret/b', 'package.json', 'other'].map((path) =>
      isIgnoredPath(rules, path),
    );
    expect(ignored).toEqual([false, true, false, true]);
  });

  it('takes linear time for patterns made to explode', () => {
    const pattern = pathPattern(`${'*a'.repeat(200)}b`, { doubleStar: true })!;
    expect(matchesPath(pattern, 'a'.repeat(4000))).toBe(false);
    const deep = pathPattern(`${'**/a/'.repeat(100)}b`, { doubleStar: true })!;
    expect(matchesPath(deep, 'a/'.repeat(1000))).toBe(false);
  });

  it('reads no pattern that Go refuses', () => {
    expect(pathPattern('[a', { doubleStar: false })).toBeNull();
    expect(pathPattern('a\\', { doubleStar: false })).toBeNull();
    expect(pathPattern('x'.repeat(2000), { doubleStar: false })).toBeNull();
  });
});
