/** The digest of a tag, from the command line to the file, at registries that help, hide and lie. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startCountingProxy } from '../support/counting-proxy.ts';
import type { AnswerHeaders } from '../support/counting-proxy.ts';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { send } from '../support/fake-registry.ts';
import type { FakeRegistry } from '../support/fake-registry.ts';
import { hasGit, makeRepository } from '../support/git.ts';
import { makeMultiPlatform, MEDIA, sha256Digest } from '../support/images.ts';
import { IMAGE, at, logOf, makeMachine, serve } from '../support/machine.ts';
import { runDockfix } from '../support/run.ts';

const FOUR_TYPES = [MEDIA.ociIndex, MEDIA.dockerList, MEDIA.ociManifest, MEDIA.dockerManifest];
const DIGEST = 'docker-content-digest';

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
