/** The real registries, over the real network. Imported only by runs that are not offline. */
import { isAbsolute, join } from 'node:path';
import type { FactSource } from '../app/gather.ts';
import type { OperatorConfig } from '../config/config.ts';
import { networkFromEnvironment } from '../net/environment.ts';
import { createHttp } from '../net/http.ts';
import { silent } from '../net/log.ts';
import type { Log } from '../net/log.ts';
import { systemClock } from '../net/retry.ts';
import type { CaFile } from '../net/trust.ts';
import { anonymousKeychain } from '../registry/keychain.ts';
import type { Keychain } from '../registry/keychain.ts';
import type { Registry } from '../registry/registry.ts';
import { createSession } from '../registry/session.ts';
import { createImageFacts } from './image-facts.ts';
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
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keychain?: Keychain;
  readonly log?: Log;
}

/** The person's configuration goes before the environment: its proxy replaces that one, its authorities join. */
export function openRegistry(operator: OperatorConfig, options: OpenOptions): OpenRegistry {
  const { cache, deep, env, log = silent, keychain = anonymousKeychain } = options;
  const environment = networkFromEnvironment(env);
  for (const warning of environment.warnings) log.warn(warning);
  const { proxy, registries = {} } = operator;
  const required = [operator.ca ?? []].flat().map((path): CaFile => ({ path, whenMissing: 'required' }));
  const http = createHttp({
    userAgent: `dockfix/${version} (+https://www.npmjs.com/package/dockfix)`,
    addresses: { mode: 'trusted', allowPrivate: operator.allowPrivate ?? [] },
    proxy: (typeof proxy === 'string' ? { http: proxy, https: proxy } : proxy) ?? environment.proxy,
    trust: { caFiles: [...required, ...environment.caFiles], certFolders: certFolders(env) },
    log,
  });
  const session = createSession({
    http,
    keychain,
    clock: systemClock,
    registries,
    lookup: operator.lookup ?? [],
    tokenRealms: operator.tokenRealms ?? {},
    log,
  });
  const facts = createImageFacts(session, { cache, deep, registries, http, clock: systemClock, log });
  return { ...facts, close: () => session.close() };
}

/** Where Podman and Docker keep certificates by host; one's own folder first. */
function certFolders(env: OpenOptions['env']): readonly string[] {
  const home = env['HOME'] ?? '';
  const own = isAbsolute(home) ? [join(home, '.config', 'containers', 'certs.d')] : [];
  return [...own, '/etc/containers/certs.d', '/etc/docker/certs.d'];
}
