import { describe, expect, it } from 'vitest';
import { isImageConfig, readConfig } from '../../src/registry/config.ts';
import type { ImageManifest, Registry } from '../../src/registry/registry.ts';
import { MEDIA, makeImage, sha256Digest } from '../support/images.ts';
import { send } from '../support/fake-registry.ts';
import { image, requestsOf, serve, shelfHandler, valueOf } from '../support/registry.ts';

const read = (value: unknown): ReturnType<typeof readConfig> =>
  readConfig(Buffer.from(JSON.stringify(value)));

describe('the configuration of an image', () => {
  it('META-3: is read with everything that rules look at', () => {
    const config = read({
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      created: '2024-05-01T12:00:00Z',
      config: {
        User: '1000:1000',
        Entrypoint: ['/entry.sh'],
        Cmd: [],
        ExposedPorts: { '8080/tcp': {}, '53/udp': {}, '9000': {}, '8000-8010/tcp': {}, 'x; rm -rf /': {} },
        Healthcheck: { Test: ['CMD', 'curl', '-f', 'http://x/'], Interval: 30e9, Timeout: 5e8, Retries: 3 },
        Env: ['PATH=/usr/bin:/bin', 'A=b=c', 'EMPTY=', 'no equals sign', '=x'],
        Labels: { b: '2', a: '1' },
        WorkingDir: '/app',
        Volumes: { '/data': {} },
        StopSignal: 'SIGTERM',
        OnBuild: ['COPY . /app'],
        Shell: ['powershell', '-Command'],
      },
      history: [{ created_by: 'FROM x' }, { empty_layer: true }],
    });
    expect(config).toEqual({
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      osVersion: null,
      created: '2024-05-01T12:00:00Z',
      user: '1000:1000',
      entrypoint: ['/entry.sh'],
      cmd: [],
      ports: ['53/udp', '8000-8010/tcp', '8080/tcp', '9000/tcp'],
      healthcheck: {
        kind: 'exec',
        command: ['curl', '-f', 'http://x/'],
        intervalMs: 30_000,
        timeoutMs: 500,
        startPeriodMs: null,
        retries: 3,
      },
      env: [
        { name: 'PATH', value: '/usr/bin:/bin' },
        { name: 'A', value: 'b=c' },
        { name: 'EMPTY', value: '' },
      ],
      labels: [
        { name: 'a', value: '1' },
        { name: 'b', value: '2' },
      ],
      workingDirectory: '/app',
      volumes: ['/data'],
      stopSignal: 'SIGTERM',
      onBuild: ['COPY . /app'],
      shell: ['powershell', '-Command'],
      history: ['FROM x', ''],
      isCut: false,
    });
  });

  it('META-3: tells unset from set to nothing, and a check that is switched off from none', () => {
    expect(read({ config: { Entrypoint: null } })).toMatchObject({
      entrypoint: null,
      cmd: null,
      user: '',
      healthcheck: null,
      workingDirectory: '/',
    });
    expect(read({ config: { Healthcheck: { Test: ['NONE'] } } })).toMatchObject({
      healthcheck: { kind: 'none' },
    });
    expect(read({ config: { Healthcheck: { Test: ['CMD-SHELL', 'exit 0'] } } })).toMatchObject({
      healthcheck: { kind: 'shell', command: ['exit 0'], intervalMs: null },
    });
    expect(read({ config: { Healthcheck: { Test: [] } } })).toMatchObject({ healthcheck: null });
    expect(read({ config: null })).toMatchObject({ os: 'unknown', architecture: 'unknown' });
  });

  // Red when MAX_TEXT or MAX_ENTRIES no longer cut.
  it('SEC-3: is cut where it is longer than anything sensible, and says so', () => {
    const config = read({
      config: {
        User: 'x'.repeat(1_000_000),
        Env: Array.from({ length: 5000 }, (_, at) => `V${at}=1`),
        Labels: Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`l${at}`, 'x'])),
      },
    });
    expect(config?.isCut).toBe(true);
    expect(config?.user).toHaveLength(32 * 1024);
    expect(config?.env).toHaveLength(1000);
    expect(config?.labels).toHaveLength(1000);
  });

  it('takes any type where another was expected for nothing', () => {
    expect(
      read({
        os: 7,
        created: {},
        history: 'x',
        config: { User: [], Env: 'A=b', Labels: [1], ExposedPorts: null, Healthcheck: 1, OnBuild: [3, null] },
      }),
    ).toMatchObject({
      os: 'unknown',
      created: null,
      history: [],
      user: '',
      env: [],
      labels: [],
      onBuild: ['', ''],
    });
    expect(read({ config: { Labels: JSON.parse('{"__proto__":"x","constructor":"y"}') } })?.labels).toEqual([
      { name: '__proto__', value: 'x' },
      { name: 'constructor', value: 'y' },
    ]);
    expect(read([])).toBeNull();
    expect(readConfig(Buffer.from('no'))).toBeNull();
  });

  it('META-3: is of two types only', () => {
    expect([MEDIA.ociConfig, MEDIA.dockerConfig].map(isImageConfig)).toEqual([true, true]);
    expect(isImageConfig('application/vnd.cncf.helm.config.v1+json')).toBe(false);
    expect(isImageConfig('application/vnd.oci.empty.v1+json')).toBe(false);
  });
});

describe('asking for the configuration', () => {
  const artifact = makeImage({ config: { User: 'app' } });
  const shelf = new Map([['acme/app:1', artifact]]);

  async function manifestOf(client: Registry): Promise<ImageManifest> {
    return valueOf(await client.manifest(image(), artifact.digest)) as ImageManifest;
  }

  it('META-3: is one request, once', async () => {
    const { client, server } = await serve(shelfHandler(shelf));
    const manifest = await manifestOf(client);
    expect(valueOf(await client.config(image(), manifest)).user).toBe('app');
    await client.config(image(), manifest);
    expect(requestsOf(server)).toEqual([
      `GET /v2/acme/app/manifests/${artifact.digest}`,
      `GET /v2/acme/app/blobs/${manifest.config.digest}`,
    ]);
  });

  it('META-3: is "not-an-image" for a chart, without asking for it', async () => {
    const { client, server } = await serve(shelfHandler(shelf));
    const manifest = await manifestOf(client);
    const chart = { ...manifest.config, mediaType: 'application/vnd.cncf.helm.config.v1+json' };
    expect(await client.config(image(), { ...manifest, config: chart })).toMatchObject({
      ok: false,
      code: 'not-an-image',
    });
    expect(server.seen).toHaveLength(1);
  });

  // Red without the hasDigest() line of fetchConfig.
  it('SEC-4: is refused when its bytes are others than the manifest names', async () => {
    const { client } = await serve((request, response, url) => {
      if (url.pathname.includes('/blobs/'))
        return send(request, response, 200, {}, '{"config":{"User":"root"}}');
      return shelfHandler(shelf)(request, response, url);
    });
    expect(await client.config(image(), await manifestOf(client))).toMatchObject({
      ok: false,
      code: 'digest-mismatch',
    });
  });

  // Red when MAX_CONFIG_BYTES is not passed on.
  it('SEC-3: is not read beyond 4 MiB', async () => {
    const { client } = await serve((request, response, url) => {
      if (url.pathname.includes('/blobs/'))
        return send(request, response, 200, {}, Buffer.alloc(4 * 1024 * 1024 + 1));
      return shelfHandler(shelf)(request, response, url);
    });
    expect(await client.config(image(), await manifestOf(client))).toMatchObject({
      ok: false,
      code: 'too-large',
    });
  });

  it('says when it is gone, and when it is no JSON', async () => {
    const body = Buffer.from('nonsense');
    const gone = await serve(shelfHandler(shelf));
    const manifest = await manifestOf(gone.client);
    const config = { ...manifest.config, digest: sha256Digest('elsewhere') };
    expect(await gone.client.config(image(), { ...manifest, config })).toMatchObject({
      ok: false,
      code: 'not-found',
    });

    const broken = await serve((request, response) => send(request, response, 200, {}, body));
    const nonsense = { ...manifest.config, digest: sha256Digest(body) };
    expect(await broken.client.config(image(), { ...manifest, config: nonsense })).toMatchObject({
      ok: false,
      code: 'not-an-image',
    });
  });
});
