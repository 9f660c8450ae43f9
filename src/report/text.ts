/** The report for people: what would change and why, what would change only with --unsafe, what was left and why. */
import type { FixedFinding } from '../core/outcome.ts';
import type { Evidence } from '../core/types.ts';
import { unifiedDiff } from './diff.ts';
import type { FileReport, ReportedError, Reporter, ReporterOptions, Summary } from './reporter.ts';
import { visible, visibleLine } from './visible.ts';

export function createTextReporter(options: ReporterOptions): Reporter {
  const paint = painter(options.color);
  const clean = options.terminal ? visible : (text: string): string => text;
  return {
    start: () => '',

    file(report) {
      if (options.quiet) return '';
      if (options.brief) return briefly(report);
      const sections = [
        fixes(report, paint, clean),
        unsafeFixes(report, paint, clean),
        others(report, options, paint),
      ].filter((section) => section !== '');
      if (sections.length === 0)
        return options.verbose && report.result ? `${visibleLine(report.path)}: nothing to do\n` : '';
      return `${heading(report, paint)}\n${sections.join('\n')}\n`;
    },

    end(summary, errors) {
      const hint = options.mode === 'dry-run' && summary.changed > 0 ? ' Add --write to apply.' : '';
      return `${summaryLine(summary, options, paint)}${countOf(errors, paint)}${hint}\n`;
    },
  };
}

/** The person has just seen the diff. */
function briefly({ path, status }: FileReport): string {
  if (status === 'unchanged') return '';
  return `${visibleLine(path)}: ${status === 'written' ? 'written' : 'not written'}\n`;
}

function heading({ path, status, result }: FileReport, paint: Paint): string {
  const isUnwritten = status === 'failed' && result !== null && result.change.edits.length > 0;
  return paint.bold(visibleLine(path)) + (isUnwritten ? paint.red(' (not written)') : '');
}

// ---- sections -------------------------------------------------------------------------------------------------

type Clean = (text: string) => string;

function fixes(report: FileReport, paint: Paint, clean: Clean): string {
  const { result } = report;
  const fixed = withStatus(report, 'fixed');
  if (!result || fixed.length === 0) return '';
  const diff = clean(unifiedDiff(report.path, result.original, result.change.edits));
  return `${table(fixed, paint, '  ')}${paintDiff(diff, paint)}`;
}

/** Behind a bar, so that a program that reads the diff above does not take this one as well. */
function unsafeFixes(report: FileReport, paint: Paint, clean: Clean): string {
  const available = withStatus(report, 'available');
  const { result } = report;
  if (!result || available.length === 0) return '';
  const change = result.unsafeChange;
  const diff = change ? clean(unifiedDiff(report.path, result.change.text, change.edits)) : '';
  const body = table(available, paint, '    ') + barred(paintDiff(diff, paint));
  return `  ${paint.yellow('only with --unsafe:')}\n${body}`;
}

function others(report: FileReport, options: ReporterOptions, paint: Paint): string {
  const { result } = report;
  if (!result) return '';
  const withheld = withStatus(report, 'withheld').filter(({ code }) => code !== 'offline' || options.verbose);
  let text = '';
  if (withheld.length > 0)
    text += `  ${paint.dim('left alone:')}\n${grouped(withheld, '; left because ', paint)}`;
  const advice = withStatus(report, 'display');
  if (advice.length > 0) text += `  ${paint.dim('advice, never applied:')}\n${grouped(advice, '; ', paint)}`;
  if (options.verbose) {
    for (const { id, line } of withStatus(report, 'ignored'))
      text += `  line ${line}: ${id} is ignored by a comment\n`;
  }
  for (const { line, message } of result.notices)
    text += `  ${paint.yellow('note:')} line ${line}: ${visibleLine(message)}\n`;
  return text;
}

function withStatus({ result }: FileReport, status: FixedFinding['status']): readonly FixedFinding[] {
  return result?.findings.filter((finding) => finding.status === status) ?? [];
}

/** One line a fix: line, transform, safety, message, evidence. */
function table(findings: readonly FixedFinding[], paint: Paint, margin: string): string {
  const width = Math.max(...findings.map(({ id }) => id.length));
  const lineWidth = Math.max(...findings.map(({ line }) => String(line).length));
  return findings
    .map((finding) => {
      const safety = finding.safety === 'unsafe' ? paint.yellow('unsafe') : paint.green('safe  ');
      const why = finding.safety === 'unsafe' ? `; ${finding.reason}` : '';
      const evidence = [...new Set(finding.evidence.map(evidenceText))].filter(Boolean).join('; ');
      const shown = `${finding.message}${why}${evidence ? ` [${evidence}]` : ''}`;
      const line = `line ${String(finding.line).padStart(lineWidth)}`;
      return `${margin}${line}  ${paint.bold(finding.id.padEnd(width))}  ${safety}  ${visibleLine(shown)}\n`;
    })
    .join('');
}

/** Findings that have the same transform, message and reason share a line. */
function grouped(findings: readonly FixedFinding[], joiner: string, paint: Paint): string {
  const groups = new Map<string, FixedFinding[]>();
  for (const finding of findings) {
    const key = `${finding.id} ${finding.message} ${finding.reason}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()]
    .map((group) => {
      const { id, message, reason } = group[0]!;
      const lines = group.map(({ line }) => line);
      const where = lines.length === 1 ? `line ${lines[0]}` : `lines ${lines.join(', ')}`;
      return `    ${where}  ${paint.bold(id)}  ${visibleLine(message + joiner + reason)}\n`;
    })
    .join('');
}

function evidenceText(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'registry':
      return `${evidence.reference} is ${evidence.digest.slice(0, 19)}…${evidence.note ? `, ${evidence.note}` : ''}`;
    case 'source':
      return evidence.note;
    case 'context':
      return `${evidence.path}${evidence.line === undefined ? '' : `:${evidence.line}`}: ${evidence.note}`;
    case 'knowledge':
      return evidence.source;
    case 'reference':
      return evidence.url;
  }
}

function summaryLine(summary: Summary, { mode }: ReporterOptions, paint: Paint): string {
  const parts: string[] = [];
  const fixes = count(summary.fixes, 'fix', 'fixes');
  if (mode === 'write') parts.push(summary.written > 0 ? `${summary.written} written` : 'nothing written');
  if (summary.changed > 0) parts.push(`${summary.changed} would change (${fixes})`);
  else if (mode !== 'write') parts.push('nothing to change');
  if (summary.unsafeFixes > 0)
    parts.push(`${count(summary.unsafeFixes, 'more fix', 'more fixes')} with --unsafe`);
  if (summary.notAsked > 0)
    parts.push(`${count(summary.notAsked, 'image reference', 'image references')} not looked up (offline)`);
  if (summary.withheld > 0) parts.push(`${count(summary.withheld, 'finding', 'findings')} left alone`);
  if (summary.ignored > 0)
    parts.push(`${count(summary.ignored, 'finding', 'findings')} ignored by a comment`);
  if (summary.ignoresWithoutReason > 0) {
    parts.push(
      count(summary.ignoresWithoutReason, 'ignore comment', 'ignore comments') + ' without a reason',
    );
  }
  return `${paint.bold(count(summary.files, 'file', 'files'))}: ${parts.join(', ')}.`;
}

function countOf(errors: readonly ReportedError[], paint: Paint): string {
  return errors.length === 0 ? '' : ` ${paint.red(count(errors.length, 'problem', 'problems'))} (see above).`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

// ---- colours and control characters ---------------------------------------------------------------------------

interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

export function painter(color: boolean): Paint {
  const paint = (code: number) => (text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  return {
    bold: paint(1),
    dim: paint(2),
    red: paint(31),
    green: paint(32),
    yellow: paint(33),
    cyan: paint(36),
  };
}

function paintDiff(diff: string, paint: Paint): string {
  return diff.replace(/^[^\r\n]+/gm, (line) => {
    if (line.startsWith('+++') || line.startsWith('---')) return paint.bold(line);
    if (line.startsWith('+')) return paint.green(line);
    if (line.startsWith('-')) return paint.red(line);
    return line.startsWith('@@') ? paint.cyan(line) : line;
  });
}

/** Blanks alone would not do: patch removes an indentation that all lines share. */
function barred(text: string): string {
  return text.replace(/[^\n]*\n/g, (line) => `    | ${line}`);
}
