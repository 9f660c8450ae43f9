/**
 * The words that every room shares. Shapes only: no code, so that importing this file costs nothing.
 */
import type { BuildContext } from './context/build-context.ts';
import type { Document } from './document.ts';
import type {
  ConfiguredImage,
  ImageFiles,
  ImagePackages,
  ImageUpdate,
  OsRelease,
  VersionTag,
} from './image-facts.ts';
import type { ImageRef } from './image-ref.ts';

/** Half-open range of UTF-16 offsets into {@link Document.text}. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Replace `span` by `text`. `before` is what the author believes stands there; the engine checks it. */
export interface Edit extends Span {
  readonly before: string;
  readonly text: string;
}

/**
 * How far a fix may be trusted.
 * - `safe`: the image does the same as before, or differs only in what the user asked for, and evidence shows
 *   that nothing can depend on the difference.
 * - `unsafe`: right in all likelihood, but what decides it cannot be seen from here.
 * - `display`: shown, never applied.
 */
export type Safety = 'safe' | 'unsafe' | 'display';

/**
 * All or none of `edits` are applied; they are disjoint and never empty. `reason` says why `safety` holds. `alone`:
 * it changes what the transforms below it look at, so nothing of them goes into the same pass.
 */
export interface Fix {
  readonly title: string;
  readonly safety: Safety;
  readonly reason: string;
  readonly edits: readonly Edit[];
  readonly alone?: true;
}

/** What a finding or a fact rests on; shown with the diff and kept in the JSON report. */
export type Evidence =
  | { readonly kind: 'source'; readonly span: Span; readonly note: string }
  | {
      readonly kind: 'registry';
      readonly reference: string;
      readonly digest: string;
      readonly mediaType: string;
      /** ISO 8601, when the registry answered. */
      readonly at: string;
      readonly note?: string;
    }
  | { readonly kind: 'context'; readonly path: string; readonly line?: number; readonly note: string }
  | { readonly kind: 'knowledge'; readonly entry: string; readonly source: string }
  | { readonly kind: 'reference'; readonly url: string };

/** Why there is no fix: `code` is stable and counted in reports, `reason` is the sentence for the user. */
export interface Withheld {
  readonly code: string;
  readonly reason: string;
}

/** Something a transform saw: with a fix, or with the reason why there is none; never neither. */
export interface Finding {
  readonly span: Span;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly fix: Fix | null;
  readonly withheld?: Withheld;
}

/** What a transform may disturb. Everything that is not named here must survive its fixes unchanged. */
export type Footprint =
  | 'image-ref'
  | 'keyword'
  | 'flags'
  | 'arguments'
  | 'whitespace'
  | 'comment'
  | 'adds-instruction'
  | 'removes-instruction'
  | 'adds-stage'
  | 'directive';

export interface TransformMeta {
  /** File name, fixture folder, config key and docs anchor; starts with a verb. */
  readonly id: string;
  /** One line for `dockfix list`. */
  readonly summary: string;
  /** One paragraph for `dockfix explain`: what goes wrong without it. */
  readonly why: string;
  /** Every level that its fixes may claim; the harness checks that some fixture reaches each. */
  readonly safety: readonly Safety[];
  readonly footprint: readonly Footprint[];
  /** The fixture case that `dockfix explain` shows as a diff. */
  readonly example: string;
  /** Where the rule comes from. */
  readonly references: readonly string[];
  /** For `dockfix explain`: the questions that decide, in their order. */
  readonly ladder?: readonly string[];
}

/** A setting of a transform, under `transforms.<id>.<name>` in the configuration. */
export type OptionSpec =
  | { readonly type: 'boolean'; readonly default: boolean; readonly describe: string }
  | { readonly type: 'number'; readonly default: number; readonly describe: string }
  | { readonly type: 'string'; readonly default: string; readonly describe: string }
  | {
      readonly type: 'choice';
      readonly choices: readonly string[];
      readonly default: string;
      readonly describe: string;
    }
  | { readonly type: 'list'; readonly default: readonly string[]; readonly describe: string };

export type OptionValue = boolean | number | string | readonly string[];
export type OptionValues = Readonly<Record<string, OptionValue>>;

/**
 * A rewrite. `needs` names, once, every fact that `inspect` will ask for; both are pure and synchronous, so the
 * same document and the same facts always give the same findings.
 */
export interface Transform {
  readonly meta: TransformMeta;
  readonly options?: Readonly<Record<string, OptionSpec>>;
  needs?(document: Document, options: OptionValues): readonly FactRequest[];
  inspect(document: Document, facts: Facts, options: OptionValues): readonly Finding[];
}

// ---- facts: what is known beyond the text -------------------------------------------------------------------

/** The question "which digest does this tag have today?". */
export interface DigestRequest {
  readonly kind: 'digest';
  readonly image: ImageRef;
}

/** "What does this image do by default?" A digest of the reference counts before its tag. */
export interface ImageConfigRequest {
  readonly kind: 'image-config';
  readonly image: ImageRef;
  /** `linux/arm64`; null for the usual one. */
  readonly platform: string | null;
}

/** "Has the tag of this pin moved?" The reference has a tag and a digest. */
export interface ImageUpdateRequest {
  readonly kind: 'image-update';
  readonly image: ImageRef;
  /** Compare with this digest, which the tag has or had, instead of what the tag has now. */
  readonly candidate?: string;
}

/** "Which version is this floating tag today?" */
export interface ImageTagsRequest {
  readonly kind: 'image-tags';
  readonly image: ImageRef;
  /** The digest that the version must have; else that of the reference, else that of its tag today. */
  readonly digest?: string;
}

/** "Do these paths exist in the image?" */
export interface ImageFilesRequest {
  readonly kind: 'image-files';
  readonly image: ImageRef;
  readonly platform: string | null;
  /** Absolute. */
  readonly paths: readonly string[];
}

/** "Which distribution is the image made of?" */
export interface OsReleaseRequest {
  readonly kind: 'os-release';
  readonly image: ImageRef;
  readonly platform: string | null;
}

/** "Which packages are in the image?" */
export interface ImagePackagesRequest {
  readonly kind: 'image-packages';
  readonly image: ImageRef;
  readonly platform: string | null;
}

/** The question "what is around this Dockerfile?", about the file at hand. */
export interface ContextRequest {
  readonly kind: 'context';
}

export type FactRequest =
  | ContextRequest
  | DigestRequest
  | ImageConfigRequest
  | ImageUpdateRequest
  | ImageTagsRequest
  | ImageFilesRequest
  | ImagePackagesRequest
  | OsReleaseRequest;

/** What is asked of a registry; the context is at hand and belongs to one file. */
export type RegistryRequest = Exclude<FactRequest, ContextRequest>;

export interface FactValues {
  context: BuildContext;
  digest: ResolvedImage;
  'image-config': ConfiguredImage;
  'image-update': ImageUpdate;
  'image-tags': VersionTag;
  'image-files': ImageFiles;
  'image-packages': ImagePackages;
  'os-release': OsRelease;
}

/** What a registry says of a tag. */
export interface ResolvedImage {
  /** `sha256:<64 lower-case hex>` or `sha512:<128>`. */
  readonly digest: string;
  readonly mediaType: string;
  /** `index` covers several platforms; `manifest` is one image. */
  readonly kind: 'index' | 'manifest';
}

/** An answer with its source, or the reason why there is none. A failure is a value: it never fails the file. */
export type Fact<T> =
  | { readonly ok: true; readonly value: T; readonly evidence: Evidence }
  | { readonly ok: false; readonly code: string; readonly reason: string };

/** The facts at hand, by request. What was never asked for is answered "not asked". */
export interface Facts {
  get<R extends FactRequest>(request: R): Fact<FactValues[R['kind']]>;
}
