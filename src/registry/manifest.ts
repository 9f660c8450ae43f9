/** Manifest media types, and how a manifest's digest is proven. */
import { createHash } from 'node:crypto';
import { isDigest } from '../core/image-ref.ts';
import { isRecord } from './errors.ts';

const KINDS: ReadonlyMap<string, 'index' | 'manifest'> = new Map([
  ['application/vnd.oci.image.index.v1+json', 'index'],
  ['application/vnd.docker.distribution.manifest.list.v2+json', 'index'],
  ['application/vnd.oci.image.manifest.v1+json', 'manifest'],
  ['application/vnd.docker.distribution.manifest.v2+json', 'manifest'],
]);

/** All four types, always: a registry that is asked for fewer answers with another manifest, or with schema 1. */
export const MANIFEST_ACCEPT = [...KINDS.keys()].join(', ');

export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

export function manifestKind(mediaType: string): 'index' | 'manifest' | null {
  return KINDS.get(mediaType) ?? null;
}

/** A Content-Type without its parameters, lower case. */
export function mediaTypeOf(contentType: string | null): string {
  return (contentType ?? '').split(';')[0]!.trim().toLowerCase();
}

/** The digest that all values of the header agree on; null when it is missing, invalid or contradicts itself. */
export function headerDigest(values: readonly string[]): string | null {
  const distinct = new Set(values.map((value) => value.trim()));
  const [digest] = distinct;
  return distinct.size === 1 && digest !== undefined && isDigest(digest) ? digest : null;
}

export function digestOf(body: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(body).digest('hex')}`;
}

/** What a manifest's body says of itself: its media type, or why it is none that can be pinned. */
export function inspectManifest(
  body: Uint8Array,
  contentType: string,
):
  | { readonly mediaType: string }
  | { readonly problem: 'unsupported-schema1' | 'unsupported-media-type'; readonly detail: string } {
  let manifest: unknown;
  try {
    manifest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return { problem: 'unsupported-media-type', detail: 'the manifest is not JSON' };
  }
  if (!isRecord(manifest))
    return { problem: 'unsupported-media-type', detail: 'the manifest is not an object' };
  if (manifest['schemaVersion'] === 1 || /docker\.distribution\.manifest\.v1\+/.test(contentType)) {
    return {
      problem: 'unsupported-schema1',
      detail: 'the manifest is of the old schema 1, which has no stable digest',
    };
  }
  const isIndex = 'manifests' in manifest;
  const isImage = 'config' in manifest || 'layers' in manifest;
  // CVE-2021-41190: two readers would see two different images.
  if (isIndex && isImage)
    return { problem: 'unsupported-media-type', detail: 'it is an index and a manifest at once' };
  if (manifest['schemaVersion'] !== 2 || (!isIndex && !isImage)) {
    return { problem: 'unsupported-media-type', detail: 'it is neither an index nor an image manifest' };
  }
  const own = manifest['mediaType'];
  const known = manifestKind(contentType) !== null;
  if (typeof own === 'string' && known && own !== contentType) {
    return {
      problem: 'unsupported-media-type',
      detail: 'its media type contradicts the one it was served with',
    };
  }
  const inferred = isIndex
    ? 'application/vnd.oci.image.index.v1+json'
    : 'application/vnd.oci.image.manifest.v1+json';
  const mediaType = known ? contentType : typeof own === 'string' ? own : inferred;
  const kind = manifestKind(mediaType);
  if (kind === null)
    return { problem: 'unsupported-media-type', detail: 'its media type is not one of an image' };
  if ((kind === 'index') !== isIndex) {
    return { problem: 'unsupported-media-type', detail: 'its media type contradicts its content' };
  }
  return { mediaType };
}
