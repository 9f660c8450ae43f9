/** Branches and pull requests in a real clone, with the real git. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGitForge } from '../../src/forge/git.ts';
import type { Forge, FileChange, ForgeResult } from '../../src/forge/forge.ts';
import { createGit, gitEnvironment } from '../../src/forge/git-process.ts';
import type { Git } from '../../src/forge/git-process.ts';
import { openLocalPulls } from '../../src/forge/local-pulls.ts';
import { hasGit, makeRepository } from '../support/git.ts';
import type { TestRepository } from '../support/git.ts';

const AUTHOR = { name: 'dockfix', email: 'dockfix@bot.example' };
const BRANCH = 'dockfix/node-22-0123abcd';

function forgeOf(repository: TestRepository, wrapGit: (git: Git) => Git = (git) => git): Forge {
  const options = { folder: repository.folder, env: process.env, protocols: [] };
  return createGitForge({
    kind: 'local',
    nowMs: () => Date.UTC(2026, 0, 1),
    open: () =>
      Promise.resolve({
        ok: true,
        value: {
          git: wrapGit(createGit(options)),
          pulls: openLocalPulls(join(repository.folder, '.git', 'dockfix')),
          author: AUTHOR,
          baseBranch: null,
          remote: null,
        },
      }),
  });
}

async function value<T>(answer: Promise<ForgeResult<T>>): Promise<T> {
  const result = await answer;
  if (!result.ok) throw new Error(`${result.code}: ${result.reason}`);
  return result.value;
}

describe.skipIf(!hasGit)('a local clone (needs git)', () => {
  let repository: TestRepository;
  let forge: Forge;
  let base: string;

  beforeEach(() => {
    repository = makeRepository({ Dockerfile: 'FROM node:22\n', 'a/keep.txt': 'keep' });
    base = repository.git('rev-parse', 'HEAD');
    forge = forgeOf(repository);
  });
  afterEach(() => repository.remove());

  async function change(content = 'FROM node:23\n'): Promise<FileChange> {
    const tree = await value(forge.getTree('.', base));
    const entry = tree.entries.find(({ path }) => path === 'Dockerfile')!;
    return { path: 'Dockerfile', mode: '100644', before: entry.id, content: Buffer.from(content) };
  }
  const request = async (more = {}): Promise<Parameters<Forge['commitFiles']>[1]> => ({
    branch: BRANCH,
    base,
    files: [await change()],
    message: 'build(docker): update node\n\nBecause.\n',
    expectedHead: null,
    ...more,
  });
  /** Everything that belongs to the person: HEAD, the index, the files. */
  const belongings = (): unknown => [
    readFileSync(join(repository.folder, '.git/HEAD'), 'utf8'),
    readFileSync(join(repository.folder, '.git/index')).toString('base64'),
    readFileSync(join(repository.folder, 'Dockerfile'), 'utf8'),
    repository.git('status', '--porcelain'),
  ];

  // Mutation: `GIT_INDEX_FILE` is taken away from git-plumbing.ts.
  it('makes a commit on a branch, and leaves HEAD, the index and the work tree as they are', async () => {
    repository.write('Dockerfile', 'FROM work:in-progress\n');
    repository.git('add', 'Dockerfile');
    repository.write('Dockerfile', 'FROM not:even-staged\n');
    const before = belongings();
    const { id, wrote } = await value(forge.commitFiles('.', await request()));
    expect(wrote).toBe(true);
    expect(belongings()).toEqual(before);
    expect(repository.git('rev-parse', `${BRANCH}^`)).toBe(base);
    expect(repository.git('rev-parse', BRANCH)).toBe(id);
    expect(repository.git('diff', '--name-only', 'main', BRANCH)).toBe('Dockerfile');
    expect(repository.show(BRANCH, 'Dockerfile').toString()).toBe('FROM node:23\n');
    expect(repository.git('log', '-1', '--format=%an <%ae> %cn <%ce>%n%B', BRANCH)).toBe(
      'dockfix <dockfix@bot.example> dockfix <dockfix@bot.example>\nbuild(docker): update node\n\nBecause.',
    );
    expect(readdirSync(join(repository.folder, '.git')).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('writes nothing when the branch has that very commit already, whatever was expected', async () => {
    const first = await value(forge.commitFiles('.', await request()));
    const again = await value(forge.commitFiles('.', await request()));
    expect(again).toEqual({ id: first.id, wrote: false, isVerified: null });
  });

  // Mutation: in git-branches.ts, `current.value !== expectedHead` becomes `false` and `update-ref` gets no old value.
  it('SEC-11 moves a branch only from where it is expected, and never over what somebody else has pushed', async () => {
    const first = await value(forge.commitFiles('.', await request()));
    const theirs = repository.commitOn(BRANCH, 'b.txt', 'theirs');
    const files = [await change('FROM node:24\n')];
    expect(await forge.commitFiles('.', await request({ files, expectedHead: first.id }))).toMatchObject({
      ok: false,
      code: 'branch-moved',
    });
    expect(repository.git('rev-parse', BRANCH)).toBe(theirs);
    await value(forge.commitFiles('.', await request({ files, expectedHead: theirs })));
    expect(repository.git('rev-parse', `${BRANCH}^`)).toBe(base);
  });

  // Mutation: `update-ref` in git-branches.ts gets no old value.
  it('SEC-11 does not move a branch that somebody moves at the very same moment', async () => {
    const first = await value(forge.commitFiles('.', await request()));
    let theirs = '';
    const late = forgeOf(repository, (git) => ({
      ...git,
      write(args, call) {
        theirs = repository.commitOn(BRANCH, 'b.txt', 'theirs');
        return git.write(args, call);
      },
    }));
    const files = [await change('FROM node:24\n')];
    const answer = await late.commitFiles('.', await request({ files, expectedHead: first.id }));
    expect(answer).toMatchObject({ ok: false, code: 'branch-moved' });
    expect(repository.git('rev-parse', BRANCH)).toBe(theirs);
    expect(await late.deleteBranch('.', BRANCH, theirs)).toMatchObject({ ok: false, code: 'branch-moved' });
  });

  // Mutation: the comparison with `before` in git-plumbing.ts is taken away.
  it('SEC-11 refuses when the file in the base is not the one that was judged', async () => {
    const files = [{ ...(await change()), before: '1'.repeat(40) }];
    expect(await forge.commitFiles('.', await request({ files }))).toMatchObject({ code: 'branch-moved' });
    const links = [{ ...(await change()), mode: '100755' as const }];
    expect(await forge.commitFiles('.', await request({ files: links }))).toMatchObject({
      code: 'branch-moved',
    });
    expect(repository.branches()).toEqual(['main']);
  });

  it('says so when a branch "dockfix" is in the way, and takes the other form', async () => {
    repository.git('branch', 'dockfix');
    expect(await forge.commitFiles('.', await request())).toMatchObject({ code: 'branch-blocked' });
    await value(forge.commitFiles('.', await request({ branch: 'dockfix-node-22-0123abcd' })));
  });

  it('does not move a branch that somebody has checked out', async () => {
    const { id } = await value(forge.commitFiles('.', await request()));
    repository.git('checkout', '-q', BRANCH);
    const files = [await change('FROM node:24\n')];
    expect(await forge.commitFiles('.', await request({ files, expectedHead: id }))).toMatchObject({
      code: 'rejected',
    });
    expect(await forge.deleteBranch('.', BRANCH, id)).toMatchObject({ code: 'rejected' });
  });

  it('keeps the mode of a file and its bytes, whatever git would do to line endings', async () => {
    repository.write('.gitattributes', '* text=auto eol=crlf\n');
    repository.write('run/Dockerfile', 'FROM a\n', 0o755);
    base = repository.commit('More');
    const entry = (await value(forge.getTree('.', base))).entries.find(
      ({ path }) => path === 'run/Dockerfile',
    )!;
    expect(entry.mode).toBe('100755');
    const content = Buffer.from('\ufeffFROM a\r\nRUN b');
    const files = [{ path: entry.path, mode: '100755' as const, before: entry.id, content }];
    await value(forge.commitFiles('.', await request({ files })));
    expect(repository.show(BRANCH, 'run/Dockerfile').equals(content)).toBe(true);
    expect(repository.git('ls-tree', BRANCH, 'run/')).toContain('100755');
  });

  it('SEC-10 lists links and submodules as what they are, and reads a link as its text and not where it leads', async () => {
    repository.git('update-index', '--add', '--cacheinfo', `160000,${base},module`);
    repository.git('update-index', '--add', '--cacheinfo', `120000,${hashOf('/etc/passwd')},link/Dockerfile`);
    repository.git('commit', '-q', '-m', 'Links');
    const tree = await value(forge.getTree('.', repository.git('rev-parse', 'HEAD')));
    const modes = Object.fromEntries(tree.entries.map(({ path, mode }) => [path, mode]));
    expect(modes).toMatchObject({ module: '160000', 'link/Dockerfile': '120000', Dockerfile: '100644' });
    const link = tree.entries.find(({ path }) => path === 'link/Dockerfile')!;
    expect(Buffer.from(await value(forge.getBlob('.', link.id, 1000))).toString()).toBe('/etc/passwd');
  });
  const hashOf = (text: string): string => {
    repository.write('.git/text', text);
    return repository.git('hash-object', '-w', '--no-filters', join(repository.folder, '.git/text'));
  };

  it('does not read a file that is larger than what is asked for', async () => {
    const { before } = await change();
    expect(await forge.getBlob('.', before, 5)).toMatchObject({ ok: false, code: 'too-large' });
  });

  it('BOT-3 tells its own commits by the address of author and committer, never by a name', async () => {
    const { id } = await value(forge.commitFiles('.', await request()));
    const commits = await value(forge.commitsBetween('.', base, id, 50));
    expect(commits.map(({ isOurs }) => isOurs)).toEqual([true]);
    const named = repository.commitOn(BRANCH, 'x', 'y');
    // Somebody else who calls themselves what we are called.
    const text = repository.git('cat-file', 'commit', named).replaceAll('Ada <', 'dockfix <');
    repository.write('.git/commit', `${text}\n`);
    const path = join(repository.folder, '.git/commit');
    const theirs = repository.git('hash-object', '-t', 'commit', '-w', path);
    const more = await value(forge.commitsBetween('.', base, theirs, 50));
    expect(more.map(({ isOurs }) => isOurs)).toEqual([true, false]);
    expect(await forge.commitsBetween('.', base, theirs, 1)).toMatchObject({ code: 'too-large' });
  });

  describe('pull requests', () => {
    const NEW = {
      branch: BRANCH,
      baseBranch: 'main',
      title: 'Update node',
      body: 'Because.\n',
      isDraft: false,
    };

    beforeEach(async () => {
      await value(forge.commitFiles('.', await request()));
    });

    it('are texts in a folder, each once however often it is made', async () => {
      const first = await value(forge.createPullRequest('.', NEW));
      const again = await value(forge.createPullRequest('.', { ...NEW, title: 'Other' }));
      expect([first.wrote, again.wrote]).toEqual([true, false]);
      expect(again.pullRequest).toMatchObject({
        number: 1,
        title: 'Update node',
        state: 'open',
        isMergeable: true,
      });
      const folder = join(repository.folder, '.git/dockfix');
      expect(readFileSync(join(folder, '0001-node-22-0123abcd.md'), 'utf8')).toBe(
        '# Update node\n\nBecause.\n',
      );
      await value(forge.updatePullRequest('.', again.pullRequest, { title: 'New', body: 'Text\n' }));
      const [now] = await value(forge.listOwnPullRequests('.'));
      expect(now).toMatchObject({ title: 'New', body: 'Text\n' });
      expect(await value(forge.updatePullRequest('.', now!, { title: 'New' }))).toEqual({ wrote: false });
    });

    // Mutation: `'gone'` counts as `'open'` in git-pulls.ts.
    it('count as closed by a person when the branch is gone, and as merged when the base contains it', async () => {
      await value(forge.createPullRequest('.', NEW));
      repository.git('branch', '-D', BRANCH);
      expect(await value(forge.listOwnPullRequests('.'))).toEqual([]);
      expect(await value(forge.findPullRequests('.', BRANCH))).toMatchObject([
        { state: 'closed', closedBy: 'person' },
      ]);
      await value(forge.commitFiles('.', await request()));
      await value(forge.createPullRequest('.', NEW));
      repository.git('merge', '-q', '--no-ff', '-m', 'Merge', BRANCH);
      expect(await value(forge.findPullRequests('.', BRANCH))).toMatchObject([
        { number: 2, state: 'merged', closedBy: null },
        { number: 1, state: 'closed' },
      ]);
    });

    it('remember that they were closed by us, also when their branch goes afterwards', async () => {
      const { pullRequest } = await value(forge.createPullRequest('.', NEW));
      expect(await value(forge.closePullRequest('.', 1))).toEqual({ wrote: true });
      expect(await value(forge.closePullRequest('.', 1))).toEqual({ wrote: false });
      expect(await value(forge.deleteBranch('.', BRANCH, pullRequest.head!))).toEqual({ wrote: true });
      expect(await value(forge.deleteBranch('.', BRANCH, pullRequest.head!))).toEqual({ wrote: false });
      expect(await value(forge.findPullRequests('.', BRANCH))).toMatchObject([
        { state: 'closed', closedBy: 'us' },
      ]);
    });

    it('know of a conflict with the base', async () => {
      await value(forge.createPullRequest('.', NEW));
      repository.write('Dockerfile', 'FROM other\n');
      repository.commit('Conflict');
      expect(await value(forge.listOwnPullRequests('.'))).toMatchObject([{ isMergeable: false }]);
    });
  });

  it('glances at a repository with one process, and sees every change of a branch of ours', async () => {
    const before = forge.counts().reads;
    const first = await value(forge.glance('.', 'main'));
    expect(forge.counts().reads - before).toBe(1);
    expect(first).toMatchObject({ defaultBranch: 'main', head: base });
    await value(forge.commitFiles('.', await request()));
    const second = await value(forge.glance('.', 'main'));
    expect(second.activity).not.toBe(first.activity);
    expect(second.head).toBe(base);
  });

  it('works against the branch that the remote calls its own, else the one that is checked out, never its own', async () => {
    expect(await value(forge.getRepository('.'))).toMatchObject({
      defaultBranch: 'main',
      head: base,
      skip: null,
    });
    await value(forge.commitFiles('.', await request()));
    repository.git('checkout', '-q', BRANCH);
    expect(await value(forge.getRepository('.'))).toMatchObject({ defaultBranch: 'main' });
    const empty = makeRepository();
    try {
      expect(await value(forgeOf(empty).getRepository('.'))).toMatchObject({ head: null, skip: 'empty' });
    } finally {
      empty.remove();
    }
  });

  // Mutations in git-process.ts: `core.hooksPath`, `core.fsmonitor` and `GIT_CONFIG_GLOBAL` are taken away.
  it('SEC-9 runs no hook, no filter and no monitor of the repository', async () => {
    const trap = join(repository.folder, '.git', 'trap');
    const script = join(repository.folder, '.git', 'script');
    writeFileSync(script, `#!/bin/sh\necho "$0 $@" >> ${trap}\nexec cat\n`, { mode: 0o755 });
    mkdirSync(join(repository.folder, '.git/hooks'), { recursive: true });
    for (const hook of ['reference-transaction', 'post-index-change', 'pre-commit', 'update', 'pre-push'])
      writeFileSync(join(repository.folder, '.git/hooks', hook), `#!/bin/sh\necho ${hook} >> ${trap}\n`, {
        mode: 0o755,
      });
    repository.git('-c', 'core.hooksPath=/dev/null', 'config', 'core.fsmonitor', script);
    for (const name of [
      'filter.x.clean',
      'filter.x.smudge',
      'core.sshCommand',
      'diff.external',
      'core.pager',
    ])
      repository.git('-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', 'config', name, script);
    writeFileSync(join(repository.folder, '.git/info/attributes'), '* filter=x\n');
    await value(forge.commitFiles('.', await request()));
    await value(forge.getTree('.', base));
    await value(forge.glance('.', 'main'));
    await value(
      forge.deleteBranch('.', BRANCH, repository.git('-c', 'core.fsmonitor=false', 'rev-parse', BRANCH)),
    );
    expect(existsSync(trap) ? readFileSync(trap, 'utf8') : '').toBe('');
  });

  // Mutations: `!isCommit(commit)` in git-plumbing.ts and the check of the name in git-branches.ts become `false`.
  it('SEC-9 takes no name for an option, and no commit that is none', async () => {
    const trap = join(repository.folder, 'trap');
    for (const name of [`--upload-pack=touch ${trap}`, '--output=trap', '-x', '--help'])
      expect(await forge.getBranch('.', name)).toMatchObject({ ok: true, value: null });
    for (const commit of ['--output=trap', 'main', 'HEAD', '-1'])
      expect(await forge.getTree('.', commit)).toMatchObject({ ok: false });
    expect(await forge.commitFiles('.', await request({ branch: '--upload-pack=x' }))).toMatchObject({
      code: 'rejected',
    });
    expect(await forge.commitFiles('.', await request({ branch: 'main' }))).toMatchObject({
      code: 'rejected',
    });
    expect(existsSync(trap)).toBe(false);
  });

  // Mutation: gitEnvironment() passes everything on.
  it('SEC-9 hands on nothing of the environment that could make git run something', () => {
    const env = gitEnvironment({
      folder: '/',
      protocols: ['https'],
      env: {
        PATH: '/bin',
        GIT_EXTERNAL_DIFF: 'x',
        GIT_DIR: 'x',
        GIT_SSH_COMMAND: 'evil',
        GIT_CONFIG_COUNT: '1',
        SECRET: 's',
      },
    });
    expect(env).toMatchObject({
      PATH: '/bin',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: 'https',
      GIT_SSH_COMMAND: 'ssh',
    });
    for (const name of ['GIT_EXTERNAL_DIFF', 'GIT_DIR', 'GIT_CONFIG_COUNT', 'SECRET'])
      expect(env[name]).toBeUndefined();
  });
});
