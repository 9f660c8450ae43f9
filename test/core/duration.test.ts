/** Durations as people write and read them. */
import { describe, expect, it } from 'vitest';
import { describeDuration, parseDuration } from '../../src/core/duration.ts';

describe('a duration', () => {
  it('is a number with a unit, or a bare number of seconds', () => {
    expect(['90s', '10m', '3h', '14d', '0', '7', ' 1d '].map(parseDuration)).toEqual([
      90_000, 600_000, 10_800_000, 1_209_600_000, 0, 7000, 86_400_000,
    ]);
    for (const text of ['', '1w', '-1d', '1.5h', 'd', '1 d', '99999999999', '999999999d'])
      expect(parseDuration(text), text).toBeNull();
  });

  it('is said in the largest unit that fits', () => {
    expect([1000, 60_000, 7_200_000, 86_400_000, 1_209_600_000].map(describeDuration)).toEqual([
      '1 minute',
      '1 minute',
      '2 hours',
      '1 day',
      '14 days',
    ]);
  });
});
