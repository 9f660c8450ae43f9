/** Time that passes only when somebody sleeps. */
import type { Clock } from '../../src/net/retry.ts';

export interface FakeClock extends Clock {
  /** What was slept, in milliseconds, in order. */
  readonly slept: number[];
  advance(ms: number): void;
}

export function fakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startMs;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    advance: (ms) => void (now += ms),
    sleep: async (ms) => {
      slept.push(ms);
      const until = now + ms;
      // Sleepers at the same time wake at the same time.
      await new Promise((resolve) => setImmediate(resolve));
      now = Math.max(now, until);
    },
    random: () => 0.5,
  };
}
