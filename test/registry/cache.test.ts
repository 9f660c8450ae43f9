import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cacheUsage, clearCache, createDiskCache } from '../../src/registry/cache.ts';
import type { CacheOptions, DiskCache } from '../../src/registry/cache.ts';
import type { Keychain } from '../../src/registry/keychain.ts';
import type { ResolvedManifest, TagKey } from '../../src/registry/registry.ts';
import { MEDIA, makeMultiPlatform, sha256Digest } from '../support/images.ts';
import type { Artifact } from '../support/images.ts';
import {
  image,
  openClient,
  requestsOf,
  serve,
  shelfHandler,
  testClock,
  valueOf,
} from '../support/registry.ts';
import { send } from '../support/fake-registry.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const SECRET = 'hunter2-canary';

let folder: string;
let said: string[];
let clock: ReturnType<typeof testClock>;

beforeEach(() => {
  const parent = mkdtempSync(join(tmpdir(), 'dockfix-cache-'));
  folder = join(parent, 'deep', 'cache');
  said = [];
  clock = testClock();
  return () => {
    chmodSync(parent, 0o700);
    rmSync(parent, { recursive: true, force: true });
  };
});

function open(options: Partial<CacheOptions> = {}): DiskCache {
  const log = { warn: (text: string) => void said.push(text), debug: (text: string) => void said.push(text) };
  return createDiskCache({ folder, clock, log, ...options });
}

/** Everything below the folder, with what is in it. */
function contents(): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );
}

const some = (text: string): { digest: string; bytes: Uint8Array } => ({
  digest: sha256Digest(text),
  bytes: Buffer.from(text),
});

const KEY: TagKey = { registry: 'registry.test', repository: 'acme/app', tag: '1', identity: 'null' };
const resolved = (text: string): ResolvedManifest => ({
  digest: sha256Digest(text),
  mediaType: MEDIA.ociIndex,
  kind: 'index',
  atMs: clock.now(),
});

describe('content', () => {
  it('CACHE-1: comes back for its digest, in another process as well', async () => {
    const { digest, bytes } = some('hello');
    await open().content.put(digest, bytes);
    expect(Buffer.from((await open().content.get(digest))!).toString()).toBe('hello');
    expect(await open().content.get(sha256Digest('other'))).toBeNull();
  });

  // Red without the hasDigest() test of get().
  it('CACHE-1, SEC-4: is proven when it is read, and thrown away when it is damaged', async () => {
    const { digest, bytes } = some('hello');
    await open().content.put(digest, bytes);
    const [name] = [...contents().keys()].filter((file) => file.startsWith('content'));
    writeFileSync(join(folder, name!), 'jello');
    expect(await open().content.get(digest)).toBeNull();
    expect(existsSync(join(folder, name!))).toBe(false);
    expect(said.join()).toContain('was damaged and is fetched again');
  });

  it('CACHE-1: is for its owner alone', async () => {
    const { digest, bytes } = some('hello');
    const cache = open();
    await cache.content.put(digest, bytes);
    await cache.tags.put(KEY, resolved('x'));
    const modes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
      const stats = statSync(join(folder, name));
      return `${stats.isDirectory() ? 'folder' : 'file'} ${(stats.mode & 0o777).toString(8)}`;
    });
    expect([...new Set(modes)].sort()).toEqual(['file 600', 'folder 700']);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('CACHE-1: has a cap, and what was not used for longest goes first', async () => {
    const cache = open({ maxBytes: 1000 });
    for (let at = 0; at < 6; at++) {
      const { digest, bytes } = some(String(at).repeat(300));
      await cache.content.put(digest, bytes);
      const path = join(folder, 'content', digest.slice(7, 9), digest.replace(':', '-'));
      const used = new Date(clock.now() - (10 - at) * DAY);
      if (existsSync(path)) utimesSync(path, used, used);
    }
    const kept = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(
        async (at) => (await cache.content.get(some(String(at).repeat(300)).digest)) !== null,
      ),
    );
    expect(kept).toEqual([false, false, false, true, true, true]);
    expect((await cacheUsage(folder)).bytes).toBeLessThanOrEqual(1000);
  });

  it('CACHE-1: that is used stays', async () => {
    const first = some('a'.repeat(300));
    const cache = open({ maxBytes: 700 });
    const names: string[] = [];
    for (const { digest, bytes } of [first, some('b'.repeat(300))]) {
      await cache.content.put(digest, bytes);
      const path = join(folder, 'content', digest.slice(7, 9), digest.replace(':', '-'));
      names.push(path);
      const used = new Date(clock.now() - (names.length === 1 ? 9 : 5) * DAY);
      utimesSync(path, used, used);
    }
    await cache.content.get(first.digest);
    const last = some('c'.repeat(300));
    await cache.content.put(last.digest, last.bytes);
    expect(names.map((name) => existsSync(name))).toEqual([true, false]);
  });

  it('forgets what a killed process has left, and tags of long ago', async () => {
    const cache = open();
    await cache.tags.put(KEY, resolved('x'));
    const [tag] = readdirSync(join(folder, 'tags'));
    mkdirSync(join(folder, 'content', 'ab'), { recursive: true });
    writeFileSync(join(folder, 'content', 'ab', 'x.tmp'), 'half');
    const old = new Date(clock.now() - 31 * DAY);
    utimesSync(join(folder, 'content', 'ab', 'x.tmp'), old, old);
    utimesSync(join(folder, 'tags', tag!), old, old);
    const { digest, bytes } = some('hello');
    await cache.content.put(digest, bytes);
    expect([...contents().keys()].filter((name) => name.endsWith('.tmp') || name.startsWith('tags'))).toEqual(
      [],
    );
    expect(await cache.content.get(digest)).not.toBeNull();
  });

  it('is never looked for or written under what is no digest', async () => {
    const cache = open();
    await cache.content.put('sha256:../../../x', Buffer.from('x'));
    expect(await cache.content.get('sha256:../../../x')).toBeNull();
    expect(existsSync(folder)).toBe(false);
  });

  it('is not read through a symbolic link', async () => {
    const { digest, bytes } = some('hello');
    await open().content.put(digest, bytes);
    const path = join(folder, 'content', digest.slice(7, 9), digest.replace(':', '-'));
    rmSync(path);
    writeFileSync(join(folder, '..', 'target'), bytes);
    symlinkSync(join(folder, '..', 'target'), path);
    expect(await open().content.get(digest)).toBeNull();
  });
});

describe('tags', () => {
  it('CACHE-2: are fresh for ten minutes, and known afterwards', async () => {
    const cache = open();
    expect(await cache.tags.get(KEY)).toBeNull();
    const value = resolved('x');
    await cache.tags.put(KEY, value);
    clock.pass(10 * MINUTE - 1);
    expect(await open().tags.get(KEY)).toEqual({ value, isFresh: true });
    clock.pass(1);
    expect(await open().tags.get(KEY)).toEqual({ value, isFresh: false });
    clock.pass(-20 * MINUTE);
    expect(await open().tags.get(KEY)).toMatchObject({ isFresh: false });
  });

  // Red when `identity`, or distinguish(), is left out of the HMAC in pathOf().
  it('CACHE-2, CACHE-3: are kept apart by registry, repository, tag, credential and the way there', async () => {
    const cache = open();
    await cache.tags.put(KEY, resolved('x'));
    const others: readonly Partial<TagKey>[] = [
      { registry: 'other.test' },
      { repository: 'acme/other' },
      { tag: '2' },
      { identity: '{"kind":"basic","username":"alice"}' },
    ];
    for (const other of others) expect(await cache.tags.get({ ...KEY, ...other })).toBeNull();
    expect(await open({ distinguish: () => 'http://mirror' }).tags.get(KEY)).toBeNull();
    expect(await open().tags.get(KEY)).not.toBeNull();
  });

  it('CACHE-3: hold no secret, not even a hash that could be tried out', async () => {
    const cache = open();
    await cache.tags.put({ ...KEY, identity: JSON.stringify({ password: SECRET }) }, resolved('x'));
    const all = [...contents()].flat().join('\n');
    for (const form of [SECRET, Buffer.from(SECRET).toString('base64'), encodeURIComponent(SECRET)])
      expect(all).not.toContain(form);
    const before = [...contents().keys()].filter((name) => name.startsWith('tags'));
    rmSync(join(folder, 'key'));
    await open().tags.put({ ...KEY, identity: JSON.stringify({ password: SECRET }) }, resolved('x'));
    // Under another key, the same credential has another name.
    expect([...contents().keys()].filter((name) => name.startsWith('tags'))).toHaveLength(before.length + 1);
  });

  it.each(['', '{}', 'null', '{"value":{"digest":"sha256:00"},"replaced":[]}', '['.repeat(10_000)])(
    'with %j in their file are not known',
    async (text) => {
      const cache = open();
      await cache.tags.put(KEY, resolved('x'));
      const [name] = readdirSync(join(folder, 'tags'));
      writeFileSync(join(folder, 'tags', name!), text);
      expect(await cache.tags.get(KEY)).toBeNull();
    },
  );

  it('DIG-7: remember from which digests they were moved away, and when', async () => {
    const cache = open();
    await cache.tags.put(KEY, resolved('a'));
    clock.pass(MINUTE);
    const moved = await cache.tags.put(KEY, resolved('b'));
    expect(moved.replacedAtMs).toBeUndefined();
    const movedAt = clock.now();
    clock.pass(MINUTE);
    expect((await cache.tags.put(KEY, resolved('a'))).replacedAtMs).toBe(movedAt);
    expect((await open().tags.get(KEY))?.value.replacedAtMs).toBe(movedAt);
  });
});

describe('a cache that does not work', () => {
  it.each([
    ['below a file', () => writeFileSync(join(folder, '..', 'cache'), 'x')],
    ['whose folder is a link', () => symlinkSync(tmpdir(), folder)],
    [
      'that others can write into',
      () => {
        mkdirSync(folder);
        chmodSync(folder, 0o777);
      },
    ],
  ])('%s is only said in the log, once', async (_, prepare) => {
    mkdirSync(join(folder, '..'), { recursive: true });
    prepare();
    const cache = open();
    const { digest, bytes } = some('hello');
    await cache.content.put(digest, bytes);
    expect(await cache.content.get(digest)).toBeNull();
    const value = resolved('x');
    expect(await cache.tags.put(KEY, value)).toEqual(value);
    expect(await cache.tags.get(KEY)).toBeNull();
    expect(said.length).toBeGreaterThan(0);
    expect(new Set(said).size).toBe(said.length);
  });

  it('has no effect on what a registry is asked', async () => {
    const { client } = await serve(shelfHandler(new Map([['acme/app:1', makeMultiPlatform('x')]])), {
      ...open({ folder: '/dev/null/cache' }),
    });
    expect(await client.resolve(image())).toMatchObject({ ok: true });
  });
});

describe('several processes', () => {
  it('make one key and never see half of a file', async () => {
    // Instances that share nothing but the folder, as processes do.
    const caches = Array.from({ length: 12 }, () => open());
    const big = some('z'.repeat(200_000));
    const results = await Promise.all(
      caches.map(async (cache, at) => {
        await cache.tags.put({ ...KEY, tag: String(at % 3) }, resolved('x'));
        await cache.content.put(big.digest, big.bytes);
        return cache.content.get(big.digest);
      }),
    );
    expect(results.every((bytes) => bytes?.length === 200_000)).toBe(true);
    expect(readFileSync(join(folder, 'key'))).toHaveLength(32);
    for (const tag of ['0', '1', '2']) expect(await open().tags.get({ ...KEY, tag })).not.toBeNull();
    expect(readdirSync(join(folder, 'tags'))).toHaveLength(3);
    expect([...contents().keys()].filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('the client with a cache', () => {
  const artifact = makeMultiPlatform('app');

  it('CACHE-2: asks nothing at all the second time, and with a condition when ten minutes are over', async () => {
    const shelf = new Map([['acme/app:1', artifact]]);
    const first = await serve(shelfHandler(shelf), open());
    const digest = valueOf(await first.client.resolve(image())).digest;
    const read = valueOf(await first.client.manifest(image(), digest));
    expect(read.kind).toBe('index');
    const asked = first.server.seen.length;

    const second = openClient(first.server.url, clock, open());
    const again = valueOf(await second.client.resolve(image()));
    expect(again.digest).toBe(digest);
    await second.client.manifest(image(), digest);
    expect(first.server.seen.length - asked).toBe(0);
    expect(second.client.counts()).toEqual({ resolutions: 0, tokens: 0, total: 0 });

    clock.pass(11 * MINUTE);
    const third = openClient(first.server.url, clock, open());
    const later = valueOf(await third.client.resolve(image()));
    expect(later).toMatchObject({ digest, atMs: clock.now() });
    const conditional = first.server.seen.slice(asked);
    expect(conditional.map(({ method, status }) => `${method} ${status()}`)).toEqual(['HEAD 304']);
    expect(conditional[0]!.headers['if-none-match']).toBe(`"${digest}"`);

    // "Unchanged" is an answer like any other: it holds for the next ten minutes.
    clock.pass(9 * MINUTE);
    await openClient(first.server.url, clock, open()).client.resolve(image());
    expect(first.server.seen.length - asked).toBe(1);
  });

  it('CACHE-2: sees that a tag has moved when the answer is old', async () => {
    const shelf = new Map([['acme/app:1', artifact]]);
    const { client, server } = await serve(shelfHandler(shelf), open());
    await client.resolve(image());
    const moved = makeMultiPlatform('moved');
    shelf.set('acme/app:1', moved);
    expect(valueOf(await openClient(server.url, clock, open()).client.resolve(image())).digest).toBe(
      artifact.digest,
    );
    clock.pass(11 * MINUTE);
    expect(valueOf(await openClient(server.url, clock, open()).client.resolve(image())).digest).toBe(
      moved.digest,
    );
  });

  it('CACHE-2: does not keep failures', async () => {
    const shelf = new Map<string, Artifact>();
    const { client, server } = await serve(shelfHandler(shelf), open());
    expect(await client.resolve(image())).toMatchObject({ code: 'not-found' });
    shelf.set('acme/app:1', artifact);
    expect(await openClient(server.url, clock, open()).client.resolve(image())).toMatchObject({ ok: true });
  });

  it('CACHE-2: does not believe a 304 that nobody asked for', async () => {
    const { client } = await serve((request, response) => send(request, response, 304, {}), open());
    expect(await client.resolve(image())).toMatchObject({ ok: false, code: 'registry-error' });
  });

  // Red when the identity of the credential is left out of the key in resolveTag().
  it('CACHE-3: never answers one person with what another may see', async () => {
    const as = (username: string): Keychain => ({
      credentialFor: () =>
        Promise.resolve({
          ok: true,
          credential: { kind: 'basic', username, password: SECRET, source: 'test' },
        }),
    });
    const { server } = await serve(shelfHandler(new Map([['acme/app:1', artifact]])));
    for (const person of ['alice', 'bob', 'alice']) {
      await openClient(server.url, clock, { ...open(), keychain: as(person) }).client.resolve(image());
    }
    expect(requestsOf(server)).toHaveLength(2);
  });

  it('DIG-2: asks again where the bytes are to be proven', async () => {
    const { client, server } = await serve(shelfHandler(new Map([['acme/app:1', artifact]])), open());
    await client.resolve(image());
    await openClient(server.url, clock, open()).client.resolve(image(), { verify: true });
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
    expect(server.seen[1]!.headers['if-none-match']).toBeUndefined();
  });
});

describe('clearing', () => {
  it('removes what the cache has put there and nothing else', async () => {
    const cache = open();
    const { digest, bytes } = some('hello');
    await cache.content.put(digest, bytes);
    await cache.tags.put(KEY, resolved('x'));
    writeFileSync(join(folder, 'mine.txt'), 'keep');
    expect(await cacheUsage(folder)).toMatchObject({ files: 2 });
    expect(await clearCache(folder)).toBe(true);
    expect([...contents().keys()].sort()).toEqual(['CACHEDIR.TAG', 'mine.txt']);
    expect(await cacheUsage(folder)).toEqual({ files: 0, bytes: 0 });
    expect(await clearCache(join(folder, 'nowhere'))).toBe(true);
  });

  it('leaves a folder alone that is no cache', async () => {
    mkdirSync(join(folder, 'content'), { recursive: true });
    writeFileSync(join(folder, 'content', 'thesis.txt'), 'important');
    expect(await clearCache(folder)).toBe(false);
    expect(existsSync(join(folder, 'content', 'thesis.txt'))).toBe(true);
  });
});
