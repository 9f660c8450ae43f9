/**
 * The registry client: the digest of a tag, proven, and what stands behind it. HEAD first, because it is free where
 * GET counts as a pull; GET and a hash of the bytes whenever the HEAD leaves a doubt.
 */
import type { ImageConfig } from '../core/image-facts.ts';
import { DOCKER_HUB, effectiveTag } from '../core/image-ref.ts';
import type { ImageRef } from '../core/image-ref.ts';
import { header } from '../net/http.ts';
import type { HttpResponse } from '../net/http.ts';
import type { Clock } from '../net/retry.ts';
import { MAX_CONFIG_BYTES, isImageConfig, readConfig } from './config.ts';
import { failure, statusFailure } from './errors.ts';
import type { RegistryFailure, RegistryResult } from './errors.ts';
import {
  MANIFEST_ACCEPT,
  MAX_MANIFEST_BYTES,
  digestOf,
  hasDigest,
  headerDigest,
  inspectManifest,
  manifestKind,
  mediaTypeOf,
  readManifest,
} from './manifest.ts';
import { indexContent, missingOf } from './platforms.ts';
import { listReferrers } from './referrers.ts';
import { noCache, noTags } from './registry.ts';
import type {
  ContentCache,
  ImageManifest,
  Manifest,
  Registry,
  RepositoryName,
  ResolvedManifest,
  TagCache,
} from './registry.ts';
import type { ApiRequest, RegistrySession } from './session.ts';
import { hubPushed, listHubTags, listTags } from './tags.ts';
import type { HubOptions } from './tags.ts';

export interface ClientOptions {
  readonly content?: ContentCache;
  /** What tags named in earlier runs. */
  readonly tags?: TagCache;
  /** Null where Docker Hub's own API must not be asked: its registry is reached elsewhere. */
  readonly hub?: HubOptions | null;
}

/** Statuses of a HEAD that some registries give where a GET would do better. */
const DOUBTFUL = new Set([400, 403, 404, 405, 501]);

export function createRegistryClient(
  session: RegistrySession,
  clock: Clock,
  options: ClientOptions = {},
): Registry {
  const { content = noCache, tags = noTags, hub = null } = options;
  const once = createMemo();

  function manifestRequest(repository: RepositoryName, reference: string): Omit<ApiRequest, 'method'> {
    return {
      repository,
      path: `manifests/${reference}`,
      headers: { accept: MANIFEST_ACCEPT },
      maxBytes: MAX_MANIFEST_BYTES,
      purpose: reference.includes(':') ? 'manifest' : 'resolution',
    };
  }

  // ---- the digest of a tag ------------------------------------------------------------------------------------

  async function resolveTag(image: ImageRef, tag: string, verify: boolean): Promise<Resolved> {
    const { registry, repository } = image;
    const credential = await session.credentialFor(image);
    // Without a readable credential, nobody knows whose answers to look for; the request will say what is wrong.
    const key = credential.ok
      ? { registry, repository, tag, identity: JSON.stringify(credential.credential) }
      : null;
    const known = key && !verify ? await tags.get(key) : null;
    if (known?.isFresh) return { ok: true, value: known.value };
    const result = await resolveAt(image, tag, verify, known?.value ?? null);
    if (!result.ok || !key) return result;
    const value = await tags.put(key, result.value);
    return { ok: true, value };
  }

  /** `known`: an answer of earlier days; the registry may say that it still holds. */
  async function resolveAt(
    image: ImageRef,
    reference: string,
    verify: boolean,
    known: ResolvedManifest | null,
  ): Promise<Resolved> {
    const host = image.registry;
    const plain = manifestRequest(image, reference);
    const condition = known ? { 'if-none-match': `"${known.digest}"` } : {};
    const request = { ...plain, headers: { ...plain.headers, ...condition } };
    if (!verify) {
      const head = await session.request({ ...request, method: 'HEAD' });
      if (!head.ok) return head;
      const { status, body } = head.value;
      if (status === 304 && known) return { ok: true, value: { ...known, atMs: clock.now() } };
      const quick = fromHead(head.value, image.digest, clock);
      if (quick) return { ok: true, value: quick };
      // A GET would only bring the words of the error, and on Docker Hub it may cost a pull.
      const isAnswered = host === DOCKER_HUB && (status === 404 || status === 403);
      if (status === 404 && isAnswered) return notFound(host, image);
      if (isAnswered || (status !== 200 && !DOUBTFUL.has(status)))
        return statusFailure(host, status, body, false);
    }
    const get = await session.request({ ...request, method: 'GET' });
    if (!get.ok) return get;
    if (get.value.status === 304 && known) return { ok: true, value: { ...known, atMs: clock.now() } };
    if (get.value.status === 404) return notFound(host, image);
    if (get.value.status !== 200) return statusFailure(host, get.value.status, get.value.body, false);
    const result = fromGet(host, get.value, image.digest, clock);
    if (result.ok) await content.put(result.value.digest, get.value.body);
    return result;
  }

  // ---- bytes by their digest ----------------------------------------------------------------------------------

  async function fetchManifest(
    repository: RepositoryName,
    digest: string,
  ): Promise<RegistryResult<Manifest>> {
    const host = repository.registry;
    const kept = await content.get(digest);
    if (kept) {
      const manifest = readManifest(digest, kept, '');
      if ('kind' in manifest) return { ok: true, value: manifest };
    }
    const get = await session.request({ ...manifestRequest(repository, digest), method: 'GET' });
    if (!get.ok) return get;
    const { status, body } = get.value;
    if (status === 404) return notFound(host, { ...repository, digest });
    if (status !== 200) return statusFailure(host, status, body, false);
    if (!hasDigest(body, digest)) return mismatch(host, 'a manifest');
    const manifest = readManifest(digest, body, mediaTypeOf(header(get.value, 'content-type')));
    if ('problem' in manifest) return failure(host, manifest.problem, `${host}: ${manifest.detail}`);
    await content.put(digest, body);
    return { ok: true, value: manifest };
  }

  async function fetchConfig(
    repository: RepositoryName,
    { config }: ImageManifest,
  ): Promise<RegistryResult<ImageConfig>> {
    const host = repository.registry;
    if (!isImageConfig(config.mediaType))
      return failure(host, 'not-an-image', `${host} has this as something else than a container image`);
    const kept = await content.get(config.digest);
    const read = kept && readConfig(kept);
    if (read) return { ok: true, value: read };
    const get = await session.request({
      repository,
      method: 'GET',
      path: `blobs/${config.digest}`,
      maxBytes: MAX_CONFIG_BYTES,
      purpose: 'config',
    });
    if (!get.ok) return get;
    const { status, body } = get.value;
    if (status === 404)
      return failure(host, 'not-found', `${host} does not have the configuration of the image any more`);
    if (status !== 200) return statusFailure(host, status, body, false);
    if (!hasDigest(body, config.digest)) return mismatch(host, 'a configuration');
    const value = readConfig(body);
    if (!value)
      return failure(host, 'not-an-image', `${host}: the configuration of the image is not readable JSON`);
    await content.put(config.digest, body);
    return { ok: true, value };
  }

  async function exists(repository: RepositoryName, digest: string): Promise<RegistryResult<boolean>> {
    const host = repository.registry;
    // A mirror may still have what the registry has deleted.
    const request = { ...manifestRequest(repository, digest), direct: true };
    const head = await session.request({ ...request, method: 'HEAD' });
    if (!head.ok) return head;
    if (head.value.status === 200) return { ok: true, value: true };
    if (!DOUBTFUL.has(head.value.status))
      return statusFailure(host, head.value.status, head.value.body, false);
    // "Gone" is a hard word: it is believed only when a GET says so as well.
    const get = await session.request({ ...request, method: 'GET' });
    if (!get.ok) return get;
    const { status, body } = get.value;
    if (status === 200)
      return hasDigest(body, digest) ? { ok: true, value: true } : mismatch(host, 'a manifest');
    return status === 404 ? { ok: true, value: false } : statusFailure(host, status, body, false);
  }

  const named = ({ registry, repository }: RepositoryName): string => `${registry}/${repository}`;
  const manifest: Registry['manifest'] = (repository, digest) =>
    once(`manifest ${named(repository)} ${digest}`, () => fetchManifest(repository, digest));
  const existsOnce: Registry['exists'] = (repository, digest) =>
    once(`exists ${named(repository)} ${digest}`, () => exists(repository, digest));

  return {
    resolve(image, { verify = false } = {}) {
      const { digest } = image;
      if (digest !== null)
        return once(`digest ${named(image)} ${digest} ${verify}`, () =>
          resolveAt(image, digest, verify, null),
        );
      const tag = effectiveTag(image)!;
      return once(`tag ${named(image)} ${tag} ${verify}`, () => resolveTag(image, tag, verify));
    },
    manifest,
    exists: existsOnce,
    images: (repository, index) =>
      once(`images ${named(repository)} ${index.digest}`, () =>
        indexContent(repository.registry, index, (digest) => manifest(repository, digest)),
      ),
    missingImages: (repository, images) => missingOf(images, (digest) => existsOnce(repository, digest)),
    config: (repository, image) =>
      once(`config ${named(repository)} ${image.config.digest}`, () => fetchConfig(repository, image)),
    tags: (repository) => once(`tags ${named(repository)}`, () => listTags(session, repository)),
    tagDigests: (repository) =>
      once(`tag digests ${named(repository)}`, () =>
        hub && repository.registry === DOCKER_HUB
          ? listHubTags(hub, repository)
          : Promise.resolve({ ok: true as const, value: null }),
      ),
    pushed: (image, digest) =>
      hub && image.registry === DOCKER_HUB && image.digest === null
        ? once(`pushed ${named(image)} ${effectiveTag(image)} ${digest ?? ''}`, () =>
            hubPushed(hub, image, effectiveTag(image)!, digest ?? null),
          )
        : Promise.resolve(null),
    referrers: (repository, digest) =>
      once(`referrers ${named(repository)} ${digest}`, () => listReferrers(session, repository, digest)),
    counts: () => session.counts(),
    close: () => session.close(),
  };
}

type Resolved = RegistryResult<ResolvedManifest>;

/** One answer for each key, also while it is on its way. */
function createMemo(): <T>(key: string, ask: () => Promise<T>) => Promise<T> {
  const answers = new Map<string, Promise<unknown>>();
  return <T>(key: string, ask: () => Promise<T>) => {
    const known = answers.get(key) ?? ask();
    answers.set(key, known);
    // The key names the kind of the answer.
    return known as Promise<T>;
  };
}

function notFound(
  host: string,
  image: Pick<ImageRef, 'repository' | 'digest'> & Partial<ImageRef>,
): RegistryFailure {
  const what = image.digest === null ? `tag ${image.tag ?? 'latest'}` : `digest ${image.digest}`;
  return failure(host, 'not-found', `${host} has no ${image.repository} with the ${what}`);
}

function mismatch(host: string, what: string): RegistryFailure {
  return failure(host, 'digest-mismatch', `${host} sent ${what} that does not have the digest it claims`);
}

/** The answer of a HEAD that leaves no doubt: known media type and exactly one valid digest. */
function fromHead(response: HttpResponse, wanted: string | null, clock: Clock): ResolvedManifest | null {
  if (response.status !== 200) return null;
  const mediaType = mediaTypeOf(header(response, 'content-type'));
  const kind = manifestKind(mediaType);
  const digest = headerDigest(response.headers.get('docker-content-digest') ?? []);
  if (kind === null || digest === null || (wanted !== null && wanted !== digest)) return null;
  return { digest, mediaType, kind, atMs: clock.now(), ...lastModified(response) };
}

function fromGet(host: string, response: HttpResponse, wanted: string | null, clock: Clock): Resolved {
  const inspected = inspectManifest(response.body, mediaTypeOf(header(response, 'content-type')));
  if ('problem' in inspected) return failure(host, inspected.problem, `${host}: ${inspected.detail}`);
  const values = response.headers.get('docker-content-digest') ?? [];
  const claimed = headerDigest(values);
  const algorithm = (wanted ?? claimed)?.startsWith('sha512:') ? 'sha512' : 'sha256';
  const digest = digestOf(response.body, algorithm);
  const contradicts = (claimed !== null && claimed !== digest) || (wanted !== null && wanted !== digest);
  if (contradicts || (claimed === null && values.length > 0)) return mismatch(host, 'a manifest');
  const { mediaType } = inspected;
  const kind = manifestKind(mediaType)!;
  return { ok: true, value: { digest, mediaType, kind, atMs: clock.now(), ...lastModified(response) } };
}

function lastModified(response: HttpResponse): Pick<ResolvedManifest, 'lastModifiedMs'> {
  const date = Date.parse(header(response, 'last-modified') ?? '');
  return Number.isNaN(date) ? {} : { lastModifiedMs: date };
}
