/** The texts of an image's files, by following the build context into it. */
import { folderOf, sentText } from '../context/build-context.ts';
import type { BuildContext } from '../context/build-context.ts';
import { filesInStage, stageText } from '../context/stage-files.ts';
import type { StageFiles } from '../context/stage-files.ts';
import type { Document } from '../document.ts';
import { fromNames, stageByName } from '../stages.ts';
import type { Stage } from '../stages.ts';
import type { Fact } from '../types.ts';
import type { FinalImage } from './final-image.ts';
import type { ImageTexts, PrivateFile } from './start-trace.ts';

const NOTHING: ImageTexts = {
  hasContext: false,
  text: () => null,
  has: () => false,
  paths: [],
  sources: () => [],
  privateFiles: () => [],
};

export function imageTexts(
  document: Document,
  { stage }: FinalImage,
  context: Fact<BuildContext>,
  baseWorkdir: string | null,
): ImageTexts {
  if (!context.ok) return NOTHING;
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
    sources: () => sourcesOf(document, stage, context.value),
    privateFiles: () => privateFilesIn(files, context.value),
  };
}

const READABLE = 0o004;
const ENTERABLE = 0o005;

function* privateFilesIn({ files }: StageFiles, { entries }: BuildContext): Iterable<PrivateFile> {
  for (const { path, source } of files.values()) {
    if (source === null) continue;
    const file = entries.get(source);
    if (!file || file.kind !== 'file') continue;
    const folder = entries.get(folderOf(source));
    if ((file.mode & READABLE) === 0) yield { path, source, mode: file.mode };
    else if (folder && (folder.mode & ENTERABLE) !== ENTERABLE) yield { path, source, mode: folder.mode };
  }
}

function* sourcesOf(
  document: Document,
  stage: Stage,
  context: BuildContext,
): Iterable<{ readonly path: string; readonly text: string | null }> {
  const seen = new Set<string>();
  for (const one of stagesBelow(document, stage)) {
    for (const { source } of filesInStage(document, one, context).files.values()) {
      if (source === null || seen.has(source)) continue;
      seen.add(source);
      yield { path: source, text: sentText(context, source) };
    }
  }
}

/** The stage, and every stage that it copies from or is built on. */
function stagesBelow(document: Document, stage: Stage): ReadonlySet<Stage> {
  const found = new Set<Stage>([stage]);
  for (const { parent, instructions } of found) {
    if (parent) found.add(parent);
    for (const name of instructions.flatMap(fromNames)) {
      const source = stageByName(document, name);
      if (source) found.add(source);
    }
  }
  return found;
}
