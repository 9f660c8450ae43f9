/**
 * The registry client: the digest of a tag, proven. HEAD first, because it is free where GET counts as a pull; GET
 * and a hash of the bytes whenever the HEAD leaves a doubt.
 */
import { effectiveTag } from '../core/image-ref.ts';
import type { ImageRef } from '../core/image-ref.ts';
import { header } from '../net/http.ts';
import type { Http, HttpResponse, HttpResult } from '../net/http.ts';
import { withRetry } from '../net/retry.ts';
import type { Clock } from '../net/retry.ts';
import { createAuthorizer } from './auth.ts';
import { endpointOf } from './endpoint.ts';
import type { RegistrySettings } from './endpoint.ts';
import { failure, statusFailure, transportFailure } from './errors.ts';
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
import type { Keychain, Registry, ResolvedManifest } from './registry.ts';

export interface RegistryClientOptions {
  readonly http: Http;
  readonly keychain: Keychain;
  readonly clock: Clock;
  /** By host as in {@link ImageRef.registry}. */
  readonly registries: Readonly<Record<string, RegistrySettings>>;
  /** Requests under way at once to one host. */
  readonly concurrencyPerHost?: number;
}

export function createRegistryClient(options: RegistryClientOptions): Registry {
  const { http, clock } = options;
  const authorizer = createAuthorizer(http, options.keychain, clock);
  const gates = new Map<string, Gate>();
  /** Which of an endpoint's bases works, once that is known. */
  const chosenBase = new Map<string, URL>();
  let total = 0;
  let resolutions = 0;

  async function send(
    host: string,
    base: URL,
    method: 'GET' | 'HEAD',
    path: string,
    authorization: string | null,
  ) {
    const gate = gates.get(host) ?? createGate(options.concurrencyPerHost ?? 8);
    gates.set(host, gate);
    const headers = { accept: MANIFEST_ACCEPT, ...(authorization === null ? {} : { authorization }) };
    const request = { method, url: new URL(path, base), headers, maxBytes: MAX_MANIFEST_BYTES } as const;
    return gate.run(() =>
      withRetry(() => {
        total++;
        return http.request(request);
      }, clock),
    );
  }

  /** One manifest request with what authentication it takes. At most one new token: a second 401 is an answer. */
  async function authorized(
    host: string,
    base: URL,
    method: 'GET' | 'HEAD',
    image: ImageRef,
    reference: string,
  ): Promise<HttpResult | RegistryFailure> {
    const path = `/v2/${image.repository}/manifests/${reference}`;
    const used = authorizer.current(base, image.repository);
    const first = await send(host, base, method, path, used);
    if (!first.ok || first.response.status !== 401) {
      resolutions++;
      return first;
    }
    const answer = await authorizer.answer(host, base, image.repository, first.response, used);
    if (!answer.ok) return answer;
    const second = await send(host, base, method, path, answer.value);
    if (!second.ok || second.response.status !== 401) resolutions++;
    return second;
  }

  async function resolveAt(
    host: string,
    base: URL,
    image: ImageRef,
  ): Promise<RegistryResult<ResolvedManifest>> {
    const reference = image.digest ?? effectiveTag(image)!;
    const head = await authorized(host, base, 'HEAD', image, reference);
    if ('reason' in head) return 'retryable' in head ? transportFailure(host, head) : head;
    const quick = head.ok ? fromHead(head.response, image.digest, clock) : null;
    if (quick) return { ok: true, value: quick };
    if (head.response.status === 404) return notFound(host, image);
    if (head.response.status === 429) return statusFailure(host, 429, head.response.body, false);

    const get = await authorized(host, base, 'GET', image, reference);
    if ('reason' in get) return 'retryable' in get ? transportFailure(host, get) : get;
    if (get.response.status === 404) return notFound(host, image);
    if (get.response.status !== 200)
      return statusFailure(host, get.response.status, get.response.body, false);
    return fromGet(host, get.response, image.digest, clock);
  }

  return {
    async resolve(image) {
      const host = image.registry;
      const { bases } = endpointOf(host, options.registries[host]);
      const known = chosenBase.get(host);
      let last: RegistryResult<ResolvedManifest> = failure(host, 'network', `${host} has no address`);
      for (const base of known ? [known] : bases) {
        last = await resolveAt(host, base, image);
        const reached = last.ok || !['http-https-mismatch', 'network', 'tls-untrusted'].includes(last.code);
        if (reached) {
          chosenBase.set(host, base);
          return last;
        }
      }
      return last;
    },
    counts: () => ({
      resolutions,
      tokens: authorizer.tokenRequests(),
      total: total + authorizer.tokenRequests(),
    }),
    close: () => http.close(),
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

// ---- a gate for each host -------------------------------------------------------------------------------------

interface Gate {
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** Lets at most `width` tasks in at once; the others wait in order. */
function createGate(width: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(task) {
      if (inside >= width) await new Promise<void>((resolve) => waiting.push(resolve));
      else inside++;
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else inside--;
      }
    },
  };
}
