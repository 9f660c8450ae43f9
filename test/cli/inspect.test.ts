/** `dockfix inspect` and `dockfix cache` as a person meets them, against a registry of the test's own. */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeRegistry } from '../support/fake-registry.ts';
import type { FakeRegistry } from '../support/fake-registry.ts';
import { makeAttestation, makeImage, makeIndex } from '../support/images.ts';
import type { Artifact } from '../support/images.ts';
import { shelfHandler } from '../support/registry.ts';
import { createSandbox } from './fake-io.ts';
import type { RunResult, Sandbox } from './fake-io.ts';

const amd64 = makeImage({
  annotations: { 'org.opencontainers.image.revision': 'abc123' },
  root: { created: '2024-05-01T12:34:56Z' },
  config: {
    User: 'node',
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['node', '-e', 'say "hi"'],
    ExposedPorts: { '3000/tcp': {} },
    Healthcheck: { Test: ['CMD-SHELL', 'curl -f http://localhost:3000/'], Interval: 30e9, Retries: 3 },
    Env: ['PATH=/usr/local/bin:/usr/bin', 'NODE_VERSION=22.1.0'],
    Labels: { 'org.opencontainers.image.source': 'https://github.com/acme/app' },
    WorkingDir: '/app',
    Volumes: { '/data': {} },
    StopSignal: 'SIGTERM',
    OnBuild: ['COPY . /app'],
  },
});
const arm64 = makeImage({
  platform: { os: 'linux', architecture: 'arm64' },
  root: { created: '1970-01-01T00:00:00Z' },
});
const index = makeIndex([
  amd64,
  arm64,
  makeAttestation(amd64, ['https://spdx.dev/Document', 'https://slsa.dev/provenance/v1']),
]);

interface Place {
  readonly sandbox: Sandbox;
  readonly server: FakeRegistry;
  inspect(...args: string[]): Promise<RunResult>;
}

async function place(
  images: Readonly<Record<string, Artifact>> = { 'library/node:22': index },
): Promise<Place> {
  const server = await startFakeRegistry(shelfHandler(new Map(Object.entries(images))));
  onTestFinished(() => server.close());
  const sandbox = createSandbox();
  sandbox.write('operator.yaml', `registries: { docker.io: { endpoint: "${server.url}" } }\n`);
  return {
    sandbox,
    server,
    inspect: (...args) => sandbox.run(['inspect', '--config', sandbox.path('operator.yaml'), ...args]),
  };
}

describe('dockfix inspect', () => {
  it('shows what an image is, line by line', async () => {
    const { inspect } = await place();
    const { exit, stdout, stderr } = await inspect('node:22');
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`docker.io/library/node:22
  digest        ${index.digest}
  kind          index, OCI
  platforms     linux/amd64, linux/arm64
  looking at    linux/amd64  (the usual one; --platform looks at another)
                ${amd64.digest}
  layers        1, ${amd64.blobs[1]!.bytes.length} bytes compressed

  created       2024-05-01 12:34 UTC  (image config)
  source        https://github.com/acme/app  (config label)
  revision      abc123  (manifest annotation)
  system        unknown  (its os-release could not be read: layer 1 of 1: it has no table of contents, and would have to be read whole (--deep))
  attached      SBOM, https://spdx.dev/Document  (beside the image in its index)
                provenance, https://slsa.dev/provenance/v1  (beside the image in its index)

  user          node
  entrypoint    ["docker-entrypoint.sh"]
  command       ["node", "-e", "say \\"hi\\""]
  directory     /app
  ports         3000/tcp
  health check  curl -f http://localhost:3000/; every 30s, 3 tries
  volumes       /data
  stop signal   SIGTERM
  on build      COPY . /app
  environment   PATH=/usr/local/bin:/usr/bin
                NODE_VERSION=22.1.0
  labels        org.opencontainers.image.source=https://github.com/acme/app
`);
  });

  it('META-2, META-4: shows another platform, and does not take a fixed date for one', async () => {
    const { inspect } = await place();
    const { stdout } = await inspect('node:22', '--platform', 'arm64');
    expect(stdout).toContain('looking at    linux/arm64  (as asked)');
    expect(stdout).toContain('created       no date  (reproducible build, dated 1970-01-01T00:00:00Z)');
    expect(stdout).toContain('user          root  (none is set)');
    expect(stdout).toContain('ports         none declared');
    expect(stdout).toContain('entrypoint    none');
    expect(stdout).toContain('health check  none');
    expect(stdout).not.toContain('attached');
  });

  it('shows a single image, of Docker or OCI', async () => {
    const single = makeImage({ flavour: 'docker', config: { Cmd: [], Healthcheck: { Test: ['NONE'] } } });
    const { inspect } = await place({ 'library/app:1': single });
    const { stdout } = await inspect(`app:1@${single.digest}`);
    expect(stdout).toContain(`docker.io/library/app:1@${single.digest}\n`);
    expect(stdout).toContain('kind          single image, Docker schema 2\n');
    expect(stdout).toContain('looking at    linux/amd64  (the only one)\n  layers');
    expect(stdout).toContain('command       []\n');
    expect(stdout).toContain('health check  switched off by the image');
  });

  it('has a JSON form with everything in full', async () => {
    const { inspect } = await place();
    const { exit, stdout } = await inspect('node:22', '--json', '--files', '/bin/sh', 'etc/passwd');
    expect(exit).toBe(0);
    const json = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(json)).toEqual([
      'schemaVersion',
      'tool',
      'reference',
      'digest',
      'kind',
      'mediaType',
      'platforms',
      'image',
      'metadata',
      'osRelease',
      'osReleaseProblem',
      'config',
      'configIsCut',
      'attestations',
      'files',
    ]);
    expect(json).toMatchObject({
      schemaVersion: 1,
      tool: { name: 'dockfix' },
      digest: index.digest,
      image: { platform: 'linux/amd64', reason: 'default', digest: amd64.digest },
      metadata: { created: { value: '2024-05-01T12:34:56.000Z', origin: 'image config' } },
      config: { user: 'node', healthcheck: { kind: 'shell', intervalMs: 30_000 } },
      files: [
        { path: '/bin/sh', present: 'unknown' },
        { path: '/etc/passwd', present: 'unknown' },
      ],
    });
  });

  it('says of each path what is known', async () => {
    const { inspect } = await place();
    const { stdout } = await inspect('node:22', '--files', '/bin/sh', '/etc/passwd');
    expect(stdout).toContain(
      '\n  files         /bin/sh      unknown  (layer 1 of 1: it has no table of contents, and would have to be read whole (--deep))\n' +
        '                /etc/passwd  unknown  (layer 1 of 1: it has no table of contents, and would have to be read whole (--deep))\n',
    );
  });

  // Red when shown() in src/report/inspect.ts returns its text as it is.
  it('SEC-7: lets no text of an image move the cursor, hide something or fill the screen', async () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u202egpj\r\nuser  root\u200b';
    const image = makeImage({
      annotations: { 'org.opencontainers.image.source': evil, 'org.opencontainers.image.version': evil },
      root: { created: evil },
      config: {
        User: evil,
        Entrypoint: [evil],
        Cmd: [evil],
        Env: [`A=${evil}`, `LONG=${'x'.repeat(100_000)}`],
        Labels: { [evil]: evil },
        WorkingDir: evil,
        Volumes: { [evil]: {} },
        StopSignal: evil,
        OnBuild: [evil],
        Shell: [evil],
        Healthcheck: { Test: ['CMD-SHELL', evil] },
      },
    });
    const { inspect, sandbox } = await place({ 'library/evil:1': image });
    for (const terminal of [false, true]) {
      const config = sandbox.path('operator.yaml');
      const { exit, stdout } = await sandbox.run(['inspect', '--config', config, '--no-color', 'evil:1'], {
        terminal,
      });
      expect(exit).toBe(0);
      // eslint-disable-next-line no-control-regex
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u200b\u202e]/);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(420);
      expect(stdout).toContain('\\u{1b}');
      expect(stdout.split('\n').filter((line) => /^user/.test(line))).toEqual([]);
    }
    const json = await inspect('evil:1', '--json');
    expect((JSON.parse(json.stdout) as { config: { user: string } }).config.user).toBe(evil.trim());
  });

  it('is coloured on a terminal only', async () => {
    const { sandbox } = await place();
    const args = ['inspect', '--config', sandbox.path('operator.yaml'), 'node:22'];
    expect((await sandbox.run(args, { terminal: true })).stdout).toContain(
      '\u001b[1mdocker.io/library/node:22',
    );
    expect((await sandbox.run(args)).stdout).not.toContain('\u001b');
  });

  it.each([
    [['Foo Bar'], 'Foo Bar: has an invalid name: Foo Bar; names are lower case'],
    [['$BASE'], '$BASE: has an invalid name'],
    [['scratch'], 'scratch: is the empty image, no registry has it'],
    [['node:22', '--platform', 'linux arm'], '--platform linux arm: is no platform such as linux/arm64'],
    [['node:22', '--files', ''], '--files: "" is no path'],
    [[], "missing required argument 'image'"],
  ])('ends with 2 for %j', async (args, message) => {
    const { inspect, server } = await place();
    const { exit, stdout, stderr } = await inspect(...args);
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(server.seen).toHaveLength(0);
  });

  it('ends with 3 and says why, for what the registry does not tell', async () => {
    const { inspect, server } = await place();
    expect(await inspect('node:99')).toMatchObject({
      exit: 3,
      stdout: '',
      stderr: 'dockfix: node:99: docker.io has no library/node with the tag 99\n',
    });
    expect(await inspect('node:22', '--platform', 'windows/amd64')).toMatchObject({
      exit: 3,
      stderr: 'dockfix: node:22: it is not there for windows/amd64; docker.io has linux/amd64, linux/arm64\n',
    });
    await server.close();
    const down = await inspect('node:22');
    expect(down).toMatchObject({ exit: 3, stdout: '' });
    expect(down.stderr).toContain('node:22: docker.io: the connection was refused');
  });

  it('asks nothing when the configuration is offline', async () => {
    const { sandbox, server } = await place();
    sandbox.write('offline.yaml', 'offline: true\n');
    const result = await sandbox.run(['inspect', '--config', sandbox.path('offline.yaml'), 'node:22']);
    expect([result.exit, server.seen.length]).toEqual([3, 0]);
    expect(result.stderr).toContain('offline');
  });
});

describe('dockfix cache', () => {
  it('CACHE-1: is filled by an inspection, shown, used and cleared', async () => {
    const { sandbox, inspect, server } = await place();
    const flags = ['--cache-dir', sandbox.path('cache')];
    expect((await sandbox.run(['cache', ...flags])).stdout).toBe(
      `${sandbox.path('cache')}\n0 answers, 0 bytes\n`,
    );
    expect(existsSync(sandbox.path('cache'))).toBe(false);

    const first = await inspect('node:22', ...flags);
    const asked = server.seen.length;
    const second = await inspect('node:22', ...flags);
    expect(second.stdout).toBe(first.stdout);
    // Lists of what refers to an image change without their digest changing; nothing else is asked again.
    expect(server.seen.slice(asked).filter(({ path }) => !/referrers|sha256-/.test(path))).toEqual([]);

    const shown = await sandbox.run(['cache', ...flags, '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ path: sandbox.path('cache'), files: 5 });
    const cleared = await sandbox.run(['cache', 'clear', ...flags]);
    expect(cleared.stdout).toMatch(/^.*\/cache\nremoved 5 answers, [\d.]+ kB\n$/);
    expect(readdirSync(sandbox.path('cache'))).toEqual(['CACHEDIR.TAG']);
  });

  it('is where XDG says, and not in the repository', async () => {
    const sandbox = createSandbox();
    const shown = async (env: Readonly<Record<string, string>>): Promise<string> =>
      (await sandbox.run(['cache'], { env })).stdout.split('\n')[0]!;
    expect(await shown({ XDG_CACHE_HOME: '/var/somewhere' })).toBe('/var/somewhere/dockfix');
    expect(await shown({ XDG_CACHE_HOME: 'relative' })).toMatch(/^\/.*\/\.cache\/dockfix$/);
  });

  it('--no-cache neither reads nor fills it', async () => {
    const { sandbox, inspect, server } = await place();
    await inspect('node:22', '--cache-dir', sandbox.path('cache'), '--no-cache');
    expect(existsSync(sandbox.path('cache'))).toBe(false);
    const asked = server.seen.length;
    await inspect('node:22', '--cache-dir', sandbox.path('cache'), '--no-cache');
    expect(server.seen.length).toBe(asked * 2);
  });

  it('never clears a folder that is none of its own', async () => {
    const sandbox = createSandbox();
    sandbox.write('work/content/thesis.txt', 'x');
    const result = await sandbox.run(['cache', 'clear', '--cache-dir', sandbox.path('work')]);
    expect(result.exit).toBe(3);
    expect(result.stderr).toContain('is no cache of dockfix, so nothing was removed');
    expect(existsSync(sandbox.path('work/content/thesis.txt'))).toBe(true);
  });

  it('knows no other action', async () => {
    expect((await createSandbox().run(['cache', 'burn'])).exit).toBe(2);
  });

  it('CACHE-2: is used by a run over files: no request the second time', async () => {
    const { sandbox, server } = await place();
    sandbox.write('Dockerfile', 'FROM node:22\n');
    const args = ['--config', sandbox.path('operator.yaml'), '--cache-dir', sandbox.path('cache')];
    const run = (): Promise<RunResult> => sandbox.run([...args, '--only', 'pin-image-digest', 'Dockerfile']);
    const first = await run();
    expect(server.seen).toHaveLength(1);
    const second = await run();
    expect(server.seen).toHaveLength(1);
    expect(second.stdout).toBe(first.stdout);
    expect(first.stdout).toContain(index.digest);
  });

  it('that cannot be made costs nothing but time', async () => {
    const { sandbox } = await place();
    sandbox.write('Dockerfile', 'FROM node:22\n');
    sandbox.write('file', '');
    const args = ['--config', sandbox.path('operator.yaml'), '--cache-dir', sandbox.path('file/cache')];
    const result = await sandbox.run([...args, '--only', 'pin-image-digest', 'Dockerfile']);
    expect(result).toMatchObject({ exit: 0, stderr: '' });
    expect(result.stdout).toContain(index.digest);
  });
});
