import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobId } from '../../src/forge/blob-id.ts';
import type { CommitRequest, Forge, PullRequest } from '../../src/forge/forge.ts';
import { createGitHubForge } from '../../src/forge/github.ts';
import type { GitHubOptions } from '../../src/forge/github.ts';
import type { Http } from '../../src/net/http.ts';
import { fakeClock } from '../support/clock.ts';
import type { FakeClock } from '../support/clock.ts';
import { startFakeForge } from '../support/fake-forge/fake-forge.ts';
import type { Account, Fault } from '../support/fake-forge/fake-forge.ts';
import { addIssue } from '../support/fake-forge/world.ts';
import type { Pull } from '../support/fake-forge/world.ts';
import { FILES, describeForge, value } from './contract.ts';
import { USER_AGENT, openFakeWorld, quickly } from './worlds.ts';
import type { FakeWorld } from './worlds.ts';

describeForge('GitHub with the token of an app', () =>
  openFakeWorld((fake, http) =>
    createGitHubForge({
      ...quickly(),
      http,
      baseUrl: fake.url,
      credential: { kind: 'token', token: fake.addToken(fake.addAccount('dockfix[bot]', 'Bot'), 'app') },
    }),
  ),
);

describeForge(
  "GitHub Enterprise with a person's token",
  () =>
    openFakeWorld((fake, http) =>
      createGitHubForge({
        ...quickly(),
        http,
        baseUrl: `${fake.url}/api/v3/`,
        credential: { kind: 'token', token: fake.addToken(fake.addAccount('bot-account')) },
      }),
    ),
  { everyFault: true },
);

describe('GitHub', { timeout: 30_000 }, () => {
  let world: FakeWorld;
  let me: Account;
  let clock: FakeClock;
  let debug: string[];

  beforeEach(async () => {
    clock = fakeClock();
    debug = [];
    world = await openFakeWorld((fake, http) => {
      me = fake.addAccount('dockfix[bot]', 'Bot');
      return open(fake.url, http, fake.addToken(me, 'app'));
    });
  });
  afterEach(() => world.close());

  const log = {
    warn: (text: string) => void debug.push(text),
    debug: (text: string) => void debug.push(text),
  };

  function open(url: string, http: Http, token: string, more: Partial<GitHubOptions> = {}): Forge {
    const credential = { kind: 'token', token } as const;
    return createGitHubForge({ clock, log, userAgent: USER_AGENT, http, baseUrl: url, credential, ...more });
  }

  async function commitRequest(more: Partial<CommitRequest> = {}): Promise<CommitRequest> {
    return {
      branch: 'dockfix/x-00000000',
      base: world.repo.git.branch('main')!,
      files: [
        {
          path: 'Dockerfile',
          mode: '100644',
          before: blobId(Buffer.from(FILES['Dockerfile']!)),
          content: Buffer.from('FROM python:3.12@sha256:1\n'),
        },
      ],
      message: 'build(docker): update python:3.12 digest\n\nThe tag has moved.',
      expectedHead: null,
      ...more,
    };
  }

  async function propose(forge: Forge, branch = 'dockfix/x-00000000'): Promise<PullRequest> {
    value(await forge.commitFiles(world.repository, await commitRequest({ branch })));
    const pull = { branch, baseBranch: 'main', title: 'A title', body: 'A body', isDraft: false };
    return value(await forge.createPullRequest(world.repository, pull)).pullRequest;
  }

  describe('commits', () => {
    it('are signed by GitHub for an app, because they name no author', async () => {
      const made = value(await world.forge.commitFiles(world.repository, await commitRequest()));
      expect(made).toMatchObject({ wrote: true, isVerified: true });
      const commit = world.repo.git.commit(made.id)!;
      expect(commit.author).toMatchObject({ name: me.name, email: me.email });
      expect(commit.committer.email).toBe('noreply@github.com');
    });

    it("are not signed with a person's token, and this is said", async () => {
      const forge = open(world.fake.url, world.http, world.fake.addToken(world.fake.addAccount('human')));
      const made = value(await forge.commitFiles(world.repository, await commitRequest()));
      expect(made).toMatchObject({ wrote: true, isVerified: false });
    });

    it.each([
      ['a ruleset on our branches', 'dockfix/**'],
      ['a rule of the base branch', 'main'],
    ])(
      "are signed with a person's token where %s wants it, and the branch moves once",
      async (_, pattern) => {
        world.repo.protections.set(pattern, { requiresSignatures: true });
        const forge = open(world.fake.url, world.http, world.fake.addToken(world.fake.addAccount('human')));
        const made = value(await forge.commitFiles(world.repository, await commitRequest()));
        expect(made).toMatchObject({ wrote: true, isVerified: true });
        const commit = world.repo.git.commit(made.id)!;
        expect(commit.message).toBe('build(docker): update python:3.12 digest\n\nThe tag has moved.');
        expect(commit.parents).toEqual([world.repo.git.branch('main')]);
        expect([...world.repo.git.branches().keys()].sort()).toEqual(['dockfix/x-00000000', 'main']);
        expect(value(await forge.commitFiles(world.repository, await commitRequest()))).toMatchObject({
          id: made.id,
          wrote: false,
        });
      },
    );

    // Red when commitSigned does not refuse modes other than 100644.
    it('E29: are refused rather than lose a mode on the way to a signature', async () => {
      world.repo.protections.set('main', { requiresSignatures: true });
      const forge = open(world.fake.url, world.http, world.fake.addToken(world.fake.addAccount('human')));
      const file = {
        path: 'build.sh',
        mode: '100755' as const,
        before: blobId(Buffer.from(FILES['build.sh']!)),
      };
      const files = [{ ...file, content: Buffer.from('#!/bin/sh\n') }];
      const refused = await forge.commitFiles(world.repository, await commitRequest({ files }));
      expect(refused).toMatchObject({ ok: false, code: 'rejected' });
      expect(refused).toHaveProperty('reason', expect.stringContaining('GitHub App'));
      expect([...world.repo.git.branches().keys()]).toEqual(['main']);
    });

    it('a left-over scratch branch of an ended run does not matter', async () => {
      world.repo.protections.set('main', { requiresSignatures: true });
      const token = world.fake.addToken(world.fake.addAccount('human'));
      world.fake.inject({ at: 'after', operation: 'signCommit', fault: { kind: 'reset' }, times: 1 });
      const request = await commitRequest();
      expect(
        await open(world.fake.url, world.http, token).commitFiles(world.repository, request),
      ).toMatchObject({
        ok: false,
      });
      const made = value(
        await open(world.fake.url, world.http, token).commitFiles(world.repository, request),
      );
      expect(made.isVerified).toBe(true);
      expect([...world.repo.git.branches().keys()].sort()).toEqual(['dockfix/x-00000000', 'main']);
    });

    // Red when updateRefs is sent without `beforeOid`.
    it('E22, E26: do not overwrite what somebody pushed between the last look and the move', async () => {
      const first = value(await world.forge.commitFiles(world.repository, await commitRequest()));
      let theirs = '';
      world.fake.inject({
        at: 'before',
        operation: 'moveBranch',
        times: 1,
        fault: {
          kind: 'run',
          run: () => void (theirs = world.fake.push(world.repo, 'dockfix/x-00000000', { files: { a: 'b' } })),
        },
      });
      const request = await commitRequest({ expectedHead: first.id, message: 'another' });
      expect(await world.forge.commitFiles(world.repository, request)).toMatchObject({
        ok: false,
        code: 'branch-moved',
      });
      expect(world.repo.git.branch('dockfix/x-00000000')).toBe(theirs);
    });

    it('move the branch by REST, after a last look, where the server has no updateRefs', async () => {
      const first = value(await world.forge.commitFiles(world.repository, await commitRequest()));
      const old = {
        errors: [{ message: "Field 'updateRefs' doesn't exist", extensions: { code: 'undefinedField' } }],
      };
      world.fake.inject({
        at: 'before',
        operation: 'moveBranch',
        fault: { kind: 'answer', answer: { status: 200, body: old } },
      });
      const second = await commitRequest({ expectedHead: first.id, message: 'another' });
      const moved = value(await world.forge.commitFiles(world.repository, second));
      expect(world.repo.git.branch('dockfix/x-00000000')).toBe(moved.id);
      expect(world.fake.log.at(-1)).toMatchObject({ method: 'PATCH', status: 200 });
    });

    it('send only the changed files, so that rules about other paths are not touched', async () => {
      value(await world.forge.commitFiles(world.repository, await commitRequest()));
      const trees = world.fake.log.filter(({ path }) => path.endsWith('/git/trees'));
      const blobs = world.fake.log.filter(({ path }) => path.endsWith('/git/blobs'));
      expect([trees.length, blobs.length]).toEqual([1, 1]);
    });

    // Red when again() or the second attempt in createBranch() is taken away.
    it.each([
      [/\/git\/trees$/, 'base_tree is not a valid tree oid'],
      [/\/git\/commits$/, 'Tree SHA does not exist'],
      [/\/git\/refs$/, 'Reference update failed'],
    ])(
      'are tried a second time when GitHub does not find yet what it was just given: %s',
      async (path, message) => {
        const answer = { status: 422, body: { message } };
        world.fake.inject({ at: 'before', method: 'POST', path, nth: 1, fault: { kind: 'answer', answer } });
        expect(value(await world.forge.commitFiles(world.repository, await commitRequest())).wrote).toBe(
          true,
        );
        expect(world.repo.git.branch('dockfix/x-00000000')).not.toBeNull();
      },
    );

    // Red when an equal commit is not looked for after "Reference already exists".
    it('E26: are done when another run has made the same branch at this moment', async () => {
      const twin = world.again();
      let theirs = '';
      const run = async (): Promise<void> => {
        theirs = value(await twin.commitFiles(world.repository, await commitRequest())).id;
      };
      world.fake.inject({
        at: 'before',
        method: 'POST',
        path: /\/git\/refs$/,
        nth: 1,
        fault: { kind: 'run', run },
      });
      const made = value(await world.forge.commitFiles(world.repository, await commitRequest()));
      expect(world.fake.log.map(({ status }) => status)).toContain(422);
      expect(made).toMatchObject({ id: theirs, wrote: false });
    });
  });

  describe('repositories', () => {
    it.each([
      ['archived', 'isArchived'],
      ['disabled', 'isDisabled'],
      ['fork', 'isFork'],
      ['mirror', 'isMirror'],
    ] as const)('that are %s are left alone', async (reason, flag) => {
      world.repo[flag] = true;
      expect(value(await world.forge.getRepository(world.repository)).skip).toBe(reason);
      expect(value(await world.forge.listRepositories('acme'))).toMatchObject([{ skip: reason }]);
    });

    it('that are empty are left alone, and one without issues has no dashboard', async () => {
      world.fake.addRepo('acme/new');
      expect(value(await world.forge.getRepository('acme/new'))).toMatchObject({ skip: 'empty', head: null });
      world.repo.hasIssues = false;
      expect(value(await world.forge.getRepository(world.repository)).hasIssues).toBe(false);
      const issue = { marker: 'dockfix:dashboard', title: 't', body: 'b', state: 'open' } as const;
      expect(await world.forge.ensureIssue(world.repository, issue)).toMatchObject({ code: 'unsupported' });
    });

    // Red when the GraphQL of Enterprise is asked for below /api/v3, or that of github.com anywhere else than there.
    it.each([
      ['/api/v3', '/api/graphql'],
      ['', '/graphql'],
    ])('are asked for where the server has its API: %j', async (prefix, graphql) => {
      const token = world.fake.addToken(me, 'app');
      const forge = open(`${world.fake.url}${prefix}`, world.http, token);
      value(await forge.getRepository(world.repository));
      value(await forge.glance(world.repository, 'main'));
      expect(world.fake.log.map(({ path }) => path)).toEqual([
        `${prefix}/repos/acme/shop`,
        `${prefix}/repos/acme/shop/git/ref/heads%2Fmain`,
        graphql,
      ]);
    });

    it('that were renamed are found, under their new name', async () => {
      world.fake.world.renamed.set('acme/old-name', world.repo);
      expect(value(await world.forge.getRepository('acme/old-name')).path).toBe('acme/shop');
    });

    // Red when send() does not compare the origin.
    it('SEC-14: are not looked for at another host that the server names', async () => {
      const other = await startFakeForge();
      const headers = { location: `${other.url}/repos/acme/shop` };
      world.fake.inject({
        at: 'before',
        fault: { kind: 'answer', answer: { status: 301, headers, body: {} } },
      });
      expect(await world.forge.getRepository(world.repository)).toMatchObject({
        ok: false,
        code: 'forge-error',
      });
      expect(other.log).toEqual([]);
      await other.close();
    });

    it('of an organisation are listed a hundred a request, with their heads', async () => {
      for (let i = 0; i < 3; i++) world.fake.addRepo(`acme/r${i}`, { files: { Dockerfile: 'FROM x\n' } });
      const before = world.forge.counts().reads;
      const listed = value(await world.forge.listRepositories('acme'));
      expect(listed.map(({ path }) => path)).toEqual(['acme/r0', 'acme/r1', 'acme/r2', 'acme/shop']);
      expect(listed.every(({ head }) => head !== null)).toBe(true);
      expect(world.forge.counts().reads - before).toBe(1);
    });

    it('with more files than GitHub lists at once are read folder by folder', async () => {
      world.repo.maxTreeRows = 4;
      const tree = value(await world.forge.getTree(world.repository, world.repo.git.branch('main')!));
      expect(tree.isComplete).toBe(true);
      expect(tree.entries.map(({ path }) => path)).toContain('deep/er/Dockerfile');
      expect(tree.entries).toHaveLength(5);
    });
  });

  describe('pull requests', () => {
    // Red when isOurs() compares logins or leaves out the repository of the head.
    it('SEC-12: of others, of forks and of a look-alike name are never listed or changed', async () => {
      const fork = world.fake.addRepo('mallory/shop', { files: FILES });
      const lookAlike = world.fake.addAccount('dockfix');
      const pull: Pull = {
        branch: 'dockfix/x-00000000',
        headRepository: 'mallory/shop',
        base: 'main',
        head: fork.git.branch('main')!,
        baseHead: world.repo.git.branch('main')!,
        isDraft: false,
        mergedAt: null,
        mergeCommit: null,
        reviewers: [],
        teams: [],
        autoMerge: null,
        isQueued: false,
      };
      // The commit of the fork has to be at hand for the merge to be worked out.
      world.repo.git.writeBlob(Buffer.from('x'));
      const head = world.fake.push(world.repo, 'other', { files: { a: 'b' } });
      const mine = addIssue(
        world.fake.world,
        world.repo,
        me,
        { title: 'from a fork', body: '' },
        { ...pull, head },
      );
      const theirs = addIssue(
        world.fake.world,
        world.repo,
        lookAlike,
        { title: 'by another', body: '' },
        { ...pull, head, headRepository: 'acme/shop', branch: 'other' },
      );
      expect(value(await world.forge.listOwnPullRequests(world.repository))).toEqual([]);
      expect(value(await world.forge.findPullRequests(world.repository, pull.branch))).toEqual([]);
      for (const { number } of [mine, theirs]) {
        expect(await world.forge.closePullRequest(world.repository, number)).toMatchObject({
          code: 'rejected',
        });
        expect(await world.forge.enableAutoMerge(world.repository, number, head, 'squash')).toMatchObject({
          code: 'rejected',
        });
      }
    });

    it("are not opened beside another person's from the same branch", async () => {
      value(await world.forge.commitFiles(world.repository, await commitRequest()));
      const other = open(world.fake.url, world.http, world.fake.addToken(world.fake.addAccount('human')));
      const pull = {
        branch: 'dockfix/x-00000000',
        baseBranch: 'main',
        title: 't',
        body: 'b',
        isDraft: false,
      };
      value(await other.createPullRequest(world.repository, pull));
      expect(await world.forge.createPullRequest(world.repository, pull)).toMatchObject({ code: 'rejected' });
    });

    it('are opened once when the answer is lost', async () => {
      value(await world.forge.commitFiles(world.repository, await commitRequest()));
      world.fake.inject({
        at: 'after',
        method: 'POST',
        path: /\/pulls$/,
        times: 1,
        fault: { kind: 'reset' },
      });
      const pull = {
        branch: 'dockfix/x-00000000',
        baseBranch: 'main',
        title: 't',
        body: 'b',
        isDraft: false,
      };
      value(await world.forge.createPullRequest(world.repository, pull));
      expect(await world.person.openPulls()).toHaveLength(1);
    });

    it('are opened at the second try when GitHub answers 502 to the first', async () => {
      value(await world.forge.commitFiles(world.repository, await commitRequest()));
      const answer = { status: 502, body: { message: 'Server Error' } };
      world.fake.inject({
        at: 'before',
        method: 'POST',
        path: /\/pulls$/,
        times: 1,
        fault: { kind: 'answer', answer },
      });
      const pull = {
        branch: 'dockfix/x-00000000',
        baseBranch: 'main',
        title: 't',
        body: 'b',
        isDraft: false,
      };
      expect(value(await world.forge.createPullRequest(world.repository, pull)).wrote).toBe(true);
    });

    it('in a merge queue, behind a base that must be contained, or in conflict say so', async () => {
      await propose(world.forge);
      world.repo.protections.set('main', { requiresUpToDate: true, requiresChecks: true });
      await world.person.push('main', { 'other.txt': 'x' });
      const issue = world.repo.issues[0]!;
      issue.pull!.isQueued = true;
      expect(value(await world.forge.listOwnPullRequests(world.repository))).toMatchObject([
        { isQueued: true, mustBeUpToDate: true, isMergeable: true },
      ]);
    });

    it('have no body beyond what GitHub takes', async () => {
      value(await world.forge.commitFiles(world.repository, await commitRequest()));
      const pull = { branch: 'dockfix/x-00000000', baseBranch: 'main', title: 't', isDraft: false };
      const create = (length: number) =>
        world.forge.createPullRequest(world.repository, { ...pull, body: 'x'.repeat(length) });
      expect(await create(world.forge.features.maxBodyCharacters + 1)).toMatchObject({ code: 'too-large' });
      expect(value(await create(world.forge.features.maxBodyCharacters)).wrote).toBe(true);
    });

    // Red when enableAutoMerge does not compare the head.
    it('BOT-11: wait for the checks with auto-merge, bound to the commit', async () => {
      const { number, head } = await propose(world.forge);
      const enable = (commit: string) =>
        world.forge.enableAutoMerge(world.repository, number, commit, 'squash');
      expect(await enable(head!)).toMatchObject({ code: 'rejected' });
      world.repo.protections.set('main', { requiresChecks: true });
      expect(await enable('a'.repeat(40))).toMatchObject({ code: 'branch-moved' });
      expect(value(await enable(head!))).toEqual({ wrote: true });
      expect(value(await enable(head!))).toEqual({ wrote: false });
      expect(world.repo.issues[0]!.pull!.autoMerge).toMatchObject({ method: 'squash' });
      expect(world.repo.issues[0]!.state).toBe('open');
      world.repo.allowsAutoMerge = false;
      world.repo.issues[0]!.pull!.autoMerge = null;
      expect(await enable(head!)).toMatchObject({ code: 'unsupported' });
    });

    // Red when those that can be asked are not asked again without the one that cannot.
    it('BOT-10: ask those who can be asked, and nobody twice', async () => {
      const { number } = await propose(world.forge);
      world.repo.collaborators.push(world.fake.addAccount('ada'));
      world.repo.teams.push('platform');
      const ask = (names: readonly string[]) => world.forge.requestReviewers(world.repository, number, names);
      expect(value(await ask(['ada', 'nobody', 'team:platform']))).toEqual({ wrote: true });
      expect(world.repo.issues[0]!.pull).toMatchObject({
        reviewers: [{ login: 'ada' }],
        teams: ['platform'],
      });
      expect(value(await ask(['Ada', 'team:platform']))).toEqual({ wrote: false });
      expect(await ask(['nobody'])).toMatchObject({ ok: false, code: 'rejected' });
      expect(value(await world.forge.addAssignees(world.repository, number, ['ada', 'nobody']))).toEqual({
        wrote: true,
      });
      expect(value(await world.forge.addAssignees(world.repository, number, ['nobody']))).toEqual({
        wrote: false,
      });
    });
  });

  describe('limits', () => {
    // Red when pauseOf() does not know one of the forms.
    it.each([
      ['403 with a time', 403, { 'retry-after': '30' }, 'You have exceeded a secondary rate limit.', 30_000],
      ['429 with a time', 429, { 'retry-after': '7' }, 'Too many requests', 7000],
      ['429 without one', 429, {}, 'Too many requests', 60_000],
      ['403 with words alone', 403, {}, 'You have exceeded a secondary rate limit.', 60_000],
    ] as const)(
      'a limit told by %s is waited for, and then asked again',
      async (_, status, headers, message, ms) => {
        const answer = { status, headers, body: { message } };
        world.fake.inject({ at: 'before', times: 1, fault: { kind: 'answer', answer } });
        value(await world.forge.getRepository(world.repository));
        expect(clock.slept).toEqual([ms]);
      },
    );

    it('a refusal for want of a permission is no limit, and not waited for', async () => {
      const answer = { status: 403, body: { message: 'Resource not accessible by integration' } };
      world.fake.inject({ at: 'before', times: 1, fault: { kind: 'answer', answer } });
      expect(await world.forge.getRepository(world.repository)).toMatchObject({ code: 'denied' });
      expect(clock.slept).toEqual([]);
    });

    // Red when send() does not go through serially().
    it('writes of repositories that are worked on at once do not overlap', async () => {
      const paths = ['acme/one', 'acme/two', 'acme/three'];
      for (const path of paths) world.fake.addRepo(path, { files: FILES });
      let [under, most] = [0, 0];
      const begin = async (): Promise<void> => {
        most = Math.max(most, ++under);
        await new Promise((resolve) => setTimeout(resolve, 5));
      };
      const rule = { writesOnly: true } as const;
      world.fake.inject({ ...rule, at: 'before', fault: { kind: 'run', run: begin } });
      world.fake.inject({ ...rule, at: 'after', fault: { kind: 'run', run: () => void under-- } });
      await Promise.all(
        paths.map(async (path) => {
          const base = value(await world.forge.getRepository(path)).head!;
          value(await world.forge.commitFiles(path, await commitRequest({ base })));
        }),
      );
      expect(most).toBe(1);
    });

    it('a limit that lasts is a failure with its end, and nobody asks before it', async () => {
      const resetAtMs = clock.now() + 40 * 60_000;
      world.fake.limit(0, resetAtMs);
      expect(await world.forge.getRepository(world.repository)).toMatchObject({
        code: 'rate-limited',
        resetAtMs,
      });
      const seen = world.fake.log.length;
      expect(await world.forge.getRepository(world.repository)).toMatchObject({ code: 'rate-limited' });
      expect(world.fake.log).toHaveLength(seen);
    });

    it('writes come one after another, and after the first ten not faster than one a second', async () => {
      for (let i = 0; i < 4; i++) await propose(world.forge, `dockfix/x-0000000${i}`);
      const writes = world.fake.log.filter(({ isWrite }) => isWrite).length;
      const waited = clock.slept.reduce((sum, ms) => sum + ms, 0);
      expect(writes).toBe(20);
      expect(waited).toBe((writes - 10) * 1000);
    });

    it('what is known already is asked for conditionally and costs nothing', async () => {
      value(await world.forge.getRepository(world.repository));
      value(await world.forge.getRepository(world.repository));
      const statuses = world.fake.log.map(({ status }) => status);
      expect(statuses).toEqual([200, 200, 304, 304]);
    });
  });

  describe('credentials', () => {
    it('of an app are an installation token for each owner', async () => {
      const app = world.fake.addApp('pinner');
      const forge = createGitHubForge({
        clock,
        log,
        userAgent: USER_AGENT,
        http: world.http,
        baseUrl: world.fake.url,
        credential: { kind: 'app', appId: app.id, privateKey: app.privateKey },
      });
      const made = value(await forge.commitFiles(world.repository, await commitRequest()));
      expect(made.isVerified).toBe(true);
      expect(world.repo.git.commit(made.id)!.author.email).toBe(app.account.email);
      expect(value(await forge.listRepositories('acme')).map(({ path }) => path)).toEqual(['acme/shop']);
      const minted = world.fake.log.filter(({ path }) => path.endsWith('/access_tokens'));
      expect(minted).toHaveLength(1);
    });

    it('of an app with a key that is none are a failure without the key', async () => {
      const forge = createGitHubForge({
        clock,
        log,
        userAgent: USER_AGENT,
        http: world.http,
        baseUrl: world.fake.url,
        credential: { kind: 'app', appId: 1, privateKey: 'canary-private-key' },
      });
      const failed = await forge.getRepository(world.repository);
      expect(failed).toMatchObject({ ok: false, code: 'unauthorized' });
      expect(JSON.stringify(failed)).not.toContain('canary');
    });

    it('that may not write are told what is missing', async () => {
      const forge = open(world.fake.url, world.http, world.fake.addToken(me, 'actions', false));
      expect(await forge.commitFiles(world.repository, await commitRequest())).toMatchObject({
        code: 'denied',
      });
    });

    // Red when a failure quotes the headers of the request.
    it('SEC-6: stand in no failure and no log, whatever goes wrong', async () => {
      const token = world.fake.addToken(me, 'app');
      const forge = open(world.fake.url, world.http, token);
      const failures: unknown[] = [];
      for (const fault of [
        { kind: 'reset' },
        { kind: 'answer', answer: { status: 401, body: { message: 'Bad credentials' } } },
        { kind: 'answer', answer: { status: 403, body: { message: 'no' } } },
        { kind: 'answer', answer: { status: 404, body: { message: 'Not Found' } } },
        { kind: 'answer', answer: { status: 422, body: { message: 'x', errors: [{ message: 'y' }] } } },
        { kind: 'answer', answer: { status: 500, body: { message: 'no' } } },
        { kind: 'answer', answer: { status: 200, body: Buffer.from('not JSON') } },
        { kind: 'answer', answer: { status: 200, body: [] } },
        { kind: 'answer', answer: { status: 200, body: { errors: [{ message: 'x' }] } } },
        { kind: 'answer', answer: { status: 302, headers: { location: 'http://[' }, body: {} } },
      ] satisfies Fault[]) {
        world.fake.inject({ at: 'before', fault });
        failures.push(await forge.getRepository(world.repository));
        failures.push(await forge.commitFiles(world.repository, await commitRequest()));
        failures.push(await forge.listOwnPullRequests(world.repository));
        failures.push(await forge.glance(world.repository, 'main'));
        world.fake.clearFaults();
      }
      expect(failures.every((each) => (each as { ok: boolean }).ok === false)).toBe(true);
      const said = JSON.stringify(failures) + debug.join('\n');
      expect(said).not.toContain(token);
      expect(said).not.toContain(Buffer.from(token).toString('base64').slice(2, 20));
    });

    it('the words of a server are shortened, on one line, and show no control characters', async () => {
      const message = `a\n\u001b[31mred\u202e${'x'.repeat(5000)}`;
      world.fake.inject({
        at: 'before',
        fault: { kind: 'answer', answer: { status: 404, body: { message } } },
      });
      const failed = await world.forge.getRepository(world.repository);
      expect(failed.ok ? '' : failed.reason).toMatch(/^[\x20-\x7e…]{1,260}$/);
    });
  });
});
