/** An engine behind its command line: what it is asked, what becomes of its answers, what it may see. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openEngine } from '../../src/engine/open.ts';
import type { OpenEngine } from '../../src/engine/open.ts';
import type { RunRequest } from '../../src/engine/engine.ts';
import { createRunner } from '../../src/engine/process.ts';
import { canFake, createFakeDocker } from './fake-docker.ts';
import type { FakeDocker } from './fake-docker.ts';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

async function open(
  env: Readonly<Record<string, string>> = {},
  docker = createFakeDocker(),
): Promise<{ opened: OpenEngine; docker: FakeDocker }> {
  const opened = await openEngine({
    name: null,
    env: { ...docker.env, ...env },
    excluded: [],
    signal: new AbortController().signal,
    mustRun: false,
  });
  onTestFinished(() => void opened.close());
  return { opened, docker };
}

const REQUEST: RunRequest = {
  image: 'app:1',
  platform: null,
  network: null,
  aliases: [],
  env: new Map(),
  entrypoint: null,
  command: null,
  volumes: [],
  hardened: false,
  watchesHealth: false,
};

describe.skipIf(!canFake)('an engine behind its command line', { timeout: 30_000 }, () => {
  it('gives every container a limit, its mark, no network, and its variables in a file that nobody else reads', async () => {
    const { opened, docker } = await open();
    docker.addImage('app:1', 'FROM scratch\n');
    const env = new Map([
      ['KEY', 'a "quoted" $value; rm -rf /'],
      ['LINES', 'one\ntwo'],
    ]);
    const created = await opened.engine.create({ ...REQUEST, env, command: ['--privileged', '$(id)'] });
    expect(created.ok).toBe(true);
    const words = docker.calls().find(([command]) => command === 'create')!;
    expect(words).toEqual(
      expect.arrayContaining(['--memory=2g', '--pids-limit=2048', '--network=none', '--env=LINES=one\ntwo']),
    );
    // What the image is asked to run stands behind the image: it is no flag of the engine.
    expect(words.slice(words.indexOf('app:1'))).toEqual(['app:1', '--privileged', '$(id)']);
    expect(words.join(' ')).not.toContain('quoted');
    const { variables } = docker.container(created.ok ? created.value : '') as { variables: string };
    expect(variables).toBe('KEY=a "quoted" $value; rm -rf /\n');
    expect(await opened.close()).toEqual([]);
    expect(docker.left()).toEqual(['images: app:1']);
  });

  it('says that a container was killed when its signal was not enough', async () => {
    const { opened, docker } = await open();
    docker.addImage('app:1', '# fake: ignores-term\nFROM scratch\n');
    const { engine } = opened;
    const created = await engine.create(REQUEST);
    const id = created.ok ? created.value : '';
    await engine.start(id);
    expect(await engine.stop(id, 1000)).toMatchObject({ ok: true, value: { killed: true, exitCode: 137 } });
    docker.addImage('app:2', 'FROM scratch\n');
    const other = await engine.create({ ...REQUEST, image: 'app:2' });
    await engine.start(other.ok ? other.value : '');
    expect(await engine.stop(other.ok ? other.value : '', 1000)).toMatchObject({ value: { killed: false } });
  });

  it.each([
    ['docker', 'runs may take 2 GiB of memory and 2048 processes, builds what the engine allows', []],
    [
      'podman',
      'runs may take 2 GiB of memory and 2048 processes, builds 8 GiB of memory',
      ['--memory=8g', '--memory-swap=8g'],
    ],
    ['buildah', 'builds 8 GiB of memory', ['--memory=8g', '--memory-swap=8g']],
  ] as const)('limits what %s can limit, and says which', async (name, limits, words) => {
    const docker = createFakeDocker([name]);
    const { opened } = await open({}, docker);
    expect(opened.engine.limits).toBe(limits);
    const dockerfile = join(opened.folder, 'Dockerfile');
    writeFileSync(dockerfile, 'FROM scratch\n');
    const built = { image: 'x:1', dockerfile, ignoreFile: null, context: '/', target: null, args: new Map() };
    const rest = { platform: null, network: 'default', timeoutMs: 10_000 } as const;
    expect(await opened.engine.build({ ...built, ...rest })).toMatchObject({ ok: true });
    const build = docker.calls().find(([command]) => command === 'build')!;
    expect(build.filter((word) => word.startsWith('--memory'))).toEqual(words);
  });

  it.each(['docker', 'podman'])('does not claim a limit that %s drops on this kernel', async (name) => {
    const docker = createFakeDocker([name]);
    docker.set('limitless', true);
    const { opened } = await open({}, docker);
    expect(opened.engine.limits).toBe('this engine limits no runs, builds what the engine allows');
  });

  it('says that it is gone, whatever the last words of a command were', async () => {
    const { opened, docker } = await open();
    docker.set('dead', true);
    expect(await opened.engine.createNetwork()).toMatchObject({ ok: false, kind: 'unreachable' });
    docker.set('dead', false);
  });
});

describe.skipIf(!canFake)('programs', () => {
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'dockfix-test-'));
    onTestFinished(() => rmSync(made, { recursive: true, force: true }));
    return made;
  };
  const script = (text: string): [string, string[]] => [process.execPath, ['-e', text]];

  it('see of the environment only what engines need', async () => {
    const { opened, docker } = await open({ AWS_SECRET_ACCESS_KEY: 'canary', DOCKER_HOST: 'unix:///x' });
    docker.addImage('app:1', 'FROM scratch\n');
    await opened.engine.hasImage('app:1');
    const seen = readFileSync(join(docker.env['DOCKER_CONFIG']!, 'state', 'environment'), 'utf8');
    expect(seen).toContain('DOCKER_HOST');
    expect(seen).not.toMatch(/AWS_SECRET_ACCESS_KEY|canary/);
  });

  it('are ended after their time, with all that they have started', async () => {
    const place = folder();
    const run = createRunner({ env: { PATH: process.env['PATH'] ?? '' }, cwd: place });
    const child = `setTimeout(() => require('fs').writeFileSync('late', ''), 1500)`;
    const text = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]); setInterval(() => {}, 1000)`;
    const ran = await run(...script(text), { timeoutMs: 500 });
    expect(ran).toMatchObject({ how: 'timeout', code: null });
    await new Promise((resolve) => setTimeout(resolve, 1800));
    expect(existsSync(join(place, 'late'))).toBe(false);
  });

  it('may print without end: only the last of it is kept', async () => {
    const run = createRunner({ env: {}, cwd: folder() });
    const text = `for (let i = 0; i < 200000; i++) console.log('line ' + i)`;
    const ran = await run(...script(text), { timeoutMs: 20_000, keepBytes: 1000 });
    expect(ran.stdout.length).toBeLessThanOrEqual(1000);
    expect(ran.stdout).toContain('line 199999');
  });

  it('that are not there, or are interrupted, are no exception', async () => {
    const place = folder();
    writeFileSync(join(place, 'no-program'), '');
    const run = createRunner({ env: {}, cwd: place });
    expect(await run(join(place, 'no-program'), [], { timeoutMs: 1000 })).toMatchObject({ how: 'missing' });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    const ran = await run(...script('setInterval(() => {}, 1000)'), {
      timeoutMs: 20_000,
      signal: abort.signal,
    });
    expect(ran.how).toBe('interrupted');
  });
});
