/** `dockfix verify` and `--write --verify`, with an engine that only remembers. */
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { canFake, createFakeDocker, fastClock } from '../engine/fake-docker.ts';
import type { FakeDocker } from '../engine/fake-docker.ts';
import { parseVerification } from '../report/verify-schema.ts';
import { createSandbox } from './fake-io.ts';
import type { RunResult, Sandbox } from './fake-io.ts';

/** Two fixes are found in it, a safe one and an unsafe one. */
const DOCKERFILE = `FROM node:20-slim
MAINTAINER Jane Roe <jane@example.com>
WORKDIR /app
COPY server.js ./
EXPOSE 3000
CMD ["node", "server.js"]
`;
const SERVER = "require('http').createServer((q, r) => r.end('hi')).listen(3000);\n";
const ALL = '/nonexistent';

function setUp(
  comment = '',
  engines: readonly string[] = ['docker'],
): {
  box: Sandbox;
  docker: FakeDocker;
  run: (argv: readonly string[]) => Promise<RunResult>;
} {
  const box = createSandbox();
  const docker = createFakeDocker(engines);
  box.write('Dockerfile', comment === '' ? DOCKERFILE : `# fake: ${comment}\n${DOCKERFILE}`);
  box.write('server.js', SERVER);
  const run = (argv: readonly string[]): Promise<RunResult> =>
    box.run([...argv, '--offline', '--only', 'replace-maintainer', '--only', 'add-user'], {
      env: { ...docker.env, XDG_CONFIG_HOME: ALL },
      clock: fastClock,
    });
  return { box, docker, run };
}

describe.skipIf(!canFake)('dockfix verify', { timeout: 60_000 }, () => {
  it('builds and runs both, says what it saw, writes nothing and leaves nothing', async () => {
    const { box, docker, run } = setUp();
    const before = box.snapshot();
    const result = await run(['verify']);
    expect(result).toMatchObject({ exit: 0, stderr: '' });
    expect(result.stdout).toMatch(/^Dockerfile: passed$/m);
    expect(result.stdout).toMatch(/^ {2}\+ user +root +1000$/m);
    expect(result.stdout).toMatch(/^ {2}= ports +3000 +3000$/m);
    expect(result.stdout).toContain('1 passed (docker 20.10.24;');
    expect(box.snapshot()).toEqual(before);
    expect(docker.left()).toEqual([]);
    const created = docker.calls().filter(([command]) => command === 'create');
    for (const words of created) {
      expect(words).toContain('--pull=never');
      expect(words.filter((word) => /^--(?:publish|privileged|device|mount|volume)\b/.test(word))).toEqual(
        [],
      );
      expect(words.join(' ')).not.toMatch(/docker\.sock|--network=host/);
    }
    expect(created.some((words) => words.includes('--cap-drop=ALL') && words.includes('--read-only'))).toBe(
      true,
    );
  });

  it.each([
    ['podman', ['podman'], 'podman 4.3.1', []],
    ['docker, where both are there', ['podman', 'docker'], 'docker 20.10.24', []],
    ['buildah with podman', ['buildah', 'podman'], 'buildah 4.3.1', ['--engine', 'buildah']],
  ])('works with %s', async (_, engines, said, flags) => {
    const { docker, run } = setUp('', engines);
    const result = await run(['verify', ...flags]);
    expect(result).toMatchObject({ exit: 0, stderr: '' });
    expect(result.stdout).toContain(said);
    expect(docker.left()).toEqual([]);
    if (engines.includes('docker')) return;
    const build = docker.calls().find(([command]) => command === 'build')!;
    expect(build).toEqual(expect.arrayContaining(['--format=docker', '--layers=false', '--force-rm']));
  });

  it('builds with buildah alone, which runs nothing', async () => {
    const { docker, run } = setUp('', ['buildah']);
    const refused = await run(['verify']);
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('podman is needed to run them; install podman, or add --only-build');
    const built = await run(['verify', '--only-build', '--engine', 'buildah']);
    expect(built).toMatchObject({ exit: 0, stderr: '' });
    expect(built.stdout).toMatch(/^ {2}\? size +\? +\?$/m);
    expect(docker.left()).toEqual([]);
  });

  it('does not care whether the port is taken on the machine: none is published', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      // Taken by somebody else is as good.
      server.once('error', () => resolve());
      server.listen(3000, '127.0.0.1', resolve);
    });
    try {
      const { docker, run } = setUp();
      expect((await run(['verify'])).exit).toBe(0);
      expect(
        docker
          .calls()
          .flat()
          .filter((word) => /^(?:-p|--publish)/.test(word)),
      ).toEqual([]);
    } finally {
      server.close();
    }
  });

  it('exits 1 for a regression and shows what the container said last', async () => {
    const { docker, run } = setUp('needs-root');
    const result = await run(['verify']);
    expect(result.exit).toBe(1);
    expect(result.stdout).toContain('Dockerfile: REGRESSION: the start: stays up before, ends with 1 after');
    expect(result.stdout).toContain('    | Error: EACCES: permission denied, open /etc/x');
    expect(docker.left()).toEqual([]);
  });

  it.each([
    ['fails', 'was broken before', 'npm ERR! missing script: build'],
    ['no-network', 'not judged', 'for want of the network'],
    ['disk-full', 'not judged', 'no room left on the disk'],
  ])('an original that %s exits 3: %s', async (comment, word, said) => {
    const { docker, run } = setUp(comment);
    const result = await run(['verify', '--only-build']);
    expect(result.exit).toBe(3);
    expect(result.stdout).toContain(`Dockerfile: ${word}`);
    expect(result.stdout).toContain(said);
    expect(result.stdout).not.toContain('\x1b');
    expect(docker.left()).toEqual([]);
  });

  it('ends a build that hangs after its time: of the original it judges nothing, of the rewritten file it is a regression', async () => {
    const original = setUp('hangs');
    const first = await original.run(['verify', '--only-build', '--timeout', '1s']);
    expect(first.exit).toBe(3);
    expect(first.stdout).toContain('the build did not end within 1 s');
    expect(original.docker.left()).toEqual([]);
    const rewritten = setUp('stalls-later');
    const second = await rewritten.run(['verify', '--only-build', '--timeout', '1s']);
    expect(second.exit).toBe(1);
    expect(second.stdout).toContain('REGRESSION');
    expect(rewritten.docker.left()).toEqual([]);
  });

  it('an engine that dies in the middle makes it exit 3, and what could not be removed is said', async () => {
    const { box, docker, run } = setUp('die-later');
    const result = await run(['verify', '--only-build']);
    expect(result.exit).toBe(3);
    expect(result.stdout).toContain('the engine does not answer (any more)');
    expect(result.stderr).toContain('could not be removed: what is in docker, which does not answer');
    expect(docker.left().filter((name) => !name.startsWith('images'))).toEqual([]);
    // The image of the original is still in the engine, which could not be asked; it belongs to a run that is over.
    expect(docker.left()).toHaveLength(1);
    docker.set('dead', false);
    box.write('Dockerfile', DOCKERFILE);
    // This process still lives, so the run counts as living as well: nothing of it is touched.
    await run(['verify', '--only-build']);
    expect(docker.left()).toHaveLength(1);
  });

  it('needs an engine: without one it exits 3 and says what to do', async () => {
    const { box, docker, run } = setUp();
    docker.set('dead', true);
    const dead = await run(['verify']);
    expect(dead).toMatchObject({ exit: 3, stdout: '' });
    expect(dead.stderr).toContain('its daemon does not answer');
    const none = await box.run(['verify', '--offline'], { env: { PATH: '/nonexistent' } });
    expect(none).toMatchObject({ exit: 3, stdout: '' });
    expect(none.stderr).toContain('there is no container engine to build with');
    expect((await run(['verify', '--engine', 'dokcer'])).stderr).toContain('did you mean docker?');
    expect((await run(['verify', '--engine', 'dokcer'])).exit).toBe(2);
  });

  // Red without the comparison with `excluded` in engine/find.ts.
  it('SEC-16: runs no engine that the repository brought with it', async () => {
    const { box } = setUp();
    box.write('bin/docker', '#!/bin/sh\ntouch "$PWD/ran" /tmp/dockfix-ran\n', 0o755);
    const result = await box.run(['verify', '--offline'], { env: { PATH: box.path('bin') } });
    expect(result.exit).toBe(3);
    expect(result.stderr).toContain('there is no container engine');
  });

  it.each(['json', 'markdown', 'html'])('reports as %s', async (format) => {
    const { run } = setUp('fails');
    const result = await run(['verify', '--only-build', '--format', format]);
    expect(result.exit).toBe(3);
    if (format === 'json') {
      const report = parseVerification(result.stdout);
      expect(report.rows[0]).toMatchObject({ path: 'Dockerfile', status: 'broken-before' });
      expect(report.summary.brokenBefore).toBe(1);
    } else
      expect(result.stdout).toContain(
        format === 'html' ? '<td class="unknown">was broken before' : '| was broken before |',
      );
  });

  it('refuses standard input, unknown formats and times that are none', async () => {
    const { run } = setUp();
    for (const argv of [
      ['verify', '-'],
      ['verify', '--format', 'patch'],
      ['verify', '--timeout', 'soon'],
      ['verify', '--volume', '/data'],
      ['verify', '--env', 'A B=c'],
      ['verify', '--env', 'DOCKFIX_NOT_SET'],
      ['verify', '--platform=--privileged'],
      ['--verify'],
      ['--engine', 'docker'],
    ])
      expect((await run(argv)).exit, argv.join(' ')).toBe(2);
  });

  it('keeps both images under names of their own', async () => {
    const { docker, run } = setUp();
    const result = await run(['verify', '--only-build', '--keep-images']);
    expect(result.stdout).toContain('kept: dockfix-kept:dockerfile-before');
    expect(docker.left()).toEqual([
      'images: dockfix-kept:dockerfile-after',
      'images: dockfix-kept:dockerfile-before',
    ]);
  });
});

describe.skipIf(!canFake)('the proof as configuration files want it', { timeout: 60_000 }, () => {
  const REPOSITORY = `verify:
  platform: linux/arm64
  timeout: 2m
  buildNetwork: none
  env: { MODE: test, PORT: 3000, DEBUG: true }
  args: { STAGE: test }
  target: app
  command: [node, server.js, --slow]
  ports: [9090]
  skip: [hardened, health]
`;

  it('the repository says how it is built, started and asked, and what does not count', async () => {
    const { box, docker, run } = setUp();
    box.write('.dockfixrc', REPOSITORY);
    const result = await run(['verify', '--json']);
    const [row] = parseVerification(result.stdout).rows;
    expect(row!.checks.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['hardened']));
    expect(row!.checks.map(({ id }) => id)).not.toContain('health');
    expect(row!.notes).toContain('not compared, as .dockfixrc says: hardened, health');
    const builds = docker.calls().filter(([command]) => command === 'build');
    expect(builds).toHaveLength(2);
    for (const words of builds)
      expect(words).toEqual(
        expect.arrayContaining([
          '--network=none',
          '--platform=linux/arm64',
          '--target=app',
          '--build-arg=STAGE=test',
        ]),
      );
    const created = docker.calls().filter(([command]) => command === 'create');
    expect(created.every((words) => words.includes('--platform=linux/arm64'))).toBe(true);
    const started = created.filter((words) => words.includes('--slow'));
    // Before and after, and not once more with little left to them.
    expect(started).toHaveLength(2);
    expect(started.flat()).not.toContain('--read-only');
    expect(docker.variables()).toContain('MODE=test\nPORT=3000\nDEBUG=true\n');
    expect(docker.left()).toEqual([]);
  });

  it('flags win over it, and the operator limits it', async () => {
    const { box, docker, run } = setUp('hangs');
    box.write('.dockfixrc', `${REPOSITORY}  onlyBuild: true\n`);
    box.write('c.yaml', 'verify: { timeout: 1s, env: { MODE: operator, REGION: north } }\n');
    const limited = await run(['verify', '--config', 'c.yaml', '--platform', 'linux/s390x']);
    expect(limited.stdout).toContain('the build did not end within 1 s');
    expect(limited.stdout).toContain('built and not started, as .dockfixrc says');
    expect(docker.calls().find(([command]) => command === 'build')).toContain('--platform=linux/s390x');
    box.write('Dockerfile', DOCKERFILE);
    box.write('.dockfixrc', REPOSITORY);
    const named = await run(['verify', '--config', 'c.yaml', '--env', 'MODE=mine', '--timeout', '1m']);
    expect(named.exit).toBe(0);
    expect(docker.variables()).toContain('MODE=mine\nREGION=north\nPORT=3000\nDEBUG=true\n');
  });

  it('it is enough to build where it says so, also for an engine that runs nothing', async () => {
    const { box, docker, run } = setUp('', ['buildah']);
    box.write('.dockfixrc', 'verify: { onlyBuild: true }');
    const result = await run(['verify', '--engine', 'buildah']);
    expect(result).toMatchObject({ exit: 0, stderr: '' });
    expect(result.stdout).toContain('built and not started, as .dockfixrc says');
    expect(docker.left()).toEqual([]);
  });

  it('it holds for --write --verify as well', async () => {
    const { box, docker, run } = setUp();
    box.write('.dockfixrc', 'verify: { args: { STAGE: test }, onlyBuild: true }');
    expect((await run(['--write', '--verify', '--yes'])).exit).toBe(0);
    const builds = docker.calls().filter(([command]) => command === 'build');
    expect(builds.every((words) => words.includes('--build-arg=STAGE=test'))).toBe(true);
    expect(docker.calls().filter(([command]) => command === 'create')).toEqual([]);
  });

  it('the operator may name the engine, mount folders and keep images, and flags win over that', async () => {
    const { box, docker, run } = setUp('', ['docker', 'podman']);
    box.write('c.yaml', 'verify: { engine: podman, keepImages: true, volume: ["/srv/data:/data:ro"] }\n');
    const result = await run(['verify', '--config', 'c.yaml']);
    expect(result.stdout).toContain('podman 4.3.1');
    expect(result.stdout).toContain('kept: localhost/dockfix-kept:dockerfile-before');
    expect(docker.calls().flat()).toContain('--volume=/srv/data:/data:ro');
    const other = await run(['verify', '--config', 'c.yaml', '--engine', 'docker', '--volume', '/opt:/data']);
    expect(other.stdout).toContain('docker 20.10.24');
    expect(docker.calls().flat()).toContain('--volume=/opt:/data');
  });
});

describe.skipIf(!canFake)('a Dockerfile that compose files build', { timeout: 60_000 }, () => {
  const COMPOSE = `services:
  web:
    build: { context: ., args: { STAGE: test, SECRET: "\${DOCKFIX_SECRET}" } }
    command: ["node", "server.js", "--verbose"]
    environment: { MODE: production, KEY: "\${DOCKFIX_SECRET}" }
    privileged: true
    volumes: ["/:/host", "data:/data"]
    ports: ["80:3000"]
  worker:
    build: .
    depends_on: [db]
  db: { image: "postgres:15" }
`;

  it('is judged service by service; one that needs an image that is not there is not judged', async () => {
    const { box, docker } = setUp();
    box.write('compose.yaml', COMPOSE);
    const env = { ...docker.env, XDG_CONFIG_HOME: ALL, DOCKFIX_SECRET: 'canary-of-the-machine' };
    const flags = ['--offline', '--only', 'add-user'];
    const result = await box.run(['verify', ...flags], { env, clock: fastClock });
    expect(result.exit).toBe(3);
    expect(result.stdout).toContain('Dockerfile (web): passed');
    expect(result.stdout).toContain('not taken from there: privileged, a bind mount');
    expect(result.stdout).toContain('without a value here (--env gives one): DOCKFIX_SECRET');
    expect(result.stdout).toContain(
      'Dockerfile (worker): not judged: needs db, whose image is not available here (postgres:15)',
    );
    const builds = docker.calls().filter(([command]) => command === 'build');
    expect(builds).toHaveLength(2);
    expect(builds[0]).toContain('--build-arg=STAGE=test');
    const started = docker.calls().filter((words) => words[0] === 'create' && words.includes('--verbose'));
    expect(started).toHaveLength(4);
    expect(started[0]!.filter((word) => word.startsWith('--volume'))).toEqual([
      expect.stringMatching(/^--volume=dockfix-[0-9a-z-]+:\/data$/),
    ]);
    expect(JSON.stringify(docker.calls())).not.toMatch(/privileged|:\/host|canary-of-the-machine/);
    expect(docker.left()).toEqual([]);

    // What the person names is taken, and is not to be seen in arguments of programs.
    const named = await box.run(['verify', ...flags, '--env', 'DOCKFIX_SECRET', '--only-build'], { env });
    expect(named.stdout).not.toContain('canary-of-the-machine');
  });

  it('starts what it needs beside it, when the image is there', async () => {
    const { box, docker, run } = setUp();
    box.write(
      'compose.yaml',
      'services:\n  web: { build: ., depends_on: [db] }\n  db: { image: "postgres:15", environment: { A: b } }\n',
    );
    docker.addImage('postgres:15', 'FROM scratch\nEXPOSE 5432\n');
    const result = await run(['verify']);
    expect(result).toMatchObject({ exit: 0, stderr: '' });
    const needed = docker.calls().filter((words) => words[0] === 'create' && words.includes('postgres:15'));
    expect(needed).toHaveLength(4);
    expect(needed[0]).toContain('--network-alias=db');
    expect(docker.left()).toEqual(['images: postgres:15']);
  });
});

describe.skipIf(!canFake)('--write --verify', { timeout: 120_000 }, () => {
  it('writes what passes, unsafe fixes as well', async () => {
    const { box, docker, run } = setUp();
    const result = await run(['--write', '--verify', '--yes']);
    expect(result.exit).toBe(0);
    expect(box.read('Dockerfile')).toMatch(/^LABEL [^]*^USER 1000/m);
    expect(result.stdout).toContain('1 written');
    expect(docker.left()).toEqual([]);
  });

  it('takes back the one fix that fails, and says what happened', async () => {
    const { box, docker, run } = setUp('needs-root');
    const result = await run(['--write', '--verify', '--yes']);
    expect(result.exit).toBe(0);
    expect(box.read('Dockerfile')).toContain('LABEL org.opencontainers.image.authors');
    expect(box.read('Dockerfile')).not.toContain('USER');
    expect(result.stdout).toContain(
      'left because it does not pass the proof: the start: stays up before, ends with 1 after',
    );
    expect(result.stdout).toContain('(last said: Error: EACCES: permission denied, open /etc/x)');
    expect(docker.left()).toEqual([]);
  });

  it.each(['fails', 'no-network', 'disk-full', 'die-later'])(
    'writes nothing when nothing can be judged (%s), and exits 3',
    async (comment) => {
      const { box, run } = setUp(comment);
      const before = box.snapshot();
      const result = await run(['--write', '--verify', '--yes', '--only-build']);
      expect(result.exit).toBe(3);
      expect(result.stderr).toContain('not all of its fixes could be proven');
      expect(box.snapshot()).toEqual(before);
    },
  );

  it('proves again what a person leaves of it', async () => {
    const { box, docker } = setUp();
    const flags = ['--offline', '--only', 'replace-maintainer', '--only', 'add-user', '--only-build'];
    const result = await box.run(['--write', '--verify', ...flags], {
      env: { ...docker.env, XDG_CONFIG_HOME: ALL },
      terminal: true,
      answers: ['e', 'n', 'y'],
    });
    expect(result.exit).toBe(0);
    expect(box.read('Dockerfile')).toMatch(/^LABEL /m);
    expect(box.read('Dockerfile')).not.toContain('USER');
    // The original and all fixes, then the original and what is left.
    expect(docker.calls().filter(([command]) => command === 'build')).toHaveLength(4);
    expect(docker.left()).toEqual([]);
  });

  it('reports as JSON what was taken back, and the matrix of what is kept', async () => {
    const { run } = setUp('needs-root');
    const { report } = await run(['--write', '--verify', '--yes', '--json']);
    const { rows, withheld } = report.files[0]!.verification!;
    expect(report.engine).toMatchObject({ name: 'docker', version: '20.10.24' });
    expect(rows.map(({ path, status }) => [path, status])).toEqual([['Dockerfile', 'passed']]);
    expect(rows[0]!.checks.map(({ id }) => id)).toContain('hardened');
    expect(withheld).toEqual([
      {
        ...{ id: 'add-user', line: 2 },
        message: expect.any(String) as string,
        reason: 'the start: stays up before, ends with 1 after',
        output: ['Error: EACCES: permission denied, open /etc/x', '  path: /x', '}', 'Node.js v20.20.2'],
      },
    ]);
    const statuses = report.files[0]!.findings.map(({ id, status, code }) => [id, status, code]);
    expect(statuses).toContainEqual(['add-user', 'withheld', 'proof-failed']);
    expect(statuses).toContainEqual(['replace-maintainer', 'fixed', null]);
  });

  it('has rows of what failed where nothing is kept, and none without a proof', async () => {
    const broken = await setUp('fails').run(['--write', '--verify', '--yes', '--json']);
    const { rows, withheld } = broken.report.files[0]!.verification!;
    expect(rows).toMatchObject([
      { status: 'broken-before', output: ['#5 ERROR: npm ERR! missing script: build'] },
    ]);
    expect(withheld.map(({ id }) => id).sort()).toEqual(['add-user', 'replace-maintainer']);
    const plain = await setUp().run(['--write', '--yes', '--json']);
    expect(plain.report.files[0]).not.toHaveProperty('verification');
    expect(plain.report).not.toHaveProperty('engine');
  });
});

describe.skipIf(!canFake)('--write --verify of a split', { timeout: 120_000 }, () => {
  const GO = `FROM golang:1.22
MAINTAINER Jane Roe <jane@example.com>
WORKDIR /src
COPY go.mod ./
COPY . .
RUN go build -o /bin/gateway .
EXPOSE 8080
ENTRYPOINT ["/bin/gateway"]
`;

  function setUpGo(comment: string): { box: Sandbox; docker: FakeDocker; run(): Promise<RunResult> } {
    const box = createSandbox();
    const docker = createFakeDocker();
    box.write('Dockerfile', `# fake: ${comment}\n${GO}`);
    box.write('go.mod', 'module example.com/acme/gateway\n\ngo 1.22\n');
    box.write(
      'main.go',
      'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
    );
    const only = ['split-stages', 'replace-maintainer', 'add-user'].flatMap((id) => ['--only', id]);
    const run = (): Promise<RunResult> =>
      box.run(['--write', '--verify', '--yes', '--json', '--offline', ...only], {
        env: { ...docker.env, XDG_CONFIG_HOME: ALL },
        clock: fastClock,
      });
    return { box, docker, run };
  }

  it('writes one that passes', async () => {
    const { box, docker, run } = setUpGo('nothing');
    expect((await run()).exit).toBe(0);
    expect(box.read('Dockerfile')).toMatch(
      /^FROM golang:1.22 AS builder$[^]*^LABEL [^]*^COPY --from=builder/m,
    );
    expect(docker.calls().filter(([command]) => command === 'build')).toHaveLength(2);
  });

  it.each([
    ['split-breaks', 'the rewritten file does not build', '#7 ERROR: cc: not found'],
    ['split-crashes', 'the start: stays up before, ends with 1 after', 'Error: EACCES'],
  ])('that fails (%s) withholds it alone, with the last lines', async (comment, reason, said) => {
    const { box, docker, run } = setUpGo(comment);
    const { exit, report } = await run();
    expect(exit).toBe(0);
    const text = box.read('Dockerfile');
    expect(text).not.toContain('AS builder');
    // What is found only in the file that is not split is found, tried and kept as well.
    expect(text).toMatch(/^LABEL [^]*^USER /m);
    const { findings, verification } = report.files[0]!;
    expect(findings.map(({ id, status, code }) => [id, status, code])).toEqual(
      expect.arrayContaining([
        ['replace-maintainer', 'fixed', null],
        ['add-user', 'fixed', null],
        ['split-stages', 'withheld', 'proof-failed'],
      ]),
    );
    expect(verification!.withheld.map(({ id }) => id)).toEqual(['split-stages']);
    expect(verification!.withheld[0]!.reason).toContain(reason);
    expect(verification!.withheld[0]!.output.join('\n')).toContain(said);
    const own = findings.find(({ id }) => id === 'split-stages')!;
    expect(own.reason).toContain(said);
    // All, the split by itself, and the others: no more than that is built.
    expect(docker.calls().filter(([command]) => command === 'build')).toHaveLength(4);
    expect(docker.left()).toEqual([]);
  });

  it('that passes stays where another fix fails', async () => {
    const { box, run } = setUpGo('labels-fail');
    const { report } = await run();
    expect(box.read('Dockerfile')).toContain('AS builder');
    expect(box.read('Dockerfile')).toContain('MAINTAINER');
    expect(report.files[0]!.verification!.withheld.map(({ id }) => id)).toEqual(['replace-maintainer']);
  });
});
