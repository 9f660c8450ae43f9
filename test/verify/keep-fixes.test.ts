/** Keeping the fixes of a file: one that stands alone is judged by itself, and what fails of it takes nothing along. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepFixes } from '../../src/app/verify/keep-fixes.ts';
import type { KeptFixes } from '../../src/app/verify/keep-fixes.ts';
import type { Trial } from '../../src/app/verify/keep-passing.ts';

interface Fix {
  readonly key: string;
  readonly alone: boolean;
}

const fix = (key: string): Fix => ({ key, alone: key.startsWith('split') });

interface Fake {
  /** What a file has with these refused; by default all that are not. */
  readonly found?: (refused: ReadonlySet<string>) => readonly string[];
  readonly outcome: (keys: readonly string[]) => Trial<unknown>['outcome'];
  /** Fixes that are made only beside another one. */
  readonly onlyWith?: Readonly<Record<string, string>>;
  readonly maxAttempts?: number;
}

async function keep(
  all: readonly string[],
  { found, outcome, onlyWith = {}, maxAttempts = 24 }: Fake,
): Promise<KeptFixes<Fix, readonly string[]> & { readonly attempts: readonly string[] }> {
  const attempts: string[] = [];
  const kept = await keepFixes<Fix, readonly string[]>({
    propose: (refused) =>
      Promise.resolve((found?.(refused) ?? all.filter((key) => !refused.has(key))).map(fix)),
    attempt(units) {
      const keys = units
        .map(({ key }) => key)
        .filter((key) => !(key in onlyWith) || units.some((unit) => unit.key === onlyWith[key]));
      attempts.push(keys.join(' '));
      return Promise.resolve({ outcome: outcome(keys), result: keys });
    },
    applied: (result, { key }) => result.includes(key),
    maxAttempts,
  });
  return { ...kept, attempts };
}

const why = ({ dropped }: KeptFixes<Fix, unknown>): readonly string[] =>
  dropped.map(({ unit, why: reason }) => `${unit.key}: ${reason}`);

describe('fixes of a file', () => {
  it('are tried once when all pass, also with one that stands alone', async () => {
    const kept = await keep(['a', 'b', 'split'], { outcome: () => 'passed' });
    expect(kept).toMatchObject({ passed: ['a', 'b', 'split'], dropped: [], attempts: ['a b split'] });
  });

  it('lose only the one that stands alone when that fails, with what is found in its place', async () => {
    const kept = await keep([], {
      found: (refused) => (refused.has('split') ? ['a', 'b', 'other'] : ['a', 'b', 'split']),
      outcome: (keys) => (keys.includes('split') ? 'failed' : 'passed'),
    });
    expect(kept.passed).toEqual(['a', 'b', 'other']);
    expect(why(kept)).toEqual(['split: failed']);
    expect(kept.attempts).toEqual(['a b split', 'split', 'a b other']);
  });

  it('keep the one that stands alone when another one fails', async () => {
    const kept = await keep(['a', 'b', 'c', 'split'], {
      outcome: (keys) => (keys.includes('b') ? 'failed' : 'passed'),
    });
    expect([...kept.passed!].sort()).toEqual(['a', 'c', 'split']);
    expect(why(kept)).toEqual(['b: failed']);
  });

  it('judge several that stand alone one by one', async () => {
    const kept = await keep(['a', 'split-1', 'split-2', 'split-3'], {
      outcome: (keys) => (keys.includes('split-2') ? 'failed' : 'passed'),
    });
    expect([...kept.passed!].sort()).toEqual(['a', 'split-1', 'split-3']);
    expect(why(kept)).toEqual(['split-2: failed']);
  });

  it('halve one that is made only beside another one with all others', async () => {
    const kept = await keep(['a', 'b', 'split'], {
      onlyWith: { split: 'a' },
      outcome: (keys) => (keys.includes('b') ? 'failed' : 'passed'),
    });
    expect([...kept.passed!].sort()).toEqual(['a', 'split']);
    expect(why(kept)).toEqual(['b: failed']);
  });

  it('keep what has passed when the engine dies on the way', async () => {
    let count = 0;
    const kept = await keep(['a', 'b', 'split'], {
      outcome: () => (['failed', 'passed'] as const)[count++] ?? 'not-judged',
    });
    expect(kept.passed).toEqual(['split']);
    expect(why(kept)).toEqual(['a: not-judged', 'b: not-judged']);
    const none = await keep(['a', 'split'], {
      outcome: (keys) => (keys.length > 1 ? 'failed' : 'not-judged'),
    });
    expect(none.passed).toBeNull();
    expect(why(none)).toEqual(['a: not-judged', 'split: not-judged']);
  });

  it('never keep a set that was not itself tried and passed, and end within the attempts', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'split-1', 'split-2');
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { minLength: 1 }),
        fc.array(fc.uniqueArray(key, { minLength: 1, maxLength: 2 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 12 }),
        async (all, bad, maxAttempts) => {
          const isBad = (keys: readonly string[]): boolean =>
            bad.some((group) => group.every((one) => keys.includes(one)));
          const kept = await keep(all, {
            outcome: (keys) => (isBad(keys) ? 'failed' : 'passed'),
            maxAttempts,
          });
          expect(kept.attempts.length).toBeLessThanOrEqual(maxAttempts + 1);
          if (kept.passed !== null) expect(isBad(kept.passed)).toBe(false);
          const said = new Set([...(kept.passed ?? []), ...kept.dropped.map(({ unit }) => unit.key)]);
          expect([...said].sort()).toEqual([...all].sort());
          expect((kept.passed?.length ?? 0) + kept.dropped.length).toBe(all.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
