/** Manifest media types, how a manifest's digest is proven, and what a manifest says. */
import { createHash } from 'node:crypto';
import { isDigest } from '../core/image-ref.ts';
import type { Platform } from '../core/platforms.ts';
import { isRecord } from './errors.ts';
import type { RegistryErrorCode } from './errors.ts';
import { parseJson } from './json.ts';
import type { Descriptor, Manifest } from './registry.ts';

const KINDS: ReadonlyMap<string, 'index' | 'manifest'> = new Map([
  ['application/vnd.oci.image.index.v1+json', 'index'],
  ['application/vnd.docker.distribution.manifest.list.v2+json', 'index'],
  ['application/vnd.oci.image.manifest.v1+json', 'manifest'],
  ['application/vnd.docker.distribution.manifest.v2+json', 'manifest'],
]);

/** All four types, always: a registry that is asked for fewer answers with another manifest, or with schema 1. */
export const MANIFEST_ACCEPT = [...KINDS.keys()].join(', ');

export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
/** Images of an index. The widest official images have some twenty, each with an attestation. */
export const MAX_CHILDREN = 256;
const MAX_LAYERS = 1024;

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

/** True when the bytes have this digest, whichever of the two algorithms it names. */
export function hasDigest(body: Uint8Array, digest: string): boolean {
  return digestOf(body, digest.startsWith('sha512:') ? 'sha512' : 'sha256') === digest;
}

export interface ManifestProblem {
  readonly problem: Extract<
    RegistryErrorCode,
    'unsupported-schema1' | 'unsupported-media-type' | 'not-an-image'
  >;
  /** A part of a sentence: "the manifest is not JSON". */
  readonly detail: string;
}

/** What a manifest's body says of itself: its media type, or why it is none that can be pinned. */
export function inspectManifest(
  body: Uint8Array,
  contentType: string,
): { readonly mediaType: string } | ManifestProblem {
  const typed = typeOf(parseJson(body), contentType);
  return 'problem' in typed ? typed : { mediaType: typed.mediaType };
}

/**
 * Everything that a manifest says, from bytes whose digest is known to be `digest`. `contentType` is '' where nobody
 * says, as for bytes from the cache.
 */
export function readManifest(
  digest: string,
  body: Uint8Array,
  contentType: string,
): Manifest | ManifestProblem {
  const typed = typeOf(parseJson(body), contentType);
  if ('problem' in typed) return typed;
  const { mediaType, manifest } = typed;
  const annotations = stringsOf(manifest['annotations']);
  if (manifestKind(mediaType) === 'index') {
    const children = descriptors(manifest['manifests'], MAX_CHILDREN);
    if (typeof children === 'string') return unsupported(`its list of images ${children}`);
    return { kind: 'index', digest, mediaType, children, annotations };
  }
  const config = descriptor(manifest['config']);
  if (!config) return unsupported('it names no configuration');
  const layers = descriptors(manifest['layers'], MAX_LAYERS);
  if (typeof layers === 'string') return unsupported(`its list of layers ${layers}`);
  return { kind: 'manifest', digest, mediaType, config, layers, annotations };
}

type Json = Readonly<Record<string, unknown>>;

function typeOf(
  manifest: unknown,
  contentType: string,
): { readonly mediaType: string; readonly manifest: Json } | ManifestProblem {
  if (manifest === undefined) return unsupported('the manifest is not JSON, or nested too deeply');
  if (!isRecord(manifest)) return unsupported('the manifest is not an object');
  if (manifest['schemaVersion'] === 1 || /docker\.distribution\.manifest\.v1\+/.test(contentType)) {
    return {
      problem: 'unsupported-schema1',
      detail:
        'the manifest is of the old schema 1, which has no stable digest; push the image again with a current tool',
    };
  }
  // Readers that ignore case would see another image in it than this one does.
  if (Object.keys(manifest).some((key) => !MEANINGFUL.has(key) && MEANINGFUL_ANY_CASE.has(key.toLowerCase())))
    return unsupported('its keys are written in another case than the specification says');
  const isIndex = 'manifests' in manifest;
  const isImage = 'config' in manifest || 'layers' in manifest;
  // CVE-2021-41190: two readers would see two different images.
  if (isIndex && isImage) return unsupported('it is an index and a manifest at once');
  if (manifest['schemaVersion'] !== 2 || (!isIndex && !isImage))
    return unsupported('it is neither an index nor an image manifest');
  const own = manifest['mediaType'];
  const known = manifestKind(contentType) !== null;
  if (own !== undefined && typeof own !== 'string') return unsupported('its media type is not text');
  if (own !== undefined && known && own !== contentType)
    return unsupported('its media type contradicts the one it was served with');
  const inferred = isIndex
    ? 'application/vnd.oci.image.index.v1+json'
    : 'application/vnd.oci.image.manifest.v1+json';
  const mediaType = known ? contentType : (own ?? inferred);
  const kind = manifestKind(mediaType);
  if (kind === null) return unsupported('its media type is not one of an image');
  if ((kind === 'index') !== isIndex) return unsupported('its media type contradicts its content');
  return { mediaType, manifest };
}

const MEANINGFUL = new Set(['schemaVersion', 'mediaType', 'manifests', 'config', 'layers']);
const MEANINGFUL_ANY_CASE = new Set([...MEANINGFUL].map((key) => key.toLowerCase()));

function unsupported(detail: string): ManifestProblem {
  return { problem: 'unsupported-media-type', detail };
}

// ---- descriptors ----------------------------------------------------------------------------------------------

/** All of a list, or the rest of a sentence that says what is wrong with it. */
function descriptors(value: unknown, limit: number): readonly Descriptor[] | string {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) return 'is no list';
  if (value.length > limit) return `has more than ${limit} entries`;
  const read = value.map(descriptor);
  return read.every((one) => one !== null) ? read : 'has an entry without a valid digest';
}

/** Null for what does not name a blob by a valid digest. */
export function descriptor(value: unknown): Descriptor | null {
  if (!isRecord(value)) return null;
  const { mediaType, digest, size, artifactType } = value;
  if (typeof digest !== 'string' || !isDigest(digest)) return null;
  if (typeof mediaType !== 'string' || mediaType.length > 255) return null;
  return {
    mediaType: mediaType.toLowerCase(),
    digest,
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : 0,
    annotations: stringsOf(value['annotations']),
    platform: platformOf(value['platform']),
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
  };
}

function platformOf(value: unknown): Platform | null {
  if (!isRecord(value)) return null;
  const text = (key: string): string | null => {
    const part = value[key];
    return typeof part === 'string' && /^[\w.+-]{1,64}$/.test(part) ? part : null;
  };
  const os = text('os');
  const architecture = text('architecture');
  if (os === null || architecture === null) return null;
  return { os, architecture, variant: text('variant'), osVersion: text('os.version') };
}

/** The entries of an object whose values are text. */
export function stringsOf(value: unknown): ReadonlyMap<string, string> {
  if (!isRecord(value)) return new Map();
  return new Map(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
