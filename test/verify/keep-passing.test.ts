/** Keeping the fixes that pass: against random sets of bad ones, and by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepPassing } from '../../src/app/verify/keep-passing.ts';
import type { Trial } from '../../src/app/verify/keep-passing.ts';

function tries(isBad: (units: readonly number[]) => boolean | null) {
  const seen: (readonly number[])[] = [];
  return {
    seen,
    attempt(units: readonly number[]): Promise<Trial<readonly number[]>> {
      seen.push(units);
      const bad = isBad(units);
      const outcome = bad === null ? 'not-judged' : bad ? 'failed' : 'passed';
      return Promise.resolve({ outcome, result: units });
    },
  };
}

const UNITS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('keeping what passes', () => {
  it('tries once when all pass', async () => {
    const { seen, attempt } = tries(() => false);
    const kept = await keepPassing({ units: UNITS, attempt, maxAttempts: 24 });
    expect(kept).toMatchObject({ units: UNITS, dropped: [] });
    expect(seen).toEqual([UNITS]);
  });

  it('drops one bad fix and keeps all others, with few attempts', async () => {
    for (const bad of UNITS) {
      const { seen, attempt } = tries((units) => units.includes(bad));
      const kept = await keepPassing({ units: UNITS, attempt, maxAttempts: 24 });
      expect(kept.units).toEqual(UNITS.filter((unit) => unit !== bad));
      expect(kept.dropped).toMatchObject([{ unit: bad, why: 'failed' }]);
      expect(seen.length).toBeLessThanOrEqual(7);
    }
  });

  it('keeps one of two that fail only together', async () => {
    const { attempt } = tries((units) => units.includes(2) && units.includes(7));
    const kept = await keepPassing({ units: UNITS, attempt, maxAttempts: 24 });
    expect(kept.units).toEqual([1, 2, 3, 4, 5, 6, 8]);
  });

  it('keeps nothing when nothing can be judged, and what had passed when the engine dies on the way', async () => {
    const none = await keepPassing({ units: UNITS, attempt: tries(() => null).attempt, maxAttempts: 24 });
    expect(none).toMatchObject({ units: [], passed: null });
    expect(none.dropped.map(({ why }) => why)).toEqual(UNITS.map(() => 'not-judged'));
    let count = 0;
    const { attempt } = tries((units) => (++count > 3 ? null : units.includes(8)));
    const some = await keepPassing({ units: UNITS, attempt, maxAttempts: 24 });
    expect(some.units).toEqual([1, 2, 3, 4, 5, 6]);
    expect(some.dropped.map(({ unit }) => unit)).toEqual([7, 8]);
  });

  it('stops after so many attempts, and says what was not tried', async () => {
    const { seen, attempt } = tries((units) => units.length > 0);
    const kept = await keepPassing({ units: UNITS, attempt, maxAttempts: 3 });
    expect(seen).toHaveLength(3);
    expect(kept.dropped).toHaveLength(8);
    expect(kept.dropped.filter(({ why }) => why === 'untried').length).toBeGreaterThan(0);
  });

  it('never keeps a set that was not itself tried and passed, and loses no good fix', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(UNITS), async (bad) => {
        const { attempt } = tries((units) => units.some((unit) => bad.includes(unit)));
        const kept = await keepPassing({ units: UNITS, attempt, maxAttempts: 100 });
        expect(kept.units).toEqual(UNITS.filter((unit) => !bad.includes(unit)));
        if (kept.units.length > 0) expect(kept.passed).toEqual(kept.units);
        expect(kept.units.length + kept.dropped.length).toBe(UNITS.length);
      }),
    );
  });
});
