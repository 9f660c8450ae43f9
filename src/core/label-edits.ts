/** Where new labels go: behind those that are there, or at the end of the stage. */
import { argumentNames, keyValuePairs } from './arguments.ts';
import { lineEndingAt, lineStartAt, sourceText } from './document.ts';
import type { Document, Instruction } from './document.ts';
import type { Stage } from './stages.ts';
import type { Edit } from './types.ts';
import { LABEL_PREFIX } from './labels.ts';
import type { NewLabel } from './labels.ts';

/** What stands below these is built anew when they change. */
const LAYERS = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR', 'ONBUILD']);

/** The edits that add labels, with the ARGs that feed them; what changes with every build stays below the RUNs. */
export function labelEdits(document: Document, stage: Stage, added: readonly NewLabel[]): readonly Edit[] {
  const { instructions } = stage;
  const lastLayer = instructions.filter(({ keyword }) => LAYERS.has(keyword)).at(-1)?.index ?? -1;
  const extended = instructions.filter((instruction) => isExtendable(document, instruction)).at(-1);
  const isBelow = extended !== undefined && extended.index > lastLayer;
  const byArgument = added.filter(({ argument }) => argument !== null);
  if (!extended) return [newBlock(document, stage, added)];
  if (byArgument.length === 0) return [extension(document, extended, added)];
  // An ARG above a RUN would make it run again for every commit; what is added stays together.
  if (!isBelow) return [newBlock(document, stage, added)];
  const missing = argumentLines(document, stage, byArgument, extended.index, extended);
  const edits = [extension(document, extended, added)];
  if (missing === '') return edits;
  const at = lineStartAt(document, extended.span.start);
  return [{ start: at, end: at, before: '', text: missing }, ...edits];
}

/** `LABEL key value` and empty ones cannot be extended by a pair. */
function isExtendable(document: Document, instruction: Instruction): boolean {
  if (instruction.keyword !== 'LABEL') return false;
  const pairs = keyValuePairs(instruction.rest, document.escape);
  return !('error' in pairs) && pairs.length > 0 && !pairs[0]!.legacy;
}

/** A LABEL of one line with one pair: who writes several of these wants the next one like them. */
function standsAlone(
  document: Document,
  { keyword, rest, startLine, endLine, trigger }: Instruction,
): boolean {
  if (keyword !== 'LABEL' || startLine !== endLine || trigger) return false;
  const pairs = keyValuePairs(rest, document.escape);
  return !('error' in pairs) && pairs.length === 1;
}

function neighbours(document: Document, { index, stage }: Instruction): readonly Instruction[] {
  const around = [document.instructions[index - 1], document.instructions[index + 1]].flatMap(
    (one) => one ?? [],
  );
  return around.filter((one) => one.stage === stage);
}

/** New pairs behind the last one of a LABEL, each on a line of its own, in its author's indentation. */
function extension(document: Document, label: Instruction, added: readonly NewLabel[]): Edit {
  const pairs = keyValuePairs(label.rest, document.escape);
  const last = 'error' in pairs ? null : pairs.at(-1)!;
  const at = last!.span.end;
  if (standsAlone(document, label) && neighbours(document, label).some((one) => standsAlone(document, one))) {
    const keyword = `${lineEndingAt(document, at)}${sourceText(document, label.keywordSpan)} `;
    return { start: at, end: at, before: '', text: added.map((one) => keyword + pair(one)).join('') };
  }
  const lineStart = lineStartAt(document, last!.span.start);
  const before = document.text.slice(lineStart, last!.span.start);
  const own = lineStart > label.span.start && before.trim() === '';
  const indent = own
    ? before
    : ' '.repeat(label.keywordSpan.end - lineStartAt(document, label.span.start) + 1);
  const lineBreak = ` ${document.escape}${lineEndingAt(document, at)}${indent}`;
  return { start: at, end: at, before: '', text: added.map((one) => `${lineBreak}${pair(one)}`).join('') };
}

function pair({ key, text }: NewLabel): string {
  return `${LABEL_PREFIX}${key}="${text}"`;
}

/** ARG lines for the arguments that are not in force at an instruction of the stage. */
function argumentLines(
  document: Document,
  stage: Stage,
  added: readonly NewLabel[],
  before: number,
  near: Instruction,
): string {
  const inForce = new Set(
    stage.instructions.flatMap((instruction) =>
      instruction.keyword === 'ARG' && instruction.index < before
        ? argumentNames(instruction.rest, document.escape).map(({ key }) => key)
        : [],
    ),
  );
  const global = new Set(
    document.instructions.flatMap((instruction) =>
      instruction.stage < 0 ? argumentNames(instruction.rest, document.escape).map(({ key }) => key) : [],
    ),
  );
  const keyword = isLowerCase(document, near) ? 'arg' : 'ARG';
  const lineEnding = lineEndingAt(document, near.span.start);
  const names = [...new Set(added.map(({ argument }) => argument!))].filter((name) => !inForce.has(name));
  // An ARG above FROM keeps its default when it is named again.
  return names.map((name) => `${keyword} ${name}${global.has(name) ? '' : '=""'}${lineEnding}`).join('');
}

function isLowerCase(document: Document, { keywordSpan }: Instruction): boolean {
  const keyword = sourceText(document, keywordSpan);
  return keyword === keyword.toLowerCase();
}

/** A new LABEL at the end of the stage, above the CMD and ENTRYPOINT that close it. */
function newBlock(document: Document, stage: Stage, added: readonly NewLabel[]): Edit {
  const { instructions } = stage;
  let first = instructions.length;
  while (first > 1 && /^(?:CMD|ENTRYPOINT)$/.test(instructions[first - 1]!.keyword)) first--;
  const next = instructions[first];
  const previous = instructions[first - 1]!;
  const byArgument = added.filter(({ argument }) => argument !== null);
  const lines = argumentLines(document, stage, byArgument, next?.index ?? Infinity, previous);
  const keyword = isLowerCase(document, previous) ? 'label' : 'LABEL';
  const lineEnding = lineEndingAt(document, previous.span.start);
  const lineBreak = ` ${document.escape}${lineEnding}      `;
  const block = `${lines}${keyword} ${added.map(pair).join(lineBreak)}`;
  if (!next) {
    const { end } = previous.span;
    const gap = hasBlankLines(document, stage) ? lineEnding : '';
    return { start: end, end, before: '', text: `${lineEnding}${gap}${block}` };
  }
  const at = startWithComments(document, previous, next);
  const isSpaced = isBlank(document, at);
  return { start: at, end: at, before: '', text: `${block}${lineEnding}${isSpaced ? lineEnding : ''}` };
}

/** Where an instruction starts together with the comment lines directly above it. */
function startWithComments(document: Document, previous: Instruction, next: Instruction): number {
  let at = lineStartAt(document, next.span.start);
  for (const { span } of [...document.comments].reverse()) {
    if (span.start < previous.span.end || span.start > at) continue;
    const start = lineStartAt(document, span.start);
    if (document.text.slice(span.end, at).replace(/\r?\n/, '') !== '') break;
    at = start;
  }
  return at;
}

/** Whether the line above is blank. */
function isBlank(document: Document, at: number): boolean {
  return at >= 2 && /\n[ \t]*\r?\n$/.test(document.text.slice(Math.max(0, at - 200), at));
}

function hasBlankLines(document: Document, { instructions }: Stage): boolean {
  const last = instructions.at(-1)!;
  return instructions.length > 1 && isBlank(document, lineStartAt(document, last.span.start));
}
