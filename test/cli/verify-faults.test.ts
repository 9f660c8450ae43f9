/**
 * The proof as a process, ended at any moment, killed, twice at once: no container, network, volume, image or temporary
 * folder stays, and the user's files are as they were.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { canFake, createFakeDocker } from '../engine/fake-docker.ts';
import type { FakeDocker } from '../engine/fake-docker.ts';
import { DOCKFIX, ensureBuilt } from './built.ts';
import { createSandbox } from './fake-io.ts';
import type { Sandbox } from './fake-io.ts';

beforeAll(ensureBuilt, 120_000);

const DOCKERFILE = `FROM node:20-slim
MAINTAINER Jane Roe <jane@example.com>
EXPOSE 3000
CMD ["node", "server.js"]
`;
const WORDS = ['--offline', '--only', 'replace-maintainer'];

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<readonly [number | null, string | null]>;
  said(): string;
}

function start(box: Sandbox, docker: FakeDocker, argv: readonly string[]): Running {
  let said = '';
  const child = spawn(process.execPath, [DOCKFIX, ...argv, ...WORDS], {
    cwd: box.folder,
    env: { ...docker.env, XDG_CONFIG_HOME: '/nonexistent', XDG_CACHE_HOME: '/dev/null' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => (said += piece.toString()));
  // What `exit` and `close` give.
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  return { child, ended, said: () => said };
}

function setUp(comment = ''): { box: Sandbox; docker: FakeDocker } {
  const box = createSandbox();
  box.write('Dockerfile', comment === '' ? DOCKERFILE : `# fake: ${comment}\n${DOCKERFILE}`);
  return { box, docker: createFakeDocker() };
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 400 && !condition(); attempt++) await sleep(50);
  expect(condition()).toBe(true);
}

describe.skipIf(!canFake)('a proof that is ended', { timeout: 180_000 }, () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s while it builds exits 130 and leaves nothing',
    async (signal) => {
      const { box, docker } = setUp('hangs');
      const before = box.snapshot();
      const { child, ended } = start(box, docker, ['verify']);
      await until(() => docker.has('building'));
      child.kill(signal);
      expect(await ended).toEqual([130, null]);
      expect(docker.left()).toEqual([]);
      expect(box.snapshot()).toEqual(before);
    },
  );

  it('at any moment exits 130, writes nothing and leaves nothing', async () => {
    // The moments of a run, by the number of commands that the engine has been given.
    const runs = [1, 4, 7, 10, 14, 18, 24, 30].map(async (moment) => {
      const { box, docker } = setUp();
      const before = box.snapshot();
      const { child, ended } = start(box, docker, ['--write', '--verify', '--yes']);
      await until(() => docker.calls().length >= moment);
      child.kill('SIGINT');
      expect(await ended, `at command ${moment}`).toEqual([130, null]);
      expect(docker.left(), `at command ${moment}`).toEqual([]);
      expect(box.snapshot()).toEqual(before);
    });
    await Promise.all(runs);
  });

  it('by force leaves things behind, which the next run removes', async () => {
    const { box, docker } = setUp();
    const { child, ended } = start(box, docker, ['verify']);
    await until(() =>
      ['containers', 'networks'].every((kind) => docker.left().some((name) => name.startsWith(kind))),
    );
    child.kill('SIGKILL');
    await ended;
    expect(docker.left().join('\n')).toMatch(/containers: [^]*networks: [^]*images: [^]*^dockfix-verify-/m);
    const next = start(box, docker, ['verify', '--only-build']);
    expect(await next.ended).toEqual([0, null]);
    expect(next.said()).toContain('removed what an earlier run had left');
    expect(docker.left()).toEqual([]);
  });

  it('does not remove what another run still uses: two at once both pass', async () => {
    const { box, docker } = setUp();
    const runs = [1, 2].map(() => start(box, docker, ['verify']));
    for (const { ended, said } of runs) expect(await ended, said()).toEqual([0, null]);
    for (const { said } of runs) expect(said()).not.toContain('removed what an earlier run had left');
    expect(docker.left()).toEqual([]);
  });

  it('waits for no engine that hangs: a second Ctrl-C ends it at once', async () => {
    const { box, docker } = setUp('hangs');
    const { child, ended } = start(box, docker, ['verify']);
    await until(() => docker.has('building'));
    child.kill('SIGINT');
    child.kill('SIGINT');
    await ended;
    const next = start(box, docker, ['verify', '--only-build', '--timeout', '1']);
    expect((await next.ended)[0]).toBe(3);
    expect(docker.left()).toEqual([]);
  });
});

describe.skipIf(!canFake)('the built command', { timeout: 60_000 }, () => {
  it('reads compose files', async () => {
    const { box, docker } = setUp();
    box.write('compose.yaml', 'services: { web: { build: . } }\n');
    const { ended, said } = start(box, docker, ['verify', '--only-build']);
    expect(await ended).toEqual([0, null]);
    expect(said()).toContain('Dockerfile (web): passed');
  });
});

describe.skipIf(!canFake)('a proof whose surroundings fail', { timeout: 180_000 }, () => {
  it('because the engine dies at any moment exits 3, writes nothing, and the next run removes what is left', async () => {
    const runs = [3, 7, 9, 12, 16, 20, 26].map(async (moment) => {
      const { box, docker } = setUp();
      const before = box.snapshot();
      docker.dieAfter(moment);
      const { ended, said } = start(box, docker, ['--write', '--verify', '--yes']);
      expect(await ended, `after command ${moment}: ${said()}`).toEqual([3, null]);
      expect(said()).toMatch(/the engine does not answer|could not be removed|its daemon does not answer/);
      expect(said()).not.toContain('a defect of dockfix');
      expect(box.snapshot()).toEqual(before);
      expect(docker.left().filter((name) => name.startsWith('dockfix-verify-'))).toEqual([]);
      docker.dieAfter(null);
      const next = start(box, docker, ['verify', '--only-build']);
      expect(await next.ended).toEqual([0, null]);
      expect(docker.left(), `after command ${moment}`).toEqual([]);
    });
    await Promise.all(runs);
  });

  it('because the disk of this machine takes no file says so, judges nothing and exits 3', async () => {
    const { box, docker } = setUp('no-room-here');
    const before = box.snapshot();
    // The folder of the run is gone, as a folder is that takes nothing more.
    const { ended, said } = start(box, docker, ['--write', '--verify', '--yes']);
    expect(await ended).toEqual([3, null]);
    expect(said()).toContain('a file of the run could not be written (E');
    expect(said()).not.toContain('a defect of dockfix');
    expect(box.snapshot()).toEqual(before);
    expect(docker.left()).toEqual([]);

    const none = setUp();
    const tmp = { ...none.docker.env, TMPDIR: '/nonexistent' };
    const other = start(none.box, { ...none.docker, env: tmp }, ['verify']);
    expect(await other.ended).toEqual([3, null]);
    expect(other.said()).toContain('make room where temporary files are, or set TMPDIR');
  });

  it.each(['disk-full-later', 'no-network-later'])(
    'while the rewritten file is built (%s) judges nothing, writes nothing and leaves nothing',
    async (comment) => {
      const { box, docker } = setUp(comment);
      const before = box.snapshot();
      const { ended, said } = start(box, docker, ['--write', '--verify', '--yes']);
      expect(await ended).toEqual([3, null]);
      expect(said()).toContain('not all of its fixes could be proven: the rewritten file could not be built');
      expect(box.snapshot()).toEqual(before);
      expect(docker.left()).toEqual([]);
    },
  );

  it('by a container that does not heed its signal: it is killed, said, and Ctrl-C while that lasts leaves nothing', async () => {
    const { box, docker } = setUp('ignores-term');
    const whole = start(box, docker, ['verify']);
    expect(await whole.ended).toEqual([0, null]);
    expect(whole.said()).toMatch(/^ {2}= stop +has to be killed +has to be killed$/m);
    expect(docker.left()).toEqual([]);

    const other = setUp('ignores-term');
    const { child, ended } = start(other.box, other.docker, ['verify']);
    await until(() => other.docker.calls().some(([command]) => command === 'stop'));
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(other.docker.left()).toEqual([]);
  });

  it('by another run that writes the same file: it is written once, and never mixed', async () => {
    const { box, docker } = setUp();
    const runs = [1, 2].map(() => start(box, docker, ['--write', '--verify', '--yes', '--only-build']));
    const codes = await Promise.all(runs.map(({ ended }) => ended));
    expect(codes.map(([code]) => code).sort()).toEqual(expect.arrayContaining([0]));
    expect(box.read('Dockerfile').match(/^LABEL org/gm)).toHaveLength(1);
    expect(box.read('Dockerfile')).not.toContain('MAINTAINER');
    expect(docker.left()).toEqual([]);
  });
});
