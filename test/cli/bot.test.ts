/** `dockfix bot` as a command: its flags, what it prints and where it puts things, and what never comes out of it. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import { startFakeForge } from '../support/fake-forge/fake-forge.ts';
import type { FakeForge, Repo } from '../support/fake-forge/fake-forge.ts';
import { hasGit, makeRepository } from '../support/git.ts';
import type { TestRepository } from '../support/git.ts';
import { makeImage, makeMultiPlatform } from '../support/images.ts';
import type { Artifact } from '../support/images.ts';
import { runDockfix } from '../support/run.ts';
import type { RunResult } from '../support/run.ts';
import { DOCKFIX, ensureBuilt } from './built.ts';

let home: string;
let repository: TestRepository;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-bot-')));
  repository = makeRepository({ 'README.md': 'x' });
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
  repository.remove();
});

const env = (): Record<string, string> => ({
  HOME: home,
  XDG_STATE_HOME: join(home, 'state'),
  PATH: process.env['PATH'] ?? '',
});
const operator = (text: string): string[] => {
  writeFileSync(join(home, 'operator.yaml'), text);
  return ['--config', join(home, 'operator.yaml')];
};
/** No cool-down and no hourly limit. */
const EAGER = 'bot: { minAge: 0s, limits: { perHour: 100 } }\n';
const ours = (of = repository): string[] => of.branches().filter((branch) => branch.startsWith('dockfix'));

/** Everything below a folder, as text. */
function allFiles(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe.skipIf(!hasGit)('the flags of the bot (needs git)', { timeout: 30_000 }, () => {
  const run = (...args: string[]): Promise<RunResult> =>
    runDockfix(['bot', ...args], repository.folder, env());

  it.each([
    [['--repo', '.', '--repos', 'x'], 'exclude each other'],
    [['--shard', '3/2'], 'is no part such as 1/4'],
    [['--forge', 'sourcehut'], 'does not exist'],
    [['--base', '-x'], 'is no name of a branch'],
    [['--repos', 'missing.txt'], 'cannot be read'],
    [['--forge', 'git', '--repo', 'https://user:pw@example.com/x'], 'no remote that can be used'],
    [['--forge', 'git', '--repo', 'ext::sh -c id'], 'no remote that can be used'],
    [['--forge', 'git', '--repo', 'http://example.com/x'], 'no remote that can be used'],
    [['--forge', 'git', '--repo', '--upload-pack=x'], ''],
  ])('that make no sense are refused: %j', async (args, message) => {
    const { exit, stderr } = await run(...args);
    expect([2, 3]).toContain(exit);
    expect(stderr).toContain(message);
  });

  it.each([
    [(): string[] => ['--offline'], 'dockfix: --offline: the bot asks registries'],
    [(): string[] => operator('offline: true\n'), 'dockfix: offline in your configuration: the bot asks'],
  ])('do not let the bot work offline, and say why', async (flags, message) => {
    const { exit, stderr } = await run(...flags());
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  const isRoot = process.getuid?.() === 0;
  // Mutation: `isOfAnotherUser` in bot-forge.ts answers false.
  it.skipIf(!isRoot)(
    "explain a repository of another user, set nothing, and take git's own word that it is trusted (needs root)",
    async () => {
      const { folder } = repository;
      spawnSync('chown', ['-R', '65534:65534', folder]);
      const gitConfig = join(home, 'gitconfig');
      const here = { ...env(), GIT_CONFIG_GLOBAL: gitConfig };
      const go = (): Promise<RunResult> => runDockfix(['bot', '--repo', folder], home, here);
      const refused = await go();
      expect(refused.exit).toBe(3);
      expect(refused.stderr).toContain(
        `run dockfix as that user, or say that you trust it: git config --global --add safe.directory '${folder}'`,
      );
      expect(existsSync(gitConfig)).toBe(false);
      // What the repository says of itself is nobody's word.
      writeFileSync(
        join(folder, '.git', 'config'),
        `${readFileSync(join(folder, '.git', 'config'), 'utf8')}[safe]\n\tdirectory = *\n`,
      );
      expect((await go()).exit).toBe(3);
      spawnSync('git', ['config', '--global', '--add', 'safe.directory', folder], {
        env: { ...process.env, ...here },
      });
      expect(await go()).toMatchObject({ exit: 0, stderr: expect.stringContaining('1 done') as string });
    },
  );

  it('that ask for an organisation want a forge that has some', async () => {
    expect(await run('--org', 'acme')).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('no forge') as string,
    });
  });

  it('that name a folder without a repository are a failure of that repository', async () => {
    const { exit, stderr } = await run('--repo', home);
    expect(exit).toBe(3);
    expect(stderr).toContain('there is no git repository');
  });

  it('refuse a state file that is not one', async () => {
    writeFileSync(join(home, 'state.json'), 'x');
    expect(await run('--state', join(home, 'state.json'))).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('no state file') as string,
    });
  });

  it.each([
    ['bot: { minAge: 3 weeks }', 'is no duration'],
    ['bot: { minage: 3d }', 'did you mean "minAge"'],
    ['bot: { extends: [x] }', 'there is no preset'],
    ['bot: { schedule: { cron: "x" } }', 'five fields'],
    ['bot: { author: { name: a, email: "a b" } }', 'is no address'],
  ])('refuse a configuration that cannot be meant: %s', async (text, message) => {
    expect(await run(...operator(text))).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(message) as string,
    });
  });
});

describe.skipIf(!hasDistribution || !hasGit)(
  'the bot as a command (needs docker-registry and git)',
  { timeout: 60_000 },
  () => {
    let distribution: Distribution;
    let name: string;
    let count = 0;
    beforeAll(async () => {
      distribution = await startDistribution();
      ensureBuilt();
    });
    afterAll(() => distribution.stop());

    async function movedTag(of = repository): Promise<Artifact> {
      name = `acme/cli${++count}`;
      const first = makeMultiPlatform('one');
      await distribution.push(name, '1', first);
      of.write('Dockerfile', `FROM ${distribution.host}/${name}:1@${first.digest}\n`);
      of.commit('Pin');
      const second = makeMultiPlatform('two');
      await distribution.push(name, '1', second);
      return second;
    }
    const run = (...args: string[]): Promise<RunResult> =>
      runDockfix(
        ['bot', ...(args.includes('--config') ? [] : operator(EAGER)), '--no-cache', ...args],
        repository.folder,
        env(),
      );
    /** Where images are named by strangers, the operator has to allow what is in the own network. */
    const allowing = (): string =>
      `${EAGER}allowPrivate: ["${distribution.host}"]\nregistries: { "${distribution.host}": { insecure: true } }\n`;

    it('makes branch and texts, prints what it wrote, and says in one line of each what it did and why', async () => {
      const { digest } = await movedTag();
      const { exit, stdout, stderr } = await run();
      expect(exit).toBe(0);
      expect(stdout).toContain(`open pull request ${ours()[0]} → main`);
      expect(stdout).toContain(digest);
      expect(stderr).toMatch(new RegExp(`^repo=\\S+ key=\\S+/${name}:1 action=create reason=update$`, 'm'));
      expect(stderr).toContain('dockfix bot: 1 done, 0 unchanged, 0 skipped, 0 failed');
      expect(existsSync(join(home, 'state', 'dockfix', 'bot.json'))).toBe(true);
      const again = await run();
      expect(again).toMatchObject({
        exit: 0,
        stdout: '',
        stderr: expect.stringContaining('1 unchanged') as string,
      });
    });

    it('BOT-14 prints with --dry-run what a run prints, and leaves no trace', async () => {
      await movedTag();
      const refs = repository.git('for-each-ref');
      const dry = await run('--dry-run');
      expect(repository.git('for-each-ref')).toBe(refs);
      expect(existsSync(join(repository.folder, '.git', 'dockfix'))).toBe(false);
      expect(existsSync(join(home, 'state'))).toBe(false);
      const real = await run();
      expect(dry.exit).toBe(0);
      const withoutDay = (text: string): string => text.replace(/#\d+ /g, '');
      expect(withoutDay(dry.stdout)).toBe(withoutDay(real.stdout));
    });

    it('puts texts, state and figures where it is told to', async () => {
      await movedTag();
      const [out, state, metrics] = ['texts', 's/state.json', 'm/dockfix.prom'].map((path) =>
        join(home, path),
      ) as [string, string, string];
      expect((await run('--out', out, '--state', state, '--metrics', metrics)).exit).toBe(0);
      expect(readdirSync(out).sort()).toEqual([
        expect.stringMatching(/^0001-.*\.md$/),
        'dockfix-dashboard.md',
        'pulls.json',
      ]);
      expect(JSON.parse(readFileSync(state, 'utf8'))).toMatchObject({ version: 1 });
      expect(readFileSync(metrics, 'utf8')).toMatch(/^dockfix_pulls_created_total 1$/m);
      expect(repository.git('status', '--porcelain')).toBe('');
    });

    it('works through a list of repositories, in parts that miss none, and one that fails costs exit 3 and nothing else', async () => {
      const others = [makeRepository({ x: 'x' }), makeRepository({ x: 'x' }), makeRepository({ x: 'x' })];
      try {
        for (const other of others) await movedTag(other);
        const list = join(home, 'list.txt');
        writeFileSync(list, `# ours\n${others.map(({ folder }) => folder).join('\n')}\n\n/nonexistent\n`);
        const exits: number[] = [];
        for (const part of ['1/3', '2/3', '3/3'])
          exits.push((await run(...operator(allowing()), '--repos', list, '--shard', part)).exit);
        expect(exits.filter((exit) => exit === 3)).toHaveLength(1);
        expect(others.map((other) => ours(other).length)).toEqual([1, 1, 1]);
      } finally {
        for (const other of others) other.remove();
      }
    });

    // Mutation: `isOwnClone(flags) ? 'trusted' : 'untrusted'` in bot.ts becomes `'trusted'`.
    it('SEC-2 does not follow a list of repositories into the own network, unless the operator allows it', async () => {
      await movedTag();
      const list = join(home, 'list.txt');
      writeFileSync(list, repository.folder);
      const refused = await run('--repos', list);
      expect(refused).toMatchObject({
        exit: 3,
        stderr: expect.stringContaining('1 with questions') as string,
      });
      expect(ours()).toEqual([]);
      expect((await run(...operator(allowing()), '--repos', list)).exit).toBe(0);
      expect(ours()).toHaveLength(1);
    });

    it('is exit 3 when a registry gave no answer', async () => {
      repository.write('Dockerfile', `FROM ${distribution.host}/acme/missing:1\n`);
      repository.commit('Missing');
      const { exit, stderr } = await run();
      expect(exit).toBe(3);
      expect(stderr).toContain('1 with questions that got no answer');
    });

    // Mutation: `start` in reconcile.ts answers `branch-taken` for every branch that is there.
    it('E25 finishes what a run began that was killed with SIGKILL between the branch and the pull request', async () => {
      const { digest } = await movedTag();
      const shim = join(home, 'bin');
      mkdirSync(shim);
      const real = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();
      // The branch is there, and whoever made it is gone.
      const script = `#!/bin/sh\ncase "$*" in\n  *"update-ref refs/heads/dockfix"*) ${real} "$@"; kill -9 $PPID; exit 1 ;;\nesac\nexec ${real} "$@"\n`;
      writeFileSync(join(shim, 'git'), script);
      chmodSync(join(shim, 'git'), 0o755);
      const args = [DOCKFIX, 'bot', ...operator(EAGER), '--no-cache'];
      const start = (path: string): ReturnType<typeof spawnSync> =>
        spawnSync(process.execPath, args, {
          cwd: repository.folder,
          env: { ...process.env, ...env(), PATH: path, XDG_CONFIG_HOME: '/nonexistent' },
        });
      expect(start(`${shim}:${process.env['PATH']}`).signal).toBe('SIGKILL');
      expect(ours()).toHaveLength(1);
      expect(existsSync(join(repository.folder, '.git/dockfix/pulls.json'))).toBe(false);
      expect(start(process.env['PATH'] ?? '').status).toBe(0);
      const { pulls } = JSON.parse(
        readFileSync(join(repository.folder, '.git/dockfix/pulls.json'), 'utf8'),
      ) as { pulls: unknown[] };
      expect(pulls).toMatchObject([{ number: 1, state: 'open', branch: ours()[0] }]);
      expect(repository.show(ours()[0]!, 'Dockerfile').toString()).toContain(digest);
      expect(repository.git('rev-list', '--count', `main..${ours()[0]}`)).toBe('1');
    });

    it('works on any git remote by push, and never pushes over what others have pushed', async () => {
      const { digest } = await movedTag();
      const bare = join(home, 'remote.git');
      repository.git('clone', '-q', '--bare', '.', bare);
      spawnSync('git', ['-C', bare, 'config', 'uploadpack.allowFilter', 'true']);
      const git = (...args: string[]): string =>
        spawnSync('git', ['-C', bare, ...args], { encoding: 'utf8' }).stdout.trim();
      const go = (...args: string[]): Promise<RunResult> =>
        runDockfix(
          [
            'bot',
            ...operator(allowing()),
            '--cache-dir',
            join(home, 'cache'),
            '--forge',
            'git',
            '--repo',
            bare,
            ...args,
          ],
          home,
          env(),
        );
      expect(await go()).toMatchObject({ exit: 0 });
      const branch = git('for-each-ref', '--format=%(refname:short)', 'refs/heads/dockfix');
      expect(git('show', `${branch}:Dockerfile`)).toContain(digest);
      expect(ours()).toEqual([]);
      expect(await go()).toMatchObject({ exit: 0, stdout: '' });

      const clone = join(home, 'clone');
      const person = {
        ...process.env,
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@x',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@x',
      };
      spawnSync('git', ['clone', '-q', '-b', branch, bare, clone]);
      spawnSync('git', ['-C', clone, 'commit', '-q', '--allow-empty', '-m', 'Mine'], { env: person });
      spawnSync('git', ['-C', clone, 'push', '-q'], { env: person });
      const theirs = git('rev-parse', branch);
      await distribution.push(name, '1', makeMultiPlatform('three'));
      expect(await go()).toMatchObject({ exit: 0 });
      expect(git('rev-parse', branch)).toBe(theirs);
    });
  },
);

describe.skipIf(!hasGit)('git over HTTP (needs git)', { timeout: 60_000 }, () => {
  let fake: FakeForge;
  let repo: Repo;
  let calls: string;
  beforeEach(async () => {
    fake = await startFakeForge();
    repo = fake.addRepo('acme/shop', { files: { Dockerfile: 'FROM scratch\n' } });
    calls = join(home, 'calls');
    // A git that keeps what everybody on the machine can see of it.
    const real = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin', 'git'), `#!/bin/sh\necho "$*" >> ${calls}\nexec ${real} "$@"\n`);
    chmodSync(join(home, 'bin', 'git'), 0o755);
  });
  afterEach(() => fake.close());

  const go = (more: Readonly<Record<string, string>>, ...remotes: string[]): Promise<RunResult> => {
    writeFileSync(join(home, 'list.txt'), remotes.join('\n'));
    const flags = ['--cache-dir', join(home, 'cache'), '--repos', join(home, 'list.txt'), '--debug'];
    const path = `${join(home, 'bin')}:${process.env['PATH']}`;
    return runDockfix(['bot', '--forge', 'git', ...flags], home, { ...env(), ...more, PATH: path });
  };

  // Mutation: `withCredential(plain, credential)` in bot-forge.ts becomes `plain`.
  it('SEC-6 gets its credential from the environment, and leaves it in no argument, address, file or log', async () => {
    const token = fake.addToken(fake.addAccount('dockfix'), 'pat');
    const remote = `${fake.url}/acme/shop.git`;
    const without = await go({}, remote);
    expect(without.exit).toBe(3);
    expect(without.stderr).toContain('the remote wants a credential');
    expect((await go({ DOCKFIX_FORGE_TOKEN: 'wrong' }, remote)).exit).toBe(3);
    const { exit, stdout, stderr } = await go({ DOCKFIX_FORGE_TOKEN: token }, remote);
    expect([exit, stderr]).toEqual([0, expect.stringContaining('1 done')]);
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    const everything = [
      stdout,
      stderr,
      readFileSync(calls, 'utf8'),
      allFiles(join(home, 'cache')),
      allFiles(join(home, 'state')),
    ].join('\n');
    expect(everything).toContain(remote);
    for (const secret of [token, basic]) expect(everything.includes(secret)).toBe(false);
    expect(repo.git.branch('main')).not.toBeNull();
  });

  // Mutations: `origins.size > 1` in git-credential.ts becomes `false`; the key of the header loses its origin.
  it('SEC-6 gives its credential to one server alone', async () => {
    const seen: (string | undefined)[] = [];
    const other = await startFakeRegistry((request, response) => {
      seen.push(request.headers.authorization);
      send(request, response, 404, {}, '');
    });
    try {
      const token = fake.addToken(fake.addAccount('dockfix'), 'pat');
      const remotes = [`${fake.url}/acme/shop.git`, `${other.url}/acme/shop.git`];
      const several = await go({ DOCKFIX_FORGE_TOKEN: token }, ...remotes);
      expect([several.exit, several.stderr]).toEqual([2, expect.stringContaining('DOCKFIX_FORGE_URL')]);
      const said = { DOCKFIX_FORGE_TOKEN: token, DOCKFIX_FORGE_URL: fake.url };
      expect(await go(said, ...remotes)).toMatchObject({
        exit: 3,
        stderr: expect.stringContaining('1 done, 0 unchanged, 0 skipped, 1 failed') as string,
      });
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.filter((header) => header !== undefined)).toEqual([]);
    } finally {
      await other.close();
    }
  });

  // Mutation: `followRedirects` in git-credential.ts becomes `true`.
  it('SEC-6 follows no redirect with a credential', async () => {
    const other = await startFakeRegistry((request, response, url) =>
      send(request, response, 302, { location: `${fake.url}${url.pathname}${url.search}` }, ''),
    );
    try {
      const { exit, stderr } = await go({ DOCKFIX_FORGE_TOKEN: 'x' }, `${other.url}/acme/shop.git`);
      expect([exit, stderr]).toEqual([3, expect.stringContaining('the remote has moved')]);
    } finally {
      await other.close();
    }
  });
});

const CANARY = 'CaNaRy+7f3/s3cret:x&y?z=q%41~end';
const ENCODED = [
  CANARY,
  Buffer.from(CANARY).toString('base64').slice(0, -4),
  Buffer.from(CANARY).toString('base64url').slice(0, -4),
  Buffer.from(`jane:${CANARY}`).toString('base64').slice(8, -4),
  encodeURIComponent(CANARY),
  Buffer.from(CANARY).toString('hex'),
];

describe.skipIf(!hasGit)('secrets (needs git)', { timeout: 60_000 }, () => {
  const image = (salt: string, label: string): Artifact =>
    makeImage({ salt, config: { Labels: { 'org.opencontainers.image.title': label }, User: label } });

  // More than one guard holds this: taking `withoutSecrets` away alone does not turn it red.
  it.each([
    ['says nothing of them', () => 'harmless'],
    ['repeats them in labels', (sent: string) => `label ${sent} ${CANARY}`],
  ])(
    'E32 SEC-6 never come out of a run, in branch, text, state, figures or log, when the registry %s',
    async (_, label) => {
      const sent = `Basic ${Buffer.from(`jane:${CANARY}`).toString('base64')}`;
      const [first, second] = [image('one', label(sent)), image('two', label(sent))];
      const blobs = new Map(
        [first, second].flatMap((one) => [
          [one.digest, one.bytes] as const,
          ...one.blobs.map((blob) => [blob.digest, blob.bytes] as const),
        ]),
      );
      const registry = await startFakeRegistry((request, response, url) => {
        if (request.headers.authorization !== sent)
          return send(
            request,
            response,
            401,
            { 'www-authenticate': 'Basic realm="x"' },
            JSON.stringify({ errors: [{ code: 'DENIED', message: CANARY }] }),
          );
        const reference = url.pathname.split('/').at(-1)!;
        const digest = reference === '1' ? second.digest : reference;
        const bytes = blobs.get(digest);
        if (!bytes) return send(request, response, 404, {}, CANARY);
        const isManifest = url.pathname.includes('/manifests/');
        send(
          request,
          response,
          200,
          {
            'content-type': isManifest ? first.mediaType : 'application/octet-stream',
            'docker-content-digest': digest,
          },
          Buffer.from(bytes),
        );
      });
      try {
        repository.write(
          'Dockerfile',
          `FROM registry.test/acme/app:1@${first.digest}\nFROM registry.test/acme/gone:2@${first.digest}\n`,
        );
        repository.commit('Pin');
        const config = operator(
          `${EAGER}registries: { registry.test: { endpoint: "${registry.url}", username: jane, passwordEnv: MY_SECRET } }\n`,
        );
        const metrics = join(home, 'metrics.prom');
        const run = await runDockfix(['bot', '--debug', ...config, '--metrics', metrics], repository.folder, {
          ...env(),
          MY_SECRET: CANARY,
        });
        expect(run.exit).toBe(3);
        expect(ours()).toHaveLength(1);
        const shown = repository.git('log', '--all', '-p', '--format=%B%an%ae');
        const everything = [
          run.stdout,
          run.stderr,
          shown,
          allFiles(join(repository.folder, '.git', 'dockfix')),
          allFiles(join(home, 'state')),
          readFileSync(metrics, 'utf8'),
        ].join('\n');
        const metadata = [...everything.matchAll(/dockfix:1:([\w-]+)/g)].map(([, text]) =>
          Buffer.from(text!, 'base64url').toString(),
        );
        for (const secret of ENCODED)
          expect(`${everything}\n${metadata.join('\n')}`.includes(secret), secret).toBe(false);
      } finally {
        await registry.close();
      }
    },
  );
});
