/** The real registries, over the real network. Imported only by runs that are not offline. */
import type { FactSource } from '../app/gather.ts';
import type { OperatorConfig } from '../config/config.ts';
import { createHttp } from '../net/http.ts';
import { silent } from '../net/log.ts';
import { systemClock } from '../net/retry.ts';
import { anonymousKeychain } from '../registry/keychain.ts';
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
}

export function openRegistry(operator: OperatorConfig, { cache, deep }: OpenOptions): OpenRegistry {
  const registries = operator.registries ?? {};
  const http = createHttp({ userAgent: `dockfix/${version}` });
  const session = createSession({ http, keychain: anonymousKeychain, clock: systemClock, registries });
  const facts = createImageFacts(session, { cache, deep, registries, http, clock: systemClock, log: silent });
  return { ...facts, close: () => session.close() };
}
