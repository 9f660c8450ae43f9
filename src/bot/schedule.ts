/** When pull requests may be opened. */
import { Cron } from 'croner';
import type { Schedule } from './settings.ts';

/** Null when the text is a schedule; else what is wrong with it. */
export function scheduleProblem({ cron, timezone }: Pick<Schedule, 'cron' | 'timezone'>): string | null {
  if (cron.trim().split(/\s+/).length !== 5) return 'has to have five fields: minute hour day month weekday';
  try {
    // A pattern that never comes (30 February) is a mistake, too.
    return new Cron(cron, { timezone, mode: '5-part' }).nextRun(new Date(0)) ? null : 'never comes';
  } catch {
    return 'is no schedule, or its time zone does not exist';
  }
}

export interface OpenTime {
  readonly isOpen: boolean;
  /** When it opens next; null while it is open. */
  readonly opensAtMs: number | null;
}

/** `delayMs` shifts the schedule of one repository, so that many of them do not start at once. */
export function openTime(schedule: Schedule | null, nowMs: number, delayMs = 0): OpenTime {
  if (schedule === null) return { isOpen: true, opensAtMs: null };
  const { cron, timezone, openForMs } = schedule;
  // It is open when it has fired less than `openForMs` ago. croner's answers are whole seconds after the given time.
  const fired = new Cron(cron, { timezone, mode: '5-part' }).nextRun(new Date(nowMs - delayMs - openForMs));
  if (!fired) return { isOpen: false, opensAtMs: null };
  const opensAtMs = fired.getTime() + delayMs;
  return opensAtMs <= nowMs ? { isOpen: true, opensAtMs: null } : { isOpen: false, opensAtMs };
}

/** From 0 up to `spreadMs`, always the same for one repository. */
export function delayOf(hash: string, spreadMs: number): number {
  return spreadMs <= 0 ? 0 : Math.floor((parseInt(hash.slice(0, 8), 16) / 0x1_0000_0000) * spreadMs);
}
