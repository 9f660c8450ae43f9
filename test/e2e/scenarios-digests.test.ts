/** The digest of a tag, from the command line to the file, at registries that help, hide, lie and limit. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startCountingProxy } from '../support/counting-proxy.ts';
import type { AnswerHeaders } from '../support/counting-proxy.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import type { FakeRegistry, Handler } from '../support/fake-registry.ts';
import { hasGit, makeRepository } from '../support/git.ts';
import { makeImage, makeMultiPlatform, MEDIA, sha256Digest } from '../support/images.ts';
import { logOf, makeMachine } from '../support/machine.ts';
import { startRawServer } from '../support/raw-server.ts';
import { shelfHandler } from '../support/registry.ts';
import { runDockfix } from '../support/run.ts';

const FOUR_TYPES = [MEDIA.ociIndex, MEDIA.dockerList, MEDIA.ociManifest, MEDIA.dockerManifest];
const DIGEST = 'docker-content-digest';
const IMAGE = 'registry.test/acme/app:1';
const at = (url: string): string => `registries: { registry.test: { endpoint: "${url}" } }\n`;

/** A server for one test. */
async function serve(handler: Handler): Promise<FakeRegistry> {
  const server = await startFakeRegistry(handler);
  onTestFinished(() => server.close());
  return server;
}

describe.skipIf(!hasDistribution)('behind a proxy (needs docker-registry)', { timeout: 30_000 }, () => {
  const app = makeMultiPlatform('app');
  let registry: Distribution;
  beforeAll(async () => {
    registry = await startDistribution();
    await registry.push('acme/app', '1', app);
  });
  afterAll(() => registry.stop());

  async function through(change?: (headers: AnswerHeaders) => AnswerHeaders): Promise<FakeRegistry> {
    const proxy = await startCountingProxy(registry.url, change);
    onTestFinished(() => proxy.close());
    return proxy;
  }

  // Mutation: MANIFEST_ACCEPT in manifest.ts lacks the two types of indexes.
  it('E1 a tag of an index gets the digest of the index, for one HEAD that asks for all four types', async () => {
    const proxy = await through();
    const result = await makeMachine().pin([IMAGE], at(proxy.url));
    expect(result).toMatchObject({ exit: 0, stderr: '', text: `FROM ${IMAGE}@${app.digest}\n` });
    expect(logOf(proxy)).toEqual(['HEAD acme/app/manifests/1: 200']);
    expect(String(proxy.seen[0]!.headers.accept).split(/, */).sort()).toEqual([...FOUR_TYPES].sort());
  });

  // Mutation: `if (quick)` in client.ts gives up where fromHead() answers null, instead of going on to the GET.
  it('E2 a proxy that takes the digest away costs a GET, whose bytes are hashed', async () => {
    const proxy = await through(({ [DIGEST]: _, etag: __, ...headers }) => headers);
    const result = await makeMachine().pin([IMAGE], at(proxy.url));
    expect(result).toMatchObject({ exit: 0, text: `FROM ${IMAGE}@${app.digest}\n` });
    expect(logOf(proxy)).toEqual(['HEAD acme/app/manifests/1: 200', 'GET acme/app/manifests/1: 200']);
  });

  const lie = sha256Digest('something else');
  const lying = (headers: AnswerHeaders): AnswerHeaders => ({ ...headers, [DIGEST]: lie });

  // Mutation: `if (contradicts || …)` in fromGet() of client.ts is taken away.
  it.each([
    ['that is asked to prove it', lying, ['--verify-digests'], ['GET acme/app/manifests/1: 200']],
    [
      'that contradicts itself',
      (headers: AnswerHeaders) => ({ ...headers, [DIGEST]: `${lie}, ${app.digest}` }),
      [],
      ['HEAD acme/app/manifests/1: 200', 'GET acme/app/manifests/1: 200'],
    ],
  ])('E3 a header %s and lies is refused, and nothing is written', async (_, change, flags, log) => {
    const proxy = await through(change);
    const result = await makeMachine().pin([IMAGE], at(proxy.url), { flags });
    expect(result).toMatchObject({ exit: 0, text: `FROM ${IMAGE}\n` });
    expect(result.stdout).toContain('does not have the digest it claims');
    expect(logOf(proxy)).toEqual(log);
  });

  // Mutation: `firstPin` in look-ups.ts answers `now` without asking for the proof.
  it.skipIf(!hasGit)(
    'E3 the bot believes no header: it makes no branch for a digest that is a lie',
    async () => {
      const proxy = await through(lying);
      const repository = makeRepository({ Dockerfile: `FROM ${IMAGE}\n` });
      onTestFinished(() => repository.remove());
      const machine = makeMachine();
      const args = ['bot', '--config', machine.write('operator.yaml', at(proxy.url)), '--no-cache'];
      const { exit, stderr } = await runDockfix(args, repository.folder, { HOME: machine.folder });
      expect(exit, stderr).toBe(0);
      expect(stderr).toContain('action=hold');
      expect(repository.branches()).toEqual(['main']);
      expect(repository.git('log', '--all', '-p')).not.toContain(lie);
      expect(logOf(proxy).slice(0, 2)).toEqual([
        'HEAD acme/app/manifests/1: 200',
        `GET acme/app/manifests/${lie.slice(7, 14)}: 404`,
      ]);
    },
  );
});

// Mutation: the branch for schemaVersion 1 in manifest.ts is taken away.
it.each(['application/vnd.docker.distribution.manifest.v1+prettyjws', 'text/plain; charset=utf-8'])(
  'E4 a registry that has nothing newer than schema 1 (%s) is told from a broken one by its code',
  async (mediaType) => {
    const body = JSON.stringify({ schemaVersion: 1, name: 'acme/app', tag: '1', fsLayers: [], history: [] });
    const digest = sha256Digest(body);
    const server = await serve((request, response) =>
      send(request, response, 200, { 'content-type': mediaType, [DIGEST]: digest }, body),
    );
    const result = await makeMachine().pin([IMAGE], at(server.url), { flags: ['--json'] });
    expect(result.text).toBe(`FROM ${IMAGE}\n`);
    expect(result.stdout).toContain('"code":"unsupported-schema1"');
    expect(result.stdout).not.toContain(digest);
    expect(logOf(server)).toEqual(['HEAD acme/app/manifests/1: 200', 'GET acme/app/manifests/1: 200']);
  },
);

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
