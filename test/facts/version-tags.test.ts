import { describe, expect, it } from 'vitest';
import { bestTag, candidateTags, tagShape } from '../../src/facts/version-tags.ts';

describe("a tag's name", () => {
  it.each([
    ['3.12.4-slim-bookworm', 'version', [3, 12, 4], 'slim-bookworm'],
    ['v1.2.3', 'version', [1, 2, 3], ''],
    ['22', 'version', [22], ''],
    ['24.04', 'version', [24, 4], ''],
    ['21.0.2_13-jdk-alpine', 'version', [21, 0, 2, 13], 'jdk-alpine'],
    ['2.452.1-lts-jdk17', 'version', [2, 452, 1], 'jdk17'],
    ['1.27.3-alpine3.20', 'version', [1, 27, 3], 'alpine3.20'],
    ['2024.5.1', 'version', [2024, 5, 1], ''],
    ['20240513', 'date', [2024, 5, 13], ''],
    ['bookworm-20240513', 'date', [2024, 5, 13], ''],
    ['2024-05-13-slim', 'date', [2024, 5, 13], ''],
    ['12345678', 'date', [12345678], ''],
  ])('TAG-4: %s is a %s', (tag, kind, version, family) => {
    expect(tagShape(tag)).toEqual({ kind, version, family });
  });

  it.each([
    ['latest', ''],
    ['alpine', 'alpine'],
    ['slim-bookworm', 'slim-bookworm'],
    ['lts-alpine', 'alpine'],
    ['stable', ''],
    ['mainline-alpine-perl', 'alpine-perl'],
    ['noble', 'noble'],
  ])('TAG-4: %s floats, in the family %j', (tag, family) => {
    expect(tagShape(tag)).toEqual({ kind: 'name', family });
  });

  it.each([
    '3.13.0rc1',
    '3.13.0a1-slim',
    '3.13.0b2',
    '1.2.3-rc.1',
    '1.2.3-beta',
    '1.2.3-alpha2',
    '25-ea',
    '25-ea-jdk',
    '8.0-preview',
    '1.2.3-nightly',
    '1.2.3-dev',
    '1.2.3-SNAPSHOT',
    '2.0.0-m1',
  ])('TAG-4: %s is a pre-release', (tag) => {
    expect(tagShape(tag)).toEqual({ kind: 'pre-release' });
  });

  it.each(['sha-1a2b3c4', 'git-1a2b3c4d', 'f3a9c21', `sha256-${'a'.repeat(64)}`, 'deadbeef'])(
    'TAG-4: %s is a commit or a digest',
    (tag) => {
      expect(tagShape(tag)).toEqual({ kind: 'hash' });
    },
  );
});

describe('of tags with the same digest, the best', () => {
  it.each<[string | null, string[], string | null]>([
    ['latest', ['latest', '3', '3.12', '3.12.4', '3.12.4-bookworm', 'bookworm'], '3.12.4'],
    [null, ['3', '3.12.4', '3.12'], '3.12.4'],
    ['alpine', ['22-alpine', '22.1.0-alpine', '22.1.0-alpine3.20', 'alpine3.20', 'alpine'], '22.1.0-alpine'],
    ['alpine', ['22.1.0-alpine3.20', 'alpine3.20'], '22.1.0-alpine3.20'],
    [
      'slim-bookworm',
      ['3.12-slim', '3.12.4-slim', '3.12.4-slim-bookworm', '3.12-slim-bookworm'],
      '3.12.4-slim-bookworm',
    ],
    ['slim', ['3.12.4-slim-bookworm', '3.12-slim', '3-slim'], '3.12-slim'],
    ['lts-alpine', ['22-alpine', '22.11.0-alpine', 'jod-alpine'], '22.11.0-alpine'],
    ['jod-alpine', ['lts-alpine', '22.11.0-alpine', '22'], '22.11.0-alpine'],
    ['bookworm', ['12', '12.5', 'bookworm-20240513', 'latest'], '12.5'],
    ['3', ['3.12', '3.12.4', '4.0'], '3.12.4'],
    ['3-slim', ['3.12.4', '3.12.4-slim'], '3.12.4-slim'],
    // Two versions on one image: more numbers, then the higher.
    ['latest', ['1.2.3', '1.2.4', '2.0'], '1.2.4'],
    // Never a pre-release, also when it is all there is.
    ['latest', ['3.13.0rc1', '3.13.0-beta', 'edge'], null],
    // A day or a commit only where there is no version.
    ['latest', ['20240513', '1.2'], '1.2'],
    ['latest', ['20240513', '20240401', 'f3a9c21'], '20240513'],
    ['latest', ['f3a9c21', 'main'], 'f3a9c21'],
    // Another family is another image, by its name.
    ['alpine', ['22.1.0-slim', '22.1.0-bookworm'], null],
    ['latest', ['latest', 'stable'], null],
    ['latest', [], null],
    ['1.2.3', ['1.2.3'], null],
  ])('TAG-4: for %s out of %j is %s', (floating, same, best) => {
    expect(bestTag(same, floating)).toBe(best);
  });
});

describe('tags to ask about', () => {
  const node = [18, 20, 21, 22, 23].flatMap((major) =>
    [0, 1, 2, 3].flatMap((minor) =>
      ['', '-alpine', '-alpine3.20', '-slim', '-bookworm'].flatMap((family) => [
        `${major}${family}`,
        `${major}.${minor}${family}`,
        `${major}.${minor}.0${family}`,
        `${major}.${minor}.1${family}`,
      ]),
    ),
  );
  const all = [...new Set([...node, 'latest', 'alpine', 'lts', '24.0.0-rc1', '20240513', 'f3a9c21'])];

  it('TAG-4: begin with the highest of each major version in the same family', () => {
    expect(candidateTags(all, 'latest', [], 12).slice(0, 5)).toEqual([
      '23.3.1',
      '22.3.1',
      '21.3.1',
      '20.3.1',
      '18.3.1',
    ]);
    expect(candidateTags(all, 'lts-alpine', [], 12).slice(0, 2)).toEqual(['23.3.1-alpine', '22.3.1-alpine']);
  });

  it('TAG-4: begin with what the image says of itself, which decides the order and nothing else', () => {
    expect(candidateTags(all, 'lts', ['v22.2.1', '1.22.19'], 12)[0]).toBe('22.2.1');
    expect(candidateTags(all, 'slim', ['20.1.0-1~bookworm'], 12)[0]).toBe('20.1.0-slim');
    expect(candidateTags(all, 'latest', ['99.9.9', 'nonsense', ''], 12)[0]).toBe('23.3.1');
  });

  it('TAG-4: are within the limit, without pre-releases, and leave room for wider and narrower families', () => {
    for (const floating of ['latest', 'alpine', 'slim', null, 'bookworm', '22']) {
      const candidates = candidateTags(all, floating, [], 12);
      expect(candidates.length).toBeLessThanOrEqual(12);
      expect(new Set(candidates).size).toBe(candidates.length);
      expect(candidates).not.toContain('24.0.0-rc1');
      expect(candidates).not.toContain('20240513');
    }
    expect(candidateTags(all, 'alpine', [], 12)).toContain('23.3.1-alpine3.20');
  });

  it('TAG-4: stay below a version that the floating tag already has', () => {
    const candidates = candidateTags(all, '20-slim', [], 12);
    expect(candidates[0]).toBe('20.3.1-slim');
    expect(candidates.filter((tag) => !tag.startsWith('20.'))).toEqual([]);
  });

  it('TAG-4: are days only where there is no version', () => {
    expect(candidateTags(['20240101', '20240513', 'latest'], 'latest', [], 12)).toEqual([
      '20240513',
      '20240101',
    ]);
    expect(candidateTags(['main', 'edge'], 'latest', [], 12)).toEqual([]);
  });

  it('SEC-17: are chosen soon, also out of 100,000', () => {
    const many = Array.from({ length: 100_000 }, (_, at) => `1.${at % 300}.${at}`);
    expect(candidateTags(many, 'latest', ['1.5'], 12)).toHaveLength(12);
    expect(tagShape('1-'.repeat(60_000))).toBeDefined();
    expect(tagShape(`${'9'.repeat(100_000)}x`)).toBeDefined();
  });
});
