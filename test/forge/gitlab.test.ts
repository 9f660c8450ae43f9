import { afterAll, describe, expect, it } from 'vitest';
import { blobId } from '../../src/forge/blob-id.ts';
import type { Forge } from '../../src/forge/forge.ts';
import { createGitLabForge } from '../../src/forge/gitlab.ts';
import type { Http } from '../../src/net/http.ts';
import { fakeClock } from '../support/clock.ts';
import type { FakeForge } from '../support/fake-forge/fake-forge.ts';
import { describeAutomation } from './automation.ts';
import { FILES, describeForge, value } from './contract.ts';
import { makeCopies } from './pushing.ts';
import { openFakeWorld, quickly } from './worlds.ts';

const copies = makeCopies();
afterAll(() => copies.remove());

function make(fake: FakeForge, http: Http, clock = fakeClock()): Forge {
  fake.world.closesWithBranch = false;
  const { log } = quickly();
  const token = fake.addToken(fake.addAccount('dockfix'));
  return createGitLabForge({ clock, log, http, baseUrl: fake.url, token, openGit: copies.openGit });
}

describeForge('GitLab', () => openFakeWorld((fake, http) => make(fake, http)));
describeAutomation('GitLab', (fake, http) => make(fake, http), {
  mergePath: /\/merge_requests\/\d+\/merge$/,
  hasTeams: false,
});

describe('GitLab', { timeout: 30_000 }, () => {
  // Mutation: UNSETTLED in auto-merge.ts names no status, or there is no pause.
  it('BOT-11: has its pipeline only a moment after the merge request, which is waited for', async () => {
    const clock = fakeClock();
    const world = await openFakeWorld((fake, http) => make(fake, http, clock));
    const { forge, repository, repo } = world;
    repo.protections.set('main', { requiresChecks: true });
    const branch = 'dockfix/x-00000000';
    const before = blobId(Buffer.from(FILES['Dockerfile']!));
    const files = [{ path: 'Dockerfile', mode: '100644' as const, before, content: Buffer.from('FROM a\n') }];
    const base = repo.git.branch('main')!;
    const made = { branch, base, files, message: 'update', expectedHead: null };
    const { id } = value(await forge.commitFiles(repository, made));
    const texts = { title: 'A title', body: 'A body', isDraft: false };
    const opened = { branch, baseBranch: 'main', ...texts };
    const { pullRequest } = value(await forge.createPullRequest(repository, opened));
    repo.mergeableUnknownTimes = 2;
    expect(value(await forge.enableAutoMerge(repository, pullRequest.number, id, 'merge'))).toEqual({
      wrote: true,
    });
    expect(clock.slept).toEqual([1000, 2000]);
    expect(repo.issues[0]).toMatchObject({ state: 'open', pull: { autoMerge: { method: 'merge' } } });
    await world.close();
  });

  it('takes no path with a dot for a folder, neither for its API nor for git', async () => {
    const world = await openFakeWorld((fake, http) => make(fake, http));
    for (const path of ['acme/../shop', './acme/shop', 'acme/..'])
      expect(await world.forge.getRepository(path)).toMatchObject({ ok: false, code: 'not-found' });
    expect(world.fake.log).toEqual([]);
    await world.close();
  });
});
