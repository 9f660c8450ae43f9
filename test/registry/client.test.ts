import { afterEach, describe, expect, it } from 'vitest';
import { parseImageRef } from '../../src/core/image-ref.ts';
import type { ImageRef } from '../../src/core/image-ref.ts';
import { createHttp } from '../../src/net/http.ts';
import type { Clock } from '../../src/net/retry.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import { anonymousKeychain } from '../../src/registry/keychain.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { createSession } from '../../src/registry/session.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import type { FakeRegistry, Handler } from '../support/fake-registry.ts';
import { MEDIA, makeImage, makeMultiPlatform } from '../support/images.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Time that passes only when somebody sleeps. */
function fakeClock(): Clock & { readonly slept: number[] } {
  let now = Date.UTC(2026, 0, 1);
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: (ms) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
    random: () => 0.5,
  };
}

async function serve(
  handler: Handler,
): Promise<{ server: FakeRegistry; client: Registry; clock: ReturnType<typeof fakeClock> }> {
  const server = await startFakeRegistry(handler);
  const clock = fakeClock();
  const session = createSession({
    http: createHttp({ userAgent: 'dockfix/test' }),
    keychain: anonymousKeychain,
    clock,
    registries: { 'registry.test': { endpoint: server.url } },
  });
  const client = createRegistryClient(session, clock);
  closing.push(
    () => client.close(),
    () => server.close(),
  );
  return { server, client, clock };
}

function image(raw = 'registry.test/acme/app:1'): ImageRef {
  const parsed = parseImageRef(raw);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

const index = makeMultiPlatform('app');

describe('the digest of a tag', () => {
  it('comes from one HEAD with all four media types when that leaves no doubt (DIG-1, DIG-2)', async () => {
    const { server, client } = await serve((request, response) =>
      send(
        request,
        response,
        200,
        { 'content-type': index.mediaType, 'docker-content-digest': index.digest },
        index.bytes,
      ),
    );
    const result = await client.resolve(image());
    expect(result).toMatchObject({
      ok: true,
      value: { digest: index.digest, mediaType: MEDIA.ociIndex, kind: 'index' },
    });
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'HEAD /v2/acme/app/manifests/1',
    ]);
    const accept = String(server.seen[0]!.headers['accept']);
    for (const type of [MEDIA.ociIndex, MEDIA.dockerList, MEDIA.ociManifest, MEDIA.dockerManifest]) {
      expect(accept).toContain(type);
    }
    expect(accept).not.toContain('*/*');
    expect(accept).not.toContain('distribution.manifest.v1');
    expect(server.seen[0]!.headers['accept-encoding']).toBe('identity');
  });

  it.each([
    ['the HEAD names no digest', 200, { 'content-type': index.mediaType }],
    [
      'the HEAD names no known media type',
      200,
      { 'content-type': 'application/json', 'docker-content-digest': index.digest },
    ],
    [
      'the HEAD has two digests that differ',
      200,
      { 'content-type': index.mediaType, 'docker-content-digest': [index.digest, makeImage().digest] },
    ],
    [
      'the HEAD has a digest that is none',
      200,
      { 'content-type': index.mediaType, 'docker-content-digest': 'sha256:00' },
    ],
    ['the server does not know HEAD', 405, {}],
    ['the server refuses HEAD', 400, {}],
  ])('comes from a GET and a hash of the bytes when %s (DIG-2)', async (_, status, headers) => {
    const { server, client } = await serve((request, response) => {
      if (request.method === 'HEAD') send(request, response, status, headers);
      else send(request, response, 200, { 'content-type': index.mediaType }, index.bytes);
    });
    expect(await client.resolve(image())).toMatchObject({
      ok: true,
      value: { digest: index.digest, kind: 'index' },
    });
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  it('is refused when the bytes do not have the digest that the header claims (DIG-2)', async () => {
    const { client } = await serve((request, response) => {
      const headers = { 'content-type': index.mediaType, 'docker-content-digest': makeImage().digest };
      if (request.method === 'HEAD') send(request, response, 405, {});
      else send(request, response, 200, headers, index.bytes);
    });
    expect(await client.resolve(image())).toMatchObject({ ok: false, code: 'digest-mismatch' });
  });

  it('is refused when the bytes do not have the digest that was asked for (DIG-2)', async () => {
    const other = makeImage({ salt: 'other' });
    const { client } = await serve((request, response) =>
      send(
        request,
        response,
        200,
        { 'content-type': other.mediaType, 'docker-content-digest': other.digest },
        other.bytes,
      ),
    );
    const result = await client.resolve(image(`registry.test/acme/app:1@${index.digest}`));
    expect(result).toMatchObject({ ok: false, code: 'digest-mismatch' });
  });

  it.each([
    [
      'schema 1',
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      { schemaVersion: 1, name: 'x' },
      'unsupported-schema1',
    ],
    ['schema 1 as plain text', 'text/plain', { schemaVersion: 1, name: 'x' }, 'unsupported-schema1'],
    [
      'an index and a manifest at once',
      MEDIA.ociIndex,
      { schemaVersion: 2, manifests: [], layers: [] },
      'unsupported-media-type',
    ],
    [
      'a media type that contradicts itself',
      MEDIA.ociManifest,
      { schemaVersion: 2, mediaType: MEDIA.dockerManifest, config: {} },
      'unsupported-media-type',
    ],
    [
      'a manifest served as an index',
      MEDIA.ociIndex,
      { schemaVersion: 2, config: {}, layers: [] },
      'unsupported-media-type',
    ],
    ['something else', 'application/vnd.example+json', { hello: 1 }, 'unsupported-media-type'],
  ])('is refused for %s (DIG-2, DIG-3)', async (_, type, body, code) => {
    const { client } = await serve((request, response) => {
      if (request.method === 'HEAD') send(request, response, 200, { 'content-type': type });
      else send(request, response, 200, { 'content-type': type }, JSON.stringify(body));
    });
    expect(await client.resolve(image())).toMatchObject({ ok: false, code });
  });

  it('accepts an OCI manifest without its own media type (DIG-2)', async () => {
    const body = JSON.stringify({ schemaVersion: 2, config: {}, layers: [] });
    const { client } = await serve((request, response) => {
      if (request.method === 'HEAD') send(request, response, 405, {});
      else send(request, response, 200, { 'content-type': 'application/json' }, body);
    });
    expect(await client.resolve(image())).toMatchObject({
      ok: true,
      value: { mediaType: MEDIA.ociManifest, kind: 'manifest' },
    });
  });

  it('asks for latest when neither tag nor digest is written (REF-8)', async () => {
    const { server, client } = await serve((request, response) => send(request, response, 404, {}));
    await client.resolve(image('registry.test/acme/app'));
    expect(server.seen[0]!.path).toBe('/v2/acme/app/manifests/latest');
  });

  it('reads no more than 4 MiB of a manifest that never ends', async () => {
    const { client } = await serve((request, response) => {
      if (request.method === 'HEAD') return send(request, response, 405, {});
      response.writeHead(200, { 'content-type': index.mediaType });
      const chunk = Buffer.alloc(256 * 1024, 0x20);
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', pump);
      };
      pump();
    });
    expect(await client.resolve(image())).toMatchObject({ ok: false, code: 'too-large' });
  });
});

describe('a failure', () => {
  it('of a tag that does not exist is "not-found", when a GET says so as well (DIG-2)', async () => {
    const { server, client } = await serve((request, response) =>
      send(request, response, 404, {}, '404 page not found'),
    );
    const result = await client.resolve(image());
    expect(result).toEqual({
      ok: false,
      code: 'not-found',
      host: 'registry.test',
      reason: 'registry.test has no acme/app with the tag 1',
    });
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  it('never repeats what the server said as it came (ERR)', async () => {
    const hostile = { errors: [{ code: 'DENIED', message: `no\u001b[31m\n${'x'.repeat(500)}` }] };
    const { client } = await serve((request, response) =>
      send(request, response, 418, {}, JSON.stringify(hostile)),
    );
    const result = await client.resolve(image());
    expect(result).toMatchObject({ ok: false, code: 'registry-error' });
    const { reason } = result as { reason: string };
    // eslint-disable-next-line no-control-regex
    expect(reason).not.toMatch(/[\u0000-\u001f]/);
    expect(reason.length).toBeLessThan(300);
  });

  it('of the server is tried again, with growing pauses, and then given up', async () => {
    const { server, client, clock } = await serve((request, response) => send(request, response, 503, {}));
    expect(await client.resolve(image())).toMatchObject({ ok: false, code: 'registry-error' });
    expect(server.seen.filter(({ method }) => method === 'HEAD')).toHaveLength(4);
    expect(clock.slept.slice(0, 3)).toEqual([250, 500, 1000]);
  });

  it('that passes is not noticed', async () => {
    let calls = 0;
    const { client } = await serve((request, response) => {
      if (++calls < 3) return send(request, response, 502, {});
      send(request, response, 200, {
        'content-type': index.mediaType,
        'docker-content-digest': index.digest,
      });
    });
    expect(await client.resolve(image())).toMatchObject({ ok: true });
  });

  it('with a long Retry-After is "rate-limited" at once; a short one is waited for', async () => {
    const long = await serve((request, response) => send(request, response, 429, { 'retry-after': '3600' }));
    expect(await long.client.resolve(image())).toMatchObject({ ok: false, code: 'rate-limited' });
    expect(long.clock.slept).toEqual([]);

    let calls = 0;
    const short = await serve((request, response) => {
      if (++calls === 1) return send(request, response, 429, { 'retry-after': '7' });
      send(request, response, 200, {
        'content-type': index.mediaType,
        'docker-content-digest': index.digest,
      });
    });
    expect(await short.client.resolve(image())).toMatchObject({ ok: true });
    expect(short.clock.slept).toEqual([7000]);
  });

  it('to connect names the host', async () => {
    const { server, client } = await serve(() => {});
    await server.close();
    const result = await client.resolve(image());
    expect(result).toMatchObject({ ok: false, code: 'network', host: 'registry.test' });
    expect((result as { reason: string }).reason).toContain('registry.test: the connection was refused');
  });
});

describe('the anonymous token flow', () => {
  function tokenServer(options: { readonly grants: boolean }): Handler {
    return (request, response, url) => {
      if (url.pathname === '/token') {
        if (!options.grants) return send(request, response, 401, {});
        return send(
          request,
          response,
          200,
          {},
          JSON.stringify({ token: `t:${url.searchParams.get('scope')}` }),
        );
      }
      const repository = /^\/v2\/(.+)\/manifests\//.exec(url.pathname)![1];
      if (request.headers.authorization === `Bearer t:repository:${repository}:pull`) {
        return send(request, response, 200, {
          'content-type': index.mediaType,
          'docker-content-digest': index.digest,
        });
      }
      const realm = `http://${request.headers.host}/token`;
      send(request, response, 401, {
        'www-authenticate': `Bearer realm="${realm}",service="test, \\"quoted\\"",scope="repository:${repository}:pull"`,
      });
    };
  }

  it('asks for one token for each repository, however many tags are wanted at once', async () => {
    const { server, client } = await serve(tokenServer({ grants: true }));
    const wanted = ['a:1', 'a:2', 'a:3', 'a:4', 'b/c:1', 'b/c:2'].map((name) =>
      image(`registry.test/${name}`),
    );
    const results = await Promise.all(wanted.map((ref) => client.resolve(ref)));
    expect(results.every(({ ok }) => ok)).toBe(true);
    const tokens = server.seen.filter(({ path }) => path === '/token');
    expect(tokens).toHaveLength(2);
    expect(tokens[0]!.query.get('service')).toBe('test, "quoted"');
    expect(client.counts()).toEqual({ resolutions: 6, tokens: 2, total: server.seen.length });

    await client.resolve(image('registry.test/a:5'));
    expect(server.seen.filter(({ path }) => path === '/token')).toHaveLength(2);
  });

  it('does not loop when a token is refused', async () => {
    const { server, client } = await serve((request, response, url) => {
      if (url.pathname === '/token')
        return send(request, response, 200, {}, JSON.stringify({ access_token: 'no' }));
      send(request, response, 401, {
        'www-authenticate': `Bearer realm="http://${request.headers.host}/token"`,
      });
    });
    expect(await client.resolve(image())).toMatchObject({ ok: false, code: 'denied-or-missing' });
    expect(server.seen.length).toBeLessThan(8);
  });

  it('says that credentials are needed when there is no anonymous token', async () => {
    const { client } = await serve(tokenServer({ grants: false }));
    expect(await client.resolve(image())).toMatchObject({ ok: false, code: 'auth-required' });
  });

  it.each([
    'http://user:secret@127.0.0.1/token',
    '/token',
    'ftp://127.0.0.1/token',
    'http://127.0.0.1/token#x',
    'nonsense',
  ])('does not follow the realm %s (SEC-1)', async (realm) => {
    const { client } = await serve((request, response) =>
      send(request, response, 401, { 'www-authenticate': `Bearer realm="${realm}"` }),
    );
    expect(await client.resolve(image())).toMatchObject({ ok: false, code: 'auth-required' });
  });
});
