/** Where an image comes from, by its own words: annotations and labels, each value with the place it was found in. */
import type { ImageConfig, ImageMetadata, MetadataOrigin, Sourced } from '../core/image-facts.ts';
import type { Descriptor, ImageIndex, ImageManifest } from '../registry/registry.ts';

export interface MetadataSources {
  readonly index: ImageIndex | null;
  /** What the index says of the image. */
  readonly descriptor: Descriptor | null;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  /** ISO 8601, from the registry's own list of tags. */
  readonly pushed?: string | null;
  readonly lastModifiedMs?: number | undefined;
  readonly nowMs: number;
}

const NAMES = {
  source: ['org.opencontainers.image.source', 'org.label-schema.vcs-url'],
  revision: ['org.opencontainers.image.revision', 'org.label-schema.vcs-ref'],
  version: ['org.opencontainers.image.version', 'org.label-schema.version'],
  created: ['org.opencontainers.image.created', 'org.label-schema.build-date'],
} as const;

/** Before this there were no images: an older date was set on purpose. */
const FIRST_IMAGE_MS = Date.UTC(2013, 0, 1);
const CLOCK_SKEW_MS = 86_400_000;
const MAX_LENGTH = 2000;

export function metadataOf(sources: MetadataSources): ImageMetadata {
  const own = sources.config.created;
  const candidates: readonly (Sourced | null)[] = [
    own === null ? null : { value: own, origin: 'image config' },
    annotated(sources, NAMES.created),
    sources.pushed ? { value: sources.pushed, origin: 'last pushed' } : null,
    sources.lastModifiedMs === undefined
      ? null
      : { value: new Date(sources.lastModifiedMs).toISOString(), origin: 'Last-Modified header' },
  ];
  const dated = candidates.filter((date) => date !== null && isPlausible(date.value, sources.nowMs))[0];
  const created = dated ? { ...dated, value: new Date(dated.value).toISOString() } : null;
  return {
    source: annotated(sources, NAMES.source),
    revision: annotated(sources, NAMES.revision),
    version: annotated(sources, NAMES.version),
    created,
    fixedDate: own !== null && !isPlausible(own, sources.nowMs) ? own.slice(0, 100) : null,
  };
}

/** The first that is there; the empty string, which some builders write, is not. */
function annotated(sources: MetadataSources, [name, legacy]: readonly [string, string]): Sourced | null {
  const { index, descriptor, manifest, config } = sources;
  const label = (wanted: string): string | undefined =>
    config.labels.find((one) => one.name === wanted)?.value;
  const places: readonly (readonly [MetadataOrigin, string | undefined])[] = [
    ['index annotation', index?.annotations.get(name)],
    ['descriptor annotation', descriptor?.annotations.get(name)],
    ['manifest annotation', manifest.annotations.get(name)],
    ['config label', label(name)],
    ['label-schema label', label(legacy)],
  ];
  for (const [origin, value] of places) {
    const text = value?.trim().slice(0, MAX_LENGTH);
    if (text) return { value: text, origin };
  }
  return null;
}

function isPlausible(date: string, nowMs: number): boolean {
  const ms = Date.parse(date);
  return ms >= FIRST_IMAGE_MS && ms <= nowMs + CLOCK_SKEW_MS;
}
