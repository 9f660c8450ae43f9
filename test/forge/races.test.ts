/** What a person pushes between the bot's look at a branch and its write to it is never lost, on any forge. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobId } from '../../src/forge/blob-id.ts';
import type { CommitRequest, Forge } from '../../src/forge/forge.ts';
import { createGiteaForge } from '../../src/forge/gitea.ts';
import { createGitHubForge } from '../../src/forge/github.ts';
import { createGitLabForge } from '../../src/forge/gitlab.ts';
import type { Http } from '../../src/net/http.ts';
import type { FakeForge, FaultRule } from '../support/fake-forge/fake-forge.ts';
import { FILES, value } from './contract.ts';
import { makeCopies } from './pushing.ts';
import { openFakeWorld, quickly } from './worlds.ts';
import type { FakeWorld } from './worlds.ts';

const BRANCH = 'dockfix/x-00000000';
const NO_UPDATE_REFS = {
  errors: [{ message: "Field 'updateRefs' doesn't exist", extensions: { code: 'undefinedField' } }],
};

type Make = (fake: FakeForge, http: Http) => Forge;

const copies = makeCopies();
afterAll(() => copies.remove());

const github: Make = (fake, http) => {
  const token = fake.addToken(fake.addAccount('dockfix[bot]', 'Bot'), 'app');
  return createGitHubForge({ ...quickly(), http, baseUrl: fake.url, credential: { kind: 'token', token } });
};
const pushing =
  (create: typeof createGiteaForge | typeof createGitLabForge): Make =>
  (fake, http) => {
    const token = fake.addToken(fake.addAccount('dockfix'));
    return create({ ...quickly(), http, baseUrl: fake.url, token, openGit: copies.openGit });
  };

/** The requests right before which somebody else pushes: the last look, and what moves the branch. */
const MOMENTS: readonly (readonly [string, string, Make, Partial<FaultRule>])[] = [
  ['GitHub', 'the move', github, { operation: 'moveBranch' }],
  ['GitHub', 'the last look', github, { method: 'POST', path: /\/git\/commits$/ }],
  ['GitLab', 'the push', pushing(createGitLabForge), { method: 'POST', path: /\/git-receive-pack$/ }],
  ['GitLab', 'the last look', pushing(createGitLabForge), { method: 'GET', path: /\/info\/refs$/, nth: 3 }],
  ['Gitea', 'the push', pushing(createGiteaForge), { method: 'POST', path: /\/git-receive-pack$/ }],
  ['Gitea', 'the last look', pushing(createGiteaForge), { method: 'GET', path: /\/info\/refs$/, nth: 3 }],
];

describe('a commit of a person between our look and our write', { timeout: 30_000 }, () => {
  let world: FakeWorld;
  let theirs: string;

  beforeEach(() => {
    theirs = '';
  });
  afterEach(() => world.close());

  const request = (more: Partial<CommitRequest> = {}): CommitRequest => ({
    branch: BRANCH,
    base: world.repo.git.branch('main')!,
    files: [
      {
        path: 'Dockerfile',
        mode: '100644',
        before: blobId(Buffer.from(FILES['Dockerfile']!)),
        content: Buffer.from('FROM python:3.12@sha256:1\n'),
      },
    ],
    message: 'build(docker): update python:3.12 digest',
    expectedHead: null,
    ...more,
  });

  const push = (): void => {
    theirs = world.fake.push(world.repo, BRANCH, { files: { 'NOTES.md': 'mine' } });
  };
  const interrupt = (rule: Partial<FaultRule>): void =>
    world.fake.inject({ at: 'before', times: 1, ...rule, fault: { kind: 'run', run: push } });

  // Mutations: `beforeOid` is taken away from refs.ts; `lease` is taken away from git-branches.ts and the refspec is
  // forced with "+"; what the server itself says of a branch that has moved is not known in git-branches.ts.
  it.each(MOMENTS)(
    'E22, E26, SEC-11: %s keeps it, right before %s, when it is moved',
    async (_, __, make, rule) => {
      world = await openFakeWorld(make);
      const { id } = value(await world.forge.commitFiles(world.repository, request()));
      interrupt(rule);
      const again = request({ expectedHead: id, message: 'another' });
      expect(await world.forge.commitFiles(world.repository, again)).toMatchObject({ code: 'branch-moved' });
      expect(theirs).not.toBe('');
      expect(world.repo.git.branch(BRANCH)).toBe(theirs);
    },
  );

  it.each(MOMENTS)(
    'E22, E26: %s keeps it, right before %s, when the branch is made',
    async (_, __, make, rule) => {
      world = await openFakeWorld(make);
      interrupt(rule.operation === undefined ? rule : { method: 'POST', path: /\/git\/refs$/ });
      expect(await world.forge.commitFiles(world.repository, request())).toMatchObject({
        code: 'branch-moved',
      });
      expect(theirs).not.toBe('');
      expect(world.repo.git.branch(BRANCH)).toBe(theirs);
    },
  );

  // Mutations: as above.
  it.each(MOMENTS.filter(([, moment]) => moment !== 'the last look'))(
    'BOT-5, SEC-11: %s keeps it, right before %s, when the branch is deleted',
    async (_, __, make, rule) => {
      world = await openFakeWorld(make);
      const { id } = value(await world.forge.commitFiles(world.repository, request()));
      interrupt(rule);
      expect(await world.forge.deleteBranch(world.repository, BRANCH, id)).toMatchObject({
        code: 'branch-moved',
      });
      expect(theirs).not.toBe('');
      expect(world.repo.git.branch(BRANCH)).toBe(theirs);
    },
  );

  // Mutation: `isAt` before the PATCH and before the DELETE in refs.ts becomes true. What comes after that last look and
  // before the request itself is lost on such servers: REST has no way to say what is expected.
  it('E22: a GitHub server without updateRefs keeps what came before the last look', async () => {
    world = await openFakeWorld(github);
    const { id } = value(await world.forge.commitFiles(world.repository, request()));
    const answer = { status: 200, body: NO_UPDATE_REFS };
    world.fake.inject({ at: 'before', operation: 'moveBranch', fault: { kind: 'answer', answer } });
    interrupt({ method: 'GET', path: /\/git\/ref\//, nth: 2 });
    const again = request({ expectedHead: id, message: 'another' });
    expect(await world.forge.commitFiles(world.repository, again)).toMatchObject({ code: 'branch-moved' });
    expect(world.repo.git.branch(BRANCH)).toBe(theirs);
    interrupt({ method: 'GET', path: /\/git\/ref\//, nth: 2 });
    const kept = theirs;
    expect(await world.forge.deleteBranch(world.repository, BRANCH, kept)).toMatchObject({
      code: 'branch-moved',
    });
    expect(world.repo.git.branch(BRANCH)).toBe(theirs);
    expect(theirs).not.toBe(kept);
  });
});
