/**
 * The registry client: the digest of a tag, proven. HEAD first, because it is free where GET counts as a pull; GET
 * and a hash of the bytes whenever the HEAD leaves a doubt.
 */
import { effectiveTag } from '../core/image-ref.ts';
import type { ImageRef } from '../core/image-ref.ts';
import { header } from '../net/http.ts';
import type { HttpResponse } from '../net/http.ts';
import type { Clock } from '../net/retry.ts';
import { failure, statusFailure } from './errors.ts';
import type { RegistryFailure, RegistryResult } from './errors.ts';
import {
  MANIFEST_ACCEPT,
  MAX_MANIFEST_BYTES,
  digestOf,
  headerDigest,
  inspectManifest,
  manifestKind,
  mediaTypeOf,
} from './manifest.ts';
import type { Registry, ResolvedManifest } from './registry.ts';
import type { ApiRequest, RegistrySession } from './session.ts';

export function createRegistryClient(session: RegistrySession, clock: Clock): Registry {
  return {
    async resolve(image) {
      const host = image.registry;
      const request: Omit<ApiRequest, 'method'> = {
        repository: image,
        path: `manifests/${image.digest ?? effectiveTag(image)}`,
        headers: { accept: MANIFEST_ACCEPT },
        maxBytes: MAX_MANIFEST_BYTES,
        purpose: image.digest === null ? 'resolution' : 'manifest',
      };
      const head = await session.request({ ...request, method: 'HEAD' });
      if (!head.ok) return head;
      const quick = fromHead(head.value, image.digest, clock);
      if (quick) return { ok: true, value: quick };
      if (head.value.status === 404) return notFound(host, image);
      if (head.value.status === 429) return statusFailure(host, 429, head.value.body, false);

      const get = await session.request({ ...request, method: 'GET' });
      if (!get.ok) return get;
      if (get.value.status === 404) return notFound(host, image);
      if (get.value.status !== 200) return statusFailure(host, get.value.status, get.value.body, false);
      return fromGet(host, get.value, image.digest, clock);
    },
    counts: () => session.counts(),
    close: () => session.close(),
  };
}

function notFound(host: string, image: ImageRef): RegistryFailure {
  const what = image.digest === null ? `tag ${effectiveTag(image)}` : `digest ${image.digest}`;
  return failure(host, 'not-found', `${host} has no ${image.repository} with the ${what}`);
}

/** The answer of a HEAD that leaves no doubt: known media type and exactly one valid digest. */
function fromHead(response: HttpResponse, wanted: string | null, clock: Clock): ResolvedManifest | null {
  if (response.status !== 200) return null;
  const mediaType = mediaTypeOf(header(response, 'content-type'));
  const kind = manifestKind(mediaType);
  const digest = headerDigest(response.headers.get('docker-content-digest') ?? []);
  if (kind === null || digest === null || (wanted !== null && wanted !== digest)) return null;
  return { digest, mediaType, kind, atMs: clock.now() };
}

function fromGet(
  host: string,
  response: HttpResponse,
  wanted: string | null,
  clock: Clock,
): RegistryResult<ResolvedManifest> {
  const inspected = inspectManifest(response.body, mediaTypeOf(header(response, 'content-type')));
  if ('problem' in inspected) return failure(host, inspected.problem, `${host}: ${inspected.detail}`);
  const values = response.headers.get('docker-content-digest') ?? [];
  const claimed = headerDigest(values);
  const algorithm = (wanted ?? claimed)?.startsWith('sha512:') ? 'sha512' : 'sha256';
  const digest = digestOf(response.body, algorithm);
  const contradicts = (claimed !== null && claimed !== digest) || (wanted !== null && wanted !== digest);
  if (contradicts || (claimed === null && values.length > 0)) {
    return failure(
      host,
      'digest-mismatch',
      `${host} sent a manifest that does not have the digest it claims`,
    );
  }
  const { mediaType } = inspected;
  return { ok: true, value: { digest, mediaType, kind: manifestKind(mediaType)!, atMs: clock.now() } };
}
