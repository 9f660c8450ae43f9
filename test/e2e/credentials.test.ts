/**
 * Logins as people make them: docker, skopeo and podman write their files after a login at a real registry with
 * htpasswd, and dockfix pins from it with nothing but that file.
 */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createAuthority, hasOpenssl } from '../support/certificates.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { hasDistribution, isInstalled, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import type { FakeRegistry } from '../support/fake-registry.ts';
import { makeMultiPlatform } from '../support/images.ts';
import { logOf } from '../support/machine.ts';
import { runDockfix } from '../support/run.ts';
import { startTokenServer } from '../support/token-server.ts';

const USER = 'alice';
const PASSWORD = 's3cret:with:colon';
/** The line that htpasswd -B writes for them. */
const HTPASSWD = 'alice:$2b$05$abcdefghijklmnopqrstuuzn2U.cIul0ePEsP6mo/Zb0vmB2krNpS\n';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-login-')));
  mkdirSync(join(folder, 'repository', '.git'), { recursive: true });
  return () => rmSync(folder, { recursive: true, force: true });
});

function write(path: string, content: string | object, mode = 0o600): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(file, mode);
  return file;
}

/** Runs a program that reads the password from its input; this process goes on serving meanwhile. */
async function login(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  password = PASSWORD,
): Promise<void> {
  const [program, ...args] = argv;
  const child = spawn(program!, args, {
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  const ended = new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  child.stdin.end(password);
  expect(await ended, `${argv.join(' ')}: ${said}`).toBe(0);
}

/** Without a daemon, the docker command logs in by itself. */
const NO_DAEMON = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

function dockerLogin(host: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  return login(
    ['docker', '--config', join(folder, 'docker'), 'login', '--username', USER, '--password-stdin', host],
    { ...NO_DAEMON, ...env },
  );
}

interface Authenticated {
  /** What the file looks like, so that a change of a tool is noticed. */
  readonly keys: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly source: string;
}

describe.skipIf(!hasDistribution)('after a login (needs docker-registry)', { timeout: 30_000 }, () => {
  let server: Distribution;
  /** The same, seen through a proxy that says what it was asked. */
  let registry: FakeRegistry;
  let secrets: string;
  const image = makeMultiPlatform('private');

  beforeAll(async () => {
    secrets = mkdtempSync(join(tmpdir(), 'dockfix-htpasswd-'));
    writeFileSync(join(secrets, 'htpasswd'), HTPASSWD);
    server = await startDistribution(
      `auth: { htpasswd: { realm: basic-realm, path: ${join(secrets, 'htpasswd')} } }\n`,
      { authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` },
    );
    for (const repository of ['acme/app', 'other/app']) await server.push(repository, '1', image);
    registry = await startCountingProxy(server.url);
  });
  afterAll(async () => {
    await registry.close();
    await server.stop();
    rmSync(secrets, { recursive: true, force: true });
  });

  const pin = (
    env: Readonly<Record<string, string>>,
    repository = 'acme/app',
  ): ReturnType<typeof runDockfix> => {
    write('repository/Dockerfile', `FROM ${registry.host}/${repository}:1\n`, 0o644);
    const own = {
      HOME: join(folder, 'home'),
      XDG_RUNTIME_DIR: join(folder, 'run'),
      PATH: process.env['PATH'] ?? '',
    };
    const flags = ['--only', 'pin-image-digest', '--write', '--yes', '--debug'];
    return runDockfix(flags, join(folder, 'repository'), { ...own, ...env });
  };

  async function expectPinned({ keys, env, source }: Authenticated, repository = 'acme/app'): Promise<void> {
    const file = JSON.parse(readFileSync(source.replace(/ \(.*/, ''), 'utf8')) as { auths: object };
    expect(Object.keys(file.auths)).toEqual(keys);
    const result = await pin(env, repository);
    expect(result.exit, result.stderr).toBe(0);
    expect(result.stderr).toContain(`credentials for ${registry.host}/${repository}: basic from ${source}`);
    expect(readFileSync(join(folder, 'repository', 'Dockerfile'), 'utf8')).toBe(
      `FROM ${registry.host}/${repository}:1@${image.digest}\n`,
    );
    for (const secret of [PASSWORD, Buffer.from(`${USER}:${PASSWORD}`).toString('base64')]) {
      expect(result.stdout + result.stderr).not.toContain(secret);
    }
  }

  it('CRED: without one, the registry is asked anonymously, and what to do is said', async () => {
    const result = await pin({});
    expect(result.exit).toBe(3);
    expect(result.stderr).toContain(`credentials for ${registry.host}/acme/app: none, asked anonymously`);
    expect(result.stderr).toContain(`${registry.host} wants credentials`);
  });

  it.skipIf(!isInstalled('docker'))('CRED: pins with what docker login wrote (needs docker)', async () => {
    await dockerLogin(registry.host);
    const source = join(folder, 'docker', 'config.json');
    await expectPinned({ keys: [registry.host], env: { DOCKER_CONFIG: dirname(source) }, source });
  });

  it.skipIf(!isInstalled('docker'))(
    'CRED-4: pins with what docker login gave to a helper (needs docker)',
    async () => {
      // Keeps what it is given, as docker hands it over.
      const store = join(folder, 'store');
      const helper = `#!/bin/sh
case "$1" in
  store) cat > '${store}' ;;
  get) read -r server || :; grep -q "\\"$server\\"" '${store}' && cat '${store}' ||
    { echo 'credentials not found in native keychain'; exit 1; } ;;
  list) echo '{}' ;;
esac
`;
      const bin = dirname(write('bin/docker-credential-kept', helper, 0o755));
      const env = { PATH: `${bin}:${process.env['PATH']}` };
      const source = write('docker/config.json', { credsStore: 'kept' });
      await dockerLogin(registry.host, env);
      expect(readFileSync(source, 'utf8')).not.toContain('"auth":');
      expect(readFileSync(store, 'utf8')).toContain(PASSWORD);
      await expectPinned({
        keys: [registry.host],
        env: { ...env, DOCKER_CONFIG: dirname(source) },
        source: `${source} (docker-credential-kept)`,
      });
    },
  );

  it.skipIf(!isInstalled('skopeo'))('CRED: pins with what skopeo login wrote (needs skopeo)', async () => {
    const source = join(folder, 'auth.json');
    await login([
      'skopeo',
      'login',
      '--tls-verify=false',
      '--authfile',
      source,
      '-u',
      USER,
      '--password-stdin',
      registry.host,
    ]);
    await expectPinned({ keys: [registry.host], env: { REGISTRY_AUTH_FILE: source }, source });
  });

  it.skipIf(!isInstalled('podman'))(
    'CRED: pins with what podman login wrote for the session (needs podman)',
    async () => {
      const source = join(folder, 'run', 'containers', 'auth.json');
      mkdirSync(dirname(source), { recursive: true });
      await login([
        'podman',
        'login',
        '--tls-verify=false',
        '--authfile',
        source,
        '-u',
        USER,
        '--password-stdin',
        registry.host,
      ]);
      await expectPinned({ keys: [registry.host], env: {}, source });
    },
  );

  // Mutation: keysFor() in auth-file.ts gives the host alone.
  it.skipIf(!isInstalled('podman'))(
    'E7, CRED-2: uses a login of podman for a namespace there and nowhere else (needs podman)',
    async () => {
      const source = join(folder, 'home', '.config', 'containers', 'auth.json');
      const key = `${registry.host}/acme`;
      mkdirSync(dirname(source), { recursive: true });
      await login([
        'podman',
        'login',
        '--tls-verify=false',
        '--authfile',
        source,
        '-u',
        USER,
        '--password-stdin',
        key,
      ]);
      const env = { XDG_CONFIG_HOME: join(folder, 'home', '.config') };
      await expectPinned({ keys: [key], env, source });
      const told = logOf(registry).slice(-2);
      expect(told).toEqual(['HEAD acme/app/manifests/1: 401', 'HEAD acme/app/manifests/1: 200 as Basic']);
      const elsewhere = await pin(env, 'other/app');
      const own = registry.seen.filter(({ path }) => path.includes('other/app'));
      expect(own.length).toBeGreaterThan(0);
      expect(own.every(({ headers }) => headers.authorization === undefined)).toBe(true);
      expect(elsewhere.exit).toBe(3);
      expect(elsewhere.stderr).toContain('other/app: none, asked anonymously');
    },
  );

  it('CRED: pins with variables of our own, and with those of GitLab', async () => {
    const prefix = `DOCKFIX_REGISTRY_${registry.host.replace(/[^0-9]/g, '_')}`;
    for (const env of [
      { [`${prefix}_USERNAME`]: USER, [`${prefix}_PASSWORD`]: PASSWORD },
      { CI_REGISTRY: registry.host, CI_REGISTRY_USER: USER, CI_REGISTRY_PASSWORD: PASSWORD },
    ]) {
      expect(await pin(env)).toMatchObject({ exit: 0 });
    }
  });

  it('says that credentials which the registry does not take do not help', async () => {
    const auth = Buffer.from(`${USER}:wrong-password`).toString('base64');
    const source = write('docker/config.json', { auths: { [registry.host]: { auth } } });
    const result = await pin({ DOCKER_CONFIG: dirname(source) });
    expect(result.exit).toBe(3);
    expect(result.stderr).not.toMatch(/wrong-password|d3JvbmctcGFzc3dvcmQ/);
  });
});

describe.skipIf(!isInstalled('docker') || !hasDistribution || !hasOpenssl)(
  'a token service that gives refresh tokens (needs docker, docker-registry and openssl)',
  { timeout: 30_000 },
  () => {
    // Mutation: `identitytoken` is left out of what auth-file.ts reads.
    it('E6, CRED-3: docker login stores an identity token, and dockfix pins with it, by POST', async () => {
      const authority = createAuthority();
      onTestFinished(() => authority.remove());
      const rules = { account: `${USER}:${PASSWORD}`, open: /^$/, refreshToken: 'refresh-t0ken' };
      const tokens = await startTokenServer(authority.issue('signer', 'rsa'), authority.caPath, rules);
      onTestFinished(() => tokens.close());
      const open = await startDistribution();
      onTestFinished(() => open.stop());
      const image = makeMultiPlatform('private');
      await open.push('acme/app', '1', image);
      const registry = await startDistribution(tokens.config, { data: open.data });
      onTestFinished(() => registry.stop());
      const proxy = await startCountingProxy(registry.url);
      onTestFinished(() => proxy.close());

      await dockerLogin(proxy.host);
      const stored = readFileSync(join(folder, 'docker', 'config.json'), 'utf8');
      expect(stored).toContain('"identitytoken": "refresh-t0ken"');
      expect(stored).not.toContain(Buffer.from(`${USER}:${PASSWORD}`).toString('base64'));
      for (const log of [tokens.asked, proxy.seen]) log.splice(0);

      const name = `${proxy.host}/acme/app:1`;
      const file = write('repository/Dockerfile', `FROM ${name}\n`, 0o644);
      const realm = `tokenRealms: { "${proxy.host}": "${new URL(tokens.url).host}" }\n`;
      const flags = [
        '--config',
        write('operator.yaml', realm),
        '--only',
        'pin-image-digest',
        '--write',
        '--yes',
      ];
      const env = { HOME: folder, DOCKER_CONFIG: join(folder, 'docker') };
      const result = await runDockfix(flags, join(folder, 'repository'), env);
      expect(result, result.stderr).toMatchObject({ exit: 0, stderr: '' });
      expect(readFileSync(file, 'utf8')).toBe(`FROM ${name}@${image.digest}\n`);
      expect(tokens.asked.map(({ method, basic }) => [method, basic])).toEqual([['POST', null]]);
      expect(Object.fromEntries(tokens.asked[0]!.query)).toEqual({
        grant_type: 'refresh_token',
        refresh_token: 'refresh-t0ken',
        service: 'test registry',
        client_id: 'dockfix',
        scope: 'repository:acme/app:pull',
      });
      expect(logOf(proxy)).toEqual([
        'HEAD acme/app/manifests/1: 401',
        'HEAD acme/app/manifests/1: 200 as Bearer',
      ]);
    });
  },
);
