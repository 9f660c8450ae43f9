/**
 * The only door through which a transform sees the rest of dockfix: the words it speaks and the readers it may use.
 * Nothing behind it does I/O, so a transform cannot either.
 */
export type {
  DigestRequest,
  Edit,
  Evidence,
  Fact,
  FactRequest,
  Facts,
  Finding,
  Fix,
  Footprint,
  ImageConfigRequest,
  ImageFilesRequest,
  ImageTagsRequest,
  ImageUpdateRequest,
  OptionSpec,
  OptionValues,
  OsReleaseRequest,
  ResolvedImage,
  Safety,
  Span,
  Transform,
  TransformMeta,
  Withheld,
} from './core/types.ts';
export type { Document, Instruction } from './core/document.ts';
export type {
  ConfiguredImage,
  FilePresence,
  Healthcheck,
  ImageConfig,
  ImageFiles,
  ImageUpdate,
  OsRelease,
  VersionTag,
} from './core/image-facts.ts';
export type { ImageRef } from './core/image-ref.ts';
export type { ImageUse } from './core/image-uses.ts';
export type { ShellCommand, ShellScript, ShellWord } from './core/shell.ts';
export type { Stage } from './core/stages.ts';
export type { AptCall } from './core/apt.ts';

export { aptCall, effectOnLists, firstProgram, leavesOutRecommended } from './core/apt.ts';
export { keyValuePairs, unquote } from './core/arguments.ts';
export { lineAt, lineEndingAt, lineStartAt, sourceText } from './core/document.ts';
export { isFloatingTag, namesOneVersion } from './core/floating-tags.ts';
export { effectiveTag, matchesWildcard, repositoryName } from './core/image-ref.ts';
export { imageUses } from './core/image-uses.ts';
export { compareImages, counterpart, matchesPlatform } from './core/platforms.ts';
export type { ImageChange, PlatformImage } from './core/platforms.ts';
export { sourceSpan } from './core/lines.ts';
export { appendCommand, isWithheld, shellOf } from './core/shell.ts';
export { mountFields, shippedStages, stagesOf } from './core/stages.ts';
export { APT_RECOMMENDS_SOURCE, recommendedPackages } from './facts/apt-recommends.ts';
