/** Facts about images, asked of their registry. */
import type { ConfiguredImage, ImageFiles, OsRelease, VersionTag } from '../core/image-facts.ts';
import { effectiveTag, isTag, repositoryName } from '../core/image-ref.ts';
import type { ImageRef } from '../core/image-ref.ts';
import type {
  DigestRequest,
  Evidence,
  Fact,
  ImageConfigRequest,
  ImageFilesRequest,
  ImageTagsRequest,
  OsReleaseRequest,
  ResolvedImage,
} from '../core/types.ts';
import type { RegistryFailure } from '../registry/errors.ts';
import type { Registry } from '../registry/registry.ts';
import { attestationManifest } from './attestations.ts';
import type { LayerReader } from '../registry/registry.ts';
import { metadataOf } from './metadata.ts';
import { readOsRelease } from './os-release.ts';
import { readImage } from './read-image.ts';
import type { ReadImage } from './read-image.ts';
import { canonical } from './requests.ts';
import { bestTag, candidateTags, tagShape } from './version-tags.ts';

export function unanswered({
  code,
  reason,
}: {
  readonly code: string;
  readonly reason: string;
}): Fact<never> {
  return { ok: false, code, reason };
}

export function registryEvidence(
  image: ImageRef,
  { digest, mediaType, atMs }: { readonly digest: string; readonly mediaType: string; readonly atMs: number },
  note?: string,
): Evidence {
  const reference =
    image.digest === null ? `${repositoryName(image)}:${effectiveTag(image)}` : canonical(image);
  const at = new Date(atMs).toISOString();
  return { kind: 'registry', reference, digest, mediaType, at, ...(note === undefined ? {} : { note }) };
}

/** The digest that the tag of a reference has now; `verify`: its bytes are read, and the images of an index asked for. */
export async function digestFact(
  registry: Registry,
  { image }: DigestRequest,
  verify: boolean,
): Promise<Fact<ResolvedImage>> {
  const result = await registry.resolve(image, { verify });
  if (!result.ok) return unanswered(result);
  const problem = verify ? await incomplete(registry, image, result.value.digest) : null;
  if (problem) return problem;
  const { digest, mediaType, kind } = result.value;
  return {
    ok: true,
    value: { digest, mediaType, kind },
    evidence: registryEvidence({ ...image, digest: null }, result.value),
  };
}

/** Null when every image that the index names is there. */
async function incomplete(registry: Registry, image: ImageRef, digest: string): Promise<Fact<never> | null> {
  const manifest = await registry.manifest(image, digest);
  if (!manifest.ok) return unanswered(manifest);
  if (manifest.value.kind !== 'index') return null;
  const content = await registry.images(image, manifest.value);
  if (!content.ok) return unanswered(content);
  const missing = await registry.missingImages(image, content.value.images);
  if (!missing.ok) return unanswered(missing);
  if (missing.value.length === 0) return null;
  const platforms = missing.value.map(({ platform }) => platform).join(', ');
  const reason = `its index names images that ${image.registry} does not have (${platforms})`;
  return { ok: false, code: 'incomplete-index', reason };
}

// ---- what is in an image --------------------------------------------------------------------------------------

export type NowMs = () => number;

export async function imageConfigFact(
  registry: Registry,
  { image, platform }: ImageConfigRequest,
  nowMs: NowMs,
): Promise<Fact<ConfiguredImage>> {
  const read = await readImage(registry, image, platform);
  if (!read.ok) return unanswered(read);
  const { value } = read;
  return {
    ok: true,
    value: {
      digest: value.digest,
      kind: value.kind,
      manifestDigest: value.manifest.digest,
      platform: value.platform,
      platformReason: value.platformReason,
      platforms: value.platforms,
      config: value.config,
      metadata: metadataOf({ ...value, nowMs: nowMs() }),
    },
    evidence: evidenceOf(image, value, nowMs),
  };
}

export function evidenceOf(image: ImageRef, read: ReadImage, nowMs: NowMs): Evidence {
  const note = read.kind === 'index' ? `for ${read.platform}` : undefined;
  return registryEvidence(image, { ...read, atMs: read.atMs ?? nowMs() }, note);
}

export const NO_LAYERS = {
  ok: false,
  code: 'layers-unread',
  reason: 'this run does not look into the layers of images',
} as const;

export async function imageFilesFact(
  registry: Registry,
  layers: LayerReader | null,
  { image, platform, paths }: ImageFilesRequest,
  nowMs: NowMs,
): Promise<Fact<ImageFiles>> {
  if (!layers) return NO_LAYERS;
  const read = await readImage(registry, image, platform);
  if (!read.ok) return unanswered(read);
  const wanted = [...new Set(paths.map(absolute))];
  const statements = await attestationManifest(registry, image, read.value);
  const hints = statements ? { attestation: { repository: image, manifest: statements } } : {};
  const found = await layers.find(image, read.value.manifest, wanted, hints);
  if (!found.ok) return unanswered(found);
  const unknown = { present: 'unknown', via: 'nothing says', verified: false } as const;
  return {
    ok: true,
    value: {
      manifestDigest: read.value.manifest.digest,
      platform: read.value.platform,
      files: wanted.map((path) => ({ path, ...(found.value.get(path) ?? unknown) })),
    },
    evidence: evidenceOf(image, read.value, nowMs),
  };
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

/** The first is a link to the second in most distributions, and some have only the second. */
const OS_RELEASE_PATHS = ['/etc/os-release', '/usr/lib/os-release'];
const MAX_OS_RELEASE_BYTES = 64 * 1024;

export async function osReleaseFact(
  registry: Registry,
  layers: LayerReader | null,
  { image, platform }: OsReleaseRequest,
  nowMs: NowMs,
): Promise<Fact<OsRelease>> {
  if (!layers) return NO_LAYERS;
  const read = await readImage(registry, image, platform);
  if (!read.ok) return unanswered(read);
  for (const path of OS_RELEASE_PATHS) {
    const file = await layers.readFile(image, read.value.manifest, path, MAX_OS_RELEASE_BYTES);
    if (!file.ok) return unanswered(file);
    const release = file.value && readOsRelease(new TextDecoder().decode(file.value));
    if (release) return { ok: true, value: release, evidence: evidenceOf(image, read.value, nowMs) };
  }
  const found = await layers.find(image, read.value.manifest, OS_RELEASE_PATHS);
  if (!found.ok) return unanswered(found);
  const unknown = [...found.value.values()].find(({ present }) => present === 'unknown');
  return unknown
    ? { ok: false, code: 'os-release-unknown', reason: `its os-release could not be read: ${unknown.via}` }
    : { ok: false, code: 'no-os-release', reason: 'the image does not say which distribution it is' };
}

// ---- the version behind a floating tag ------------------------------------------------------------------------

const MAX_QUESTIONS = 12;
const AT_ONCE = 4;

export async function imageTagsFact(
  registry: Registry,
  request: ImageTagsRequest,
): Promise<Fact<VersionTag>> {
  const { image } = request;
  const floating = effectiveTag(image);
  const known = request.digest ?? image.digest;
  const resolved = await registry.resolve({ ...image, digest: known });
  if (!resolved.ok) return unanswered(resolved);
  const { digest } = resolved.value;
  const answer = (tag: string | null, why: string): Fact<VersionTag> => ({
    ok: true,
    value: { digest, tag, why },
    evidence: registryEvidence({ ...image, digest: known }, resolved.value, tag === null ? undefined : why),
  });
  const now = floating === null ? 'it has the same digest as' : `${floating} is today`;
  const has = (tag: string): Promise<Has> => hasDigest(registry, { ...image, tag, digest: null }, digest);

  const withDigests = await registry.tagDigests(image);
  const same =
    withDigests.ok && withDigests.value
      ? withDigests.value.tags.filter((one) => one.digest === digest).map(({ name }) => name)
      : [];
  const best = bestTag(same, floating);
  // The list comes from another server than the image: the registry itself has to say it.
  if (best !== null && (await has(best)) === true) return answer(best, `${now} ${best}`);

  const { texts, tags: guessed } = await versionHints(registry, { ...image, digest }, floating);
  const tags = await registry.tags(image);
  const listed = tags.ok ? tags.value.tags : [];
  const candidates = candidateTags([...new Set([...listed, ...guessed])], floating, texts, MAX_QUESTIONS);
  for (let at = 0; at < candidates.length; at += AT_ONCE) {
    const some = candidates.slice(at, at + AT_ONCE);
    const answers = await Promise.all(some.map(has));
    const found = bestTag(
      some.filter((_, index) => answers[index] === true),
      floating,
    );
    if (found !== null) return answer(found, `${now} ${found}`);
    const failed = answers.find((one) => typeof one === 'object');
    if (failed) return unanswered(failed);
  }
  if (!tags.ok) return unanswered(tags);
  const tried =
    candidates.length === 0 ? 'there is no version tag' : `none of ${candidates.join(', ')} has its digest`;
  return answer(null, tags.value.isComplete ? tried : `${tried}, and not all tags could be listed`);
}

/** A failure is not "no": nobody knows. */
type Has = boolean | RegistryFailure;

async function hasDigest(registry: Registry, image: ImageRef, digest: string): Promise<Has> {
  const found = await registry.resolve(image);
  if (found.ok) return found.value.digest === digest;
  return found.code === 'not-found' ? false : found;
}

/** What the image says of its version, and the tags that this would make. */
async function versionHints(
  registry: Registry,
  image: ImageRef,
  floating: string | null,
): Promise<{ readonly texts: readonly string[]; readonly tags: readonly string[] }> {
  const read = await readImage(registry, image, null);
  if (!read.ok) return { texts: [], tags: [] };
  const version = metadataOf({ ...read.value, nowMs: 0 }).version?.value;
  const variables = read.value.config.env.filter(({ name }) => /(?:^|_)VERSION$/.test(name));
  const shape = tagShape(floating ?? 'latest');
  const family = 'family' in shape && shape.family !== '' ? [`-${shape.family}`, ''] : [''];
  return {
    texts: [...(version ? [version] : []), ...variables.map(({ value }) => value)],
    tags: version ? family.map((suffix) => version + suffix).filter(isTag) : [],
  };
}
