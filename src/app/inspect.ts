/** Everything that is known of one image, through the very facts that transforms ask for. */
import type { FilePresence, ImageFiles, Inspection, OsRelease } from '../core/image-facts.ts';
import type { ImageRef } from '../core/image-ref.ts';
import type { Fact } from '../core/types.ts';
import { attestationsOf } from '../facts/attestations.ts';
import { metadataOf } from '../facts/metadata.ts';
import { readImage } from '../facts/read-image.ts';
import { canonical } from '../facts/requests.ts';
import type { Registry, RegistryResult } from '../registry/registry.ts';
import type { FactSource } from './gather.ts';

export interface InspectOptions {
  /** In any spelling; null for the usual one. */
  readonly platform: string | null;
  readonly paths: readonly string[];
  readonly nowMs: number;
}

/** Fails only when the image itself cannot be read; what is missing beside it is said in its place. */
export async function inspectImage(
  registry: Registry,
  source: FactSource,
  image: ImageRef,
  { platform, paths, nowMs }: InspectOptions,
): Promise<RegistryResult<Inspection>> {
  const read = await readImage(registry, image, platform);
  if (!read.ok) return read;
  const { value } = read;
  const [attestations, pushed, osRelease, files] = await Promise.all([
    attestationsOf(registry, image, value),
    registry.pushed(image),
    source({ kind: 'os-release', image, platform }) as Promise<Fact<OsRelease>>,
    paths.length === 0 ? [] : filesOf(source, image, platform, paths),
  ]);
  return {
    ok: true,
    value: {
      reference: canonical(image),
      digest: value.digest,
      kind: value.kind,
      mediaType: value.mediaType,
      platforms: value.platforms,
      image: {
        platform: value.platform,
        reason: value.platformReason,
        digest: value.manifest.digest,
        layers: value.manifest.layers.length,
        bytes: value.manifest.layers.reduce((sum, { size }) => sum + size, 0),
      },
      metadata: metadataOf({ ...value, pushed, nowMs }),
      config: value.config,
      osRelease: osRelease.ok ? osRelease.value : null,
      osReleaseProblem: osRelease.ok ? null : osRelease.reason,
      attestations,
      files,
    },
  };
}

async function filesOf(
  source: FactSource,
  image: ImageRef,
  platform: string | null,
  paths: readonly string[],
): Promise<readonly FilePresence[]> {
  const answer = (await source({ kind: 'image-files', image, platform, paths })) as Fact<ImageFiles>;
  if (answer.ok) return answer.value.files;
  return paths.map((path) => ({ path, present: 'unknown', via: answer.reason, verified: false }));
}
