/**
 * Files that COPY brings with a mode that keeps everybody but their owner out: the modes of the build context stay,
 * and the owner is root.
 */
import { isWithheld, shellOf } from '../shell.ts';
import type { Document, Instruction } from '../document.ts';
import { isBelow, workdirsOf } from './final-image.ts';
import type { FinalImage } from './final-image.ts';
import { hasFlag, targetOf } from './ownership.ts';
import type { Blocker } from './root-needs.ts';
import type { ImageTexts } from './start-trace.ts';

/** The first file that the user could not read; `owned` are COPYs that get the user as their owner. */
export function privateFile(
  document: Document,
  image: FinalImage,
  texts: ImageTexts,
  owned: readonly Instruction[],
  baseWorkdir: string | null,
): Blocker | null {
  for (const { path, source, mode } of texts.privateFiles()) {
    const copy = copyOf(document, image, path, baseWorkdir);
    if (!copy || owned.includes(copy) || hasFlag(copy, 'chown') || hasFlag(copy, 'chmod')) continue;
    if (isOpened(document, image, path)) continue;
    const octal = (mode & 0o777).toString(8);
    return {
      code: 'private-file',
      reason: `line ${copy.line} brings ${source} with mode ${octal}, which only root can read then; say --chmod=644 there, or give it an owner`,
      evidence: [
        { kind: 'context', path: source, note: `has the mode ${octal}` },
        { kind: 'source', span: copy.span, note: 'leaves its mode as it is' },
      ],
    };
  }
  return null;
}

/** The last COPY or ADD of the stage that can have brought a path. */
function copyOf(
  document: Document,
  image: FinalImage,
  path: string,
  baseWorkdir: string | null,
): Instruction | null {
  const workdirs = workdirsOf(document, image, baseWorkdir);
  return (
    image.instructions.findLast((instruction) => {
      if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false;
      const target = targetOf(document, instruction, workdirs.get(instruction) ?? null);
      return target !== null && isBelow(path, target);
    }) ?? null
  );
}

/** A RUN changes the mode of a file with this name, or of everything in a folder, or its owner. */
function isOpened(document: Document, image: FinalImage, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return image.instructions.some((instruction) => {
    if (instruction.keyword !== 'RUN') return false;
    const { text } = instruction.rest;
    if (instruction.heredocs.length === 0 && !/chmod|chown/.test(text)) return false;
    const script = shellOf(document, instruction);
    return (
      !isWithheld(script) &&
      script.commands.some(
        ({ words }) =>
          words.some((word) => /^(?:chmod|chown)$/.test(word.text)) &&
          words.some((word) => /^-[a-zA-Z]*R|^--recursive$/.test(word.text) || word.text.includes(name)),
      )
    );
  });
}
