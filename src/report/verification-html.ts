/** The matrix as a page of its own: no script, nothing is loaded, every text of others is escaped. */
import type { Check, Verification, VerificationRun } from '../core/verification.ts';
import {
  LEGEND,
  MARKS,
  STATUS_WORDS,
  cellText,
  checkOf,
  rowName,
  summaryLine,
  usedColumns,
} from './verification.ts';
import { visibleLine } from './visible.ts';

const STYLE = `body{font:14px/1.4 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}
th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}th{background:#eee}
.better{background:#dff5df}.worse{background:#fbd5d5}.changed,.unknown{background:#fdf3d0}
pre{background:#f4f4f4;padding:.5rem;overflow:auto}`;

export function verificationHtml(run: VerificationRun): string {
  const columns = usedColumns(run.rows);
  const head = ['', 'result', ...columns.map(([, name]) => name)].map((name) => `<th>${escaped(name)}</th>`);
  const rows = run.rows.map((row) => {
    const cells = columns.map(([id]) => cell(checkOf(row, id)));
    return `<tr><th>${escaped(rowName(row))}</th><td class="${tone(row)}">${escaped(STATUS_WORDS[row.status])}</td>${cells.join('')}</tr>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>dockfix verify</title>
<style>${STYLE}</style>
</head>
<body>
<h1>dockfix verify</h1>
<p>${escaped(summaryLine(run))}</p>
<table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<p>${escaped(LEGEND)}.</p>
${run.rows.map(details).join('')}</body>
</html>
`;
}

function tone({ status }: Verification): string {
  return status === 'passed' ? 'better' : status === 'regression' ? 'worse' : 'unknown';
}

function cell(check: Check | null): string {
  if (check === null) return '<td></td>';
  return `<td class="${check.verdict}">${MARKS[check.verdict]} ${escaped(cellText(check))}</td>`;
}

function details(row: Verification): string {
  const kept = row.kept.map((name) => `kept: ${name}`);
  const lines = [row.reason, ...row.notes, ...row.checks.flatMap(({ notes }) => notes), ...kept];
  const items = lines.filter((line) => line !== '').map((line) => `<li>${escaped(line)}</li>`);
  if (items.length === 0 && row.output.length === 0) return '';
  const list = items.length > 0 ? `<ul>${items.join('')}</ul>\n` : '';
  const output = row.output.length > 0 ? `<pre>${row.output.map(escaped).join('\n')}</pre>\n` : '';
  return `<h2>${escaped(rowName(row))}</h2>\n${list}${output}`;
}

function escaped(text: string): string {
  return visibleLine(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
