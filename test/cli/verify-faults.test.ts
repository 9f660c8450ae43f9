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
