/** The real registries, over the real network. Imported only by runs that are not offline. */
import type { FactSource } from '../app/gather.ts';
import type { OperatorConfig } from '../config/config.ts';
import { createHttp } from '../net/http.ts';
import { createDiscreetHttp, createLoggedHttp } from '../net/logged-http.ts';
import { createRedactor } from '../net/redact.ts';
import type { Redactor } from '../net/redact.ts';
import { systemClock } from '../net/retry.ts';
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
}

export function openRegistry(operator: OperatorConfig, options: OpenOptions): OpenRegistry {
  const { io, scanned, log, cache, deep } = options;
  const registries = operator.registries ?? {};
  const redactor = createRedactor();
  const endpoints = Object.values(registries).map(({ endpoint }) => endpoint ?? '');
  registerUrlSecrets([...proxyVariables(io.env), ...endpoints], redactor);
  io.guard.use(redactor);
  const plain = createDiscreetHttp(createHttp({ userAgent: `dockfix/${version}` }), redactor);
  const http = log.level === 'debug' ? createLoggedHttp(plain, log, () => performance.now()) : plain;
  const keychain = openKeychain({ io, registries, scanned, trustUserConfig: true, redactor, log });
  const session = createSession({ http, keychain, clock: systemClock, registries });
  const facts = createImageFacts(session, { cache, deep, registries, http, clock: systemClock, log });
  return {
    registry: facts.registry,
    source: withoutSecrets(facts.source, redactor),
    close: () => session.close(),
  };
}

/**
 * What a registry says ends up in files, where nothing is redacted any more. A registry that repeats a credential there
 * (as the name of a tag, in a label) is not believed at all.
 */
export function withoutSecrets(source: FactSource, redactor: Redactor): FactSource {
  return async (request) => {
    const fact = await source(request);
    if (!fact.ok || !redactor.holdsSecret(JSON.stringify(fact))) return fact;
    const { registry } = request.image;
    return {
      ok: false,
      code: 'registry-error',
      reason: `the answer of ${registry} repeats the credential that it was asked with, so it is not used`,
    };
  };
}
