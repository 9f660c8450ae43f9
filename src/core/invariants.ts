/**
 * What must still hold after a pass: only what the transforms declared they would touch may differ. Both documents
 * are parsed, so an edit that reads well but means something else is found here.
 */
import { lineAt, memo, sourceText } from './document.ts';
import type { Document, Instruction } from './document.ts';
import { offsetMapper } from './edit.ts';
import { imageUses } from './image-uses.ts';
import type { ImageUse } from './image-uses.ts';
import { repositoryName } from './image-ref.ts';
import { stagesOf } from './stages.ts';
import type { Edit, Footprint, Span } from './types.ts';

/** An edit and what its transform may disturb. */
export interface DeclaredEdit {
  readonly edit: Edit;
  readonly footprint: readonly Footprint[];
}

/** The first broken invariant as a sentence, or null when all hold. */
export function brokenInvariant(
  before: Document,
  after: Document,
  declared: readonly DeclaredEdit[],
): string | null {
  const edits = declared.map(({ edit }) => edit);
  const mayTouch = declaredFootprints(declared);
  const declares = (part: Footprint): boolean => declared.some(({ footprint }) => footprint.includes(part));
  const pairs = pairInstructions(before, after, edits);
  return (
    mixedLineEndings(before, edits) ??
    lostOrAdded(before, after, pairs, mayTouch, declares('adds-instruction')) ??
    changedInstructions(before, after, pairs, mayTouch) ??
    changedComments(before, after, mayTouch, declares('comment')) ??
    changedDirectives(before, after, mayTouch) ??
    changedStages(before, after) ??
    (declares('arguments') ? null : changedRepositories(before, after, pairs))
  );
}

// ---- who is who -----------------------------------------------------------------------------------------------

interface Pairs {
  readonly kept: readonly (readonly [Instruction, Instruction])[];
  readonly removed: readonly Instruction[];
  readonly added: readonly Instruction[];
}

/** An instruction is the same one when it starts where its first character has moved to. */
function pairInstructions(before: Document, after: Document, edits: readonly Edit[]): Pairs {
  const moved = offsetMapper(edits);
  const byStart = new Map(after.instructions.map((instruction) => [instruction.span.start, instruction]));
  const kept: [Instruction, Instruction][] = [];
  const removed: Instruction[] = [];
  for (const instruction of before.instructions) {
    const start = moved(instruction.span.start);
    const twin = byStart.get(start);
    if (twin) {
      kept.push([instruction, twin]);
      byStart.delete(start);
    } else removed.push(instruction);
  }
  return { kept, removed, added: [...byStart.values()] };
}

/** Whether some edit that touches a span has declared one of the wanted footprints. */
type MayTouch = (span: Span, ...wanted: readonly Footprint[]) => boolean;

function declaredFootprints(declared: readonly DeclaredEdit[]): MayTouch {
  const sorted = [...declared].sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end);
  return (span, ...wanted) => {
    // Edits are disjoint, so their ends ascend as well.
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.edit.end < span.start) low = middle + 1;
      else high = middle;
    }
    for (let index = low; index < sorted.length && sorted[index]!.edit.start <= span.end; index++) {
      if (wanted.some((part) => sorted[index]!.footprint.includes(part))) return true;
    }
    return false;
  };
}

// ---- the invariants -------------------------------------------------------------------------------------------

function mixedLineEndings(before: Document, edits: readonly Edit[]): string | null {
  const hasCrLf = before.text.includes('\r\n');
  const hasLf = /(?:^|[^\r])\n/.test(before.text);
  for (const edit of edits) {
    const bare = /(?:^|[^\r])\n/.test(edit.text);
    const crlf = edit.text.includes('\r\n');
    if ((bare && hasCrLf && !hasLf) || (crlf && !hasCrLf)) {
      return `line ${lineAt(before, edit.start)}: an edit brings in another kind of line ending`;
    }
  }
  return null;
}

function lostOrAdded(
  before: Document,
  after: Document,
  { removed, added }: Pairs,
  mayTouch: MayTouch,
  mayAdd: boolean,
): string | null {
  const lost = removed.find((instruction) => !mayTouch(instruction.span, 'removes-instruction'));
  if (lost) return `line ${lost.line}: ${lost.keyword} is gone`;
  if (added.length > 0 && !mayAdd) {
    return `line ${added[0]!.line} of the new text: ${added[0]!.keyword} was added`;
  }
  const lengths = before.instructions.length - removed.length + added.length;
  return lengths === after.instructions.length ? null : 'the instructions do not add up';
}

function changedInstructions(
  before: Document,
  after: Document,
  { kept }: Pairs,
  mayTouch: MayTouch,
): string | null {
  for (const [old, now] of kept) {
    if (sourceText(before, old.span) === sourceText(after, now.span)) continue;
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
  mayTouch: MayTouch,
  mayAdd: boolean,
): string | null {
  if (sameTexts(before, after, before.comments, after.comments)) return null;
  const wanted = before.comments.filter(({ span }) => !mayTouch(span, 'comment'));
  const present = after.comments.map(({ span }) => sourceText(after, span));
  let at = 0;
  for (const { span, line } of wanted) {
    const found = present.indexOf(sourceText(before, span), at);
    if (found < 0) return `line ${line}: a comment is gone`;
    at = found + 1;
  }
  return mayAdd || present.length === wanted.length ? null : 'a comment was added';
}

function changedDirectives(before: Document, after: Document, mayTouch: MayTouch): string | null {
  const show = (document: Document): string =>
    document.directives.map(({ name, value }) => `${name}=${value}`).join('\n');
  if (show(before) === show(after)) return null;
  const changed = before.directives.find(
    ({ span, name }) => mayTouch(span, 'directive') || (name === 'syntax' && mayTouch(span, 'image-ref')),
  );
  return changed && before.directives.length === after.directives.length
    ? null
    : 'the parser directives differ';
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
function changedRepositories(before: Document, after: Document, { kept }: Pairs): string | null {
  const twins = new Map(kept.map(([old, now]) => [old.index, now.index]));
  const names = (document: Document, twin: (index: number) => number | undefined): Map<string, string> => {
    const found = new Map<string, string>();
    for (const use of imageUses(document)) {
      if (use.image === null) continue;
      const index = use.instruction ? twin(use.instruction.index) : -1;
      if (index === undefined) continue;
      const key = `${index} ${use.kind}`;
      found.set(key, `${found.get(key) ?? ''} ${repositoryName(use.image)}`);
    }
    return found;
  };
  const old = names(before, (index) => twins.get(index));
  const now = names(after, (index) => index);
  for (const [key, repositories] of old) {
    if (now.get(key) !== repositories) return `an image became another one: ${repositories.trim()}`;
  }
  return null;
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

const usesByInstruction = memo((document: Document): ReadonlyMap<number, readonly ImageUse[]> => {
  const found = new Map<number, ImageUse[]>();
  for (const use of imageUses(document)) {
    if (!use.instruction) continue;
    const list = found.get(use.instruction.index);
    if (list) list.push(use);
    else found.set(use.instruction.index, [use]);
  }
  return found;
});
