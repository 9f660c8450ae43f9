/** The public API. Importing it has no side effects. */
import { fixDocument } from './app/fix-text.ts';
import { createFileGatherer, createGatherer, createOfflineGatherer } from './app/gather.ts';
import type { FactSource } from './app/gather.ts';
import type { BuildContext } from './core/context/build-context.ts';
import type { Document } from './core/document.ts';
import { UsageError } from './core/errors.ts';
import type { FixedText } from './core/outcome.ts';
import { defaultOptions } from './core/options.ts';
import { parseDocument } from './core/parse.ts';
import type { Fact, OptionValues } from './core/types.ts';
import { transforms } from '../transforms/index.ts';

export { parseDocument as parseDockerfile } from './core/parse.ts';
export { parseImageRef } from './core/image-ref.ts';
export { unifiedDiff } from './report/diff.ts';
export { InputError, UsageError } from './core/errors.ts';
export { transforms };
export type { BuildContext } from './core/context/build-context.ts';
export type { Document, Instruction } from './core/document.ts';
export type { ImageRef, InvalidImageRef } from './core/image-ref.ts';
export type { Change, FixBug, FixedFinding, FixedText, Notice } from './core/outcome.ts';
export type {
  Edit,
  Evidence,
  Fact,
  FactRequest,
  Facts,
  Finding,
  Fix,
  Footprint,
  ResolvedImage,
  Safety,
  Span,
  Transform,
  TransformMeta,
  Withheld,
} from './core/types.ts';
export type { FactSource } from './app/gather.ts';

export interface FixOptions {
  /** Run these transforms and no others. */
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  /** Also apply unsafe fixes. */
  readonly unsafe?: boolean;
  /** Settings by transform id. */
  readonly options?: Readonly<Record<string, OptionValues>>;
  /** Answers what transforms ask; without it the run is offline. */
  readonly facts?: FactSource;
  /** Gives the build context; without it transforms know nothing beside the text. */
  readonly context?: (document: Document) => Promise<Fact<BuildContext>>;
}

/**
 * Fixes the text of a Dockerfile. Throws {@link InputError} for a text that cannot be judged and
 * {@link UsageError} for an unknown transform id; a defect of a transform is reported in `bugs`.
 */
export async function fixText(text: string, options: FixOptions = {}): Promise<FixedText> {
  const knownIds = new Set(transforms.map(({ meta }) => meta.id));
  for (const id of [...(options.only ?? []), ...(options.skip ?? [])]) {
    if (!knownIds.has(id)) throw new UsageError('usage', `there is no transform ${id}`);
  }
  const enabled = transforms.filter(
    ({ meta }) => (options.only?.includes(meta.id) ?? true) && !options.skip?.includes(meta.id),
  );
  const shared = options.facts ? createGatherer(options.facts) : createOfflineGatherer();
  const document = parseDocument(text);
  return fixDocument(document, {
    transforms: enabled.map((transform) => ({
      transform,
      options: { ...defaultOptions(transform), ...options.options?.[transform.meta.id] },
    })),
    knownIds,
    level: options.unsafe ? 'unsafe' : 'safe',
    preview: !options.unsafe,
    gatherer: options.context ? createFileGatherer(shared, () => options.context!(document)) : shared,
  });
}
