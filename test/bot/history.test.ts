/** Which digest of a tag is old enough, by what the bot has seen itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseDigest, observe } from '../../src/bot/history.ts';
import type { Choice, History } from '../../src/bot/history.ts';

const DAY = 86_400_000;
const POLICY = { minAgeMs: 3 * DAY, maxHoldMs: 6 * DAY };
const d = (name: string): string => `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0')}`;

/** A tag that was seen with these digests, one sight an entry: day, digest. */
function seen(...sights: readonly (readonly [day: number, digest: string])[]): History {
  return sights.reduce<History>(
    (history, [day, name]) => observe(history, { digest: d(name), nowMs: day * DAY, pushedAtMs: null }),
    [],
  );
}

function choose(
  history: History,
  pinned: string,
  latest: string,
  day: number,
  unusable: string[] = [],
): Choice {
  return chooseDigest({
    pinned: d(pinned),
    latest: d(latest),
    history,
    unusable: new Set(unusable.map(d)),
    policy: POLICY,
    nowMs: day * DAY,
  });
}

describe('the cool-down', () => {
  // Mutation: `>= policy.minAgeMs` in history.ts becomes `>= 0`.
  it('BOT-8 holds a digest until it was first seen long enough ago, and says until when', () => {
    const history = seen([0, 'old'], [10, 'new']);
    expect(choose(history, 'old', 'new', 12)).toEqual({
      kind: 'maturing',
      digest: d('new'),
      untilMs: 13 * DAY,
    });
    expect(choose(history, 'old', 'new', 13)).toEqual({ kind: 'take', digest: d('new'), note: null });
  });

  // Mutation: `?? matured.at(-1)` is taken away.
  it('BOT-8 takes the newest digest that is old enough, though the tag has moved on', () => {
    const history = seen([0, 'old'], [10, 'first'], [13, 'second']);
    expect(choose(history, 'old', 'second', 13)).toEqual({ kind: 'take', digest: d('first'), note: null });
  });

  // Mutation: `!unusable.has(digest)` becomes `true`.
  it('RET-3 passes over a digest that the registry does not have any more', () => {
    const history = seen([0, 'old'], [10, 'first'], [13, 'second']);
    expect(choose(history, 'old', 'second', 13, ['first']).kind).toBe('maturing');
  });

  // Mutation: `patienceEndsMs <= nowMs` becomes `false`.
  it('BOT-8 proposes the current digest of a tag that is rebuilt faster than digests mature, with a note', () => {
    const history = seen([0, 'old'], [1, 'a'], [3, 'b'], [5, 'c'], [6.9, 'd']);
    expect(choose(history, 'old', 'd', 6.9, ['a', 'b', 'c']).kind).toBe('maturing');
    expect(choose(history, 'old', 'd', 7, ['a', 'b', 'c'])).toEqual({
      kind: 'take',
      digest: d('d'),
      note: expect.stringContaining('faster') as string,
    });
  });

  // Mutation: `untilMs` of what is maturing becomes `nowMs`.
  it('BOT-8 starts the clock now where there is neither history nor a date, and shows it', () => {
    const history = seen([100, 'new']);
    expect(choose(history, 'never-seen', 'new', 100)).toEqual({
      kind: 'maturing',
      digest: d('new'),
      untilMs: 103 * DAY,
    });
  });

  // Mutation: `pushedAtMs === null ? 0 : nowMs - pushedAtMs` becomes `0`.
  it('BOT-8 counts what the registry says of the push, where it is longer ago', () => {
    const history = observe([], { digest: d('new'), nowMs: 100 * DAY, pushedAtMs: 96 * DAY });
    expect(choose(history, 'old', 'new', 100).kind).toBe('take');
  });

  it('counts a date of the push that lies in the future for nothing', () => {
    const history = observe([], { digest: d('new'), nowMs: 100 * DAY, pushedAtMs: 200 * DAY });
    expect(choose(history, 'old', 'new', 100).kind).toBe('maturing');
  });

  // Mutation: `head.replacedAtMs + FLAPPING_MS` becomes `0`.
  it('DIG-7 holds a digest that the tag left and came back to within a day', () => {
    const history = seen([0, 'x'], [5, 'y'], [5.5, 'x']);
    expect(choose(history, 'old', 'x', 5.5)).toEqual({ kind: 'flapping', digest: d('x'), untilMs: 6 * DAY });
    expect(choose(history, 'old', 'x', 6.1).kind).toBe('take');
  });

  it('never takes a digest that was seen before the one that is pinned, unless the tag is back at it', () => {
    const history = seen([0, 'ancient'], [10, 'pinned'], [20, 'new']);
    expect(choose(history, 'pinned', 'new', 20)).toMatchObject({ kind: 'maturing', digest: d('new') });
    const back = observe(history, { digest: d('ancient'), nowMs: 21 * DAY, pushedAtMs: null });
    expect(choose(back, 'pinned', 'ancient', 21)).toMatchObject({ kind: 'take', digest: d('ancient') });
  });

  it('never takes what the tag did not have, and always ends: taken, or a time in the future', () => {
    const days = fc.array(
      fc.tuple(fc.double({ min: 0, max: 30, noNaN: true }), fc.constantFrom('a', 'b', 'c', 'p')),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(days, fc.double({ min: 0, max: 10, noNaN: true }), (sights, later) => {
        const inOrder = [...sights].sort(([a], [b]) => a - b);
        const history = seen(...inOrder);
        const [day, latest] = inOrder.at(-1)!;
        if (latest === 'p') return;
        const choice = choose(history, 'p', latest, day + later);
        expect(history.map(({ digest }) => digest)).toContain(choice.digest);
        if (choice.kind !== 'take') expect(choice.untilMs).toBeGreaterThan((day + later) * DAY);
      }),
    );
  });

  it('remembers a bounded number of digests of a tag', () => {
    const history = seen(...Array.from({ length: 200 }, (_, day) => [day, `n${day}`] as const));
    expect(history).toHaveLength(30);
    expect(history.at(-1)!.digest).toBe(d('n199'));
  });
});
