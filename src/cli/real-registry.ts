/** The real registries, over the real network. Imported only by runs that are not offline. */
import type { FactSource } from '../app/gather.ts';
import type { OperatorConfig } from '../config/config.ts';
import { digestFact } from '../facts/image.ts';
import { createHttp } from '../net/http.ts';
import { systemClock } from '../net/retry.ts';
import { createRegistryClient } from '../registry/client.ts';
import { anonymousKeychain } from '../registry/keychain.ts';
import type { Registry } from '../registry/registry.ts';
import { createSession } from '../registry/session.ts';
import { version } from './version.ts';

export interface OpenRegistry {
  readonly registry: Registry;
  readonly source: FactSource;
  close(): Promise<void>;
}

export function openRegistry(operator: OperatorConfig): OpenRegistry {
  const session = createSession({
    http: createHttp({ userAgent: `dockfix/${version}` }),
    keychain: anonymousKeychain,
    clock: systemClock,
    registries: operator.registries ?? {},
  });
  const registry = createRegistryClient(session, systemClock);
  return { registry, source: (request) => digestFact(registry, request), close: () => registry.close() };
}
