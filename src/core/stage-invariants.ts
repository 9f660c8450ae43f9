/**
 * What must still hold when a stage was added: nothing of the stage that is shipped is lost on the way. Settings of the
 * image are said in the new last stage, in their order and word for word; what was taken out above stands there again.
 */
import { sourceText } from './document.ts';
import type { Document, Instruction, Keyword } from './document.ts';
import { stagesOf } from './stages.ts';
import type { Stage } from './stages.ts';
import type { Span } from './types.ts';

/** What an instruction leaves in the image's configuration, or in how the instructions below it are read. */
const SETTINGS: ReadonlySet<Keyword> = new Set([
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

export interface StageChange {
  readonly kept: readonly (readonly [Instruction, Instruction])[];
  readonly removed: readonly Instruction[];
  readonly added: readonly Instruction[];
  /** Whether some edit that made this part of the new text may add a stage. */
  mayAddStage(span: Span): boolean;
}

/** The first thing that is lost, as a sentence; null where nothing is, or no stage was added. */
export function lostByNewStage(before: Document, after: Document, change: StageChange): string | null {
  const stages = change.added.filter(({ keyword }) => keyword === 'FROM');
  if (stages.length === 0) return null;
  const undeclared = stages.find(({ span }) => !change.mayAddStage(span));
  if (undeclared) return `line ${undeclared.line} of the new text: a stage was added`;
  const [old, now] = [shipped(before), shipped(after)];
  const twins = new Map(change.kept);
  const added = new Set(change.added);
  // Every instruction stands for one of the old ones, and for the first that it can.
  const free = now.instructions.filter((instruction) => added.has(instruction));
  let last = -1;
  for (const instruction of old.instructions) {
    if (instruction.keyword === 'FROM') continue;
    const text = sourceText(before, instruction.span);
    const twin = twins.get(instruction);
    const isSetting = SETTINGS.has(instruction.keyword);
    if (twin && (!isSetting || twin.stage === now.index)) {
      if (isSetting && twin.index < last) return movedUp(instruction);
      if (isSetting) last = twin.index;
      continue;
    }
    const at = free.findIndex((other) => sourceText(after, other.span) === text);
    const again = free.splice(at, at < 0 ? 0 : 1)[0];
    if (!again) return `line ${instruction.line}: ${instruction.keyword} does not reach the last stage`;
    if (isSetting && again.index < last) return movedUp(instruction);
    if (isSetting) last = again.index;
  }
  return lostComment(before, after);
}

function movedUp({ line, keyword }: Instruction): string {
  return `line ${line}: ${keyword} comes before another setting that stood above it`;
}

function shipped(document: Document): Stage {
  return stagesOf(document).at(-1)!;
}

/** Every comment is there at least as often as it was. */
function lostComment(before: Document, after: Document): string | null {
  const left = new Map<string, number>();
  for (const { span } of after.comments) {
    const text = sourceText(after, span);
    left.set(text, (left.get(text) ?? 0) + 1);
  }
  for (const { span, line } of before.comments) {
    const text = sourceText(before, span);
    const count = left.get(text) ?? 0;
    if (count === 0) return `line ${line}: a comment does not reach the new text`;
    left.set(text, count - 1);
  }
  return null;
}
