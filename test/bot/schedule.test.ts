/** When pull requests may be opened, and how many. */
import { describe, expect, it } from 'vitest';
import { reachedLimit } from '../../src/bot/limits.ts';
import { delayOf, openTime, scheduleProblem } from '../../src/bot/schedule.ts';

const HOUR = 3_600_000;
const MONDAYS = { cron: '0 3 * * 1', timezone: 'Europe/Berlin', openForMs: 2 * HOUR };
const at = (text: string): number => Date.parse(text);

describe('the schedule', () => {
  // Mutation: `nowMs - delayMs - openForMs` becomes `nowMs`.
  it('BOT-7 is open for a while after it fires, in its own time zone, across the change of summer time', () => {
    // Berlin is at +01:00 until 29 March 2026, then at +02:00.
    expect(openTime(MONDAYS, at('2026-03-23T02:00:01Z')).isOpen).toBe(true);
    expect(openTime(MONDAYS, at('2026-03-23T03:59:00Z')).isOpen).toBe(true);
    expect(openTime(MONDAYS, at('2026-03-23T04:00:01Z'))).toEqual({
      isOpen: false,
      opensAtMs: at('2026-03-30T01:00:00Z'),
    });
    expect(openTime(MONDAYS, at('2026-03-30T01:30:00Z')).isOpen).toBe(true);
  });

  // Mutation: no schedule is one that is never open.
  it('BOT-7 is always open where there is none', () => {
    expect(openTime(null, 0)).toEqual({ isOpen: true, opensAtMs: null });
  });

  // Mutation: `fired.getTime() + delayMs` becomes `fired.getTime()`.
  it('BOT-7 is spread over a time by the name of the repository, always in the same way', () => {
    const delays = ['00000000', '80000000', 'ffffffff'].map((hash) => delayOf(hash, HOUR));
    expect(delays).toEqual([0, HOUR / 2, HOUR - 1]);
    expect(delayOf('ffffffff', 0)).toBe(0);
    expect(openTime(MONDAYS, at('2026-03-30T01:20:00Z'), HOUR / 2)).toEqual({
      isOpen: false,
      opensAtMs: at('2026-03-30T01:30:00Z'),
    });
    expect(openTime(MONDAYS, at('2026-03-30T03:20:00Z'), HOUR / 2).isOpen).toBe(true);
  });

  // Mutation: `'never comes'` in scheduleProblem() becomes `null`.
  it('BOT-7 is refused when it cannot be read or never comes', () => {
    expect(scheduleProblem(MONDAYS)).toBeNull();
    expect(scheduleProblem({ cron: '0 3 30 2 *', timezone: 'UTC' })).toContain('never');
    expect(scheduleProblem({ cron: '* * *', timezone: 'UTC' })).toContain('five fields');
    expect(scheduleProblem({ cron: 'x x x x x', timezone: 'UTC' })).not.toBeNull();
    expect(scheduleProblem({ cron: '0 3 * * 1', timezone: 'Mars/Olympus' })).toContain('time zone');
  });
});

describe('limits', () => {
  const limits = { maxOpenPulls: 10, maxNewPerRun: 5, maxNewPerHour: 2 };
  const free = { open: 0, createdAtMs: [], createdThisRun: 0, nowMs: 100 * HOUR };

  // Mutations: each of the three comparisons in limits.ts becomes `false`.
  it('BOT-6 counts what is open, what this run has opened, and what was opened within the hour', () => {
    expect(reachedLimit(limits, free)).toBeNull();
    expect(reachedLimit(limits, { ...free, open: 10 })?.reason).toContain('10 pull requests are open');
    expect(reachedLimit(limits, { ...free, createdThisRun: 5 })?.reason).toContain('at most 5');
    expect(reachedLimit(limits, { ...free, createdAtMs: [99.2, 99.5].map((hour) => hour * HOUR) })).toEqual({
      reason: 'at most 2 are opened in an hour',
      untilMs: 100.2 * HOUR,
    });
    expect(reachedLimit(limits, { ...free, createdAtMs: [98, 99.5].map((hour) => hour * HOUR) })).toBeNull();
    expect(reachedLimit({ ...limits, maxNewPerHour: 0 }, free)).toEqual({
      reason: 'at most 0 are opened in an hour',
      untilMs: null,
    });
  });
});
