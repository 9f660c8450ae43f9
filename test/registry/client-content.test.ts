/** What the client makes of manifests, digests and lists; the digest of a tag itself is in client.test.ts. */
import { describe, expect, it } from 'vitest';
import { send } from '../support/fake-registry.ts';
import { MEDIA, makeImage, makeIndex, makeMultiPlatform, sha256Digest } from '../support/images.ts';
import { image, requestsOf, serve, shelfHandler, valueOf } from '../support/registry.ts';

const index = makeMultiPlatform('app');
const shelf = new Map([['acme/app:1', index]]);

describe('a tag', () => {
  it.each([400, 403, 404, 405, 501])(
    'DIG-2: is asked for by GET when the HEAD answers %i',
    async (status) => {
      const { client, server } = await serve((request, response, url) => {
        if (request.method === 'HEAD') return send(request, response, status, {});
        return shelfHandler(shelf)(request, response, url);
      });
      expect(valueOf(await client.resolve(image()))).toMatchObject({ digest: index.digest, kind: 'index' });
      expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
    },
  );

  it('DIG-2: is not asked for again on Docker Hub, where a GET may cost a pull', async () => {
    const missing = await serve((request, response) => send(request, response, 404, {}));
    expect(await missing.client.resolve(image('node:99'))).toMatchObject({
      code: 'not-found',
      reason: 'docker.io has no library/node with the tag 99',
    });
    const denied = await serve((request, response) => send(request, response, 403, {}));
    expect(await denied.client.resolve(image('node:99'))).toMatchObject({ code: 'denied-or-missing' });
    expect([missing.server.seen.length, denied.server.seen.length]).toEqual([1, 1]);
  });

  it('ERR: is refused in the words of the registry, which only a GET brings', async () => {
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'pay first' }] });
    const { client } = await serve((request, response) => send(request, response, 400, {}, body));
    expect(await client.resolve(image())).toMatchObject({
      code: 'registry-error',
      reason: 'registry.test answered with status 400 (DENIED: pay first)',
    });
  });

  it('quirk of Harbor: is missing for the status 404, whatever code the body has', async () => {
    const body = JSON.stringify({ errors: [{ code: 'UNKNOWN', message: 'artifact not found' }] });
    const { client } = await serve((request, response) => send(request, response, 404, {}, body));
    expect(await client.resolve(image())).toMatchObject({ code: 'not-found' });
  });

  // Red when `verify` no longer skips the HEAD in resolveAt.
  it('SEC-4, DIG-2: with "verify" is believed only by its bytes', async () => {
    const lying = makeImage({ salt: 'another' });
    const { client, server } = await serve((request, response) =>
      send(
        request,
        response,
        200,
        { 'content-type': index.mediaType, 'docker-content-digest': lying.digest },
        index.bytes,
      ),
    );
    expect(await client.resolve(image(), { verify: true })).toMatchObject({ code: 'digest-mismatch' });
    expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  // Red without the hasDigest() line of fetchManifest.
  it('SEC-4: whose HEAD named another digest than its bytes have is found out by the first look at them', async () => {
    const claimed = sha256Digest('claimed');
    const { client } = await serve((request, response) =>
      send(
        request,
        response,
        200,
        { 'content-type': index.mediaType, 'docker-content-digest': claimed },
        index.bytes,
      ),
    );
    expect(valueOf(await client.resolve(image())).digest).toBe(claimed);
    expect(await client.manifest(image(), claimed)).toMatchObject({ ok: false, code: 'digest-mismatch' });
  });

  it('is asked for once in a run, also while the answer is on its way', async () => {
    const { client, server } = await serve(shelfHandler(shelf));
    const [first, second] = await Promise.all([client.resolve(image()), client.resolve(image())]);
    expect(first).toBe(second);
    await client.resolve(image('registry.test/acme/app:1'));
    expect(server.seen).toHaveLength(1);
    expect(client.counts().resolutions).toBe(1);
  });

  it('META-2: keeps when the registry says it was modified', async () => {
    const { client } = await serve((request, response) =>
      send(request, response, 200, {
        'content-type': index.mediaType,
        'docker-content-digest': index.digest,
        'last-modified': 'Wed, 01 May 2024 12:00:00 GMT',
      }),
    );
    expect(valueOf(await client.resolve(image())).lastModifiedMs).toBe(Date.UTC(2024, 4, 1, 12));
  });
});

describe('a digest', () => {
  it('RET-1: exists when the HEAD says so', async () => {
    const { client, server } = await serve(shelfHandler(shelf));
    expect(await client.exists(image(), index.children[0]!.digest)).toEqual({ ok: true, value: true });
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD']);
  });

  it('RET-1: is gone only when a GET says so as well', async () => {
    const gone = await serve(shelfHandler(new Map()));
    expect(await gone.client.exists(image(), index.digest)).toEqual({ ok: true, value: false });
    expect(gone.server.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET']);

    const shy = await serve((request, response, url) => {
      if (request.method === 'HEAD') return send(request, response, 404, {});
      return shelfHandler(shelf)(request, response, url);
    });
    expect(await shy.client.exists(image(), index.digest)).toEqual({ ok: true, value: true });
  });

  it('RET-1: is not gone when the registry is out of order', async () => {
    for (const status of [500, 403, 429]) {
      const { client } = await serve((request, response) =>
        send(request, response, status, { 'retry-after': '9999' }),
      );
      expect(await client.exists(image(), index.digest)).toMatchObject({ ok: false });
    }
  });

  it('quirk of MCR: is asked for below manifests, never below blobs', async () => {
    const { client, server } = await serve(shelfHandler(shelf));
    await client.exists(image(), index.digest);
    await client.manifest(image(), index.digest);
    expect(requestsOf(server).every((line) => line.includes('/manifests/sha256:'))).toBe(true);
  });

  it('that is gone is said to be missing with its name', async () => {
    const { client } = await serve(shelfHandler(new Map()));
    expect(await client.manifest(image(), index.digest)).toMatchObject({
      code: 'not-found',
      reason: `registry.test has no acme/app with the digest ${index.digest}`,
    });
  });

  // Red when MAX_MANIFEST_BYTES is not passed on.
  it('SEC-3: is not read beyond 4 MiB', async () => {
    const { client } = await serve((request, response) =>
      send(
        request,
        response,
        200,
        { 'content-type': MEDIA.ociIndex },
        Buffer.alloc(4 * 1024 * 1024 + 1, 0x20),
      ),
    );
    expect(await client.manifest(image(), index.digest)).toMatchObject({ ok: false, code: 'too-large' });
  });

  // Red without the comparison of media types in typeOf().
  it('SEC-5: served as another type than it says is refused', async () => {
    const { client } = await serve((request, response) =>
      send(request, response, 200, { 'content-type': MEDIA.dockerList }, index.bytes),
    );
    expect(await client.manifest(image(), index.digest)).toMatchObject({ code: 'unsupported-media-type' });
  });

  it('is counted apart from the tags', async () => {
    const { client } = await serve(shelfHandler(shelf));
    await client.manifest(image(), index.digest);
    await client.exists(image(), index.digest);
    expect(client.counts()).toMatchObject({ resolutions: 0, total: 2 });
  });
});

describe('what refers to a manifest', () => {
  const statement = { ...makeImage({ salt: 'signature' }), described: { a: 'b' } };
  const list = makeIndex([statement]);

  it('DIG-9: is the list of the registry', async () => {
    const { client } = await serve((request, response, url) =>
      url.pathname === `/v2/acme/app/referrers/${index.digest}`
        ? send(request, response, 200, { 'content-type': MEDIA.ociIndex }, list.bytes)
        : send(request, response, 404, {}),
    );
    const referrers = valueOf(await client.referrers(image(), index.digest));
    expect(referrers.map(({ digest }) => digest)).toEqual([statement.digest]);
  });

  it('DIG-9: is the list under the tag sha256-<hex> where the registry has none', async () => {
    const { client, server } = await serve((request, response, url) =>
      url.pathname.endsWith(`/manifests/${index.digest.replace(':', '-')}`)
        ? send(request, response, 200, { 'content-type': MEDIA.ociIndex }, list.bytes)
        : send(request, response, 404, {}, '404 page not found'),
    );
    expect(valueOf(await client.referrers(image(), index.digest))).toHaveLength(1);
    expect(server.seen).toHaveLength(2);
    expect(client.counts().resolutions).toBe(0);
  });

  it.each([404, 401, 403, 500])('DIG-9: is nothing, and no failure, for status %i', async (status) => {
    const { client } = await serve((request, response) => send(request, response, status, {}, 'no'));
    expect(await client.referrers(image(), index.digest)).toEqual({ ok: true, value: [] });
  });
});
