/**
 * What every forge must do, whichever it is. A forge brings a world: a repository with the files below, a bot, and a
 * person who does what persons do; the tests ask both.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobId } from '../../src/forge/blob-id.ts';
import type { CommitRequest, Forge, ForgeResult, NewPullRequest } from '../../src/forge/forge.ts';
import type { FaultRule } from '../support/fake-forge/server.ts';

export interface ContractWorld {
  readonly forge: Forge;
  /** The same bot in another process. */
  again(): Forge;
  /** Path of a repository with {@link FILES} on its default branch `main`. */
  readonly repository: string;
  readonly person: {
    /** One commit on top of the branch, which is made from `main` if need be. */
    push(branch: string, files: Readonly<Record<string, string>>): Promise<string>;
    closePull(number: number): Promise<void>;
    /** Labels that the pull request has in the end. */
    labelsOf(number: number): Promise<readonly string[]>;
    /** By somebody who may push, or by a member who may not. */
    comment(number: number, body: string, who: 'writer' | 'reader' | 'stranger'): Promise<void>;
    /** Texts of all comments. */
    commentsOf(number: number): Promise<readonly string[]>;
    /** Numbers of all open pull requests. */
    openPulls(): Promise<readonly number[]>;
    /** Titles of all issues that are no pull requests. */
    issues(): Promise<readonly { readonly title: string; readonly state: string }[]>;
  };
  /** Null where the server cannot be made to fail. */
  readonly inject: ((rule: FaultRule) => void) | null;
  clearFaults?(): void;
  close(): Promise<void>;
}

/** What the server under test is known to get wrong or to lack, with the reason in the test's name. */
export interface ContractGaps {
  readonly duplicatePulls?: boolean;
  readonly headDoesNotFollow?: boolean;
  readonly compare?: boolean;
  readonly closer?: boolean;
  readonly issues?: boolean;
  readonly glance?: boolean;
  readonly comments?: boolean;
  readonly permissions?: boolean;
  /** `dockfix` and `dockfix/x` can both be there. */
  readonly branchFolders?: boolean;
  /** Losing each write once takes its time; a second credential for the same forge need not show it again. */
  readonly everyFault?: boolean;
}

const BOM_CRLF = '\uFEFFFROM alpine:3.20\r\nRUN echo "no newline at the end"';

export const FILES: Readonly<Record<string, string>> = {
  Dockerfile: 'FROM python:3.12\nRUN true\n',
  'deep/er/Dockerfile': BOM_CRLF,
  'build.sh': '#!/bin/sh\n# FROM node:22\n',
  'README.md': 'Not a Dockerfile.\n',
};
export const MODES: Readonly<Record<string, string>> = { 'build.sh': '100755', link: '120000' };
/** A link is a blob with its target as text. */
export const LINKS: Readonly<Record<string, string>> = { link: '../outside/Dockerfile' };

const BRANCH = 'dockfix/python-3.12-0a1b2c3d';
const PULL: NewPullRequest = {
  branch: BRANCH,
  baseBranch: 'main',
  title: 'Update python:3.12',
  body: 'The tag has moved.\n\n| image | digest |\n| --- | --- |\n| `python:3.12` | `1a2b3c4` |\n',
  isDraft: false,
};

export function value<T>(result: ForgeResult<T>): T {
  if (!result.ok) throw new Error(`${result.code}: ${result.reason}`);
  return result.value;
}

export function describeForge(
  name: string,
  open: () => Promise<ContractWorld>,
  gaps: ContractGaps = {},
): void {
  // Real git behind each of them: much slower on a machine that others use as well.
  describe(`the forge contract: ${name}`, { timeout: 30_000 }, () => {
    let world: ContractWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    /** What a server is known to lack is no test of its own: nobody could make it pass. */
    const unless =
      (gap: boolean | undefined) =>
      (title: string, test: () => Promise<void>, timeoutMs?: number): void => {
        if (!gap) it(title, test, timeoutMs);
      };
    const head = async (): Promise<string> => {
      const { head: commit } = value(await world.forge.getRepository(world.repository));
      if (commit === null) throw new Error('the repository is empty');
      return commit;
    };
    const change = (path: string, content: string | Uint8Array, mode: '100644' | '100755' = '100644') => ({
      path,
      mode,
      before: blobId(Buffer.from(FILES[path]!)),
      content: Buffer.from(content),
    });
    const request = async (more: Partial<CommitRequest> = {}): Promise<CommitRequest> => ({
      branch: BRANCH,
      base: await head(),
      files: [change('Dockerfile', 'FROM python:3.12@sha256:1\nRUN true\n')],
      message: 'build(docker): update python:3.12 digest to 1a2b3c4\n\nThe tag has moved.',
      expectedHead: null,
      ...more,
    });
    const read = async (commit: string, path: string): Promise<{ mode: string; bytes: string }> => {
      const { entries } = value(await world.forge.getTree(world.repository, commit));
      const entry = entries.find((each) => each.path === path);
      if (!entry) throw new Error(`there is no ${path}`);
      const bytes = value(await world.forge.getBlob(world.repository, entry.id, 1_000_000));
      return { mode: entry.mode, bytes: Buffer.from(bytes).toString('base64') };
    };
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const writes = (): number => world.forge.counts().writes;

    it('reads a repository, its files with their modes, and their very bytes', async () => {
      const repository = value(await world.forge.getRepository(world.repository));
      expect(repository).toMatchObject({ path: world.repository, defaultBranch: 'main', skip: null });
      const tree = value(await world.forge.getTree(world.repository, repository.head!));
      expect(tree.isComplete).toBe(true);
      expect(new Map(tree.entries.map(({ path, mode }) => [path, mode]))).toEqual(
        new Map([
          ['Dockerfile', '100644'],
          ['README.md', '100644'],
          ['build.sh', '100755'],
          ['deep/er/Dockerfile', '100644'],
          ['link', '120000'],
        ]),
      );
      expect((await read(repository.head!, 'deep/er/Dockerfile')).bytes).toBe(base64(BOM_CRLF));
      expect(writes()).toBe(0);
    });

    it('gives no file that is larger than the caller takes', async () => {
      const id = blobId(Buffer.from(FILES['Dockerfile']!));
      expect(await world.forge.getBlob(world.repository, id, 5)).toMatchObject({
        ok: false,
        code: 'too-large',
      });
    });

    it('says that there is no such repository, branch or file, as a value', async () => {
      expect(await world.forge.getRepository('acme/none')).toMatchObject({ ok: false, code: 'not-found' });
      expect(value(await world.forge.getBranch(world.repository, 'dockfix/none'))).toBeNull();
      expect(await world.forge.getBlob(world.repository, 'a'.repeat(40), 100)).toMatchObject({ ok: false });
    });

    it('E29: commits on the base with only the wanted bytes changed, modes kept', async () => {
      const files = [
        change('deep/er/Dockerfile', BOM_CRLF.replace('3.20', '3.21')),
        change('build.sh', '#!/bin/sh\r\n# FROM node:24', '100755'),
      ];
      const base = await head();
      const made = value(await world.forge.commitFiles(world.repository, await request({ files })));
      expect(made.wrote).toBe(true);
      expect(value(await world.forge.getBranch(world.repository, BRANCH))).toEqual({
        name: BRANCH,
        head: made.id,
      });
      expect(await read(made.id, 'deep/er/Dockerfile')).toEqual({
        mode: '100644',
        bytes: base64(BOM_CRLF.replace('3.20', '3.21')),
      });
      expect(await read(made.id, 'build.sh')).toEqual({
        mode: '100755',
        bytes: base64('#!/bin/sh\r\n# FROM node:24'),
      });
      const before = value(await world.forge.getTree(world.repository, base)).entries;
      const after = value(await world.forge.getTree(world.repository, made.id)).entries;
      const changed = after.filter(({ path, id }) => before.find((each) => each.path === path)?.id !== id);
      expect(changed.map(({ path }) => path).sort()).toEqual(['build.sh', 'deep/er/Dockerfile']);
      expect(after).toHaveLength(before.length);
    });

    unless(gaps.compare)('E28: the same commit again writes nothing', async () => {
      const first = value(await world.forge.commitFiles(world.repository, await request()));
      const count = writes();
      const second = value(await world.forge.commitFiles(world.repository, await request()));
      expect(second).toMatchObject({ id: first.id, wrote: false });
      expect(writes()).toBe(count);
    });

    unless(gaps.compare)('E25: a branch that an ended run has left behind is taken up', async () => {
      const first = value(await world.forge.commitFiles(world.repository, await request()));
      const later = world.again();
      expect(value(await later.commitFiles(world.repository, await request())).id).toBe(first.id);
      value(await later.createPullRequest(world.repository, PULL));
      expect(await world.person.openPulls()).toHaveLength(1);
      await later.close();
    });

    it('E21: moves the branch by force from where it is expected to be', async () => {
      const first = value(await world.forge.commitFiles(world.repository, await request()));
      const files = [change('Dockerfile', 'FROM python:3.12@sha256:2\n')];
      const second = value(
        await world.forge.commitFiles(world.repository, await request({ files, expectedHead: first.id })),
      );
      expect(second).toMatchObject({ wrote: true });
      expect(value(await world.forge.getBranch(world.repository, BRANCH))?.head).toBe(second.id);
      expect((await read(second.id, 'Dockerfile')).bytes).toBe(base64('FROM python:3.12@sha256:2\n'));
    });

    // Red when commitFiles does not compare the branch with `expectedHead`.
    it('E22, BOT-3: never moves a branch that a person has pushed to', async () => {
      const first = value(await world.forge.commitFiles(world.repository, await request()));
      const theirs = await world.person.push(BRANCH, { 'NOTES.md': 'mine' });
      const files = [change('Dockerfile', 'FROM python:3.12@sha256:2\n')];
      const refused = await world.forge.commitFiles(
        world.repository,
        await request({ files, expectedHead: first.id }),
      );
      expect(refused).toMatchObject({ ok: false, code: 'branch-moved' });
      expect(value(await world.forge.getBranch(world.repository, BRANCH))?.head).toBe(theirs);
      const fresh = await world.forge.commitFiles(world.repository, await request({ files }));
      expect(fresh).toMatchObject({ ok: false, code: 'branch-moved' });
    });

    // Red when `before` and the mode are not compared with the base commit.
    it('E30, SEC-10: refuses a file that is not what it was, or is a link', async () => {
      const stale = { ...change('Dockerfile', 'x'), before: blobId(Buffer.from('something else')) };
      expect(
        await world.forge.commitFiles(world.repository, await request({ files: [stale] })),
      ).toMatchObject({
        ok: false,
        code: 'branch-moved',
      });
      const link = {
        path: 'link',
        mode: '100644' as const,
        before: blobId(Buffer.from(LINKS['link']!)),
        content: Buffer.from('x'),
      };
      expect(await world.forge.commitFiles(world.repository, await request({ files: [link] }))).toMatchObject(
        {
          ok: false,
          code: 'branch-moved',
        },
      );
      expect(value(await world.forge.getBranch(world.repository, BRANCH))).toBeNull();
    });

    // Red when commitFiles does not test the name of the branch.
    it('SEC-8: touches no branch that is not its own by name', async () => {
      for (const branch of ['main', 'feature/x', 'dockfix/$(id)', 'dockfix/a b']) {
        const refused = await world.forge.commitFiles(world.repository, await request({ branch }));
        expect(refused, branch).toMatchObject({ ok: false, code: 'rejected' });
      }
      expect(await world.forge.deleteBranch(world.repository, 'main', await head())).toMatchObject({
        ok: false,
      });
      expect(writes()).toBe(0);
    });

    // Red when the branch above is not looked for after the refusal.
    unless(gaps.branchFolders)('BOT-1: says when a branch named "dockfix" is in the way', async () => {
      await world.person.push('dockfix', { 'x.txt': 'x' });
      expect(await world.forge.commitFiles(world.repository, await request())).toMatchObject({
        ok: false,
        code: 'branch-blocked',
      });
      const other = value(
        await world.forge.commitFiles(world.repository, await request({ branch: BRANCH.replace('/', '-') })),
      );
      expect(other.wrote).toBe(true);
    });

    // Red when `isOurs` does not compare the author.
    unless(gaps.compare)('BOT-3: tells its own commits from those of others', async () => {
      const base = await head();
      const made = value(await world.forge.commitFiles(world.repository, await request()));
      const own = value(await world.forge.commitsBetween(world.repository, base, made.id, 50));
      expect(own).toMatchObject([{ id: made.id, parents: [base], isOurs: true, isForgeMerge: false }]);
      const theirs = await world.person.push(BRANCH, { 'NOTES.md': 'mine' });
      const both = value(await world.forge.commitsBetween(world.repository, base, theirs, 50));
      expect(both.map(({ isOurs }) => isOurs)).toEqual([true, false]);
      expect(await world.forge.commitsBetween(world.repository, base, theirs, 1)).toMatchObject({
        ok: false,
        code: 'too-large',
      });
    });

    // Red when deleteBranch does not compare the head.
    it('BOT-5: deletes a branch only where it is expected, and once', async () => {
      const first = value(await world.forge.commitFiles(world.repository, await request()));
      const theirs = await world.person.push(BRANCH, { 'NOTES.md': 'mine' });
      expect(await world.forge.deleteBranch(world.repository, BRANCH, first.id)).toMatchObject({
        ok: false,
        code: 'branch-moved',
      });
      expect(value(await world.forge.deleteBranch(world.repository, BRANCH, theirs))).toEqual({
        wrote: true,
      });
      expect(value(await world.forge.getBranch(world.repository, BRANCH))).toBeNull();
      expect(value(await world.forge.deleteBranch(world.repository, BRANCH, theirs))).toEqual({
        wrote: false,
      });
    });

    unless(gaps.duplicatePulls)('E26: two runs at once open one pull request', async () => {
      const twin = world.again();
      const wanted = await request();
      const commits = await Promise.all([
        world.forge.commitFiles(world.repository, wanted),
        twin.commitFiles(world.repository, wanted),
      ]);
      expect(commits.some(({ ok }) => ok)).toBe(true);
      const pulls = await Promise.all([
        world.forge.createPullRequest(world.repository, PULL),
        twin.createPullRequest(world.repository, PULL),
      ]);
      expect(new Set(pulls.map((each) => value(each).pullRequest.number)).size).toBe(1);
      expect(pulls.filter((each) => value(each).wrote)).toHaveLength(1);
      expect(await world.person.openPulls()).toHaveLength(1);
      await twin.close();
    });

    it('lists its own open pull requests with text, branch and head', async () => {
      const made = value(await world.forge.commitFiles(world.repository, await request()));
      const { pullRequest } = value(await world.forge.createPullRequest(world.repository, PULL));
      const [listed, ...others] = value(await world.forge.listOwnPullRequests(world.repository));
      expect(others).toEqual([]);
      expect(listed).toMatchObject({
        number: pullRequest.number,
        branch: BRANCH,
        baseBranch: 'main',
        head: made.id,
        title: PULL.title,
        state: 'open',
        closedBy: null,
        isQueued: false,
      });
      expect(listed!.body.trim()).toBe(PULL.body.trim());
    });

    unless(gaps.headDoesNotFollow)(
      'E24: sees a conflict with the base, and the new head of the branch',
      async () => {
        const first = value(await world.forge.commitFiles(world.repository, await request()));
        value(await world.forge.createPullRequest(world.repository, PULL));
        await world.person.push('main', { Dockerfile: 'FROM python:3.13\n' });
        const [conflicting] = value(await world.forge.listOwnPullRequests(world.repository));
        expect(conflicting).toMatchObject({ head: first.id, isMergeable: false });
        const files = [
          {
            ...change('Dockerfile', 'FROM python:3.13@sha256:3\n'),
            before: blobId(Buffer.from('FROM python:3.13\n')),
          },
        ];
        const second = value(
          await world.forge.commitFiles(world.repository, await request({ files, expectedHead: first.id })),
        );
        const [clean] = value(await world.forge.listOwnPullRequests(world.repository));
        expect(clean).toMatchObject({ head: second.id, isMergeable: true });
      },
    );

    it('E28: writes a text only when it differs', async () => {
      value(await world.forge.commitFiles(world.repository, await request()));
      value(await world.forge.createPullRequest(world.repository, PULL));
      const [current] = value(await world.forge.listOwnPullRequests(world.repository));
      const count = writes();
      const same = { title: PULL.title, body: PULL.body.replaceAll('\n', '\r\n') };
      expect(value(await world.forge.updatePullRequest(world.repository, current!, same))).toEqual({
        wrote: false,
      });
      expect(writes()).toBe(count);
      const change = { title: 'Update python:3.12 again', body: 'The tag has moved twice.' };
      expect(value(await world.forge.updatePullRequest(world.repository, current!, change))).toEqual({
        wrote: true,
      });
      const [updated] = value(await world.forge.listOwnPullRequests(world.repository));
      expect(updated).toMatchObject(change);
    });

    // Red when the account that closed it is not compared with ours.
    unless(gaps.closer)('BOT-4, E23: knows whether a person closed a pull request or it did', async () => {
      const seen = [];
      for (const who of ['us', 'person'] as const) {
        const branch = `dockfix/${who}-00000000`;
        value(await world.forge.commitFiles(world.repository, await request({ branch })));
        const { pullRequest } = value(
          await world.forge.createPullRequest(world.repository, { ...PULL, branch }),
        );
        if (who === 'us') {
          expect(value(await world.forge.closePullRequest(world.repository, pullRequest.number))).toEqual({
            wrote: true,
          });
          expect(value(await world.forge.closePullRequest(world.repository, pullRequest.number))).toEqual({
            wrote: false,
          });
        } else {
          await world.person.closePull(pullRequest.number);
        }
        const found = value(await world.forge.findPullRequests(world.repository, branch));
        expect(found).toHaveLength(1);
        expect(found[0]).toMatchObject({ state: 'closed', branch });
        seen.push(found[0]!.closedBy);
      }
      expect(seen).toEqual(['us', 'person']);
      expect(value(await world.forge.listOwnPullRequests(world.repository))).toEqual([]);
    });

    unless(gaps.comments)('keeps one comment for each marker', async () => {
      value(await world.forge.commitFiles(world.repository, await request()));
      const { pullRequest } = value(await world.forge.createPullRequest(world.repository, PULL));
      const comment = { marker: 'dockfix:edited', body: 'A person has changed this.' };
      const write = (body: string) =>
        world.forge.upsertComment(world.repository, pullRequest.number, { ...comment, body });
      expect(value(await write(comment.body))).toEqual({ wrote: true });
      expect(value(await write(comment.body))).toEqual({ wrote: false });
      expect(value(await write('Something new.'))).toEqual({ wrote: true });
      const texts = await world.person.commentsOf(pullRequest.number);
      expect(texts).toHaveLength(1);
      expect(texts[0]).toContain('Something new.');
    });

    // Mutations: `isLater`, `isCommand`, and `mayPush` of each forge, each made always true.
    unless(gaps.permissions)('BOT-4: hears a command of those who may push, and of nobody else', async () => {
      value(await world.forge.commitFiles(world.repository, await request()));
      const { pullRequest } = value(await world.forge.createPullRequest(world.repository, PULL));
      const { number } = pullRequest;
      await world.person.comment(number, '/dockfix recreate', 'writer');
      await world.person.closePull(number);
      const closed = value(await world.forge.findPullRequests(world.repository, BRANCH))[0]!;
      const isTold = async (sinceMs: number | null = closed.closedAtMs): Promise<boolean> =>
        value(await world.forge.hasCommand(world.repository, number, '/dockfix recreate', sinceMs));
      // What was said before it was closed is not about its being closed.
      expect(await isTold()).toBe(false);
      expect(await isTold(null)).toBe(true);
      await world.person.comment(number, '/dockfix recreate', 'reader');
      await world.person.comment(number, '/dockfix recreate', 'stranger');
      await world.person.comment(number, 'Shall I say\n/dockfix recreate\nhere?', 'writer');
      await world.person.comment(number, '/dockfix recreates', 'writer');
      const marked = { marker: 'dockfix:edited', body: '/dockfix recreate' };
      value(await world.forge.upsertComment(world.repository, number, marked));
      expect(await isTold()).toBe(false);
      await world.person.comment(number, ' /Dockfix recreate \r\nThanks!', 'writer');
      expect(await isTold()).toBe(true);
    });

    // Red when `create` is not looked at.
    it('BOT-10: adds labels and takes none away', async () => {
      value(await world.forge.commitFiles(world.repository, await request()));
      const { pullRequest } = value(await world.forge.createPullRequest(world.repository, PULL));
      const add = (labels: readonly string[], create: boolean) =>
        world.forge.addLabels(world.repository, pullRequest.number, labels, create);
      expect(value(await add(['no such label'], false))).toEqual({ wrote: false });
      expect(value(await add(['docker'], true))).toEqual({ wrote: true });
      expect(value(await add(['docker', 'dependencies'], true))).toEqual({ wrote: true });
      expect(value(await add(['docker', 'dependencies'], true))).toEqual({ wrote: false });
      expect([...(await world.person.labelsOf(pullRequest.number))].sort()).toEqual([
        'dependencies',
        'docker',
      ]);
    });

    // Red when the marker is not looked for in the text.
    unless(gaps.issues)('BOT-12: keeps one dashboard issue', async () => {
      const issue = {
        marker: 'dockfix:dashboard',
        title: 'dockfix dashboard',
        body: '- [ ] x',
        state: 'open',
      } as const;
      const ensure = (more: object) => world.forge.ensureIssue(world.repository, { ...issue, ...more });
      expect(value(await ensure({ state: 'closed' }))).toEqual({ issue: null, wrote: false });
      const made = value(await ensure({}));
      expect(made).toMatchObject({ wrote: true, issue: { title: issue.title, state: 'open' } });
      const count = writes();
      expect(value(await ensure({}))).toMatchObject({ wrote: false, issue: { number: made.issue!.number } });
      expect(writes()).toBe(count);
      expect(value(await ensure({ body: '- [ ] y' })).wrote).toBe(true);
      const found = value(await world.forge.findIssue(world.repository, issue.marker));
      expect(found).toMatchObject({ number: made.issue!.number, body: '- [ ] y', state: 'open' });
      expect(value(await ensure({ state: 'closed', body: 'done' })).wrote).toBe(true);
      expect(await world.person.issues()).toEqual([{ title: issue.title, state: 'closed' }]);
      expect(value(await world.forge.findIssue(world.repository, 'dockfix:config'))).toBeNull();
    });

    // Red when what was made is not looked for again.
    unless(gaps.duplicatePulls)('E26, BOT-12: two runs at once leave one issue open', async () => {
      const twin = world.again();
      const issue = { marker: 'dockfix:dashboard', title: 't', body: 'b', state: 'open' } as const;
      await Promise.all([world.forge, twin].map((forge) => forge.ensureIssue(world.repository, issue)));
      const issues = await world.person.issues();
      expect(issues.filter(({ state }) => state === 'open')).toHaveLength(1);
      expect(value(await twin.ensureIssue(world.repository, issue)).wrote).toBe(false);
      await twin.close();
    });

    unless(gaps.glance)('E28: one request tells whether anything has happened', async () => {
      value(await world.forge.commitFiles(world.repository, await request()));
      const { pullRequest } = value(await world.forge.createPullRequest(world.repository, PULL));
      const look = async (): Promise<string> => {
        const before = world.forge.counts();
        const glance = value(await world.forge.glance(world.repository, 'main'));
        const after = world.forge.counts();
        expect([after.reads - before.reads, after.writes - before.writes]).toEqual([1, 0]);
        return JSON.stringify(glance);
      };
      // Who the bot is must be known before, which is one request a run.
      value(await world.forge.listOwnPullRequests(world.repository));
      const first = await look();
      expect(await look()).toBe(first);
      await world.person.push('main', { 'other.txt': 'x' });
      const second = await look();
      expect(second).not.toBe(first);
      if (value(await world.forge.glance(world.repository, 'main')).activity !== null) {
        await world.person.closePull(pullRequest.number);
        expect(await look()).not.toBe(second);
      }
    });

    unless(gaps.comments || gaps.compare || gaps.everyFault)(
      'E25: whichever write is lost, the next run ends with one of everything',
      async () => {
        if (!world.inject) return;
        const run = async (forge: Forge): Promise<boolean> => {
          const branch = value(await forge.getBranch(world.repository, BRANCH));
          const wanted = await request({ expectedHead: branch?.head ?? null });
          const steps = [
            () => forge.commitFiles(world.repository, wanted),
            () => forge.createPullRequest(world.repository, PULL),
            async () => {
              const [own] = value(await forge.listOwnPullRequests(world.repository));
              return forge.addLabels(world.repository, own!.number, ['docker'], true);
            },
            async () => {
              const [own] = value(await forge.listOwnPullRequests(world.repository));
              return forge.upsertComment(world.repository, own!.number, {
                marker: 'dockfix:x',
                body: 'Hello.',
              });
            },
          ];
          for (const step of steps) if (!(await step()).ok) return false;
          return true;
        };
        const base = await head();
        let interrupted = 0;
        for (let nth = 1; nth <= 8; nth++) {
          for (const at of ['before', 'after'] as const) {
            // All attempts of that run are lost, as when the process ends here.
            world.inject({ at, fault: { kind: 'reset' }, writesOnly: true, nth, times: 100 });
            const ended = world.again();
            if (!(await run(ended))) interrupted++;
            await ended.close();
            world.clearFaults?.();
            const next = world.again();
            expect(await run(next), `after losing write ${nth} (${at})`).toBe(true);
            expect(await world.person.openPulls()).toHaveLength(1);
            const [own] = value(await next.listOwnPullRequests(world.repository));
            expect(await world.person.commentsOf(own!.number)).toHaveLength(1);
            expect(await world.person.labelsOf(own!.number)).toEqual(['docker']);
            const commits = value(await next.commitsBetween(world.repository, base, own!.head!, 50));
            expect(commits).toMatchObject([{ isOurs: true, parents: [base] }]);
            value(await next.closePullRequest(world.repository, own!.number));
            value(await next.deleteBranch(world.repository, BRANCH, own!.head!));
            await next.close();
          }
        }
        expect(interrupted).toBeGreaterThan(3);
      },
      180_000,
    );

    it('E27: a forge that fails gives a failure and no writes', async () => {
      if (!world.inject) return;
      world.inject({
        at: 'before',
        fault: { kind: 'answer', answer: { status: 502, body: { message: 'Bad Gateway' } } },
      });
      const failures = await Promise.all([
        world.forge.getRepository(world.repository),
        world.forge.getTree(world.repository, 'a'.repeat(40)),
        world.forge.listOwnPullRequests(world.repository),
        world.forge.findPullRequests(world.repository, BRANCH),
        world.forge.getBranch(world.repository, BRANCH),
        world.forge.glance(world.repository, 'main'),
        world.forge.findIssue(world.repository, 'dockfix:dashboard'),
      ]);
      for (const failure of failures) expect(failure).toMatchObject({ ok: false, code: 'forge-error' });
      expect(writes()).toBe(0);
    });
  });
}
