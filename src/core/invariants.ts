/**
 * What must still hold after a pass: only what the transforms declared they would touch may differ. Both documents
 * are parsed, so an edit that reads well but means something else is found here.
 */
import { lineAt, memo, sourceText } from './document.ts';
import type { Document, Instruction } from './document.ts';
import { offsetMapper, replacedOffsets } from './edit.ts';
import { imageUses } from './image-uses.ts';
import type { ImageUse } from './image-uses.ts';
import { repositoryName } from './image-ref.ts';
import { firstIndex } from './search.ts';
import { lostByNewStage } from './stage-invariants.ts';
import { stagesOf } from './stages.ts';
import type { Edit, Footprint, Span } from './types.ts';

/** An edit and what its transform may disturb; two transforms may want the same edit. */
export interface DeclaredEdit {
  readonly edit: Edit;
  readonly footprint: readonly Footprint[];
}

/** The first broken invariant as a sentence, or null when all hold. `edits` holds every edit once. */
export function brokenInvariant(
  before: Document,
  after: Document,
  edits: readonly Edit[],
  declared: readonly DeclaredEdit[],
): string | null {
  const moved = offsetMapper(edits);
  const pairs = pairInstructions(before, after, edits);
  const mayTouch = footprintsOf(declared);
  const mayMake = footprintsOf(
    declared.map(({ edit, footprint }) => ({ edit: made(edit, moved), footprint })),
  );
  return (
    mixedLineEndings(before, after) ??
    lostOrAdded(pairs, mayTouch, mayMake) ??
    changedInstructions(before, after, pairs, mayTouch) ??
    changedComments(before, after, moved, mayTouch, mayMake) ??
    changedGaps(before, after, pairs, mayTouch) ??
    changedDirectives(before, after, mayTouch) ??
    changedStages(before, after) ??
    lostByNewStage(before, after, {
      ...pairs,
      mayAddStage: (span) => mayMake(span, 'adds-stage'),
    }) ??
    changedRepositories(before, after, pairs, mayTouch)
  );
}

/** The edit with the span of its text in the new document. */
function made(edit: Edit, moved: (offset: number) => number): Edit {
  const isInsertion = edit.start === edit.end;
  const start = moved(edit.start) - (isInsertion ? edit.text.length : 0);
  return { ...edit, start, end: start + edit.text.length };
}

// ---- who is who -----------------------------------------------------------------------------------------------

interface Pairs {
  readonly kept: readonly (readonly [Instruction, Instruction])[];
  /** Those of `kept` whose source differs. */
  readonly changed: readonly (readonly [Instruction, Instruction])[];
  readonly removed: readonly Instruction[];
  readonly added: readonly Instruction[];
}

/** An instruction is the same one when it starts where its first character has moved to. */
function pairInstructions(before: Document, after: Document, edits: readonly Edit[]): Pairs {
  const moved = offsetMapper(edits);
  const isReplaced = replacedOffsets(edits);
  const byStart = new Map(after.instructions.map((instruction) => [instruction.span.start, instruction]));
  const twins = new Map<Instruction, Instruction>();
  // Those whose first character is still there come first: where an instruction is deleted, the next one moves up
  // to its place.
  for (const replaced of [false, true]) {
    for (const instruction of before.instructions) {
      if (isReplaced(instruction.span.start) !== replaced) continue;
      const start = moved(instruction.span.start);
      const twin = byStart.get(start);
      if (!twin) continue;
      twins.set(instruction, twin);
      byStart.delete(start);
    }
  }
  const kept = before.instructions.flatMap((instruction): [Instruction, Instruction][] => {
    const twin = twins.get(instruction);
    return twin ? [[instruction, twin]] : [];
  });
  const removed = before.instructions.filter((instruction) => !twins.has(instruction));
  const changed = kept.filter(([old, now]) => sourceText(before, old.span) !== sourceText(after, now.span));
  return { kept, changed, removed, added: [...byStart.values()] };
}

/** Whether some edit that touches a span has declared one of the wanted footprints. */
type MayTouch = (span: Span, ...wanted: readonly Footprint[]) => boolean;

function footprintsOf(declared: readonly DeclaredEdit[]): MayTouch {
  const sorted = [...declared].sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end);
  return (span, ...wanted) => {
    // Edits are disjoint, so their ends ascend as well.
    const first = firstIndex(sorted.length, (index) => sorted[index]!.edit.end >= span.start);
    for (let index = first; index < sorted.length && sorted[index]!.edit.start <= span.end; index++) {
      if (wanted.some((part) => sorted[index]!.footprint.includes(part))) return true;
    }
    return false;
  };
}

// ---- the invariants -------------------------------------------------------------------------------------------

const BARE_LINE_FEED = /(?<!\r)\n/;

/** A kind of line ending that the file did not have. A file without any takes line feeds. */
function mixedLineEndings(before: Document, after: Document): string | null {
  const hasCrLf = before.text.includes('\r\n');
  if (hasCrLf && BARE_LINE_FEED.test(before.text)) return null;
  const at = hasCrLf ? after.text.search(BARE_LINE_FEED) : after.text.indexOf('\r\n');
  return at < 0 ? null : `line ${lineAt(after, at)} of the new text has another kind of line ending`;
}

function lostOrAdded({ removed, added }: Pairs, mayTouch: MayTouch, mayMake: MayTouch): string | null {
  const lost = removed.find(({ span }) => !mayTouch(span, 'removes-instruction'));
  if (lost) return `line ${lost.line}: ${lost.keyword} is gone`;
  const extra = added.find(({ span }) => !mayMake(span, 'adds-instruction'));
  return extra ? `line ${extra.line} of the new text: ${extra.keyword} was added` : null;
}

function changedInstructions(
  before: Document,
  after: Document,
  { changed }: Pairs,
  mayTouch: MayTouch,
): string | null {
  for (const [old, now] of changed) {
    const aspect = changedAspects(before, after, old, now).find((part) => !mayTouch(old.span, part));
    if (aspect) return `line ${old.line}: ${old.keyword} differs in its ${aspect}`;
  }
  return null;
}

function changedAspects(before: Document, after: Document, old: Instruction, now: Instruction): Footprint[] {
  const aspects: Footprint[] = [];
  if (sourceText(before, old.keywordSpan) !== sourceText(after, now.keywordSpan)) aspects.push('keyword');
  if (!sameTexts(before, after, old.comments, now.comments)) aspects.push('comment');
  if (bodies(before, old) !== bodies(after, now)) aspects.push('arguments');
  const flags = flagText(old) !== flagText(now);
  const rest = old.rest.text !== now.rest.text;
  if ((flags || rest) && aspects.length === 0 && maskImages(before, old) === maskImages(after, now)) {
    return ['image-ref'];
  }
  if (flags) aspects.push('flags');
  if (rest) aspects.push(squeeze(old.rest.text) === squeeze(now.rest.text) ? 'whitespace' : 'arguments');
  // Nothing that is read has changed, only its layout.
  return aspects.length > 0 ? aspects : ['whitespace'];
}

function changedComments(
  before: Document,
  after: Document,
  moved: (offset: number) => number,
  mayTouch: MayTouch,
  mayMake: MayTouch,
): string | null {
  const byStart = new Map(after.comments.map((comment) => [comment.span.start, comment]));
  for (const { span, line } of before.comments) {
    const twin = byStart.get(moved(span.start));
    if (twin && sourceText(after, twin.span) === sourceText(before, span)) byStart.delete(twin.span.start);
    else if (!mayTouch(span, 'comment')) return `line ${line}: a comment is gone`;
  }
  const extra = [...byStart.values()].find(({ span }) => !mayMake(span, 'comment'));
  return extra ? `line ${extra.line} of the new text: a comment was added` : null;
}

/** What stands between two instructions: blank lines, indentation, a BOM, the line feed at the end. */
function changedGaps(before: Document, after: Document, { kept }: Pairs, mayTouch: MayTouch): string | null {
  let [oldStart, newStart] = [0, 0];
  for (const pair of [...kept, null]) {
    const [oldEnd, newEnd] = pair
      ? [pair[0].span.start, pair[1].span.start]
      : [before.text.length, after.text.length];
    const [old, now] = [before.text.slice(oldStart, oldEnd), after.text.slice(newStart, newEnd)];
    // Where comments or instructions come and go, which was judged above, their lines do as well.
    if (
      old !== now &&
      contents(old) === contents(now) &&
      !mayTouch({ start: oldStart, end: oldEnd }, 'whitespace')
    ) {
      return `line ${lineAt(before, oldStart)}: the blanks or blank lines behind it differ`;
    }
    if (pair) [oldStart, newStart] = [pair[0].span.end, pair[1].span.end];
  }
  return null;
}

function contents(gap: string): string {
  return (gap.match(/\S[^\r\n]*/g) ?? []).join('\n');
}

function changedDirectives(before: Document, after: Document, mayTouch: MayTouch): string | null {
  const same =
    before.directives.length === after.directives.length &&
    before.directives.every(({ span, name, value }, index) => {
      const twin = after.directives[index]!;
      if (twin.name !== name) return false;
      return (
        twin.value === value ||
        mayTouch(span, 'directive', ...(name === 'syntax' ? ['image-ref' as const] : []))
      );
    });
  return same ? null : 'the parser directives differ';
}

function changedStages(before: Document, after: Document): string | null {
  const old = stagesOf(before);
  const now = stagesOf(after);
  if (old.length !== now.length) return null;
  const different = old.find((stage, index) => {
    const twin = now[index]!;
    return stage.name !== twin.name || stage.parent?.index !== twin.parent?.index;
  });
  return different ? `line ${different.from.line}: the stage is built from something else` : null;
}

/** A reference may get another tag or a digest; another repository is another image. */
function changedRepositories(
  before: Document,
  after: Document,
  { changed }: Pairs,
  mayTouch: MayTouch,
): string | null {
  for (const [old, now] of changed) {
    if (repositories(before, old) === repositories(after, now) || mayTouch(old.span, 'arguments')) continue;
    return `line ${old.line}: an image became another one: ${repositories(before, old)}`;
  }
  const [old, now] = [before, after].map((document) => repositories(document, null));
  const syntax = before.directives.find(({ name }) => name === 'syntax');
  if (old === now || !syntax || mayTouch(syntax.span, 'directive')) return null;
  return `line ${syntax.line}: an image became another one: ${old}`;
}

function repositories(document: Document, instruction: Instruction | null): string {
  const uses = usesByInstruction(document).get(instruction?.index ?? -1) ?? [];
  return uses.map(({ image, raw }) => (image ? repositoryName(image) : raw)).join(' ');
}

// ---- helpers --------------------------------------------------------------------------------------------------

interface Spanned {
  readonly span: Span;
}

function sameTexts(
  before: Document,
  after: Document,
  old: readonly Spanned[],
  now: readonly Spanned[],
): boolean {
  return (
    old.length === now.length &&
    old.every(({ span }, index) => sourceText(before, span) === sourceText(after, now[index]!.span))
  );
}

function bodies(document: Document, instruction: Instruction): string {
  return instruction.heredocs.map(({ body, name }) => `${name}\n${sourceText(document, body)}`).join('\n');
}

function flagText(instruction: Instruction): string {
  return (instruction.trigger ?? instruction).flags
    .map(({ name, value }) => `${name}=${value?.text}`)
    .join('\n');
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The instruction's source with every image name in it left out. */
function maskImages(document: Document, instruction: Instruction): string {
  let text = '';
  let at = instruction.span.start;
  for (const use of usesByInstruction(document).get(instruction.index) ?? []) {
    text += `${document.text.slice(at, use.span.start)}\0`;
    at = use.span.end;
  }
  return text + document.text.slice(at, instruction.span.end);
}

/** By index of the instruction; -1 holds the syntax directive. */
const usesByInstruction = memo((document: Document): ReadonlyMap<number, readonly ImageUse[]> => {
  const found = new Map<number, ImageUse[]>();
  for (const use of imageUses(document)) {
    const index = use.instruction?.index ?? -1;
    const list = found.get(index);
    if (list) list.push(use);
    else found.set(index, [use]);
  }
  return found;
});
