/**
 * Fixes many files. A chunk of files is read and parsed, their questions are asked together, then each is fixed;
 * so an image that a hundred files name is looked up once, and memory does not grow with the repository.
 */
import { parseDocument } from '../core/parse.ts';
import type { FixedText } from '../core/outcome.ts';
import type { EnabledTransform, Level } from '../core/pass.ts';
import type { BuildContext } from '../core/context/build-context.ts';
import type { Document } from '../core/document.ts';
import type { Fact, FactRequest } from '../core/types.ts';
import { fixDocument } from './fix-text.ts';
import type { FixTextOptions } from './fix-text.ts';
import { createFileGatherer } from './gather.ts';
import type { Gatherer } from './gather.ts';

/** A file to fix; `read` is called once. */
export interface FileToFix {
  readonly path: string;
  readonly settings: FileSettings;
  read(): Promise<{ readonly text: string; readonly sha256: string }>;
  /** Looks for the build context of this file; without it no transform gets one. */
  context?(document: Document): Promise<Fact<BuildContext>>;
}

/** What the nearest configuration and the command line say for one file. */
export interface FileSettings {
  readonly transforms: readonly EnabledTransform[];
  readonly level: Level;
}

export interface FixFilesOptions {
  readonly knownIds: ReadonlySet<string>;
  readonly preview: boolean;
  readonly gatherer: Gatherer;
  /** Files that are read at once. */
  readonly jobs: number;
}

export type FixedFile<F extends FileToFix> =
  | { readonly file: F; readonly sha256: string; readonly result: FixedText }
  | { readonly file: F; readonly sha256: string | null; readonly error: Error };

/** Files whose facts are gathered together. */
const CHUNK = 400;

/** Yields the files in their order. A file that cannot be judged yields its error; the others go on. */
export async function* fixFiles<F extends FileToFix>(
  files: readonly F[],
  options: FixFilesOptions,
): AsyncGenerator<FixedFile<F>> {
  for (let start = 0; start < files.length; start += CHUNK) {
    const chunk = files.slice(start, start + CHUNK);
    const read = await mapLimited(chunk, options.jobs, readFile);
    if (options.gatherer.asks) await options.gatherer.gather(read.flatMap(firstNeeds));
    for (const { file, content } of read) yield await fixOne(file, content, options);
  }
}

interface ReadAhead<F> {
  readonly file: F;
  readonly content: { readonly text: string; readonly sha256: string } | { readonly error: Error };
}

async function readFile<F extends FileToFix>(file: F): Promise<ReadAhead<F>> {
  try {
    return { file, content: await file.read() };
  } catch (error) {
    return { file, content: { error: error as Error } };
  }
}

/** The questions of the first pass. A text that does not parse has none; its error comes later, with its file. */
function firstNeeds({ file, content }: ReadAhead<FileToFix>): readonly FactRequest[] {
  if ('error' in content) return [];
  const asking = file.settings.transforms.filter(({ transform }) => transform.needs);
  if (asking.length === 0) return [];
  try {
    const document = parseDocument(content.text);
    // The build context is asked file by file: it is at hand, and many of them would fill the memory.
    return asking
      .flatMap(({ transform, options }) => transform.needs!(document, options))
      .filter(({ kind }) => kind !== 'context');
  } catch {
    return [];
  }
}

async function fixOne<F extends FileToFix>(
  file: F,
  content: ReadAhead<F>['content'],
  options: FixFilesOptions,
): Promise<FixedFile<F>> {
  if ('error' in content) return { file, sha256: null, error: content.error };
  const { text, sha256 } = content;
  try {
    return { file, sha256, result: await fixTextOf(file, text, options) };
  } catch (error) {
    // Also a defect: one file must not take the others down with it.
    return { file, sha256, error: error as Error };
  }
}

/**
 * Fixes the text of a file, with its build context where that can be asked for. Throws {@link InputError} when it is
 * no Dockerfile that can be judged.
 */
export async function fixTextOf(
  file: FileToFix,
  text: string,
  options: Omit<FixTextOptions, 'transforms' | 'level'>,
): Promise<FixedText> {
  const document = parseDocument(text);
  const gatherer = file.context
    ? createFileGatherer(options.gatherer, () => file.context!(document))
    : options.gatherer;
  return fixDocument(document, { ...options, ...file.settings, gatherer });
}

/** Maps with at most `limit` calls under way, results in the order of the items. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await map(items[index]!);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
