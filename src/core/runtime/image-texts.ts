/** The texts of an image's files, by following the build context into it. */
import type { BuildContext } from '../context/build-context.ts';
import { filesInStage, stageText } from '../context/stage-files.ts';
import type { Document } from '../document.ts';
import type { Fact } from '../types.ts';
import type { FinalImage } from './final-image.ts';
import type { ImageTexts } from './start-trace.ts';

export function imageTexts(
  document: Document,
  { stage }: FinalImage,
  context: Fact<BuildContext>,
  baseWorkdir: string | null,
): ImageTexts {
  if (!context.ok) return { hasContext: false, text: () => null, has: () => false, paths: [] };
  const files = filesInStage(document, stage, context.value, baseWorkdir);
  return {
    hasContext: true,
    text: (path) => {
      const text = stageText(context.value, files, path);
      return text === null ? null : { text, path: files.files.get(path)?.source ?? 'Dockerfile' };
    },
    has: (path) => files.files.has(path),
    // A fresh iterator for everyone who asks.
    get paths() {
      return files.files.keys();
    },
  };
}
