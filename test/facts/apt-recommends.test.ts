import { describe, expect, it } from 'vitest';
import { recommendedPackages } from '../../src/facts/apt-recommends.ts';

describe('what packages recommend', () => {
  it('is known by release', () => {
    expect(recommendedPackages('nginx', 'bullseye')?.lost).toEqual(['geoip-database']);
    expect(recommendedPackages('nginx', 'bookworm')?.lost).toEqual([]);
    expect(recommendedPackages('gcc', 'trixie')?.lost).toEqual(['libc6-dev']);
  });

  it('is, where the release is not known, what is lost in any and brought in all', () => {
    expect(recommendedPackages('nginx', null)?.lost).toEqual(['geoip-database']);
    expect(recommendedPackages('build-essential', null)?.lost).toEqual(
      expect.arrayContaining(['gnupg', 'sq']),
    );
    expect(recommendedPackages('build-essential', null)?.brings).toContain('libc6-dev');
    expect(recommendedPackages('build-essential', null)?.brings).not.toContain('libgdbm6');
  });

  it('is not known of a package that the release does not have, or that nobody looked at', () => {
    expect(recommendedPackages('libssl1.1', 'bullseye')).toBeDefined();
    expect(recommendedPackages('libssl1.1', 'trixie')).toBeUndefined();
    expect(recommendedPackages('no-such-package', null)).toBeUndefined();
    expect(recommendedPackages('libssl1.1', 'any')).toBeUndefined();
    expect(recommendedPackages('curl', 'any')).toBeDefined();
  });

  it('counts what Perl and Python need only for those who install them', () => {
    expect(recommendedPackages('git', 'bookworm')?.lost).not.toContain('netbase');
    expect(recommendedPackages('perl', 'bookworm')?.lost).toContain('netbase');
  });
});
