/** The real registries, over the real network. Imported only by runs that are not offline. */
import { isAbsolute, join } from 'node:path';
import type { FactSource } from '../app/gather.ts';
import type { OperatorConfig } from '../config/config.ts';
import type { AddressMode } from '../net/address.ts';
import { networkFromEnvironment } from '../net/environment.ts';
import { createHttp } from '../net/http.ts';
import { createDiscreetHttp, createLoggedHttp } from '../net/logged-http.ts';
import { createRedactor } from '../net/redact.ts';
import type { Redactor } from '../net/redact.ts';
import { systemClock } from '../net/retry.ts';
import type { CaFile } from '../net/trust.ts';
import type { Registry } from '../registry/registry.ts';
import { createSession } from '../registry/session.ts';
import { openKeychain, proxyVariables, registerUrlSecrets } from './credentials.ts';
import { createImageFacts } from './image-facts.ts';
import type { GuardedIo } from './io.ts';
import type { RunLog } from './log.ts';
import { version } from './version.ts';

export interface OpenRegistry {
  readonly registry: Registry;
  readonly source: FactSource;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly io: GuardedIo;
  /** Absolute folders of the repositories that are scanned. */
  readonly scanned: readonly string[];
  readonly log: RunLog;
  /** The folder to keep answers in; null for none. */
  readonly cache: string | null;
  /** Read whole layers where nothing cheaper says whether a file is there. */
  readonly deep: boolean;
  /** Take no header's word for a digest, and ask whether the images of an index are there. */
  readonly verifyDigests: boolean;
  /** Hosts that may be asked by plain HTTP, beside those of the configuration. */
  readonly insecure: readonly string[];
  /** `untrusted`: the names of images come from strangers' repositories, so none may lead into the own network. */
  readonly mode?: AddressMode;
}

/** The person's configuration goes before the environment: its proxy replaces that one, its authorities join. */
export function openRegistry(operator: OperatorConfig, options: OpenOptions): OpenRegistry {
  const { io, scanned, log, cache, deep, verifyDigests, mode = 'trusted' } = options;
  const registries = withInsecure(operator.registries ?? {}, options.insecure);
  const { lookup = [], tokenRealms = {}, allowPrivate = [] } = operator;
  const environment = networkFromEnvironment(io.env);
  const proxy =
    (typeof operator.proxy === 'string' ? { http: operator.proxy, https: operator.proxy } : operator.proxy) ??
    environment.proxy;
  const redactor = createRedactor();
  const endpoints = Object.values(registries).map(({ endpoint }) => endpoint ?? '');
  registerUrlSecrets(
    [...proxyVariables(io.env), ...endpoints, proxy?.http ?? '', proxy?.https ?? ''],
    redactor,
  );
  io.guard.use(redactor);
  for (const warning of environment.warnings) log.warn(warning);
  const required = [operator.ca ?? []].flat().map((path): CaFile => ({ path, whenMissing: 'required' }));
  const real = createHttp({
    userAgent: `dockfix/${version} (+https://www.npmjs.com/package/dockfix)`,
    addresses: { mode, allowPrivate },
    proxy,
    trust: { caFiles: [...required, ...environment.caFiles], certFolders: certFolders(io.env) },
    log,
  });
  const discreet = createDiscreetHttp(real, redactor);
  const http = log.level === 'debug' ? createLoggedHttp(discreet, log, () => performance.now()) : discreet;
  const keychain = openKeychain({ io, registries, scanned, trustUserConfig: true, redactor, log });
  const clock = systemClock;
  const session = createSession({ http, keychain, clock, registries, lookup, tokenRealms, log, mode });
  const facts = createImageFacts(session, {
    cache,
    deep,
    verifyDigests,
    registries,
    lookup,
    holdsSecret: (text) => redactor.holdsSecret(text),
    http,
    clock,
    log,
  });
  return {
    registry: facts.registry,
    source: withoutSecrets(facts.source, redactor),
    close: () => session.close(),
  };
}

function withInsecure(
  registries: NonNullable<OperatorConfig['registries']>,
  hosts: readonly string[],
): NonNullable<OperatorConfig['registries']> {
  const insecure = hosts.map((host) => [host, { ...registries[host], insecure: true }] as const);
  return { ...registries, ...Object.fromEntries(insecure) };
}

/**
 * What a registry says ends up in files, and in the texts of pull requests and dashboards, where nothing is redacted any
 * more. A registry that repeats a credential there (as the name of a tag, in a label) is not believed at all; in what
 * it says of a failure, the credential is masked.
 */
export function withoutSecrets(source: FactSource, redactor: Redactor): FactSource {
  return async (request) => {
    const fact = await source(request);
    if (!fact.ok) return { ...fact, reason: redactor.redact(fact.reason) };
    if (!redactor.holdsSecret(JSON.stringify(fact))) return fact;
    const { registry } = request.image;
    return {
      ok: false,
      code: 'registry-error',
      reason: `the answer of ${registry} repeats the credential that it was asked with, so it is not used`,
    };
  };
}

/** Where Podman and Docker keep certificates by host; one's own folder first. */
function certFolders(env: GuardedIo['env']): readonly string[] {
  const home = env['HOME'] ?? '';
  const own = isAbsolute(home) ? [join(home, '.config', 'containers', 'certs.d')] : [];
  return [...own, '/etc/containers/certs.d', '/etc/docker/certs.d'];
}
