import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  effectiveTag,
  isDigest,
  isTag,
  matchesWildcard,
  parseImageRef,
  repositoryName,
} from '../../src/core/image-ref.ts';
import type { ImageRef } from '../../src/core/image-ref.ts';

const HEX = '0123456789abcdef'.repeat(4);
const SHA256 = `sha256:${HEX}`;
const SHA512 = `sha512:${HEX}${HEX}`;

/** `registry/repository[:tag][@digest]`, or the error. */
function canonical(raw: string): string {
  const image = parseImageRef(raw);
  if ('error' in image) return `error: ${image.error}`;
  expect(image.raw).toBe(raw);
  const tag = image.tag === null ? '' : `:${image.tag}`;
  return repositoryName(image) + tag + (image.digest === null ? '' : `@${image.digest}`);
}

function parsed(raw: string): ImageRef {
  const image = parseImageRef(raw);
  if ('error' in image) throw new Error(`${raw} ${image.error}`);
  return image;
}

describe('a reference (REF-1, REF-2, REF-3)', () => {
  it.each([
    ['debian', 'docker.io/library/debian'],
    ['docker.io/debian', 'docker.io/library/debian'],
    ['index.docker.io/debian', 'docker.io/library/debian'],
    ['docker.io/library/debian', 'docker.io/library/debian'],
    ['index.docker.io/library/debian:12', 'docker.io/library/debian:12'],
    ['acme/app', 'docker.io/acme/app'],
    ['acme/my.app:1.2', 'docker.io/acme/my.app:1.2'],
    ['rocketchat/rocket.chat', 'docker.io/rocketchat/rocket.chat'],
    ['library/foo/bar', 'docker.io/library/foo/bar'],
    ['localhost/foo', 'localhost/foo'],
    ['localhost:5000/foo/bar', 'localhost:5000/foo/bar'],
    ['localhost:5000', 'docker.io/library/localhost:5000'],
    ['LOCALDOMAIN/debian', 'LOCALDOMAIN/debian'],
    ['Foo/bar', 'Foo/bar'],
    ['ghcr.io/acme/app:v1', 'ghcr.io/acme/app:v1'],
    ['127.0.0.1:5000/x', '127.0.0.1:5000/x'],
    ['192.168.0.1:80', 'docker.io/library/192.168.0.1:80'],
    ['[fc00::1]:5000/docker', '[fc00::1]:5000/docker'],
    ['[fc00::1]/docker', '[fc00::1]/docker'],
    ['xn--n3h.com/myimage', 'xn--n3h.com/myimage'],
    [`docker.io/${HEX}`, `docker.io/library/${HEX}`],
    [`acme/${HEX}`, `docker.io/acme/${HEX}`],
    [`${HEX.slice(1)}`, `docker.io/library/${HEX.slice(1)}`],
    ['dock__er/x', 'docker.io/dock__er/x'],
    ['docker---rules/x', 'docker.io/docker---rules/x'],
    ['x/do_ck.er-x/1', 'docker.io/x/do_ck.er-x/1'],
    ['a:B_c.D-1', 'docker.io/library/a:B_c.D-1'],
    [`a:${'t'.repeat(128)}`, `docker.io/library/a:${'t'.repeat(128)}`],
    [`a@${SHA256}`, `docker.io/library/a@${SHA256}`],
    [`a:1@${SHA256}`, `docker.io/library/a:1@${SHA256}`],
    [`localhost:5000/a:1@${SHA512}`, `localhost:5000/a:1@${SHA512}`],
    ['a'.repeat(255), `docker.io/library/${'a'.repeat(255)}`],
    ['registry-1.docker.io/library/node:20', 'docker.io/library/node:20'],
    ['registry-1.docker.io/node', 'docker.io/library/node'],
    ['registry.hub.docker.com/acme/app', 'docker.io/acme/app'],
    ['registry.hub.docker.com/node', 'docker.io/library/node'],
    ['registry-1.docker.io.evil.example/node', 'registry-1.docker.io.evil.example/node'],
    ['a-b.c1-d/x', 'a-b.c1-d/x'],
  ])('%s is %s', (raw, name) => {
    expect(canonical(raw)).toBe(name);
  });

  it.each([
    '',
    'https://github.com/docker/docker',
    'docker/Docker',
    'Docker',
    '-docker',
    'docker-',
    'docker///x',
    'docker//x',
    '/docker',
    'docker/',
    '[fc00::1]',
    '[fe80::1%eth0]:5000/x',
    '[2001:db8:3:4::192.0.2.33]:5000/x',
    HEX,
    'dock..er/x',
    'dock_.er/x',
    'dock___er/x',
    '.docker/x',
    '_docker',
    'a/../b',
    'a%2fb/c',
    'x?y',
    'x#y',
    'x y',
    'x\n',
    'é',
    'a:',
    'a:-1',
    'a:.1',
    'a:1:2',
    'a:é',
    `a:${'t'.repeat(129)}`,
    'a'.repeat(256),
    `docker.io/${'a/'.repeat(128)}`,
    `${'a/'.repeat(600)}b`,
    'a@',
    'a@sha256',
    'a@sha256:',
    'a@sha256:00',
    `a@${SHA256}0`,
    `a@${SHA256.slice(0, -1)}`,
    `a@${SHA256.toUpperCase()}`,
    `a@sha256:${HEX.toUpperCase()}`,
    `a@SHA256:${HEX}`,
    `a@sha512:${HEX}`,
    `a@sha384:${HEX}${HEX.slice(32)}`,
    `a@md5:${HEX.slice(32)}`,
    `a@sha256+b64:${HEX}`,
    `a@${SHA256}@${SHA256}`,
    `@${SHA256}`,
    `a@${SHA256}:1`,
    ':1',
    'host:port/x',
    'host:/x',
    'ho_st.com/x',
    '-host.com/x',
    'host-.com/x',
    'host..com/x',
    '$A',
    'a:${B}',
  ])('%j is none', (raw) => {
    expect(canonical(raw)).toMatch(/^error: (?:is|has) /);
  });

  it('names capitals as the likely mistake', () => {
    expect(canonical('acme/App')).toContain('lower case');
    expect(canonical('acme/a..b')).not.toContain('lower case');
  });

  it('has errors of bounded length, whatever is written', () => {
    for (const raw of [
      'A'.repeat(5000),
      `a:${'!'.repeat(1000)}`,
      `a@${'x'.repeat(1000)}`,
      `${'_'.repeat(500)}.com/x`,
    ]) {
      expect(canonical(raw).length, raw.slice(0, 20)).toBeLessThan(220);
    }
  });
});

describe('the tag that is asked for', () => {
  it.each([
    ['a', 'latest'],
    ['a:1', '1'],
    [`a@${SHA256}`, null],
    [`a:1@${SHA256}`, '1'],
  ])('of %s is %s', (raw, tag) => {
    expect(effectiveTag(parsed(raw))).toBe(tag);
  });
});

describe('isDigest and isTag', () => {
  it('take only what may be sent to a registry', () => {
    expect([SHA256, SHA512].map(isDigest)).toEqual([true, true]);
    expect(
      [`${SHA256}\n`, ` ${SHA256}`, SHA256.replace('a', 'A'), `sha512:${HEX}`, 'sha256:00', ''].map(isDigest),
    ).toEqual(Array(6).fill(false));
    expect(['1', 'latest', '_x', 'a.b-c', 't'.repeat(128)].map(isTag)).toEqual(Array(5).fill(true));
    expect(['', '.1', '-1', 'a/b', 'a:b', 'a\n', 't'.repeat(129)].map(isTag)).toEqual(Array(7).fill(false));
  });
});

describe('any text', () => {
  const part = fc.oneof(
    fc.constantFrom('docker.io', 'localhost:5000', 'a', 'B', 'x.y', 'a__b', '', '[::1]', 'library'),
    fc.stringMatching(/^[a-z0-9._-]{0,6}$/),
  );
  const reference = fc
    .tuple(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('', ':1', ':', ':A-b', ':5000', ':é'),
      fc.constantFrom('', `@${SHA256}`, `@${SHA512}`, '@sha256:00', '@'),
    )
    .map(([path, tag, digest]) => path.join('/') + tag + digest);
  const anything = fc.oneof(reference, fc.string({ unit: 'binary', maxLength: 60 }));

  it('REF-6: is parsed without an exception, and what is parsed keeps its spelling', () => {
    fc.assert(
      fc.property(anything, (raw) => {
        const image = parseImageRef(raw);
        if ('error' in image) expect(image.error).not.toBe('');
        else expect(image.raw).toBe(raw);
      }),
      { numRuns: 2000 },
    );
  });

  it('is, once parsed, the same reference when it is written out in full', () => {
    fc.assert(
      fc.property(reference, (raw) => {
        const image = parseImageRef(raw);
        if ('error' in image) return;
        expect(parsed(canonical(raw))).toEqual({ ...image, raw: canonical(raw) });
        expect(
          raw.endsWith(
            `${image.tag === null ? '' : `:${image.tag}`}${image.digest === null ? '' : `@${image.digest}`}`,
          ),
        ).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('matchesWildcard', () => {
  it.each([
    ['docker.io/library/node', 'docker.io/library/node', true],
    ['docker.io/library/*', 'docker.io/library/node', true],
    ['*/node', 'docker.io/library/node', true],
    ['docker.io/*/node', 'docker.io/library/node', true],
    ['*', 'anything', true],
    ['**', '', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*a', 'a', false],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['docker.io/library/nod', 'docker.io/library/node', false],
    ['library/*', 'docker.io/library/node', false],
    ['.', 'a', false],
    ['', 'a', false],
    ['', '', true],
  ])('%j and %j: %s', (pattern, name, matches) => {
    expect(matchesWildcard(pattern, name)).toBe(matches);
  });

  it('agrees with a regular expression', () => {
    const letters = fc.stringMatching(/^[ab]{0,8}$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*]{0,6}$/), letters, (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);
        expect(matchesWildcard(pattern, name)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('comes to an end on many wildcards', () => {
    expect(matchesWildcard('*a'.repeat(500) + 'b', 'a'.repeat(50_000))).toBe(false);
  });
});
