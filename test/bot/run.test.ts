/** Many repositories: parts of them. */
import { describe, expect, it } from 'vitest';
import { inShard, parseShard } from '../../src/bot/run.ts';

describe('a part of many repositories', () => {
  it('holds each of them in exactly one part, always the same, and about as many in each', () => {
    const paths = Array.from({ length: 1000 }, (_, at) => `acme/repository-${at}`);
    const sizes = [1, 2, 3, 4].map(
      (index) => paths.filter((path) => inShard(path, { index, count: 4 })).length,
    );
    expect(sizes.reduce((sum, size) => sum + size)).toBe(1000);
    for (const size of sizes) expect(size).toBeGreaterThan(200);
    expect(inShard('Acme/Repository-1', { index: 1, count: 1 })).toBe(true);
    expect([1, 2].map((index) => inShard('ACME/x', { index, count: 2 }))).toEqual(
      [1, 2].map((index) => inShard('acme/X', { index, count: 2 })),
    );
  });

  it('is written as I/N', () => {
    expect(parseShard('2/5')).toEqual({ index: 2, count: 5 });
    for (const text of ['0/5', '6/5', '1', '1/0', '-1/2', '1/2/3', 'a/b', '1/99999'])
      expect(parseShard(text), text).toBeNull();
  });
});
