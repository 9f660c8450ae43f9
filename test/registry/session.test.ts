/** Sessions: which server is asked, how often, and what comes of redirects, mirrors, warnings and limits. */
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/net/http.ts';
import type { HttpOptions } from '../../src/net/http.ts';
import type { RegistrySettings } from '../../src/registry/endpoint.ts';
import type { Keychain } from '../../src/registry/keychain.ts';
import { anonymousKeychain } from '../../src/registry/keychain.ts';
import { createSession } from '../../src/registry/session.ts';
import type { ApiRequest, SessionOptions } from '../../src/registry/session.ts';
import { fakeClock } from '../support/clock.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import type { FakeRegistry, Handler } from '../support/fake-registry.ts';
import { recordingLog } from '../support/log.ts';
import { startRawServer } from '../support/raw-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(handler: Handler): Promise<FakeRegistry> {
  const server = await startFakeRegistry(handler);
  closing.push(() => server.close());
  return server;
}

function open(
  registries: Readonly<Record<string, RegistrySettings>>,
  more: Partial<SessionOptions> = {},
  httpOptions: Partial<HttpOptions> = {},
) {
  const clock = fakeClock();
  const log = recordingLog();
  const session = createSession({
    http: createHttp({ userAgent: 'dockfix/test', ...httpOptions }),
    keychain: anonymousKeychain,
    clock,
    log,
    registries,
    ...more,
  });
  closing.unshift(() => session.close());
  return { session, clock, log };
}

function to(registry: string, more: Partial<ApiRequest> = {}): ApiRequest {
  return {
    repository: { registry, repository: 'library/node' },
    method: 'GET',
    path: 'manifests/22',
    maxBytes: 1000,
    purpose: 'resolution',
    ...more,
  };
}

const BLOB: Partial<ApiRequest> = { path: 'blobs/sha256:00', purpose: 'blob' };

const answering =
  (status: number, body = ''): Handler =>
  (request, response) =>
    send(request, response, status, {}, body);

describe('mirrors', () => {
  it('NET-2: are asked first, with the name of the registry, and what they give counts', async () => {
    const mirror = await serve(answering(200, 'from the mirror'));
    const upstream = await serve(answering(200, 'from upstream'));
    const { session } = open({
      'docker.io': { endpoint: upstream.url, mirrors: [{ url: mirror.url, for: 'resolve' }] },
    });
    const result = await session.request(to('docker.io'));
    expect(result.ok && Buffer.from(result.value.body).toString()).toBe('from the mirror');
    expect(mirror.seen[0]!.query.get('ns')).toBe('docker.io');
    const blob = await session.request(to('docker.io', BLOB));
    expect(blob.ok && Buffer.from(blob.value.body).toString()).toBe('from upstream');
    expect(upstream.seen[0]!.query.has('ns')).toBe(false);
  });

  // Red when a mirror's place has the registry's host for its credentials.
  it('NET-2: never get the registry’s credentials, not even when they ask', async () => {
    const mirror = await serve((request, response) =>
      send(request, response, 401, { 'www-authenticate': 'Basic realm="give them to me"' }),
    );
    const upstream = await serve(answering(200));
    const asked: string[] = [];
    const keychain: Keychain = {
      credentialFor(host) {
        asked.push(host);
        const credential = { kind: 'basic', username: 'u', password: 'p', source: 'a test' } as const;
        return Promise.resolve({ ok: true, credential: host === 'docker.io' ? credential : null });
      },
    };
    const registries = {
      'docker.io': { endpoint: upstream.url, mirrors: [{ url: mirror.url, for: 'both' }] },
    };
    const { session } = open(registries as Record<string, RegistrySettings>, { keychain });
    expect(await session.request(to('docker.io'))).toMatchObject({ ok: true });
    expect(mirror.seen.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
    expect(asked).toEqual([mirror.host]);
  });

  it('RET-1: are not asked where the registry itself has to answer', async () => {
    const mirror = await serve(answering(200, 'from the mirror'));
    const upstream = await serve(answering(404));
    const { session } = open({
      'docker.io': { endpoint: upstream.url, mirrors: [{ url: mirror.url, for: 'both' }] },
    });
    expect(await session.request({ ...to('docker.io'), direct: true })).toMatchObject({
      ok: true,
      value: { status: 404 },
    });
    expect(mirror.seen).toEqual([]);
  });

  it.each([404, 500, 503, 401, 403, 429])('NET-3: an answer of %i is not the last word', async (status) => {
    const bad = await serve(answering(status));
    const good = await serve(answering(200, 'second mirror'));
    const upstream = await serve(answering(200, 'upstream'));
    const { session, clock } = open({
      'docker.io': {
        endpoint: upstream.url,
        mirrors: [
          { url: bad.url, for: 'both' },
          { url: good.url, for: 'both' },
        ],
      },
    });
    const result = await session.request(to('docker.io'));
    expect(result.ok && Buffer.from(result.value.body).toString()).toBe('second mirror');
    expect(clock.slept).toEqual([]);
    expect(upstream.seen).toEqual([]);
  });

  it('NET-3: the registry says no, and nobody else', async () => {
    const mirror = await serve(answering(404));
    const upstream = await serve(answering(404, 'no'));
    const down = await startFakeRegistry(() => {});
    await down.close();
    const mirrors = [{ url: mirror.url, for: 'both' } as const];
    const { session } = open({ 'docker.io': { endpoint: upstream.url, mirrors } });
    expect(await session.request(to('docker.io'))).toMatchObject({ ok: true, value: { status: 404 } });
    // While the registry is out of reach, a mirror's 404 is no answer.
    const cut = open({ 'docker.io': { endpoint: down.url, mirrors } });
    expect(await cut.session.request(to('docker.io'))).toMatchObject({ ok: false, code: 'network' });
  });

  it('NET-3: one that is down or slow is not asked again in this run', async () => {
    const hanging = await startRawServer(() => {});
    closing.push(() => hanging.close());
    const upstream = await serve(answering(200));
    const settings: RegistrySettings = {
      endpoint: upstream.url,
      mirrors: [{ url: hanging.url.href, for: 'both' }],
    };
    const { session, log } = open({ 'docker.io': settings }, {}, { headersTimeoutMs: 200 });
    for (let n = 0; n < 3; n++) expect(await session.request(to('docker.io'))).toMatchObject({ ok: true });
    expect(hanging.connections()).toBe(1);
    expect(
      log.debugged.some((line) => line.includes(`the mirror ${hanging.url.host} of docker.io failed`)),
    ).toBe(true);
  });

  it('TAG-1: the next page comes from the server that gave the first', async () => {
    const mirror = await serve(answering(200));
    const upstream = await serve(answering(200));
    const { session } = open({
      'docker.io': { endpoint: upstream.url, mirrors: [{ url: mirror.url, for: 'both' }] },
    });
    const tags = { path: 'tags/list?n=1', purpose: 'tags' } as const;
    const page = await session.request(to('docker.io', tags));
    expect(page.ok && page.value.url?.origin).toBe(mirror.url);
    await session.request(to('docker.io', { ...tags, after: new URL(upstream.url) }));
    expect([mirror.seen.length, upstream.seen.length]).toEqual([1, 1]);
    expect(upstream.seen[0]!.query.get('n')).toBe('1');
  });
});

describe('the look-up map', () => {
  it('NET-1: asks the original, with its credentials, while the caller keeps the name', async () => {
    const upstream = await serve(answering(200));
    const asked: string[] = [];
    const keychain: Keychain = {
      credentialFor(host, repository) {
        asked.push(`${host}/${repository}`);
        return Promise.resolve({ ok: true, credential: null });
      },
    };
    const { session } = open(
      { 'cgr.dev': { endpoint: upstream.url } },
      { keychain, lookup: [{ prefix: 'proxy.test/cgr/', upstream: 'cgr.dev/' }] },
    );
    const repository = { registry: 'proxy.test', repository: 'cgr/chainguard/node' };
    expect(await session.request(to('proxy.test', { repository }))).toMatchObject({ ok: true });
    expect(upstream.seen[0]!.path).toBe('/v2/chainguard/node/manifests/22');
    await session.credentialFor(repository);
    expect(asked).toEqual(['cgr.dev/chainguard/node']);
  });
});

describe('plain HTTP', () => {
  it('NET-6: HTTPS is tried first, then HTTP for a loopback host; that is found out once', async () => {
    const server = await serve(answering(200));
    const { session } = open({});
    const results = await Promise.all(Array.from({ length: 5 }, () => session.request(to(server.host))));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(server.seen).toHaveLength(5);
    expect(session.counts().total).toBe(6);
  });

  it('NET-6: it is not tried in untrusted mode, and the address is refused', async () => {
    const server = await serve(answering(200));
    const { session } = open(
      {},
      { mode: 'untrusted' },
      { addresses: { mode: 'untrusted', allowPrivate: [] } },
    );
    expect(await session.request(to(server.host))).toMatchObject({ ok: false, code: 'blocked-by-policy' });
    expect(server.seen).toEqual([]);
  });

  it('NET-6: a server that speaks it where HTTPS is wanted is explained', async () => {
    const server = await serve(answering(200));
    const endpoint = server.url.replace('http:', 'https:');
    const { session } = open({ 'registry.corp': { endpoint } });
    const result = await session.request(to('registry.corp'));
    expect(result).toMatchObject({ ok: false, code: 'http-https-mismatch' });
    expect((result as { reason: string }).reason).toContain(
      'registries: { "registry.corp": { insecure: true } }',
    );
  });

  it.each([
    ['Go', 'Client sent an HTTP request to an HTTPS server.\n'],
    ['nginx', '<html>The plain HTTP request was sent to HTTPS port</html>'],
  ])('NET-6: a server that wants HTTPS is explained (%s)', async (_, body) => {
    const server = await serve(answering(400, body));
    const { session } = open({ 'registry.corp': { endpoint: server.url } });
    const result = await session.request(to('registry.corp'));
    expect(result).toMatchObject({ ok: false, code: 'http-https-mismatch' });
    expect((result as { reason: string }).reason).toContain('speaks HTTPS where plain HTTP was expected');
  });
});

describe('a server', () => {
  it('that is down is tried once for all who wait, and again later', async () => {
    const down = await startFakeRegistry(() => {});
    await down.close();
    const { session } = open({ 'registry.test': { endpoint: down.url } });
    const results = await Promise.all(Array.from({ length: 10 }, () => session.request(to('registry.test'))));
    for (const result of results) expect(result).toMatchObject({ ok: false, code: 'network' });
    expect(session.counts().total).toBe(1);
    await session.request(to('registry.test'));
    expect(session.counts().total).toBe(2);
  });

  it('whose first answer is too large for one is asked by the others', async () => {
    const server = await serve((request, response, url) =>
      send(request, response, 200, {}, url.pathname.endsWith('/22') ? Buffer.alloc(5000) : 'x'),
    );
    const { session } = open({ 'registry.test': { endpoint: server.url } });
    const [large, small] = await Promise.all([
      session.request(to('registry.test')),
      session.request(to('registry.test', { path: 'manifests/23' })),
    ]);
    expect(large).toMatchObject({ ok: false, code: 'too-large' });
    expect(small).toMatchObject({ ok: true });
  });

  it('NET-11: has 8 requests under way at most, tokens included', async () => {
    let inside = 0;
    let most = 0;
    const server = await serve(async (request, response, url) => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
      if (url.pathname === '/token') return send(request, response, 200, {}, '{"token":"t"}');
      if (request.headers.authorization) return send(request, response, 200, {});
      const realm = `http://${request.headers.host}/token`;
      send(request, response, 401, { 'www-authenticate': `Bearer realm="${realm}"` });
    });
    const { session } = open({ 'registry.test': { endpoint: server.url } });
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        session.request(
          to('registry.test', { repository: { registry: 'registry.test', repository: `acme/r${n % 25}` } }),
        ),
      ),
    );
    expect(most).toBe(8);
  });

  it('NET-10: that wants to be asked in an hour gives "rate-limited" with the time', async () => {
    const server = await serve((request, response) =>
      send(request, response, 429, { 'retry-after': '3600' }),
    );
    const { session } = open({ 'docker.io': { endpoint: server.url } });
    const results = await Promise.all(Array.from({ length: 4 }, () => session.request(to('docker.io'))));
    for (const result of results) {
      expect(result).toMatchObject({
        ok: false,
        code: 'rate-limited',
        reason: 'docker.io limits the number of requests; try again after 2026-01-01 01:00:00 UTC',
        resetAtMs: Date.UTC(2026, 0, 1, 1),
      });
    }
    expect(server.seen).toHaveLength(1);
  });

  it('NET-10: a limit of Docker Hub that is no valid HTTP is one, too', async () => {
    const server = await startRawServer((socket) =>
      socket.end('HTTP/1.1 429 Too Many Requests\nContent-Type: text/plain\n\nHAP429'),
    );
    closing.push(() => server.close());
    const { session } = open({ 'docker.io': { endpoint: server.url.href } });
    const results = await Promise.all([1, 2, 3].map(() => session.request(to('docker.io'))));
    for (const result of results) {
      expect(result).toMatchObject({ code: 'rate-limited', resetAtMs: Date.UTC(2026, 0, 1, 0, 1) });
    }
    expect(server.connections()).toBe(1);
  });

  it('NET-11: with few downloads left gets no more GETs of manifests; HEAD and blobs go on', async () => {
    let left = 11;
    const server = await serve((request, response) =>
      send(request, response, 200, { 'ratelimit-remaining': `${left--};w=21600` }),
    );
    const { session } = open({ 'docker.io': { endpoint: server.url } });
    expect(await session.request(to('docker.io'))).toMatchObject({ ok: true });
    expect(await session.request(to('docker.io'))).toMatchObject({ ok: true });
    const refused = await session.request(to('docker.io'));
    expect(refused).toMatchObject({ ok: false, code: 'rate-limited' });
    expect((refused as { reason: string }).reason).toContain('allows 10 more downloads');
    expect((refused as { reason: string }).reason).toContain('within 6 hours');
    expect(await session.request(to('docker.io', { purpose: 'manifest' }))).toMatchObject({ ok: false });
    expect(await session.request(to('docker.io', { method: 'HEAD' }))).toMatchObject({ ok: true });
    expect(await session.request(to('docker.io', BLOB))).toMatchObject({ ok: true });
    left = 100;
    await session.request(to('docker.io', { method: 'HEAD' }));
    expect(await session.request(to('docker.io'))).toMatchObject({ ok: true });
  });

  it('NET-12: with something to say is heard once for each text, without control characters', async () => {
    const warnings = [
      '299 - "this registry \\"moves\\" in May"',
      '299 - "this registry \\"moves\\" in May"',
      '199 - "not for people"',
      '299 - "red \u009b31m"',
      '299 - "red \u202e"',
      'nonsense',
      ...Array.from({ length: 20 }, (_, n) => `299 - "flood ${n}"`),
    ];
    const server = await startRawServer((socket) =>
      socket.end(
        `HTTP/1.1 200 OK\r\n${warnings.map((text) => `Warning: ${text}\r\n`).join('')}Content-Length: 0\r\n\r\n`,
      ),
    );
    closing.push(() => server.close());
    const { session, log } = open({ 'registry.test': { endpoint: server.url.href } });
    await session.request(to('registry.test'));
    await session.request(to('registry.test'));
    expect(log.warnings[0]).toBe('registry.test says: this registry "moves" in May');
    expect(log.warnings).toHaveLength(5);
    expect(log.warnings.join('')).not.toContain('red');
  });

  it('counts what it was asked for, by purpose', async () => {
    const server = await serve(answering(200));
    const { session } = open({ 'registry.test': { endpoint: server.url } });
    await session.request(to('registry.test', { method: 'HEAD' }));
    await session.request(to('registry.test'));
    await session.request(to('registry.test', { purpose: 'manifest' }));
    await session.request(to('registry.test', BLOB));
    await session.request(to('registry.test', { purpose: 'tags' }));
    expect(session.countsByPurpose()).toEqual({
      resolution: 2,
      manifest: 1,
      config: 0,
      blob: 1,
      tags: 1,
      token: 0,
    });
    expect(session.counts()).toEqual({ resolutions: 2, tokens: 0, total: 5 });
  });

  it('is named in the failure when its name is none', async () => {
    const { session } = open({});
    expect(await session.request(to('[::g]'))).toMatchObject({ ok: false, code: 'network', host: '[::g]' });
  });
});

describe('a redirect', () => {
  it('NET-7: to a storage host is followed, for a stream as for a body, with the range', async () => {
    const storage = await serve(answering(206, 'bytes'));
    const server = await serve((request, response) =>
      send(request, response, 307, { location: `${storage.url}/blob?sig=1` }, 'Temporary Redirect'),
    );
    const { session } = open({ 'registry.test': { endpoint: server.url } });
    const request = to('registry.test', { ...BLOB, headers: { range: 'bytes=0-4' } });
    const whole = await session.request(request);
    expect(whole.ok && Buffer.from(whole.value.body).toString()).toBe('bytes');
    const streamed = await session.stream(request);
    if (!streamed.ok) throw new Error(streamed.reason);
    const pieces: Uint8Array[] = [];
    for await (const piece of streamed.value.body) pieces.push(piece);
    expect([streamed.value.status, Buffer.concat(pieces).toString()]).toEqual([206, 'bytes']);
    expect(storage.seen.map(({ headers }) => headers['range'])).toEqual(['bytes=0-4', 'bytes=0-4']);
  });

  // Red when asStranger keeps the reach of the first request.
  it.each(['http://169.254.169.254/latest/', 'http://10.0.0.1/', 'http://localhost:9/', 'http://[::1]:9/'])(
    'SEC-2: to %s is not followed',
    async (location) => {
      const server = await serve((request, response) => send(request, response, 307, { location }));
      const { session } = open({ 'registry.test': { endpoint: server.url } });
      for (const how of ['request', 'stream'] as const) {
        const result = await session[how](to('registry.test', BLOB));
        expect(result).toMatchObject({ ok: false, code: 'blocked-by-policy' });
      }
    },
  );

  // Red when `isAllowed` is not asked in judge() of address.ts.
  it('SEC-2: to an address that is allowed by name is followed', async () => {
    const storage = await serve(answering(200));
    const { port } = new URL(storage.url);
    const server = await serve((request, response) =>
      send(request, response, 307, { location: `http://localhost:${port}/` }),
    );
    const addresses = { mode: 'trusted', allowPrivate: [`localhost:${port}`] } as const;
    const { session } = open({ 'registry.test': { endpoint: server.url } }, {}, { addresses });
    expect(await session.request(to('registry.test', BLOB))).toMatchObject({ ok: true });
  });
});

describe('a stream', () => {
  it('AUTH-1: gets past a 401 as a request does', async () => {
    const server = await serve((request, response, url) => {
      if (url.pathname === '/token') return send(request, response, 200, {}, '{"token":"t"}');
      if (request.headers.authorization === 'Bearer t') return send(request, response, 200, {}, 'layer');
      const realm = `http://${request.headers.host}/token`;
      send(request, response, 401, { 'www-authenticate': `Bearer realm="${realm}"` }, 'x'.repeat(100_000));
    });
    const { session } = open({ 'registry.test': { endpoint: server.url } });
    const result = await session.stream(to('registry.test', { ...BLOB, maxBytes: 5 }));
    if (!result.ok) throw new Error(result.reason);
    let text = '';
    for await (const piece of result.value.body) text += Buffer.from(piece).toString();
    expect(text).toBe('layer');
  });

  it('NET-10: is begun again when it breaks before its first byte, and not after', async () => {
    let calls = 0;
    const server = await startRawServer((socket) => {
      const start = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n';
      if (++calls < 3) socket.end(start);
      else {
        socket.write(`${start}abc`);
        setTimeout(() => socket.destroy(), 20);
      }
    });
    closing.push(() => server.close());
    const { session } = open({ 'registry.test': { endpoint: server.url.href } });
    const result = await session.stream(to('registry.test', BLOB));
    if (!result.ok) throw new Error(result.reason);
    expect(calls).toBe(3);
    const reading = (async () => {
      for await (const _ of result.value.body);
    })();
    await expect(reading).rejects.toMatchObject({ failure: { code: 'network' } });
    expect(calls).toBe(3);
  });

  it('does not keep its place among the requests while it is read', async () => {
    const server = await serve((request, response) => {
      response.writeHead(200);
      response.write('first');
      request.once('close', () => response.destroy());
    });
    const { session } = open({ 'registry.test': { endpoint: server.url } });
    const streams = await Promise.all(
      Array.from({ length: 12 }, () => session.stream(to('registry.test', BLOB))),
    );
    expect(streams.every(({ ok }) => ok)).toBe(true);
    for (const stream of streams) if (stream.ok) stream.value.destroy();
  });
});
