/** What the rest of dockfix may ask of registries. The client implements it; tests hand in their own. */
import type { ImageRef } from '../core/image-ref.ts';
import type { RegistryResult } from './errors.ts';

export interface ResolvedManifest {
  /** `sha256:…` or `sha512:…` of the manifest that the tag names. */
  readonly digest: string;
  readonly mediaType: string;
  readonly kind: 'index' | 'manifest';
  /** When the registry said so, in milliseconds since 1970. */
  readonly atMs: number;
}

/** Requests sent so far, by purpose. `resolutions` are manifest requests by tag that were not answered 401. */
export interface RequestCounts {
  readonly resolutions: number;
  readonly tokens: number;
  readonly total: number;
}

export interface Registry {
  /** The digest that the reference's tag has now; `latest` when it has neither tag nor digest. */
  resolve(image: ImageRef): Promise<RegistryResult<ResolvedManifest>>;
  counts(): RequestCounts;
  close(): Promise<void>;
}

// ---- manifests, as read from their verified bytes -----------------------------------------------------------------

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
  readonly osVersion: string | null;
}

/** What a manifest says of a blob or of another manifest. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes, as claimed. */
  readonly size: number;
  readonly annotations: ReadonlyMap<string, string>;
  readonly platform: Platform | null;
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
