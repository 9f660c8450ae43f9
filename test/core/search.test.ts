import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstIndex } from '../../src/core/search.ts';

describe('firstIndex', () => {
  it('is what a search from the front finds, or the length', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.nat(21), (numbers, limit) => {
        const sorted = numbers.sort((a, b) => a - b);
        const found = sorted.findIndex((number) => number >= limit);
        expect(firstIndex(sorted.length, (index) => sorted[index]! >= limit)).toBe(
          found < 0 ? sorted.length : found,
        );
      }),
    );
  });
});
