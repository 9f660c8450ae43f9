/** The issue in which people see what is open, what waits and why, and what could not be looked up. */
import { isoMinute } from './look-ups.ts';
import { code } from './markdown.ts';

export const DASHBOARD_MARKER = 'dockfix:dashboard';

export interface DashboardRow {
  /** Names of images, as they are written. */
  readonly names: readonly string[];
  /** Eight characters that tell the pull request from the others; null for what has none. */
  readonly hash: string | null;
  readonly reason: string;
  readonly untilMs: number | null;
  readonly number: number | null;
}

export interface DashboardContent {
  readonly open: readonly DashboardRow[];
  readonly held: readonly DashboardRow[];
  /** Closed by people: a box brings them back. */
  readonly snoozed: readonly DashboardRow[];
  readonly errors: readonly DashboardRow[];
}

const BOX = 'Propose again';
/** The reason of an open pull request that proposes what is wanted. */
export const ALL_WELL = 'up to date';
const MAX_ROWS = 100;

/** Null when there is nothing to list. */
export function dashboardBody(
  { open, held, snoozed, errors }: DashboardContent,
  maxCharacters: number,
): string | null {
  if (open.length + held.length + snoozed.length + errors.length === 0) return null;
  for (const limit of [MAX_ROWS, 20, 5]) {
    const body = [
      'What dockfix does in this repository, and what it waits for.',
      ...list('Open', open, limit, row),
      ...list('Waiting', held, limit, row),
      ...list(
        'Closed by people',
        snoozed,
        limit,
        (one) => `- [ ] ${BOX} (${code(one.hash ?? '')}): ${text(one)}`,
      ),
      ...list('Could not be looked up', errors, limit, row),
    ].join('\n\n');
    if (body.length < maxCharacters) return `${body}\n`;
  }
  return 'The lists are longer than this forge takes.\n';
}

/** For a configuration that cannot be read: nothing else happens until it is repaired. */
export function configurationBody(path: string, problem: string): string {
  return [
    'The configuration of dockfix in this repository is not valid, so nothing is done here until it is repaired.',
    `- ${code(path)}: ${code(problem)}`,
    '',
  ].join('\n\n');
}

/** Whether somebody has ticked the box of a pull request that people closed. */
export function isAskedFor(body: string, hash: string): boolean {
  return body
    .split('\n')
    .some((line) => /^\s*[-*] \[[xX]\] /.test(line) && line.includes(`${BOX} (\`${hash}\`)`));
}

function list(
  title: string,
  rows: readonly DashboardRow[],
  limit: number,
  render: (row: DashboardRow) => string,
): readonly string[] {
  if (rows.length === 0) return [];
  const lines = rows.slice(0, limit).map(render);
  if (rows.length > limit) lines.push(`- … and ${rows.length - limit} more`);
  return [`### ${title}`, lines.join('\n')];
}

function row(one: DashboardRow): string {
  return `- ${text(one)}`;
}

function text({ names, reason, untilMs, number }: DashboardRow): string {
  const what =
    names
      .slice(0, 10)
      .map((name) => code(name))
      .join(', ') || 'images';
  const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
  const where = number === null || number === 0 ? '' : `#${number} `;
  const until = untilMs === null || reason.includes('UTC') ? '' : ` until ${isoMinute(untilMs)}`;
  // What is open and as it should be needs no word.
  return reason === ALL_WELL
    ? `${where}${what}${more}`
    : `${where}${what}${more}: ${code(reason, 300)}${until}`;
}
