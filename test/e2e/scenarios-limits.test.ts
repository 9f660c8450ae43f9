/** Registries that send people away or have no end, from the command line on. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import { send } from '../support/fake-registry.ts';
import type { FakeRegistry } from '../support/fake-registry.ts';
import { makeImage, makeMultiPlatform } from '../support/images.ts';
import { IMAGE, at, logOf, makeMachine, serve } from '../support/machine.ts';
import { startRawServer } from '../support/raw-server.ts';
import { shelfHandler } from '../support/registry.ts';

describe('a registry that limits', { timeout: 20_000 }, () => {
  const app = makeImage({ salt: 'app' });
  const good = shelfHandler(new Map([['acme/app:1', app]]));

  // Mutation: `asked` in judgeAttempt() of retry.ts is always null.
  it('E16 a 429 with Retry-After is obeyed: nobody asks before its time, and then all is well', async () => {
    let limited = 0;
    const times: number[] = [];
    const server = await serve((request, response, url) => {
      times.push(Date.now());
      if (limited++ === 0) return send(request, response, 429, { 'retry-after': '1' });
      return good(request, response, url);
    });
    const result = await makeMachine().pin([IMAGE], at(server.url));
    expect(result).toMatchObject({ exit: 0, text: `FROM ${IMAGE}@${app.digest}\n` });
    expect(logOf(server)).toEqual(['HEAD acme/app/manifests/1: 429', 'HEAD acme/app/manifests/1: 200']);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(990);
  });

  // Mutation: `refuses` in traffic.ts is never set.
  it('E16 a 429 for longer than anybody waits is said once, with its end, and the host is left alone', async () => {
    let asked = 0;
    const server = await serve((request, response, url) => {
      if (asked++ === 0) return good(request, response, url);
      send(request, response, 429, { 'retry-after': '7200' });
    });
    const others = Array.from({ length: 12 }, (_, index) => `registry.test/acme/app:2.${index}`);
    const result = await makeMachine().pin([IMAGE, ...others], at(server.url));
    expect(result.exit).toBe(3);
    expect(result.text).toBe(
      [`${IMAGE}@${app.digest}`, ...others].map((image) => `FROM ${image}\n`).join(''),
    );
    expect(result.stderr).toMatch(/registry\.test limits the number of requests.*\d\d:\d\d/);
    expect(result.stderr.match(/limits the number of requests/g)).toHaveLength(1);
    // Those that were under way when the first refusal came, and none after them.
    expect(server.seen.length).toBeLessThanOrEqual(1 + 8);
  });

  // Mutation: `Missing expected CR` in http.ts is told from nothing else.
  it('E16 a 429 whose lines end in LF alone counts as one', async () => {
    let asked = 0;
    const raw = await startRawServer((socket) => {
      asked++;
      socket.end('HTTP/1.1 429 Too Many Requests\nContent-Length: 0\nConnection: close\n\n');
    });
    onTestFinished(() => raw.close());
    const result = await makeMachine().pin([IMAGE], at(raw.url.origin));
    expect(result).toMatchObject({ exit: 3, text: `FROM ${IMAGE}\n` });
    expect(result.stderr).toContain('registry.test limits the number of requests');
    expect(asked).toBe(1);
  });
});

describe('a list of tags', { timeout: 30_000 }, () => {
  const app = makeMultiPlatform('app');
  const latest = 'registry.test/acme/app:latest';
  const explicit = { flags: ['--only', 'use-explicit-tag'] };
  const shelf = new Map([
    ['acme/app:latest', app],
    ['acme/app:1.2.3', app],
  ]);
  const good = shelfHandler(shelf);
  const listsOf = (server: FakeRegistry): number =>
    logOf(server).filter((line) => line.includes('tags/list')).length;

  it.skipIf(!hasDistribution)(
    'E17 without a Link is one page, although it ignores how many were asked for (needs docker-registry)',
    async () => {
      const registry = await startDistribution();
      onTestFinished(() => registry.stop());
      const names = ['latest', '1.2.3', ...Array.from({ length: 12 }, (_, index) => `0.${index}`)];
      for (const tag of names)
        await registry.push('acme/app', tag, tag.startsWith('0.') ? makeImage({ salt: 'old' }) : app);
      const proxy = await startCountingProxy(registry.url);
      onTestFinished(() => proxy.close());
      const result = await makeMachine().pin([latest], at(proxy.url), explicit);
      expect(result).toMatchObject({ exit: 0, text: `FROM registry.test/acme/app:1.2.3@${app.digest}\n` });
      expect(listsOf(proxy)).toBe(1);
    },
  );

  // Mutations: the line `found.size === before`, then `limits.tags`, in tags.ts are taken away.
  it.each([
    ['the same tags', 2, () => ['latest', '1.2.3']],
    [
      'other tags',
      51,
      (page: number) => [
        'latest',
        '1.2.3',
        ...Array.from({ length: 2000 }, (_, index) => `b${page}.${index}`),
      ],
    ],
  ])('E17 that leads on without end, to %s, is left after %i pages', async (_, pages, tagsAt) => {
    const server = await serve((request, response, url) => {
      if (!url.pathname.endsWith('/tags/list')) return good(request, response, url);
      const page = Number(url.searchParams.get('last') ?? 0) + 1;
      const link = `</v2/acme/app/tags/list?last=${page}>; rel="next"`;
      send(request, response, 200, { link }, JSON.stringify({ name: 'acme/app', tags: tagsAt(page) }));
    });
    const result = await makeMachine().pin([latest], at(server.url), explicit);
    expect(result, result.stderr).toMatchObject({
      exit: 0,
      text: `FROM registry.test/acme/app:1.2.3@${app.digest}\n`,
    });
    expect(listsOf(server)).toBeLessThanOrEqual(pages);
  });
});
