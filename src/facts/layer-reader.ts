/** Looking into the layers of an image, as the facts need it. */
import type { ImageManifest, RegistryResult, RepositoryName } from '../registry/registry.ts';

export interface PathPresence {
  readonly present: 'yes' | 'no' | 'unknown';
  readonly via: string;
  readonly verified: boolean;
  readonly target?: string;
}

export interface LayerReader {
  find(
    repository: RepositoryName,
    manifest: ImageManifest,
    paths: readonly string[],
    /** The manifest with the statements about the image, for hints about what stays unknown. */
    options?: {
      readonly attestation?: { readonly repository: RepositoryName; readonly manifest: ImageManifest };
    },
  ): Promise<RegistryResult<ReadonlyMap<string, PathPresence>>>;
  /** Null when there is no such file. */
  readFile(
    repository: RepositoryName,
    manifest: ImageManifest,
    path: string,
    maxBytes: number,
  ): Promise<RegistryResult<Uint8Array | null>>;
}
