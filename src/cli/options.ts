/** The flags that every command understands, as commander gives them, and what they mean. */
import { UsageError, nearest } from '../core/errors.ts';
import type { Transform } from '../core/types.ts';
import type { VerifyFlags } from './verify-flags.ts';

export interface CommonFlags {
  only?: string[];
  skip?: string[];
  unsafe?: boolean;
  offline?: boolean;
  format?: string;
  json?: boolean;
  output?: string;
  context?: string;
  config?: string;
  cache?: boolean;
  cacheDir?: string;
  deep?: boolean;
  verifyDigests?: boolean;
  insecureRegistry?: string[];
  jobs?: number;
  changed?: string | true;
  stdinFilename?: string;
  verbose?: boolean;
  debug?: boolean;
  quiet?: boolean;
  color?: boolean;
}

export interface RunFlags extends CommonFlags, VerifyFlags {
  verify?: boolean;
  dryRun?: boolean;
  write?: boolean;
  check?: boolean;
  yes?: boolean;
}

/** What a path of the same name has to stand back for. */
export const COMMANDS = ['verify', 'list', 'explain', 'inspect', 'cache', 'config', 'bot', 'demo'] as const;

export const FORMATS = ['text', 'json', 'patch'] as const;
export type Format = (typeof FORMATS)[number];

export function formatOf(flags: CommonFlags): Format {
  const name = flags.json ? 'json' : (flags.format ?? 'text');
  if (flags.json && flags.format && flags.format !== 'json') {
    throw new UsageError('usage', '--json and --format say two different things');
  }
  const format = FORMATS.find((known) => known === name);
  if (format) return format;
  const near = nearest(name, FORMATS);
  throw new UsageError(
    'usage',
    `--format ${name} does not exist${near ? `, did you mean ${near}?` : `; there are ${FORMATS.join(', ')}`}`,
  );
}

/** How much is said on standard error while a run is under way. */
export type LogLevel = 'normal' | 'verbose' | 'debug';

export function logLevelOf({ verbose, debug }: CommonFlags): LogLevel {
  if (debug) return 'debug';
  return verbose ? 'verbose' : 'normal';
}

/** `a,b` and repeated flags both make a list. */
export function collectList(value: string, previous: string[] | undefined): string[] {
  return [
    ...(previous ?? []),
    ...value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ];
}

export function parseJobs(value: string): number {
  const jobs = Number(value);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 64) {
    throw new UsageError('usage', `--jobs wants a whole number from 1 to 64, not ${value}`);
  }
  return jobs;
}

const MAX_TIMEOUT_MS = 24 * 60 * 60_000;

/** `90s`, `10m`, `2h`, `14d`; a bare number is seconds. In milliseconds. */
export function parseDuration(value: string): number {
  const match = /^([0-9]{1,9})(s|m|h|d)?$/.exec(value);
  const unit = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? 's'] ?? 1000;
  const ms = match ? Number(match[1]) * unit : 0;
  if (ms <= 0 || ms > MAX_TIMEOUT_MS)
    throw new UsageError('usage', `--timeout ${value}: is no time such as 90s or 10m (at most a day)`);
  return ms;
}

/** Throws {@link UsageError} for an id that no transform has, and for a list of none. */
export function checkIds(
  ids: readonly string[] | undefined,
  transforms: readonly Transform[],
  flag: string,
): void {
  const known = transforms.map(({ meta }) => meta.id);
  // `--only "$IDS"` with nothing in it would switch off everything unnoticed.
  if (ids?.length === 0) throw new UsageError('usage', `${flag} names no transform; see: dockfix list`);
  for (const id of ids ?? []) {
    if (known.includes(id)) continue;
    const near = nearest(id, known);
    throw new UsageError(
      'usage',
      `${flag} ${id}: there is no such transform${near ? `, did you mean ${near}?` : '; see: dockfix list'}`,
    );
  }
}
