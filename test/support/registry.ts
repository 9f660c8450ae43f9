/** A registry client against a server of the test's own, with time that the test decides. */
import { onTestFinished } from 'vitest';
import { parseImageRef } from '../../src/core/image-ref.ts';
import type { ImageRef } from '../../src/core/image-ref.ts';
import { createHttp } from '../../src/net/http.ts';
import type { Http } from '../../src/net/http.ts';
import type { Clock } from '../../src/net/retry.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import type { ClientOptions } from '../../src/registry/client.ts';
import { anonymousKeychain } from '../../src/registry/keychain.ts';
import type { Keychain } from '../../src/registry/keychain.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { createSession } from '../../src/registry/session.ts';
import type { RegistrySession } from '../../src/registry/session.ts';
import { send, startFakeRegistry } from './fake-registry.ts';
import type { FakeRegistry, Handler } from './fake-registry.ts';
import type { Artifact } from './images.ts';

export interface TestClock extends Clock {
  readonly slept: number[];
  pass(ms: number): void;
}

/** Time that passes only when somebody sleeps, or the test says so. */
export function testClock(): TestClock {
  let now = Date.UTC(2026, 0, 1);
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    pass: (ms) => void (now += ms),
    sleep: (ms) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
    random: () => 0.5,
  };
}

export interface TestClient {
  readonly client: Registry;
  readonly session: RegistrySession;
}

/** `registry.test` and Docker Hub are both at `url`. Closed when the test ends. */
export function openClient(
  url: string,
  clock: Clock,
  options: ClientOptions & { readonly keychain?: Keychain } = {},
): TestClient {
  const { keychain = anonymousKeychain, ...clientOptions } = options;
  const session = createSession({
    http: createHttp({ userAgent: 'dockfix/test' }),
    keychain,
    clock,
    registries: { 'registry.test': { endpoint: url }, 'docker.io': { endpoint: url } },
  });
  const client = createRegistryClient(session, clock, clientOptions);
  onTestFinished(() => client.close());
  return { client, session };
}

export interface Served extends TestClient {
  readonly server: FakeRegistry;
  readonly clock: TestClock;
}

/** A server that answers as `handler` does, and a client for it. */
export async function serve(handler: Handler, options: ClientOptions = {}): Promise<Served> {
  const server = await startFakeRegistry(handler);
  onTestFinished(() => server.close());
  const clock = testClock();
  return { server, clock, ...openClient(server.url, clock, options) };
}

/** By `repository:tag`; everything below each is served by its digest, too. May change while it is served. */
export type Shelf = Map<string, Artifact>;

/** A good registry with these images, conditional requests included. */
export function shelfHandler(shelf: Shelf): Handler {
  return (request, response, url) => {
    const match = /^\/v2\/(.+?)\/(manifests|blobs|tags)\/([^/]+)$/.exec(url.pathname);
    if (!match) return send(request, response, 404, {}, '404 page not found');
    const [, repository, kind, reference] = match as unknown as [string, string, string, string];
    const own = [...shelf].filter(([name]) => name.startsWith(`${repository}:`));
    if (kind === 'tags') {
      const tags = own.map(([name]) => name.slice(repository.length + 1));
      return send(request, response, 200, {}, JSON.stringify({ name: repository, tags }));
    }
    const all = own.flatMap(([, artifact]) => flattened(artifact));
    if (kind === 'blobs') {
      const blob = all.flatMap(({ blobs }) => blobs).find(({ digest }) => digest === reference);
      return blob ? send(request, response, 200, {}, blob.bytes) : send(request, response, 404, {});
    }
    const found = shelf.get(`${repository}:${reference}`) ?? all.find(({ digest }) => digest === reference);
    if (!found) return send(request, response, 404, {}, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    if (request.headers['if-none-match'] === `"${found.digest}"`) return send(request, response, 304, {});
    const headers = { 'content-type': found.mediaType, 'docker-content-digest': found.digest };
    send(request, response, 200, headers, found.bytes);
  };
}

function flattened(artifact: Artifact): readonly Artifact[] {
  return [artifact, ...artifact.children.flatMap(flattened)];
}

/** What a server was asked, one line a request. */
export function requestsOf(server: FakeRegistry): readonly string[] {
  return server.seen.map(({ method, path }) => `${method} ${path}`);
}

export function image(raw = 'registry.test/acme/app:1'): ImageRef {
  const parsed = parseImageRef(raw);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

/** Fails the test when there is no value. */
export function valueOf<T>(result: { ok: true; value: T } | { ok: false; code: string; reason: string }): T {
  if (!result.ok) throw new Error(`${result.code}: ${result.reason}`);
  return result.value;
}

/** Requests without any policy, for servers that stand in for a public one. */
export const plainHttp: Http = {
  async request({ method, url, headers = {} }) {
    const answer = await fetch(url, { method, headers: { ...headers } });
    const body = new Uint8Array(await answer.arrayBuffer());
    const values = [...answer.headers].map(([name, value]) => [name, [value]] as const);
    return { ok: true, response: { status: answer.status, headers: new Map(values), body } };
  },
  stream: () => Promise.reject(new Error('not in this test')),
  close: () => Promise.resolve(),
};
