/**
 * The algebra of edits: check, apply, undo, and carry several passes back to the first text. Linear in text and
 * edits.
 */
import { firstIndex } from './search.ts';
import type { Edit } from './types.ts';

export class EditError extends Error {}

/** Ascending copy. Throws {@link EditError} for edits that overlap, leave the text, or expect something else. */
export function checkEdits(text: string, edits: readonly Edit[]): readonly Edit[] {
  const sorted = ascending(edits);
  let end = 0;
  let previousStart = -1;
  for (const edit of sorted) {
    const isPlace = Number.isInteger(edit.start) && Number.isInteger(edit.end);
    const isFree = edit.start >= end && edit.start !== previousStart;
    if (!isPlace || !isFree || edit.end < edit.start || edit.end > text.length) {
      throw new EditError(`edits overlap or leave the text at offset ${edit.start}`);
    }
    const found = text.slice(edit.start, edit.end);
    if (found !== edit.before) {
      throw new EditError(
        `expected ${JSON.stringify(edit.before.slice(0, 80))} at offset ${edit.start}, found ${JSON.stringify(found.slice(0, 80))}`,
      );
    }
    if (edit.start === edit.end) previousStart = edit.start;
    end = edit.end;
  }
  return sorted;
}

/** The text after all `edits`; order does not matter. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of checkEdits(text, edits)) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** Edits that turn the result of `applyEdits(text, edits)` back into `text`; neighbours become one. */
export function invertEdits(text: string, edits: readonly Edit[]): readonly Edit[] {
  const inverted: Edit[] = [];
  let shift = 0;
  for (const edit of checkEdits(text, edits)) {
    const start = edit.start + shift;
    shift += edit.text.length - (edit.end - edit.start);
    const last = inverted.at(-1);
    const before = last?.end === start ? inverted.pop()! : { start, before: '', text: '' };
    inverted.push({
      start: before.start,
      end: start + edit.text.length,
      before: before.before + edit.text,
      text: before.text + edit.before,
    });
  }
  return inverted;
}

/** Where a character that no edit replaces stands afterwards; what is inserted at it comes before it. */
export function offsetMapper(edits: readonly Edit[]): (offset: number) => number {
  const sorted = ascending(edits);
  const shifts: number[] = [0];
  for (const edit of sorted) shifts.push(shifts.at(-1)! + edit.text.length - (edit.end - edit.start));
  return (offset) => {
    const index = firstIndex(sorted.length, (at) => sorted[at]!.end > offset);
    const inside = sorted[index];
    // Inside a replaced span: its start is the nearest place that still exists.
    return (inside && inside.start < offset ? inside.start : offset) + shifts[index]!;
  };
}

/** Tells whether the character at an offset is replaced or deleted. */
export function replacedOffsets(edits: readonly Edit[]): (offset: number) => boolean {
  const sorted = ascending(edits);
  return (offset) => {
    const edit = sorted[firstIndex(sorted.length, (at) => sorted[at]!.end > offset)];
    return edit !== undefined && edit.start <= offset;
  };
}

function ascending(edits: readonly Edit[]): readonly Edit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

// ---- several passes -------------------------------------------------------------------------------------------

/** A text as a sequence of stretches of an original and of new text. */
export type Stretch = { readonly start: number; readonly end: number } | string;

/** How the text of some pass is made from the original one. */
export interface History {
  readonly original: string;
  readonly stretches: readonly Stretch[];
}

export function startHistory(original: string): History {
  return { original, stretches: [{ start: 0, end: original.length }] };
}

/** The history after `edits`, whose offsets are those of the text that `history` stands for. */
export function extendHistory(history: History, edits: readonly Edit[]): History {
  const sorted = ascending(edits);
  const stretches: Stretch[] = [];
  let index = 0;
  let stretchStart = 0;
  let copied = 0;
  const copyTo = (end: number, keep: boolean): void => {
    while (copied < end) {
      const stretch = history.stretches[index]!;
      const length = stretchLength(stretch);
      const from = copied - stretchStart;
      const to = Math.min(end - stretchStart, length);
      if (keep) stretches.push(cut(stretch, from, to));
      copied = stretchStart + to;
      if (to === length) {
        stretchStart += length;
        index++;
      }
    }
  };
  for (const edit of sorted) {
    copyTo(edit.start, true);
    copyTo(edit.end, false);
    if (edit.text !== '') stretches.push(edit.text);
  }
  const total = history.stretches.reduce((sum, stretch) => sum + stretchLength(stretch), 0);
  copyTo(total, true);
  return { original: history.original, stretches };
}

/** All passes as edits of the original text; what was changed and changed back is gone. */
export function historyEdits(history: History): readonly Edit[] {
  const { original } = history;
  const edits: Edit[] = [];
  let at = 0;
  let added = '';
  const flush = (start: number): void => {
    const before = original.slice(at, start);
    if (before !== added) edits.push({ start: at, end: start, before, text: added });
    added = '';
  };
  for (const stretch of history.stretches) {
    if (typeof stretch === 'string') {
      added += stretch;
      continue;
    }
    if (stretch.start > at || added !== '') flush(stretch.start);
    at = stretch.end;
  }
  if (at < original.length || added !== '') flush(original.length);
  return edits;
}

/** Translates an offset of the current text to where it came from in the original, or was put in at. */
export function originMapper(history: History): (offset: number) => number {
  // For every stretch: where it starts now, and where in the original it comes from or was put in.
  const starts: number[] = [];
  const origins: number[] = [];
  let at = 0;
  let origin = 0;
  for (const stretch of history.stretches) {
    starts.push(at);
    origins.push(typeof stretch === 'string' ? origin : stretch.start);
    at += stretchLength(stretch);
    if (typeof stretch !== 'string') origin = stretch.end;
  }
  return (offset) => {
    if (offset >= at) return origin;
    const index = firstIndex(starts.length, (at) => starts[at]! > offset) - 1;
    const isNew = typeof history.stretches[index] === 'string';
    return isNew ? origins[index]! : origins[index]! + offset - starts[index]!;
  };
}

function stretchLength(stretch: Stretch): number {
  return typeof stretch === 'string' ? stretch.length : stretch.end - stretch.start;
}

function cut(stretch: Stretch, from: number, to: number): Stretch {
  if (typeof stretch === 'string') return stretch.slice(from, to);
  return { start: stretch.start + from, end: stretch.start + to };
}
