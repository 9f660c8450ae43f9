/**
 * Unified diffs that `git apply` and `patch -p1` take byte for byte. They are made from the edits, not by comparing
 * two texts: cost and size follow what was changed, and the diff shows exactly that.
 */
import { diffArrays } from 'diff';
import { firstIndex } from '../core/search.ts';
import type { Edit } from '../core/types.ts';

const CONTEXT = 3;

/** Lines that differ: `[oldStart, oldEnd)` of the old text become `lines`. Line numbers are 0-based. */
interface Block {
  oldStart: number;
  oldEnd: number;
  lines: readonly string[];
}

/** The diff of one file; empty when nothing changes. `path` has slashes, and is shown behind `a/` and `b/`. */
export function unifiedDiff(path: string, text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return '';
  const starts = lineStarts(text);
  const blocks = minimize(text, starts, collectBlocks(text, starts, edits));
  return blocks.length === 0 ? '' : fileHeader(path) + hunks(text, starts, blocks).join('');
}

function fileHeader(path: string): string {
  const local = path.replace(/^\/+/, '');
  return `--- ${quotePath(`a/${local}`)}\n+++ ${quotePath(`b/${local}`)}\n`;
}

/** As git writes names: quoted when it must be, followed by a tab when it has a blank. */
function quotePath(path: string): string {
  if (/^[\x20-\x7e]*$/.test(path) && !/["\\]/.test(path)) return path.includes(' ') ? `${path}\t` : path;
  let quoted = '';
  for (const byte of new TextEncoder().encode(path)) {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === '\\') quoted += `\\${char}`;
    else if (byte < 0x20 || byte > 0x7e) quoted += `\\${byte.toString(8).padStart(3, '0')}`;
    else quoted += char;
  }
  return `"${quoted}"`;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (
    let feed = text.indexOf('\n');
    feed >= 0 && feed + 1 < text.length;
    feed = text.indexOf('\n', feed + 1)
  ) {
    starts.push(feed + 1);
  }
  return starts;
}

/** The index of the line that holds the offset. */
function lineOf(starts: readonly number[], offset: number): number {
  return firstIndex(starts.length, (line) => starts[line]! > offset) - 1;
}

/** Edits on the same or on neighbouring lines form one block; its new lines are made by applying them. */
function collectBlocks(text: string, starts: readonly number[], edits: readonly Edit[]): Block[] {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const blocks: Block[] = [];
  let group: Edit[] = [];
  let first = 0;
  let last = 0;
  const flush = (): void => {
    if (group.length > 0) blocks.push(makeBlock(text, starts, group, first, last));
  };
  for (const edit of sorted) {
    const from = lineOf(starts, edit.start);
    const to = lineOf(starts, edit.end);
    if (group.length > 0 && from <= last + 1) {
      group.push(edit);
      last = Math.max(last, to);
    } else {
      flush();
      group = [edit];
      first = from;
      last = to;
    }
  }
  flush();
  return blocks;
}

function makeBlock(
  text: string,
  starts: readonly number[],
  edits: readonly Edit[],
  first: number,
  last: number,
): Block {
  const start = starts[first]!;
  const end = starts[last + 1] ?? text.length;
  let changed = '';
  let at = start;
  for (const edit of edits) {
    changed += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  changed += text.slice(at, end);
  return { oldStart: first, oldEnd: start === end ? first : last + 1, lines: splitLines(changed) };
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function oldLines(text: string, starts: readonly number[], start: number, end: number): string[] {
  const lines: string[] = [];
  for (let line = start; line < end; line++)
    lines.push(text.slice(starts[line]!, starts[line + 1] ?? text.length));
  return lines;
}

/** Lines of a block that did not change are taken out of it. */
function minimize(text: string, starts: readonly number[], blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block) => {
    const before = oldLines(text, starts, block.oldStart, block.oldEnd);
    const parts: Block[] = [];
    let old = block.oldStart;
    let open: Block | null = null;
    for (const change of diffArrays(before, [...block.lines])) {
      if (!change.added && !change.removed) {
        old += change.value.length;
        open = null;
        continue;
      }
      if (!open) {
        open = { oldStart: old, oldEnd: old, lines: [] };
        parts.push(open);
      }
      if (change.removed) {
        old += change.value.length;
        open.oldEnd = old;
      } else open.lines = [...open.lines, ...change.value];
    }
    return parts;
  });
}

function hunks(text: string, starts: readonly number[], blocks: readonly Block[]): string[] {
  const total = text === '' ? 0 : starts.length;
  const out: string[] = [];
  let shift = 0;
  for (let index = 0; index < blocks.length;) {
    const from = Math.max(0, blocks[index]!.oldStart - CONTEXT);
    let until = index + 1;
    while (until < blocks.length && blocks[until]!.oldStart - blocks[until - 1]!.oldEnd <= 2 * CONTEXT)
      until++;
    const to = Math.min(total, blocks[until - 1]!.oldEnd + CONTEXT);
    let body = '';
    let at = from;
    let grown = 0;
    for (const block of blocks.slice(index, until)) {
      body += oldLines(text, starts, at, block.oldStart)
        .map((line) => show(' ', line))
        .join('');
      body += oldLines(text, starts, block.oldStart, block.oldEnd)
        .map((line) => show('-', line))
        .join('');
      body += block.lines.map((line) => show('+', line)).join('');
      at = block.oldEnd;
      grown += block.lines.length - (block.oldEnd - block.oldStart);
    }
    body += oldLines(text, starts, at, to)
      .map((line) => show(' ', line))
      .join('');
    const oldCount = to - from;
    out.push(`@@ -${range(from, oldCount)} +${range(from + shift, oldCount + grown)} @@\n${body}`);
    shift += grown;
    index = until;
  }
  return out;
}

function range(start: number, count: number): string {
  // An empty range names the line before it.
  const first = count === 0 ? start : start + 1;
  return count === 1 ? `${first}` : `${first},${count}`;
}

function show(sign: string, line: string): string {
  return line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}
