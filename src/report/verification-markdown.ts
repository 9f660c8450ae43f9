/** The matrix for pull requests: every text of others is code that nothing in it can end. */
import type { Verification, VerificationRun } from '../core/verification.ts';
import {
  LEGEND,
  MARKS,
  STATUS_WORDS,
  cellText,
  checkOf,
  rowName,
  countsLine,
  engineLine,
  usedColumns,
} from './verification.ts';
import { visibleLine } from './visible.ts';

const MAX_CELL = 120;
const MAX_LINE = 300;
const MAX_OUTPUT = 20;

export function verificationMarkdown(run: VerificationRun): string {
  const columns = usedColumns(run.rows);
  const names = ['', 'result', ...columns.map(([, name]) => name)];
  const rows = run.rows.map((row) => [
    cellCode(rowName(row)),
    STATUS_WORDS[row.status],
    ...columns.map(([id]) => {
      const check = checkOf(row, id);
      return check ? `${MARKS[check.verdict]} ${cellCode(cellText(check))}` : '';
    }),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table =
    run.rows.length === 0
      ? []
      : [
          line(names),
          line(names.map(() => '---')),
          ...rows.map(line),
          '',
          columns.length > 0 ? `${LEGEND}.` : '',
        ];
  const details = run.rows.flatMap(detailsOf);
  const head = [`**dockfix verify**: ${countsLine(run)}`, '', `With ${code(engineLine(run))}.`, ''];
  return `${[...head, ...table, ...details].join('\n').trimEnd()}\n`;
}

function detailsOf(row: Verification): readonly string[] {
  const notes = row.checks.flatMap(({ notes: lines }) => lines);
  const all = [
    ...(row.reason === '' ? [] : [row.reason]),
    ...row.notes,
    ...notes,
    ...row.kept.map((name) => `kept: ${name}`),
  ];
  if (all.length === 0 && row.output.length === 0) return [];
  return ['', `${code(rowName(row))}:`, '', ...all.map((note) => `- ${code(note)}`), ...fenced(row.output)];
}

/** In a table a bar ends a cell, also inside of code, and a backslash before its escape would take that for itself. */
function cellCode(text: string): string {
  return code(text, MAX_CELL).replace(/(\\{0,200})\|/g, '$1$1\\|');
}

/** Inline code whose fence is longer than any run of backticks in it. */
function code(text: string, maxLength = MAX_LINE): string {
  const clean = visibleLine(text).replace(/\s+/g, ' ').trim();
  const cut = clean.length > maxLength ? `${clean.slice(0, maxLength - 1)}…` : clean;
  if (cut === '') return '';
  const fence = '`'.repeat(longestRun(cut) + 1);
  const pad = /^`|`$/.test(cut) ? ' ' : '';
  return `${fence}${pad}${cut}${pad}${fence}`;
}

function fenced(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const text = lines.slice(-MAX_OUTPUT).map(visibleLine).join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return ['', `${fence}text`, text, fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
