/** A check that cannot fail, that fails with a code of another meaning, or that stops the build. */
import { lineStartAt, sourceText } from '../../core/document.ts';
import type { Document } from '../../core/document.ts';
import { checkCalls } from '../../core/healthcheck.ts';
import type { CheckCall } from '../../core/healthcheck.ts';
import { sourceSpan } from '../../core/lines.ts';
import type { Edit, Span } from '../../core/types.ts';
import { commandSpanOf, coreOf, defect } from './look.ts';
import type { CheckDefect, Look } from './look.ts';

/** `|| true`, `; exit 0`, or nothing that could fail. */
export function neverFails(look: Look): CheckDefect | null {
  const { check, document } = look;
  if (check.script === null) return null;
  const calls = checkCalls(check) ?? [];
  // What stands behind || is not reached: echo does not fail.
  const says = /^[^;&|\n]*\|\|\s*exit\s+\d+\s*$/.test(check.script) ? calls.slice(0, -1) : calls;
  if (says.length > 0 && says.every(saysYes)) {
    return defect(look, 'the check asks nothing, so it can never fail', {
      code: 'asks-nothing',
      reason: 'it says healthy whatever happens; write a probe of the port, or HEALTHCHECK NONE',
    });
  }
  const { text } = check.command;
  const found = /(?:\|\||;)\s*(?:true|:|exit\s+0)(?=\s*(?:"\s*\])?\s*$)/.exec(text);
  if (found) {
    const span = sourceSpan(check.command, found.index, found.index + found[0].length);
    const before = sourceText(document, span);
    const isOneLine = before === found[0];
    const isFirst = /^[^;]*$/.test(text.slice(0, found.index));
    const message = `"${found[0].replace(/\s+/g, ' ')}" makes every failure a success, so the check can never fail`;
    if (!isOneLine || !isFirst)
      return defect(look, message, { code: 'never-fails', reason: 'end it with || exit 1 instead' });
    const glue = found[0].startsWith(';') && !/\s$/.test(text.slice(0, found.index)) ? ' ' : '';
    return defect(look, message, {
      title: 'End it with || exit 1',
      safety: 'unsafe',
      reason: 'a failure was turned into a success on purpose or by mistake; from here the two look the same',
      edits: [{ ...span, before, text: `${glue}|| exit 1` }],
    });
  }
  return grepOfItself(look);
}

const SAYS_YES = /^(?:echo|true|:|printf|date)$/;

function saysYes({ program, args }: CheckCall): boolean {
  return SAYS_YES.test(program) || (program === 'exit' && args[0] === '0');
}

/** `ps | grep name`: the grep is in the list as well. */
function grepOfItself(look: Look): CheckDefect | null {
  const { check, document } = look;
  const { text } = check.command;
  const found =
    /\bps\b[^|;&]*\|\s*grep\s+(?:-[a-zA-Z]+\s+)?(['"]?)([A-Za-z][\w.-]*)\1\s*(?:\|\|\s*exit\s+1)?$/.exec(
      text,
    );
  if (check.form !== 'shell' || !found) return null;
  const word = found[1]! + found[2]! + found[1]!;
  const at = found.index + found[0].lastIndexOf(word);
  const span = sourceSpan(check.command, at, at + word.length);
  if (sourceText(document, span) !== word) return null;
  const pattern = `[${found[2]![0]}]${found[2]!.slice(1)}`;
  return defect(look, 'grep finds itself in the list of ps, so the check can never fail', {
    title: `Write the pattern as ${pattern}, which does not match itself`,
    safety: 'safe',
    reason: 'the pattern matches the same processes, except for the grep of the check',
    edits: [{ ...span, before: word, text: `"${pattern}"` }],
  });
}

/** pg_isready ends with 2 when nobody answers, a code that Docker reserves. */
export function reservedCode(look: Look): CheckDefect | null {
  const { check } = look;
  if (check.form !== 'shell') return null;
  const core = coreOf(check);
  const { text } = check.command;
  if (core?.call.program !== 'pg_isready' || !core.isPlain || /[|;&]/.test(text)) return null;
  const { end } = commandSpanOf(look);
  return defect(
    look,
    'pg_isready ends with 2 when nobody answers, and Docker reserves that code',
    {
      title: 'End it with || exit 1',
      safety: 'safe',
      reason: 'it fails exactly when it failed before, with the code that means unhealthy',
      edits: [{ start: end, end, before: '', text: ' || exit 1' }],
    },
    [{ kind: 'reference', url: 'https://docs.docker.com/reference/dockerfile/#healthcheck' }],
  );
}

/** Engines before 25 stop the build at it, unless the file asks for a newer frontend. */
export function startInterval(look: Look): readonly CheckDefect[] {
  const { document, check } = look;
  const flag = check.flags.find(({ name }) => name === 'start-interval');
  if (!flag || document.directives.some(({ name }) => name === 'syntax')) return [];
  const { span } = flag;
  return [
    {
      span,
      message: 'builders of engines before 25 do not know --start-interval and stop at it',
      evidence: [
        { kind: 'source', span, note: 'the option' },
        { kind: 'reference', url: 'https://docs.docker.com/reference/dockerfile/#healthcheck' },
      ],
      fix: {
        title: 'Remove --start-interval',
        safety: 'unsafe',
        reason:
          'with a newer engine the container turns healthy one interval later; a # syntax line would be another way',
        edits: [flagEdit(document, span)],
      },
    },
  ];
}

/** The flag with the blanks in front of it, or its whole line when it has one to itself. */
function flagEdit(document: Document, span: Span): Edit {
  const { text } = document;
  const lineStart = lineStartAt(document, span.start);
  const feed = text.indexOf('\n', span.end);
  const behind = text.slice(span.end, feed < 0 ? text.length : feed);
  if (feed >= 0 && text.slice(lineStart, span.start).trim() === '' && behind.trim() === document.escape) {
    return { start: lineStart, end: feed + 1, before: text.slice(lineStart, feed + 1), text: '' };
  }
  let start = span.start;
  while (start > lineStart && /[ \t]/.test(text[start - 1]!)) start--;
  if (start === lineStart) {
    let end = span.end;
    while (/[ \t]/.test(text[end] ?? '')) end++;
    return { start: span.start, end, before: text.slice(span.start, end), text: '' };
  }
  return { start, end: span.end, before: text.slice(start, span.end), text: '' };
}
