/** The real registries, over the real network. Imported only by runs that are not offline. */
import type { FactSource } from '../app/gather.ts';
import type { OperatorConfig } from '../config/config.ts';
import { DOCKER_HUB } from '../core/image-ref.ts';
import type { LayerReader } from '../facts/layer-reader.ts';
import { createFactSource } from '../facts/source.ts';
import { createHttp } from '../net/http.ts';
import { silent } from '../net/log.ts';
import { systemClock } from '../net/retry.ts';
import { createDiskCache } from '../registry/cache.ts';
import { createRegistryClient } from '../registry/client.ts';
import { anonymousKeychain } from '../registry/keychain.ts';
import { noCache } from '../registry/registry.ts';
import type { ContentCache, Registry } from '../registry/registry.ts';
import { createSession } from '../registry/session.ts';
import type { RegistrySession } from '../registry/session.ts';
import { version } from './version.ts';

export interface OpenRegistry {
  readonly registry: Registry;
  readonly source: FactSource;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** The folder to keep answers in; null for none. */
  readonly cache: string | null;
  /** Read whole layers where nothing cheaper says whether a file is there. */
  readonly deep: boolean;
}

type CreateLayerReader = (
  session: RegistrySession,
  cache: ContentCache,
  options: { readonly deep: boolean },
) => LayerReader;
/** Null: nothing looks into layers, and every question that needs it is answered with that. */
const createLayerReader = null as CreateLayerReader | null;

export function openRegistry(operator: OperatorConfig, { cache, deep }: OpenOptions): OpenRegistry {
  const settings = operator.registries ?? {};
  const http = createHttp({ userAgent: `dockfix/${version}` });
  const session = createSession({
    http,
    keychain: anonymousKeychain,
    clock: systemClock,
    registries: settings,
  });
  const kept =
    cache === null
      ? { content: noCache }
      : createDiskCache({
          folder: cache,
          clock: systemClock,
          log: silent,
          distinguish: (host) => JSON.stringify(settings[host] ?? null),
        });
  // Whoever reaches Docker Hub through another server does not want its other servers to be asked either.
  const hub = settings[DOCKER_HUB]?.endpoint
    ? null
    : { http, clock: systemClock, base: new URL('https://hub.docker.com') };
  const registry = createRegistryClient(session, systemClock, { ...kept, hub });
  const layers = createLayerReader?.(session, kept.content, { deep }) ?? null;
  const source = createFactSource({ registry, layers, nowMs: () => systemClock.now() });
  return { registry, source, close: () => registry.close() };
}
