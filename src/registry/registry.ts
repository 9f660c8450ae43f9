/** What the rest of dockfix may ask of registries. The client implements it; tests hand in their own. */
import type { ImageConfig } from '../core/image-facts.ts';
import type { ImageRef } from '../core/image-ref.ts';
import type { Platform, PlatformImage } from '../core/platforms.ts';
import type { RegistryResult } from './errors.ts';
import type { RepositoryName } from './session.ts';

export type { Platform, PlatformImage } from '../core/platforms.ts';
export type { RegistryResult } from './errors.ts';
export type { LayerReader, PathPresence } from './layers/index.ts';
export type { RepositoryName } from './session.ts';

export interface ResolvedManifest {
  /** `sha256:…` or `sha512:…` of the manifest that the tag names. */
  readonly digest: string;
  readonly mediaType: string;
  readonly kind: 'index' | 'manifest';
  /** When the registry said so, in milliseconds since 1970. */
  readonly atMs: number;
  /** When the tag was last seen to move away from this very digest, if it ever was. */
  readonly replacedAtMs?: number;
  /** `Last-Modified` of the manifest, where the registry sends it. */
  readonly lastModifiedMs?: number;
}

export interface ResolveOptions {
  /** Do not believe a header or a cache: fetch the bytes and hash them. */
  readonly verify?: boolean;
}

/** Requests sent so far, by purpose. `resolutions` are manifest requests by tag that were not answered 401. */
export interface RequestCounts {
  readonly resolutions: number;
  readonly tokens: number;
  readonly total: number;
}

/** The answers hold for one run: what was asked once is not asked again. */
export interface Registry {
  /** The digest that the reference's tag has now; `latest` when it has neither tag nor digest. */
  resolve(image: ImageRef, options?: ResolveOptions): Promise<RegistryResult<ResolvedManifest>>;
  /** A manifest or index by its digest, its bytes proven. */
  manifest(repository: RepositoryName, digest: string): Promise<RegistryResult<Manifest>>;
  /** Whether the registry has a manifest with this digest. */
  exists(repository: RepositoryName, digest: string): Promise<RegistryResult<boolean>>;
  /** The images of an index, of indexes in it as well, and the attestations that come with them. */
  images(repository: RepositoryName, index: ImageIndex): Promise<RegistryResult<IndexContent>>;
  /** Those of `images` that the registry does not have, although their index names them. */
  missingImages(
    repository: RepositoryName,
    images: readonly PlatformImage[],
  ): Promise<RegistryResult<readonly PlatformImage[]>>;
  /** The configuration of an image; `not-an-image` for Helm charts, modules and the like. */
  config(repository: RepositoryName, manifest: ImageManifest): Promise<RegistryResult<ImageConfig>>;
  /** All tags, sorted. */
  tags(repository: RepositoryName): Promise<RegistryResult<TagList>>;
  /** All tags with the digest of each and when it was pushed; null where the registry has no such list. */
  tagDigests(repository: RepositoryName): Promise<RegistryResult<DigestList | null>>;
  /**
   * When the tag was last pushed, ISO 8601, where the registry tells; null elsewhere, and when it was pushed with
   * another digest than `digest`. Never a failure.
   */
  pushed(image: ImageRef, digest?: string): Promise<string | null>;
  /** What was attached to a manifest (signatures, SBOMs); nothing where the registry keeps no such list. */
  referrers(repository: RepositoryName, digest: string): Promise<RegistryResult<readonly Descriptor[]>>;
  counts(): RequestCounts;
  close(): Promise<void>;
}

/** What an index holds. */
export interface IndexContent {
  readonly images: readonly IndexedImage[];
  readonly attestations: readonly Descriptor[];
}

export interface IndexedImage extends PlatformImage {
  readonly descriptor: Descriptor;
}

export interface TagList {
  /** In order of their characters, each once. */
  readonly tags: readonly string[];
  /** False when the list was longer than a run reads. */
  readonly isComplete: boolean;
}

export interface DigestList {
  readonly tags: readonly {
    readonly name: string;
    readonly digest: string | null;
    readonly pushed: string | null;
  }[];
  readonly isComplete: boolean;
}

// ---- manifests, as read from their verified bytes -----------------------------------------------------------------

/** What a manifest says of a blob or of another manifest. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes, as claimed. */
  readonly size: number;
  readonly annotations: ReadonlyMap<string, string>;
  readonly platform: Platform | null;
  /** What kind of thing it is that is no image. */
  readonly artifactType?: string;
}

export interface ImageManifest {
  readonly kind: 'manifest';
  readonly digest: string;
  readonly mediaType: string;
  readonly config: Descriptor;
  /** Bottom first. */
  readonly layers: readonly Descriptor[];
  readonly annotations: ReadonlyMap<string, string>;
}

export interface ImageIndex {
  readonly kind: 'index';
  readonly digest: string;
  readonly mediaType: string;
  readonly children: readonly Descriptor[];
  readonly annotations: ReadonlyMap<string, string>;
}

export type Manifest = ImageManifest | ImageIndex;

/** Bytes by their digest. What comes out has that digest; what cannot be kept is forgotten without a word. */
export interface ContentCache {
  get(digest: string): Promise<Uint8Array | null>;
  put(digest: string, bytes: Uint8Array): Promise<void>;
}

export const noCache: ContentCache = { get: () => Promise.resolve(null), put: () => Promise.resolve() };

/** Whose answer about which tag. */
export interface TagKey {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** Names the credential that was used; it is never kept as it is. */
  readonly identity: string;
}

/** What tags named when they were last asked for. */
export interface TagCache {
  /** Null when nothing is known. What is not fresh any more can still be asked about with a condition. */
  get(key: TagKey): Promise<{ readonly value: ResolvedManifest; readonly isFresh: boolean } | null>;
  /** Keeps an answer and gives it back, together with what is remembered of its digest. */
  put(key: TagKey, value: ResolvedManifest): Promise<ResolvedManifest>;
}

export const noTags: TagCache = {
  get: () => Promise.resolve(null),
  put: (_, value) => Promise.resolve(value),
};
