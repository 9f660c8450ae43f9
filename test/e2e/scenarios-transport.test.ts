/** The way to a registry: redirects, unencrypted connections and mirrors, from the command line and the bot on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import type { FakeRegistry, Handler } from '../support/fake-registry.ts';
import { hasGit, makeRepository } from '../support/git.ts';
import { makeImage, makeMultiPlatform } from '../support/images.ts';
import { logOf, makeMachine } from '../support/machine.ts';
import { shelfHandler } from '../support/registry.ts';
import { runDockfix } from '../support/run.ts';

const IMAGE = 'registry.test/acme/app:1';

/** A server for one test. */
async function serve(handler: Handler): Promise<FakeRegistry> {
  const server = await startFakeRegistry(handler);
  onTestFinished(() => server.close());
  return server;
}
/** A real one, seen through a proxy. */
async function front(registry: Distribution): Promise<FakeRegistry> {
  const proxy = await startCountingProxy(registry.url);
  onTestFinished(() => proxy.close());
  return proxy;
}

describe.skipIf(!hasGit)('a registry that keeps blobs elsewhere (needs git)', { timeout: 30_000 }, () => {
  // Mutation: followRedirects() in redirect.ts keeps the header where the origin has changed.
  it('E12 the other port is asked without Authorization, and its bytes are used because they have their digest', async () => {
    const before = makeImage({ salt: 'one', config: { User: 'app' } });
    const after = makeImage({ salt: 'two', config: { User: 'root2' } });
    const old = shelfHandler(
      new Map([
        ['acme/app:0', before],
        ['acme/app:1', after],
      ]),
    );
    const storage = await serve((request, response, url) => old(request, response, url));
    const basic = `Basic ${Buffer.from('jane:canary-password').toString('base64')}`;
    const registry = await serve((request, response, url) => {
      if (request.headers.authorization !== basic)
        return send(request, response, 401, { 'www-authenticate': 'Basic realm="x"' });
      if (!url.pathname.includes('/blobs/')) return old(request, response, url);
      send(request, response, 307, { location: `${storage.url}${url.pathname}?sig=canary-signature` });
    });
    const repository = makeRepository({ Dockerfile: `FROM ${IMAGE}@${before.digest}\n` });
    onTestFinished(() => repository.remove());
    const machine = makeMachine();
    const config = machine.write(
      'operator.yaml',
      `bot: { minAge: 0s }\nallowPrivate: ["${storage.host}"]\n` +
        `registries: { registry.test: { endpoint: "${registry.url}", username: jane, passwordEnv: SECRET } }\n`,
    );
    const args = ['bot', '--config', config, '--no-cache', '--debug', '--out', machine.folder];
    const env = { HOME: machine.folder, PATH: process.env['PATH'] ?? '', SECRET: 'canary-password' };
    const result = await runDockfix(args, repository.folder, env);
    expect(result.exit, result.stderr).toBe(0);
    const [branch] = repository.branches();
    expect(repository.show(branch!, 'Dockerfile').toString()).toBe(`FROM ${IMAGE}@${after.digest}\n`);
    const text = readFileSync(join(machine.folder, `0001-${branch!.replace('dockfix/', '')}.md`), 'utf8');
    expect(text).toMatch(/User[^\n]*`app`[^\n]*`root2`/);
    expect(storage.seen.length).toBeGreaterThanOrEqual(2);
    expect(logOf(storage).filter((line) => !/^GET acme\/app\/blobs\/\w{7}: 200$/.test(line))).toEqual([]);
    expect(storage.seen.some(({ headers }) => headers.cookie !== undefined)).toBe(false);
    expect(logOf(registry)).toContain(
      `GET acme/app/blobs/${after.blobs[0]!.digest.slice(7, 14)}: 307 as Basic`,
    );
    expect(result.stdout + result.stderr).not.toMatch(/canary/);
  });
});

describe.skipIf(!hasDistribution)('real registries (needs docker-registry)', { timeout: 30_000 }, () => {
  const app = makeMultiPlatform('app');
  let registry: Distribution;
  beforeAll(async () => {
    registry = await startDistribution();
    await registry.push('acme/app', '1', app);
  });
  afterAll(() => registry.stop());

  // Mutation: `plain` in endpoint.ts becomes `true`.
  it('E14 plain HTTP needs no word for loopback, and the flag for every other name', async () => {
    const proxy = await front(registry);
    const near = await makeMachine().pin([`${proxy.host}/acme/app:1`], '');
    expect(near).toMatchObject({ exit: 0, text: `FROM ${proxy.host}/acme/app:1@${app.digest}\n` });
    expect(logOf(proxy)).toEqual(['HEAD acme/app/manifests/1: 200']);

    // The same server by a name that does not look like loopback.
    const host = `[::ffff:7f00:1]:${proxy.host.split(':')[1]}`;
    const refused = await makeMachine().pin([`${host}/acme/app:1`], '');
    expect(refused).toMatchObject({ exit: 3, text: `FROM ${host}/acme/app:1\n` });
    expect(refused.stderr).toContain('speaks plain HTTP');
    expect(refused.stderr).toContain('insecure: true');
    expect(proxy.seen).toHaveLength(1);
    for (const [config, flags] of [
      ['', ['--insecure-registry', host]],
      [`registries: { "${host}": { insecure: true } }\n`, []],
    ] as const) {
      const allowed = await makeMachine().pin([`${host}/acme/app:1`], config, { flags });
      expect(allowed).toMatchObject({ exit: 0, text: `FROM ${host}/acme/app:1@${app.digest}\n` });
    }
    expect(proxy.seen).toHaveLength(3);
  });

  describe('a mirror', () => {
    const mirrored = (mirror: string, upstream: string, kind: string): string =>
      `registries: { registry.test: { endpoint: "${upstream}", mirrors: [{ url: "${mirror}", for: ${kind} }] } }\n`;

    // Mutation: `mirror.for === question` in endpoint.ts becomes `true`.
    it('E15 that is stale is not asked what a tag is now, unless it is said to know', async () => {
      const upstream = await startDistribution('', { data: registry.data });
      const cache = await startDistribution(`proxy: { remoteurl: ${upstream.url} }`);
      onTestFinished(() => cache.stop());
      const mirror = await front(cache);
      const machine = makeMachine();
      const warm = await machine.pin([IMAGE], mirrored(mirror.url, upstream.url, 'both'));
      expect(warm).toMatchObject({ exit: 0, text: `FROM ${IMAGE}@${app.digest}\n` });
      expect(logOf(mirror)).toEqual(['HEAD acme/app/manifests/1: 200']);
      // It keeps on saying what it has seen once it can no longer ask.
      await upstream.stop();
      const moved = makeMultiPlatform('moved');
      await registry.push('acme/app', '1', moved);
      onTestFinished(() => registry.push('acme/app', '1', app));
      const proxy = await front(registry);
      mirror.seen.splice(0);
      const result = await machine.pin([IMAGE], mirrored(mirror.url, proxy.url, 'pull'));
      expect(result).toMatchObject({ exit: 0, text: `FROM ${IMAGE}@${moved.digest}\n` });
      expect([logOf(mirror), logOf(proxy)]).toEqual([[], ['HEAD acme/app/manifests/1: 200']]);
    });

    // Mutation: in session.ts a mirror's answer counts whatever its status is.
    it.each([404, 500, 503, 429])(
      'E15 that answers %i is no last word: the registry is asked',
      async (status) => {
        const mirror = await serve((request, response) => send(request, response, status, {}));
        const proxy = await front(registry);
        const result = await makeMachine().pin([IMAGE], mirrored(mirror.url, proxy.url, 'both'));
        expect(result).toMatchObject({ exit: 0, text: `FROM ${IMAGE}@${app.digest}\n` });
        expect(logOf(mirror)).toEqual([`HEAD acme/app/manifests/1: ${status}`]);
        expect(logOf(proxy)).toEqual(['HEAD acme/app/manifests/1: 200']);
      },
    );

    it('E15 that answers 404 while the registry is out of reach proves nothing', async () => {
      const mirror = await serve((request, response) => send(request, response, 404, {}));
      const result = await makeMachine().pin([IMAGE], mirrored(mirror.url, 'http://127.0.0.1:1', 'both'));
      expect(result).toMatchObject({ exit: 3, text: `FROM ${IMAGE}\n` });
      expect(result.stdout + result.stderr).not.toContain('has no acme/app');
    });
  });
});
