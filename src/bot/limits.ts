/** How many pull requests may be opened now. What is open already counts, so a run that is repeated opens no more. */
import type { BotSettings } from './settings.ts';

export interface LimitState {
  /** Open ones of this bot in the repository. */
  readonly open: number;
  /** When this bot opened pull requests here, milliseconds since 1970. */
  readonly createdAtMs: readonly number[];
  readonly createdThisRun: number;
  readonly nowMs: number;
}

const HOUR_MS = 3_600_000;

/** The limit that is reached, in words; null when one more may be opened. */
export function reachedLimit(
  settings: Pick<BotSettings, 'maxOpenPulls' | 'maxNewPerRun' | 'maxNewPerHour'>,
  { open, createdAtMs, createdThisRun, nowMs }: LimitState,
): { readonly reason: string; readonly untilMs: number | null } | null {
  const { maxOpenPulls, maxNewPerRun, maxNewPerHour } = settings;
  if (open >= maxOpenPulls)
    return { reason: `${open} pull requests are open, and the limit is ${maxOpenPulls}`, untilMs: null };
  if (createdThisRun >= maxNewPerRun)
    return { reason: `one run opens at most ${maxNewPerRun}`, untilMs: null };
  const recent = createdAtMs.filter((ms) => nowMs - ms < HOUR_MS).sort((a, b) => a - b);
  if (recent.length < maxNewPerHour) return null;
  const free = recent[recent.length - maxNewPerHour];
  return {
    reason: `at most ${maxNewPerHour} are opened in an hour`,
    untilMs: free === undefined ? null : free + HOUR_MS,
  };
}
