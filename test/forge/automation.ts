/** Reviewers, assignees and auto-merge of the forges that have them by plain requests. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobId } from '../../src/forge/blob-id.ts';
import type { Forge } from '../../src/forge/forge.ts';
import type { Http } from '../../src/net/http.ts';
import type { FakeForge } from '../support/fake-forge/fake-forge.ts';
import type { Issue } from '../support/fake-forge/world.ts';
import { FILES, value } from './contract.ts';
import { openFakeWorld } from './worlds.ts';
import type { FakeWorld } from './worlds.ts';

export interface Automation {
  /** The request that sets auto-merge. */
  readonly mergePath: RegExp;
  /** `team:slug` can be asked for a review. */
  readonly hasTeams: boolean;
}

export function describeAutomation(
  name: string,
  make: (fake: FakeForge, http: Http) => Forge,
  { mergePath, hasTeams }: Automation,
): void {
  describe(`what ${name} does by itself`, { timeout: 30_000 }, () => {
    let world: FakeWorld;
    let head: string;
    let pull: Issue;

    beforeEach(async () => {
      world = await openFakeWorld(make);
      const { forge, repository, repo } = world;
      const branch = 'dockfix/x-00000000';
      const content = Buffer.from('FROM python:3.12@sha256:1\n');
      const before = blobId(Buffer.from(FILES['Dockerfile']!));
      const files = [{ path: 'Dockerfile', mode: '100644' as const, before, content }];
      const base = repo.git.branch('main')!;
      const request = { branch, base, files, message: 'update', expectedHead: null };
      head = value(await forge.commitFiles(repository, request)).id;
      const texts = { title: 'A title', body: 'A body', isDraft: false };
      value(await forge.createPullRequest(repository, { branch, baseBranch: 'main', ...texts }));
      pull = repo.issues[0]!;
      repo.collaborators.push(world.fake.addAccount('ada'), world.fake.addAccount('bob'));
      world.fake.addAccount('stranger');
    });
    afterEach(() => world.close());

    const enable = (commit = head) =>
      world.forge.enableAutoMerge(world.repository, pull.number, commit, 'squash');
    const asked = (): number => world.fake.log.filter(({ path }) => mergePath.test(path)).length;

    // Mutation: the head is not compared.
    it('BOT-11: waits for the checks with auto-merge, bound to the commit', async () => {
      world.repo.protections.set('main', { requiresChecks: true });
      expect(await enable('a'.repeat(40))).toMatchObject({ ok: false, code: 'branch-moved' });
      expect(asked()).toBe(0);
      expect(value(await enable())).toEqual({ wrote: true });
      expect(value(await enable())).toEqual({ wrote: false });
      expect(pull.pull?.autoMerge).toMatchObject({ method: 'squash' });
      expect(pull.state).toBe('open');
    });

    // Mutation: whether a check is under way is not asked.
    it('BOT-11: never merges at once, where there is nothing to wait for', async () => {
      expect(await enable()).toMatchObject({ ok: false, code: 'rejected' });
      expect(asked()).toBe(0);
      expect(pull.state).toBe('open');
      expect(world.repo.git.branch('main')).not.toBe(head);
    });

    it("BOT-11: does not touch another person's", async () => {
      world.repo.protections.set('main', { requiresChecks: true });
      Object.assign(pull, { author: world.fake.addAccount('ada') });
      expect(await enable()).toMatchObject({ ok: false, code: 'rejected' });
      expect(asked()).toBe(0);
    });

    // Mutation: those who are there already are not sent again; nobody is asked without the one who cannot be.
    it('BOT-10: asks those who can be asked, takes nobody away, and asks nobody twice', async () => {
      const ask = (names: readonly string[]) =>
        world.forge.requestReviewers(world.repository, pull.number, names);
      const reviewers = (): readonly string[] => pull.pull!.reviewers.map(({ login }) => login).sort();
      expect(value(await ask(['ada']))).toEqual({ wrote: true });
      world.repo.teams.push('platform');
      expect(value(await ask(['ada', 'nobody', 'bob', 'team:platform']))).toEqual({ wrote: true });
      expect(reviewers()).toEqual(['ada', 'bob']);
      expect(pull.pull!.teams).toEqual(hasTeams ? ['platform'] : []);
      const writes = world.forge.counts().writes;
      expect(value(await ask(['ada', 'bob', 'team:platform']))).toEqual({ wrote: false });
      expect(world.forge.counts().writes).toBe(writes);
    });

    // Mutation: as above.
    it('BOT-10: assigns those who can be assigned, takes nobody away, and assigns nobody twice', async () => {
      const assign = (names: readonly string[]) =>
        world.forge.addAssignees(world.repository, pull.number, names);
      const assignees = (): readonly string[] => pull.assignees.map(({ login }) => login).sort();
      expect(value(await assign(['ada']))).toEqual({ wrote: true });
      expect(value(await assign(['ada', 'nobody', 'bob']))).toEqual({ wrote: true });
      expect(assignees()).toEqual(['ada', 'bob']);
      const writes = world.forge.counts().writes;
      expect(value(await assign(['bob', 'ada']))).toEqual({ wrote: false });
      expect(world.forge.counts().writes).toBe(writes);
    });
  });
}
