/** The matrix of a verification: which columns it has, its words, and the forms for terminals and programs. */
import type {
  Check,
  CheckId,
  CheckVerdict,
  Verification,
  VerificationRun,
  VerificationStatus,
} from '../core/verification.ts';
import { painter } from './text.ts';
import { visibleLine } from './visible.ts';

/** In the order of the columns. */
export const COLUMNS: readonly (readonly [CheckId, string])[] = [
  ['build', 'build'],
  ['build-time', 'build time'],
  ['size', 'size'],
  ['layers', 'layers'],
  ['start', 'start'],
  ['user', 'user'],
  ['ports', 'ports'],
  ['http', 'HTTP'],
  ['health', 'health'],
  ['stop', 'stop'],
  ['files', 'files'],
  ['libraries', 'libraries'],
  ['hardened', 'hardened'],
];

export const STATUS_WORDS: Readonly<Record<VerificationStatus, string>> = {
  passed: 'passed',
  regression: 'REGRESSION',
  unchanged: 'unchanged',
  'broken-before': 'was broken before',
  'not-judged': 'not judged',
};

/** For a cell, where colours may be missing. */
export const MARKS: Readonly<Record<CheckVerdict, string>> = {
  same: '=',
  better: '+',
  changed: '~',
  worse: '!',
  unknown: '?',
};

export const LEGEND = '= as before, + better, ~ different, ! worse, ? could not be looked at';

export function rowName({ path, service }: Pick<Verification, 'path' | 'service'>): string {
  return service === null ? path : `${path} (${service})`;
}

export function checkOf(row: Verification, id: CheckId): Check | null {
  return row.checks.find((check) => check.id === id) ?? null;
}

/** Columns that some row has. */
export function usedColumns(rows: readonly Verification[]): readonly (readonly [CheckId, string])[] {
  return COLUMNS.filter(([id]) => rows.some((row) => checkOf(row, id) !== null));
}

export function cellText({ verdict, before, after }: Check): string {
  return verdict === 'same' && before === after ? after : `${before} → ${after}`;
}

export function summaryLine(run: VerificationRun): string {
  return `${countsLine(run)} (${engineLine(run)})`;
}

export function engineLine({ engine }: VerificationRun): string {
  return `${engine.name} ${engine.version}; ${engine.limits}`;
}

/** How many rows there are of each status, in our own words alone. */
export function countsLine({ rows }: VerificationRun): string {
  const parts = (Object.keys(STATUS_WORDS) as VerificationStatus[]).flatMap((status) => {
    const count = rows.filter((row) => row.status === status).length;
    return count === 0 ? [] : [`${count} ${STATUS_WORDS[status].toLowerCase()}`];
  });
  return parts.length === 0 ? 'nothing to verify' : parts.join(', ');
}

// ---- terminal ---------------------------------------------------------------------------------------------------

export interface VerificationTextOptions {
  readonly color: boolean;
  readonly quiet: boolean;
}

export function verificationText(run: VerificationRun, { color, quiet }: VerificationTextOptions): string {
  const shown = quiet
    ? run.rows.filter(({ status }) => status !== 'passed' && status !== 'unchanged')
    : run.rows;
  const blocks = verificationBlocks(shown, { color });
  const table = run.rows.length > 1 && !quiet ? `\n${marksTable(run.rows)}` : '';
  const legend = shown.some(({ checks }) => checks.length > 0) ? `${painter(color).dim(LEGEND)}\n` : '';
  return `${blocks}${table}${legend}${summaryLine(run)}\n`;
}

/** What was seen of each row, check by check. */
export function verificationBlocks(
  rows: readonly Verification[],
  { color }: { readonly color: boolean },
): string {
  const paint = painter(color);
  const paintVerdict = (verdict: CheckVerdict, text: string): string => {
    if (verdict === 'worse') return paint.red(text);
    if (verdict === 'better') return paint.green(text);
    return verdict === 'same' ? text : paint.yellow(text);
  };
  const block = (row: Verification): string => {
    const { status } = row;
    const word = STATUS_WORDS[status];
    const painted =
      status === 'passed'
        ? paint.green(word)
        : status === 'regression'
          ? paint.red(word)
          : paint.yellow(word);
    const reason = row.reason === '' ? '' : `: ${visibleLine(row.reason)}`;
    let text = `${paint.bold(visibleLine(rowName(row)))}: ${painted}${reason}\n`;
    for (const note of row.notes) text += `  ${paint.dim(visibleLine(note))}\n`;
    const lines = COLUMNS.flatMap(([id, name]) => {
      const check = checkOf(row, id);
      return check
        ? [{ name, check, before: visibleLine(check.before), after: visibleLine(check.after) }]
        : [];
    });
    const width = Math.max(6, ...lines.map(({ before }) => before.length));
    for (const { name, check, before, after } of lines) {
      const cells = `${MARKS[check.verdict]} ${name.padEnd(10)}  ${before.padEnd(width)}  ${after}`;
      text += `  ${paintVerdict(check.verdict, cells)}\n`;
      for (const note of check.notes) text += `      ${paint.dim(visibleLine(note))}\n`;
    }
    for (const image of row.kept) text += `  kept: ${visibleLine(image)}\n`;
    if (row.output.length > 0) text += `  ${paint.dim('the last lines:')}\n`;
    for (const line of row.output) text += `    | ${visibleLine(line)}\n`;
    return text;
  };
  return rows.map(block).join('\n');
}

/** One line a row, one mark a column. */
function marksTable(rows: readonly Verification[]): string {
  const columns = usedColumns(rows);
  if (columns.length === 0) return '';
  const width = Math.max(...rows.map((row) => visibleLine(rowName(row)).length));
  const head = `${' '.repeat(width)}  ${columns.map(([, name]) => name).join('  ')}\n`;
  const lines = rows.map((row) => {
    const cells = columns.map(([id, name]) => {
      const check = checkOf(row, id);
      return (check ? MARKS[check.verdict] : '').padEnd(name.length);
    });
    return `${visibleLine(rowName(row)).padEnd(width)}  ${cells.join('  ').trimEnd()}`.trimEnd();
  });
  return `${head}${lines.join('\n')}\n`;
}

// ---- programs ---------------------------------------------------------------------------------------------------

/** One JSON document, described by schema/verify.schema.json. */
export function verificationJson(run: VerificationRun, errors: readonly object[], version: string): string {
  const count = (status: VerificationStatus): number =>
    run.rows.filter((row) => row.status === status).length;
  const document = {
    schemaVersion: 1,
    tool: { name: 'dockfix', version },
    engine: run.engine,
    onlyBuild: run.onlyBuild,
    rows: run.rows,
    summary: {
      rows: run.rows.length,
      passed: count('passed'),
      regression: count('regression'),
      unchanged: count('unchanged'),
      brokenBefore: count('broken-before'),
      notJudged: count('not-judged'),
    },
    errors,
  };
  // What JSON allows as it is, but a terminal or a line reader would obey, is escaped.
  const json = JSON.stringify(document).replace(/[\p{Cf}\x7f-\x9f\u2028\u2029]/gu, (text) =>
    [...Array(text.length).keys()]
      .map((index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
  return `${json}\n`;
}
