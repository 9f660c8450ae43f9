/**
 * Places the text of a split: the first stage gets a name, a new stage begins behind the cut, and every instruction
 * above the cut that the runtime needs is said again there or moves with its comments. Only text is cut and put in;
 * the author's casing, line endings and escape character are used.
 */
import { plainWords } from '../arguments.ts';
import { lineEndingAt, lineStartAt, sourceText } from '../document.ts';
import type { Document, Instruction } from '../document.ts';
import { sourceSpan } from '../lines.ts';
import { fromNames, stagesOf } from '../stages.ts';
import type { Stage } from '../stages.ts';
import type { Edit, Span } from '../types.ts';
import { BUILDER } from './words.ts';
import type { SplitPlan } from './words.ts';

/** Names that say what the first stage becomes. */
const BUILDER_NAME = /^(?:.*[-_])?(?:build(?:er)?|compile|deps|dependencies|install)(?:[-_].*)?$/i;

/** The edits of a plan; disjoint, in no order. */
export function splitEdits(document: Document, stage: Stage, plan: SplitPlan): readonly Edit[] {
  const { from } = stage;
  const names = stageNames(document, stage);
  const edits: Edit[] = [names.edit, ...(plan.edits ?? [])];
  const eol = lineEndingAt(document, from.span.start);
  const isLower = from.keyword !== sourceText(document, from.keywordSpan);
  const write = (text: string): string => adapt(text, names.builder, isLower, document.escape, eol);

  const from2 = `FROM ${flagsOf(document, from)}${plan.runtime}${names.runtime === null ? '' : ` AS ${names.runtime}`}`;
  const block: string[] = [...(plan.afterCut ?? []).map(write), '', write(from2)];
  for (const instruction of stage.instructions) {
    if (instruction === from || instruction.index > plan.cut.index) continue;
    const place = plan.places.get(instruction) ?? { at: 'builder' };
    if (place.at === 'builder') block.push(...(place.instead ?? []).map(write));
    else block.push(textWithComments(document, instruction));
    if (place.at === 'runtime') edits.push(removal(document, instruction));
  }
  for (const { before, lines } of plan.added ?? [])
    edits.push(insertion(document, before, lines.map(write), edits));
  for (const instruction of plan.drops ?? []) edits.push(removal(document, instruction));
  const end = plan.cut.span.end;
  edits.push({ start: end, end, before: '', text: block.map((line) => eol + line).join('') });
  return joined(edits);
}

/** Whole lines in front of an instruction, and a blank one below them where the author leaves one above it. */
function insertion(
  document: Document,
  before: Instruction,
  lines: readonly string[],
  edits: readonly Edit[],
): Edit {
  const { text } = document;
  const eol = lineEndingAt(document, before.span.start);
  let start = lineStartAt(document, withComments(document, before).start);
  const previous = start === 0 ? 0 : lineStartAt(document, start - 1);
  const gap = text.slice(previous, start).trim() === '' ? eol : '';
  const above = (at: number): Edit | undefined =>
    edits.find((edit) => edit.end === at && edit.start < at && edit.text === '');
  if (!above(start)) {
    return { start, end: start, before: '', text: lines.map((line) => line + eol).join('') + gap };
  }
  // What is taken out right above would become one edit with this, and what is new would seem to stand in its place.
  for (let gone = above(start); gone; gone = above(start)) start = gone.start;
  const end = start - (text[start - 2] === '\r' ? 2 : 1);
  return { start: end, end, before: '', text: lines.map((line) => eol + line).join('') + gap };
}

interface StageNames {
  readonly builder: string;
  /** The author's name, which those who build with --target use, goes to what is shipped. */
  readonly runtime: string | null;
  readonly edit: Edit;
}

function stageNames(document: Document, { from, name }: Stage): StageNames {
  const words = plainWords(from.rest);
  const last = words.at(-1)!;
  const { start, end } = sourceSpan(last, 0, last.text.length);
  if (name !== null && BUILDER_NAME.test(name)) {
    return { builder: name, runtime: null, edit: { start, end, before: name, text: name } };
  }
  const taken = new Set(
    [
      ...stagesOf(document).flatMap((stage) => [stage.name ?? '', stage.base.text]),
      ...document.instructions.flatMap(fromNames),
    ].map((text) => text.toLowerCase()),
  );
  const builder = ['builder', 'build', 'build-stage', 'builder-stage'].find((free) => !taken.has(free))!;
  if (name !== null) return { builder, runtime: name, edit: { start, end, before: name, text: builder } };
  const as = sourceText(document, from.keywordSpan) === 'FROM' ? 'AS' : 'as';
  return { builder, runtime: null, edit: { start: end, end, before: '', text: ` ${as} ${builder}` } };
}

function flagsOf(document: Document, from: Instruction): string {
  return from.flags.map((flag) => `${sourceText(document, flag.span)} `).join('');
}

// ---- texts ------------------------------------------------------------------------------------------------------

/** `FROM a AS b` and `RUN x \` in the author's casing, with the file's escape character and line endings. */
function adapt(text: string, builder: string, isLower: boolean, escape: string, eol: string): string {
  const named = text.replaceAll(BUILDER, builder);
  const cased = isLower
    ? named.replace(/^[A-Z]+/, (keyword) => keyword.toLowerCase()).replace(/^(from .*) AS (\S+)$/, '$1 as $2')
    : named;
  return cased.replace(/\\\n/g, `${escape}${eol}`);
}

/**
 * The comment lines right above an instruction belong to it, and those right below it where a blank line parts them from
 * what follows; those above FROM, or between blank lines, do not. One that opens or closes a region belongs to it where
 * it is the whole region, else to the place where it stands.
 */
export function withComments(document: Document, instruction: Instruction): Span {
  let line = instruction.startLine;
  let { start, end } = instruction.span;
  const above = document.comments.filter((comment) => comment.line < line).reverse();
  for (const comment of above) {
    if (comment.line !== line - 1) break;
    const region = regionOf(document, comment);
    if (region) {
      const closing = region.isOpening ? region.partner : null;
      const isNext =
        closing !== null && lineStartAt(document, closing.span.start) === behindLine(document.text, end);
      if (!isNext) break;
      end = closing.span.end;
    }
    line = comment.line;
    start = comment.span.start;
  }
  return { start, end: behindComments(document, instruction, end) };
}

/** Behind the comments right below, where they are not those of the next instruction. */
function behindComments(document: Document, { span, endLine, keyword }: Instruction, end: number): number {
  if (keyword === 'FROM' || end !== span.end) return end;
  let last: Document['comments'][number] | null = null;
  for (const comment of document.comments) {
    if (comment.line !== (last?.line ?? endLine) + 1) continue;
    if (regionOf(document, comment)) return end;
    last = comment;
  }
  if (!last) return end;
  const { text } = document;
  const below = behindLine(text, last.span.end);
  return below < text.length && text.slice(below, behindLine(text, below)).trim() !== ''
    ? end
    : last.span.end;
}

/** `[START x]` and `[END x]`, `region x` and `endregion x`, `BEGIN x` and `END x`, `>>> x` and `<<< x`. */
const REGION =
  /^#+\s*(?:(\[START|#?region|BEGIN|>>>)|(\[END|#?endregion|END|<<<))(?!\w)\s*([^\]<>]{0,200})[\]<>]*\s*$/;

/** What a comment opens or closes together with another one; null for a comment that stands for itself. */
function regionOf(
  document: Document,
  comment: Document['comments'][number],
): { readonly isOpening: boolean; readonly partner: Document['comments'][number] } | null {
  const found = REGION.exec(sourceText(document, comment.span));
  if (!found) return null;
  const isOpening = found[1] !== undefined;
  const partner = document.comments.find((other) => {
    const match =
      isOpening === other.span.start > comment.span.start && REGION.exec(sourceText(document, other.span));
    return match && (match[1] !== undefined) !== isOpening && match[3] === found[3];
  });
  return partner ? { isOpening, partner } : null;
}

function textWithComments(document: Document, instruction: Instruction): string {
  return sourceText(document, withComments(document, instruction));
}

/** Takes an instruction out with its comments and its lines, and one of two blank lines that would meet. */
function removal(document: Document, instruction: Instruction): Edit {
  const { text } = document;
  const span = withComments(document, instruction);
  const start = lineStartAt(document, span.start);
  let end = behindLine(text, span.end);
  const isBlank = (from: number, to: number): boolean => text.slice(from, to).trim() === '';
  const previous = start === 0 ? 0 : lineStartAt(document, start - 1);
  if (start > 0 && isBlank(previous, start) && end < text.length && isBlank(end, behindLine(text, end))) {
    end = behindLine(text, end);
  }
  return { start, end, before: text.slice(start, end), text: '' };
}

function behindLine(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  return feed < 0 ? text.length : feed + 1;
}

/** Neighbours become one edit, so that none of them stands at the start of another. */
function joined(edits: readonly Edit[]): readonly Edit[] {
  const found: Edit[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.before === edit.text) continue;
    const last = found.at(-1);
    if (!last || last.end < edit.start) {
      found.push(edit);
      continue;
    }
    found[found.length - 1] = {
      start: last.start,
      end: edit.end,
      before: last.before + edit.before,
      text: last.text + edit.text,
    };
  }
  return found;
}
