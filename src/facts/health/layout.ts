/** Where a HEALTHCHECK goes in a stage, and how it is written in the manner of the file. */
import type { Document, Instruction } from '../../core/document.ts';
import { lineEndingAt, lineStartAt, sourceText } from '../../core/document.ts';
import type { Stage } from '../../core/stages.ts';
import type { Edit } from '../../core/types.ts';

export interface CheckOptions {
  readonly timeoutS: number;
  readonly startPeriodS: number;
}

/** The exec form as JSON. Builders expand nothing in it. */
export function execForm(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

/** Puts the check behind the last EXPOSE and before ENTRYPOINT or CMD, else at the end of the stage. */
export function insertCheck(
  document: Document,
  stage: Stage,
  words: readonly string[],
  { timeoutS, startPeriodS }: CheckOptions,
): Edit {
  const lower = isLowerCase(document, stage.from);
  const [healthcheck, cmd] = lower ? ['healthcheck', 'cmd'] : ['HEALTHCHECK', 'CMD'];
  const anchor = anchorOf(stage);
  const last = stage.instructions.at(-1)!;
  const lineEnding = lineEndingAt(document, anchor?.span.start ?? last.span.start);
  const indent = anchor ? indentOf(document, anchor) : indentOf(document, last);
  const text =
    `${indent}${healthcheck} --interval=30s --timeout=${timeoutS}s --start-period=${startPeriodS}s --retries=3 ` +
    `${document.escape}${lineEnding}${indent}  ${cmd} ${execForm(words)}`;
  if (anchor) {
    const at = blockStart(document, anchor);
    const gap = isBlankBefore(document, at) ? lineEnding + lineEnding : lineEnding;
    return { start: at, end: at, before: '', text: text + gap };
  }
  const gap =
    stage.instructions.length > 1 && isBlankBefore(document, blockStart(document, last))
      ? lineEnding + lineEnding
      : lineEnding;
  return { start: last.span.end, end: last.span.end, before: '', text: gap + text };
}

/** The first ENTRYPOINT or CMD behind the last EXPOSE. */
function anchorOf({ instructions }: Stage): Instruction | null {
  const expose = instructions.findLastIndex(({ keyword }) => keyword === 'EXPOSE');
  return (
    instructions.find(
      ({ keyword }, index) => index > expose && (keyword === 'ENTRYPOINT' || keyword === 'CMD'),
    ) ?? null
  );
}

function isLowerCase(document: Document, { keywordSpan }: Instruction): boolean {
  const keyword = sourceText(document, keywordSpan);
  return keyword === keyword.toLowerCase();
}

function indentOf(document: Document, { span }: Instruction): string {
  const indent = document.text.slice(lineStartAt(document, span.start), span.start);
  return /^[ \t]{1,40}$/.test(indent) ? indent : '';
}

/** The start of the line of an instruction, or of the comment lines right above it, which speak of it. */
function blockStart(document: Document, { span }: Instruction): number {
  let start = lineStartAt(document, span.start);
  for (;;) {
    if (start === 0) return start;
    const above = lineStartAt(document, start - 1);
    const line = document.text.slice(above, start);
    const comment = document.comments.some((one) => one.span.start >= above && one.span.end <= start);
    if (!comment || !/^[ \t]*#/.test(line)) return start;
    start = above;
  }
}

function isBlankBefore(document: Document, start: number): boolean {
  if (start === 0) return false;
  const above = lineStartAt(document, start - 1);
  return document.text.slice(above, start).trim() === '';
}
