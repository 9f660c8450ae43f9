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

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Who may log in where. Null means: ask anonymously. */
export interface Keychain {
  credentialsFor(host: string, repository: string): Promise<Credentials | null>;
}

export const anonymousKeychain: Keychain = { credentialsFor: () => Promise.resolve(null) };
