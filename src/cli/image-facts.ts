/** What images are, with the answers of earlier runs: joins the client, the cache and the facts over a session. */
import type { FactSource } from '../app/gather.ts';
import { DOCKER_HUB } from '../core/image-ref.ts';
import { createFactSource } from '../facts/source.ts';
import type { Http } from '../net/http.ts';
import type { Log } from '../net/log.ts';
import type { Clock } from '../net/retry.ts';
import { createDiskCache } from '../registry/cache.ts';
import { createRegistryClient } from '../registry/client.ts';
import type { LookupRule, RegistrySettings } from '../registry/endpoint.ts';
import { createLayerReader } from '../registry/layers/index.ts';
import { noCache } from '../registry/registry.ts';
import type { ContentCache, Registry } from '../registry/registry.ts';
import type { RegistrySession } from '../registry/session.ts';

export interface ImageFactsOptions {
  /** Answers are kept in this folder; null for none. */
  readonly cache: string | null;
  /** Read whole layers where nothing cheaper says whether a file is there. */
  readonly deep: boolean;
  /** Take no header's word for a digest, and ask whether the images of an index are there. */
  readonly verifyDigests: boolean;
  readonly registries: Readonly<Record<string, RegistrySettings>>;
  readonly lookup: readonly LookupRule[];
  /** Whether an answer repeats a credential: such a one is not written down. */
  readonly holdsSecret: (text: string) => boolean;
  /** For what is asked of other servers than registries. */
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ImageFacts {
  readonly registry: Registry;
  readonly source: FactSource;
}

export function createImageFacts(session: RegistrySession, options: ImageFactsOptions): ImageFacts {
  const { cache, deep, verifyDigests, registries, lookup, holdsSecret, http, clock, log } = options;
  const kept =
    cache === null
      ? { content: noCache }
      : createDiskCache({
          folder: cache,
          clock,
          log,
          distinguish: (host) => JSON.stringify([registries[host] ?? null, lookup]),
        });
  const content: ContentCache = {
    get: (digest) => kept.content.get(digest),
    async put(digest, bytes) {
      if (!holdsSecret(Buffer.from(bytes).toString('latin1'))) await kept.content.put(digest, bytes);
    },
  };
  // Whoever reaches Docker Hub through another server does not want its other servers to be asked either.
  const hub = registries[DOCKER_HUB]?.endpoint ? null : { http, base: new URL('https://hub.docker.com') };
  const registry = createRegistryClient(session, clock, { ...kept, content, hub });
  const layers = createLayerReader(session, content, {
    deep,
    ...('notes' in kept ? { notes: kept.notes } : {}),
  });
  const nowMs = (): number => clock.now();
  return { registry, source: createFactSource({ registry, layers, nowMs, verifyDigests }) };
}
