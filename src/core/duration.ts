/** Durations as people write them: `90s`, `10m`, `3h`, `14d`; a bare number is seconds. */

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Longer than any sensible wait, and far from where dates end. */
const MAX_MS = 3650 * 86_400_000;

/** Milliseconds; null for what is no duration, or one of more than ten years. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})([smhd]?)$/.exec(text.trim());
  if (!match) return null;
  const ms = Number(match[1]) * UNIT_MS[match[2] || 's']!;
  return ms <= MAX_MS ? ms : null;
}

/** As people write it, in the largest unit that says it exactly: what {@link parseDuration} reads. */
export function durationText(ms: number): string {
  const unit = (['d', 'h', 'm'] as const).find((name) => ms > 0 && ms % UNIT_MS[name]! === 0) ?? 's';
  return `${ms / UNIT_MS[unit]!}${unit}`;
}

/** `3 days`, `2 hours`, `1 minute`: the largest unit that fits, rounded up. */
export function describeDuration(ms: number): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const;
  const [name, size] = units.find(([, unitMs]) => ms >= unitMs) ?? units[2];
  const count = Math.max(1, Math.ceil(ms / size));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
