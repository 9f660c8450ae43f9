/** The Dockerfiles of a commit, and every image in them that could be pinned or followed. */
import { isDockerfilePath } from '../core/dockerfile-name.ts';
import { InputError } from '../core/errors.ts';
import { lineAt } from '../core/document.ts';
import type { Document } from '../core/document.ts';
import { effectiveTag, repositoryName } from '../core/image-ref.ts';
import type { ImageRef } from '../core/image-ref.ts';
import { imageUses } from '../core/image-uses.ts';
import type { ImageUse } from '../core/image-uses.ts';
import { parseDocument } from '../core/parse.ts';
import { stagesOf } from '../core/stages.ts';
import { decodeText } from '../core/text.ts';
import type { Tree, TreeEntry } from '../forge/forge.ts';

export interface ScannedFile {
  readonly path: string;
  readonly mode: '100644' | '100755';
  /** Name of the blob in the base commit. */
  readonly blob: string;
  readonly document: Document;
  readonly uses: readonly ScannedUse[];
}

/** An image that is named somewhere, with a tag to follow. */
export interface ScannedUse {
  /** `docker.io/library/node:22`. */
  readonly key: string;
  readonly image: ImageRef;
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** Name or number of the build stage; null above the first one, and where there is only one without a name. */
  readonly stage: string | null;
  /** Offset of the name in the file, which tells the uses of a file apart. */
  readonly start: number;
  /** The pinned digest; null where there is none yet. */
  readonly pinned: string | null;
  readonly platform: string | null;
}

export interface FileProblem {
  readonly path: string;
  readonly reason: string;
}

/** More are no repository but a collection of them. */
export const MAX_DOCKERFILES = 1000;

/**
 * The files to read, by name and mode: links and submodules are none, wherever they lead. In the order of their paths,
 * at most {@link MAX_DOCKERFILES}.
 */
export function dockerfilesOf({
  entries,
}: Tree): readonly (TreeEntry & { readonly mode: ScannedFile['mode'] })[] {
  return entries
    .filter((entry) => isRegular(entry) && isDockerfilePath(entry.path) && isPlainPath(entry.path))
    .filter(isRegular)
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .slice(0, MAX_DOCKERFILES);
}

function isRegular(entry: TreeEntry): entry is TreeEntry & { readonly mode: ScannedFile['mode'] } {
  return entry.mode === '100644' || entry.mode === '100755';
}

/** A name with control characters is somebody's attempt, not somebody's Dockerfile. */
function isPlainPath(path: string): boolean {
  return path.length <= 1000 && !/\p{C}/u.test(path);
}

export function scanFile(
  { path, mode, id }: TreeEntry & { readonly mode: ScannedFile['mode'] },
  bytes: Uint8Array,
): ScannedFile | FileProblem {
  try {
    const document = parseDocument(decodeText(bytes));
    return { path, mode, blob: id, document, uses: usesOf(path, document) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { path, reason: `${error.line === null ? '' : `line ${error.line}: `}${error.message}` };
  }
}

/** In the order of their places. */
export function usesOf(path: string, document: Document): readonly ScannedUse[] {
  return imageUses(document).flatMap((use) => scannedUse(path, document, use));
}

function scannedUse(path: string, document: Document, use: ImageUse): readonly ScannedUse[] {
  const { image, span, platform } = use;
  const tag = image && effectiveTag(image);
  if (image === null || tag === null) return [];
  const stage = (use.instruction?.stage ?? -1) >= 0 ? use.instruction : (use.readers[0] ?? null);
  return [
    {
      key: `${repositoryName(image)}:${tag}`,
      image,
      path,
      line: lineAt(document, span.start),
      stage: stage ? stageName(document, stage.stage) : null,
      start: span.start,
      pinned: image.digest,
      platform,
    },
  ];
}

/** Its name, or its number as `--from` counts them; of a file with one stage there is nothing to say. */
function stageName(document: Document, index: number): string | null {
  const stages = stagesOf(document);
  return stages[index]?.name ?? (stages.length > 1 ? String(index) : null);
}
