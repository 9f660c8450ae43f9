/** Where credentials are looked for and in which order (CRED), with a made-up machine around the keychain. */
import { describe, expect, it } from 'vitest';
import type { RegistrySettings } from '../../src/registry/endpoint.ts';
import type { Credential } from '../../src/registry/keychain.ts';
import type { HelperOutcome } from '../../src/registry/keychain/helper.ts';
import { createKeychain } from '../../src/registry/keychain/lookup.ts';
import type { FileRead } from '../../src/registry/keychain/lookup.ts';

interface Machine {
  readonly env?: Readonly<Record<string, string>>;
  /** Text, or what reading it comes to. */
  readonly files?: Readonly<Record<string, string | object | FileRead>>;
  /** By program: what it does when it is asked for a server. */
  readonly helpers?: Readonly<Record<string, (server: string) => HelperOutcome>>;
  readonly registries?: Readonly<Record<string, RegistrySettings>>;
  readonly trustUserConfig?: boolean;
  readonly home?: string | null;
  readonly uid?: number | null;
  readonly platform?: NodeJS.Platform;
}

function machine({ env = {}, files = {}, helpers = {}, ...rest }: Machine) {
  const read: string[] = [];
  const asked: string[] = [];
  const secrets: string[] = [];
  const warnings: string[] = [];
  const debug: string[] = [];
  const keychain = createKeychain({
    env,
    home: '/home/jane',
    cwd: '/srv',
    uid: 1000,
    platform: 'linux',
    registries: {},
    trustUserConfig: true,
    readFile(path): Promise<FileRead> {
      read.push(path);
      const file = files[path];
      if (file === undefined) return Promise.resolve({ kind: 'missing' });
      if (typeof file === 'object' && 'kind' in file) return Promise.resolve(file as FileRead);
      const text = typeof file === 'string' ? file : JSON.stringify(file);
      return Promise.resolve({ kind: 'read', bytes: new TextEncoder().encode(text) });
    },
    runHelper(program, server) {
      asked.push(`${program} ${server}`);
      return Promise.resolve(helpers[program]?.(server) ?? { kind: 'missing' });
    },
    register: (secret, username) =>
      void secrets.push(username === undefined ? secret : `${username}:${secret}`),
    log: { warn: (text) => void warnings.push(text), debug: (text) => void debug.push(text) },
    ...rest,
  });
  const find = async (host: string, repository = 'acme/app'): Promise<Credential | string | null> => {
    const result = await keychain.credentialFor(host, repository);
    return result.ok ? result.credential : `${result.code}: ${result.reason}`;
  };
  return { find, read, asked, secrets, warnings, debug };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const login = (password: string, username = 'jane'): object => ({ auth: base64(`${username}:${password}`) });
const config = (auths: object, more: object = {}): object => ({ auths, ...more });
const basic = (password: string, source: string, username = 'jane'): Credential => ({
  kind: 'basic',
  username,
  password,
  source,
});
const answers = (username: string, secret: string): HelperOutcome => ({
  kind: 'ended',
  code: 0,
  stdout: JSON.stringify({ ServerURL: 'x', Username: username, Secret: secret }),
});
const notFound: HelperOutcome = {
  kind: 'ended',
  code: 1,
  stdout: 'credentials not found in native keychain\n',
};

const HOST = 'registry.example.com';
const DOCKER = '/home/jane/.docker/config.json';

describe('the order', () => {
  /** Each place, and what it gives; every place below is there as well. */
  const places: readonly (readonly [string, Machine, string])[] = [
    [
      "1 the operator's configuration",
      { registries: { [HOST]: { username: 'jane', passwordEnv: 'PW' } }, env: { PW: 'from-config' } },
      'from-config',
    ],
    [
      '1 variables of our own',
      {
        env: {
          DOCKFIX_REGISTRY_REGISTRY_EXAMPLE_COM_USERNAME: 'jane',
          DOCKFIX_REGISTRY_REGISTRY_EXAMPLE_COM_PASSWORD: 'from-variables',
        },
      },
      'from-variables',
    ],
    [
      '2 DOCKER_AUTH_CONFIG',
      { env: { DOCKER_AUTH_CONFIG: JSON.stringify(config({ [HOST]: login('from-auth-config') })) } },
      'from-auth-config',
    ],
    [
      '3 REGISTRY_AUTH_FILE',
      {
        env: { REGISTRY_AUTH_FILE: '/run/secrets/auth.json' },
        files: { '/run/secrets/auth.json': config({ [HOST]: login('from-auth-file') }) },
      },
      'from-auth-file',
    ],
    [
      '4 ~/.docker/config.json',
      { files: { [DOCKER]: config({ [HOST]: login('from-docker') }) } },
      'from-docker',
    ],
    [
      "5 podman's file of the session",
      {
        env: { XDG_RUNTIME_DIR: '/run/user/1000' },
        files: { '/run/user/1000/containers/auth.json': config({ [HOST]: login('from-session') }) },
      },
      'from-session',
    ],
    [
      "5 podman's file in the home",
      { files: { '/home/jane/.config/containers/auth.json': config({ [HOST]: login('from-podman') }) } },
      'from-podman',
    ],
    [
      '5 ~/.dockercfg',
      { files: { '/home/jane/.dockercfg': { [HOST]: login('from-dockercfg') } } },
      'from-dockercfg',
    ],
    [
      '6 the variables of GitLab',
      { env: { CI_REGISTRY: HOST, CI_REGISTRY_USER: 'jane', CI_REGISTRY_PASSWORD: 'from-gitlab' } },
      'from-gitlab',
    ],
  ];

  it.each(places.map(([name], index) => [name, index] as const))(
    'CRED: %s beats all below',
    async (_, index) => {
      const here = places.slice(index).map(([, given]) => given);
      const { find, secrets } = machine({
        env: Object.assign({}, ...here.map(({ env }) => env)) as Record<string, string>,
        files: Object.assign({}, ...here.map(({ files }) => files)) as Record<string, object>,
        registries: Object.assign({}, ...here.map(({ registries }) => registries)) as Record<string, object>,
      });
      const found = await find(HOST);
      expect(found).toMatchObject({ kind: 'basic', username: 'jane', password: places[index]![2] });
      expect(secrets).toEqual([`jane:${places[index]![2]}`]);
    },
  );

  it('CRED: 7 nobody, when no place has anything for the host', async () => {
    const { find, secrets } = machine({ files: { [DOCKER]: config({ 'other.example.com': login('x') }) } });
    expect(await find(HOST)).toBeNull();
    expect(secrets).toEqual([]);
  });

  it('CRED: the source names the place and never the secret', async () => {
    const { find, debug } = machine({
      files: { [DOCKER]: config({ [HOST]: login('s3cret') }) },
      env: { CI_REGISTRY: 'gitlab.example.com', CI_REGISTRY_USER: 'u', CI_REGISTRY_PASSWORD: 's3cret' },
    });
    expect(await find(HOST)).toMatchObject({ source: DOCKER });
    expect(await find('gitlab.example.com')).toMatchObject({ source: 'CI_REGISTRY_PASSWORD' });
    expect(await find('nobody.example.com')).toBeNull();
    expect(debug).toEqual([
      `credentials for ${HOST}/acme/app: basic from ${DOCKER}`,
      'credentials for gitlab.example.com/acme/app: basic from CI_REGISTRY_PASSWORD',
      'credentials for nobody.example.com/acme/app: none, asked anonymously',
    ]);
  });

  it('reads nothing before it is asked, and every file once, however many ask at once', async () => {
    const { find, read } = machine({ files: { [DOCKER]: config({ [HOST]: login('x') }) } });
    expect(read).toEqual([]);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => find(n % 2 ? HOST : 'other.example.com', `r/${n}`)),
    );
    expect(read).toEqual([
      DOCKER,
      '/run/containers/1000/auth.json',
      '/home/jane/.config/containers/auth.json',
      '/home/jane/.dockercfg',
    ]);
  });
});

describe('the places', () => {
  const runtime = '/run/containers/1000/auth.json';
  it.each<[string, Machine, readonly string[]]>([
    [
      'DOCKER_CONFIG replaces ~/.docker',
      { env: { DOCKER_CONFIG: '/etc/dc' } },
      ['/etc/dc/config.json', runtime],
    ],
    [
      'DOCKER_CONFIG may be relative, as for docker',
      { env: { DOCKER_CONFIG: 'dc' } },
      ['/srv/dc/config.json', runtime],
    ],
    [
      'REGISTRY_AUTH_FILE comes first',
      { env: { REGISTRY_AUTH_FILE: 'a.json' } },
      ['/srv/a.json', DOCKER, runtime],
    ],
    [
      'XDG folders',
      { env: { XDG_RUNTIME_DIR: '/run/user/1', XDG_CONFIG_HOME: '/cfg' } },
      [DOCKER, '/run/user/1/containers/auth.json', '/cfg/containers/auth.json'],
    ],
    [
      'relative XDG folders do not count',
      { env: { XDG_RUNTIME_DIR: 'run', XDG_CONFIG_HOME: 'cfg' } },
      [DOCKER, runtime, '/home/jane/.config/containers/auth.json'],
    ],
    ['no home', { home: null }, [runtime]],
    ['no user id', { uid: null, home: null }, []],
    [
      'macOS',
      { platform: 'darwin' },
      [DOCKER, '/home/jane/.config/containers/auth.json', '/home/jane/.dockercfg'],
    ],
    [
      'Windows',
      { platform: 'win32', home: 'C:\\Users\\jane', uid: null },
      [
        'C:\\Users\\jane\\.docker\\config.json',
        'C:\\Users\\jane\\.config\\containers\\auth.json',
        'C:\\Users\\jane\\.dockercfg',
      ],
    ],
  ])('CRED: %s', async (_, given, expected) => {
    const { find, read } = machine(given);
    await find(HOST);
    expect(read.slice(0, expected.length)).toEqual(expected);
    if (expected.length === 0) expect(read).toEqual([]);
  });

  it('CRED-6: a bot for others takes nothing from the home or the environment of its account', async () => {
    // Red when createKeychain does not look at trustUserConfig.
    const files = {
      [DOCKER]: config({ 'ghcr.io': login('x') }),
      '/a.json': config({ 'ghcr.io': login('x') }),
      '/home/jane/.dockercfg': { 'ghcr.io': login('x') },
    };
    const env = {
      REGISTRY_AUTH_FILE: '/a.json',
      DOCKER_AUTH_CONFIG: JSON.stringify(config({ 'ghcr.io': login('x') })),
      GITHUB_TOKEN: 'x',
      CI_REGISTRY: 'ghcr.io',
      CI_REGISTRY_USER: 'x',
      CI_REGISTRY_PASSWORD: 'x',
    };
    const { find, read } = machine({ files, env, trustUserConfig: false });
    expect(await find('ghcr.io')).toBeNull();
    expect(read).toEqual([]);
    const own = machine({
      files,
      env: { ...env, PW: 'own' },
      registries: { 'ghcr.io': { username: 'bot', passwordEnv: 'PW' } },
      trustUserConfig: false,
    });
    expect(await own.find('ghcr.io')).toMatchObject({ username: 'bot', password: 'own' });
  });
});

describe("the operator's configuration", () => {
  it.each<[string, RegistrySettings, Credential]>([
    [
      'a user and a password',
      { username: 'jane', passwordEnv: 'S' },
      basic('s3cret', `registries.${HOST} in your configuration (S)`),
    ],
    [
      'a user and a token, which then is a password',
      { username: 'jane', tokenEnv: 'S' },
      basic('s3cret', `registries.${HOST} in your configuration (S)`),
    ],
    [
      'a token alone, which is sent as it is',
      { tokenEnv: 'S' },
      { kind: 'registry-token', token: 's3cret', source: `registries.${HOST} in your configuration (S)` },
    ],
    [
      'a helper',
      { helper: 'own' },
      basic('of-helper', `registries.${HOST} in your configuration (docker-credential-own)`),
    ],
  ])('CRED: takes %s', async (_, settings, expected) => {
    const { find, asked } = machine({
      registries: { [HOST]: settings },
      env: { S: 's3cret\n' },
      helpers: { 'docker-credential-own': () => answers('jane', 'of-helper') },
    });
    expect(await find(HOST)).toEqual(expected);
    expect(asked).toEqual(settings.helper ? [`docker-credential-own ${HOST}`] : []);
  });

  it.each<[string, RegistrySettings, Readonly<Record<string, string>>, string]>([
    [
      'a variable that is not set',
      { username: 'u', passwordEnv: 'S' },
      {},
      'passwordEnv: S, but that variable is not set',
    ],
    [
      'a variable that is empty',
      { tokenEnv: 'S' },
      { S: '' },
      'tokenEnv: S, but that variable is not set or is empty',
    ],
    [
      'a token of two lines',
      { tokenEnv: 'S' },
      { S: 'CANARY\nX-Header: 1' },
      'has characters that no token has',
    ],
    ['a helper that fails', { helper: 'own' }, {}, 'docker-credential-own, which registries.'],
  ])('CRED: says so instead of asking anonymously: %s', async (_, settings, env, reason) => {
    const result = await machine({ registries: { [HOST]: settings }, env }).find(HOST);
    expect(result).toMatch(/^credentials-unreadable: /);
    expect(result).toContain(reason);
    expect(result).not.toContain('CANARY');
  });

  it('goes by any of the names of Docker Hub', async () => {
    const { find } = machine({
      registries: { 'index.docker.io': { username: 'jane', passwordEnv: 'S' } },
      env: { S: 's3cret' },
    });
    expect(await find('docker.io')).toMatchObject({ password: 's3cret' });
  });
});

describe('variables of our own', () => {
  const env = (prefix: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    [`DOCKFIX_REGISTRY_${prefix}_USERNAME`]: 'jane',
    [`DOCKFIX_REGISTRY_${prefix}_PASSWORD`]: 's3cret',
    ...more,
  });

  it.each([
    ['docker.io', 'DOCKER_IO'],
    ['ghcr.io', 'GHCR_IO'],
    ['localhost:5000', 'LOCALHOST_5000'],
    ['127.0.0.1:5000', '127_0_0_1_5000'],
    ['my-team.registry.example.com', 'MY_TEAM_REGISTRY_EXAMPLE_COM'],
    ['us-docker.pkg.dev', 'US_DOCKER_PKG_DEV'],
    ['1234.dkr.ecr.eu-west-1.amazonaws.com', '1234_DKR_ECR_EU_WEST_1_AMAZONAWS_COM'],
    ['Registry.Example.COM', 'REGISTRY_EXAMPLE_COM'],
  ])('CRED: are named by the host: %s', async (host, prefix) => {
    expect(await machine({ env: env(prefix) }).find(host)).toMatchObject({ password: 's3cret' });
  });

  it.each([
    ['registry-example.com', 'REGISTRY_EXAMPLE_COM'],
    ['registry-example.co.uk', 'REGISTRY_EXAMPLE_CO_UK'],
    ['my-host:5000', 'MY_HOST_5000'],
    ['[fd00::1]:5000', '_FD00__1__5000'],
  ])('SEC-1: are not used where the name fits a host of somebody else: %s', async (host, prefix) => {
    // Red when isUnmistakable in environment.ts says true for everything.
    const { find, warnings } = machine({ env: env(prefix) });
    expect(await find(host)).toBeNull();
    expect(warnings.join()).toContain(`set DOCKFIX_REGISTRY_${prefix}_HOST=${host}`);
    const meant = machine({ env: env(prefix, { [`DOCKFIX_REGISTRY_${prefix}_HOST`]: host }) });
    expect(await meant.find(host)).toMatchObject({ password: 's3cret' });
    const other = machine({ env: env(prefix, { [`DOCKFIX_REGISTRY_${prefix}_HOST`]: 'other.example.com' }) });
    expect(await other.find(host)).toBeNull();
    expect(other.warnings).toEqual([]);
  });

  it('CRED: a token alone is sent as it is, with a user it is a password', async () => {
    const token = { DOCKFIX_REGISTRY_GHCR_IO_TOKEN: 't0ken' };
    expect(await machine({ env: token }).find('ghcr.io')).toEqual({
      kind: 'registry-token',
      token: 't0ken',
      source: 'DOCKFIX_REGISTRY_GHCR_IO_TOKEN',
    });
    const withUser = machine({ env: { ...token, DOCKFIX_REGISTRY_GHCR_IO_USERNAME: 'jane' } });
    expect(await withUser.find('ghcr.io')).toEqual(basic('t0ken', 'DOCKFIX_REGISTRY_GHCR_IO_TOKEN'));
  });

  it('CRED: take the user from the configuration', async () => {
    const { find } = machine({
      registries: { 'ghcr.io': { username: 'jane' } },
      env: { DOCKFIX_REGISTRY_GHCR_IO_PASSWORD: 's3cret' },
    });
    expect(await find('ghcr.io')).toEqual(basic('s3cret', 'DOCKFIX_REGISTRY_GHCR_IO_PASSWORD'));
  });

  it('CRED: without a user, a password is a mistake; without a password, a user is a pull request from outside', async () => {
    const noUser = machine({ env: { DOCKFIX_REGISTRY_GHCR_IO_PASSWORD: 'x' } });
    expect(await noUser.find('ghcr.io')).toContain('DOCKFIX_REGISTRY_GHCR_IO_USERNAME is not');
    const noPassword = machine({
      env: { DOCKFIX_REGISTRY_GHCR_IO_USERNAME: 'jane', DOCKFIX_REGISTRY_GHCR_IO_PASSWORD: '' },
    });
    expect(await noPassword.find('ghcr.io')).toBeNull();
    expect(noPassword.warnings).toEqual([
      'ghcr.io has a user name, but DOCKFIX_REGISTRY_GHCR_IO_PASSWORD is not set or is empty',
    ]);
  });
});

describe('what CI systems give', () => {
  it('CRED: GITHUB_TOKEN is for ghcr.io and for nobody else', async () => {
    // Red when githubStep does not compare the host.
    const { find } = machine({ env: { GITHUB_TOKEN: 't0ken', GITHUB_ACTOR: 'octocat' } });
    expect(await find('ghcr.io')).toEqual(basic('t0ken', 'GITHUB_TOKEN', 'octocat'));
    for (const host of ['docker.io', 'ghcr.io.example.com', 'xghcr.io', 'ghcr.io:8443', 'GHCR.example.com']) {
      expect(await find(host), host).toBeNull();
    }
  });

  it("CRED: GitLab's variables are for CI_REGISTRY and for nobody else", async () => {
    // Red when gitlabStep does not compare the host.
    const { find } = machine({
      env: { CI_REGISTRY: 'registry.gitlab.com', CI_REGISTRY_USER: 'ci', CI_REGISTRY_PASSWORD: 'pw' },
    });
    expect(await find('registry.gitlab.com')).toEqual(basic('pw', 'CI_REGISTRY_PASSWORD', 'ci'));
    for (const host of ['gitlab.com', 'registry.gitlab.com:5050', 'evil.example.com']) {
      expect(await find(host), host).toBeNull();
    }
  });
});

describe('keys', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['https://registry.example.com/v1/', HOST],
    ['https://registry.example.com/v2/', HOST],
    ['https://registry.example.com', HOST],
    ['http://registry.example.com', HOST],
    ['registry.example.com', HOST],
    ['registry.example.com/', HOST],
    ['REGISTRY.example.com', HOST],
    ['registry.example.com:5000', `${HOST}:5000`],
    ['https://registry.example.com:5000/v2/', `${HOST}:5000`],
    ['[::1]:5000', '[::1]:5000'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['index.docker.io/v1/', 'docker.io'],
    ['docker.io', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['https://registry-1.docker.io/v2/', 'docker.io'],
  ];
  it.each(cases)('CRED-2: %s is for %s', async (key, host) => {
    const { find } = machine({ files: { [DOCKER]: config({ [key]: login('x') }) } });
    expect(await find(host)).toMatchObject({ password: 'x' });
    for (const other of ['example.com', 'xregistry.example.com', `${HOST}:443`, 'quay.io']) {
      expect(await find(other), other).toBeNull();
    }
  });

  it('CRED-2: the most specific of namespaces and repositories comes first, and none reaches beside it', async () => {
    // Red when isAbove compares without the slash, or matching does not sort by the length of the path.
    const { find } = machine({
      files: {
        [DOCKER]: config({
          [HOST]: login('host'),
          [`${HOST}/acme`]: login('acme'),
          [`${HOST}/acme/tools`]: login('tools'),
          [`${HOST}/acme/tools/app`]: login('app'),
          'only.example.com/team': login('team'),
          'docker.io/library': login('library'),
        }),
      },
    });
    const password = async (host: string, repository: string): Promise<string | null> => {
      const found = await find(host, repository);
      return found !== null && typeof found === 'object' && found.kind === 'basic' ? found.password : null;
    };
    expect(await password(HOST, 'acme/tools/app')).toBe('app');
    expect(await password(HOST, 'acme/tools/app/x')).toBe('app');
    expect(await password(HOST, 'acme/tools/app2')).toBe('tools');
    expect(await password(HOST, 'acme/toolsmith')).toBe('acme');
    expect(await password(HOST, 'acme2/x')).toBe('host');
    expect(await password('only.example.com', 'team/x')).toBe('team');
    expect(await password('only.example.com', 'teammate/x')).toBeNull();
    expect(await password('docker.io', 'library/node')).toBe('library');
    expect(await password('docker.io', 'acme/app')).toBeNull();
  });

  it('CRED-2: of several keys for a host, the usual spelling comes first and http last', async () => {
    const key = config({ [`http://${HOST}`]: login('http'), [`https://${HOST}`]: login('https') });
    expect(await machine({ files: { [DOCKER]: key } }).find(HOST)).toMatchObject({ password: 'https' });
    const hub = config({ 'docker.io': login('alias'), 'https://index.docker.io/v1/': login('usual') });
    expect(await machine({ files: { [DOCKER]: hub } }).find('docker.io')).toMatchObject({
      password: 'usual',
    });
  });

  it('CRED-2: an empty entry marks a login and is no credential', async () => {
    const { find, warnings } = machine({
      files: {
        [DOCKER]: config({ [HOST]: {}, 'null.example.com': null, 'mail.example.com': { email: 'j@x' } }),
        '/home/jane/.config/containers/auth.json': config({ [HOST]: login('podman') }),
      },
    });
    expect(await find(HOST)).toMatchObject({ password: 'podman' });
    expect(await find('null.example.com')).toBeNull();
    expect(await find('mail.example.com')).toBeNull();
    expect(warnings).toEqual([]);
  });

  it('CRED-2: in .dockercfg, the whole path belongs to the host', async () => {
    const { find } = machine({ files: { '/home/jane/.dockercfg': { [`${HOST}/v1`]: login('old') } } });
    expect(await find(HOST)).toMatchObject({ password: 'old', source: '/home/jane/.dockercfg' });
  });
});

describe('entries', () => {
  it.each<[string, object, object]>([
    [
      'a password with colons',
      login('s3cret:with:colon'),
      { kind: 'basic', username: 'jane', password: 's3cret:with:colon' },
    ],
    ['NULs at the end', login('s3cret\0\0'), { kind: 'basic', password: 's3cret' }],
    ['a password that is not ASCII', login('pässwört'), { kind: 'basic', password: 'pässwört' }],
    ['an empty password', login(''), { kind: 'basic', username: 'jane', password: '' }],
    ['base64 without padding', { auth: 'amFuZTpw' }, { kind: 'basic', password: 'p' }],
    [
      'user and password apart',
      { username: 'jane', password: 'p' },
      { kind: 'basic', username: 'jane', password: 'p' },
    ],
    [
      'both: auth wins',
      { ...login('auth'), username: 'x', password: 'x' },
      { kind: 'basic', password: 'auth' },
    ],
    [
      'what docker login stores of a refresh token',
      { ...login(''), identitytoken: 'refresh' },
      { kind: 'identity-token', token: 'refresh' },
    ],
    [
      'an identity token beside a password',
      { ...login('p'), identitytoken: 'refresh' },
      { kind: 'identity-token', token: 'refresh', basic: { username: 'jane', password: 'p' } },
    ],
    ['an identity token alone', { identitytoken: 'refresh' }, { kind: 'identity-token', token: 'refresh' }],
    ['a registry token', { registrytoken: 'bearer' }, { kind: 'registry-token', token: 'bearer' }],
  ])('CRED-3: %s', async (_, entry, expected) => {
    const found = await machine({ files: { [DOCKER]: config({ [HOST]: entry }) } }).find(HOST);
    const user = 'password' in expected ? { username: 'jane' } : {};
    expect(found).toEqual({ ...user, ...expected, source: DOCKER });
  });

  it.each<[string, unknown]>([
    ['no base64', { auth: 'CANARY CANARY!' }],
    ['no colon', { auth: base64('CANARY') }],
    ['no user', { auth: base64(':CANARY') }],
    ['no UTF-8', { auth: Buffer.from([0x61, 0x3a, 0xff, 0xfe]).toString('base64') }],
    ['a password without a user', { password: 'CANARY' }],
    ['a token of two lines', { registrytoken: 'CANARY\r\nX: 1' }],
    ['numbers', { auth: 12345 }],
  ])('CRED-3: an entry with %s is left out, with a warning that holds nothing of it', async (_, entry) => {
    const { find, warnings, secrets } = machine({ files: { [DOCKER]: config({ [HOST]: entry }) } });
    expect(await find(HOST)).toBeNull();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${DOCKER}: the entry ${HOST} is not used`);
    expect(warnings[0]).not.toMatch(/CANARY|Q0FOQVJZ|12345/);
    expect(secrets).toEqual([]);
  });

  it('registers every secret before it is handed out', async () => {
    const { find, secrets } = machine({
      files: {
        [DOCKER]: config({
          'a.example.com': login('pw'),
          'b.example.com': { ...login('pw2'), identitytoken: 'refresh' },
          'c.example.com': { registrytoken: 'bearer' },
          'd.example.com': login('', 'name-is-the-key'),
        }),
      },
    });
    for (const host of ['a', 'b', 'c', 'd']) await find(`${host}.example.com`);
    expect(secrets).toEqual([
      'jane:pw',
      'refresh',
      'jane:pw2',
      'bearer',
      'name-is-the-key:',
      'name-is-the-key',
    ]);
  });
});

describe('a file that cannot be understood', () => {
  it.each<[string, string | FileRead]>([
    ['no JSON', '{"auths": {"x": CANARY'],
    ['an array', '["CANARY"]'],
    ['a word', '"CANARY"'],
    ['auths that are text', '{"auths": "CANARY"}'],
    ['an entry that is text', '{"auths": {"x": "CANARY"}}'],
    ['credHelpers that are text', '{"credHelpers": "CANARY"}'],
    ['a helper that is a number', '{"credHelpers": {"x": 1}}'],
    ['a credsStore that is a list', '{"credsStore": ["CANARY"]}'],
    ['nested deeper than any configuration', '{"auths":'.repeat(65) + '1' + '}'.repeat(65)],
    ['nested deeper than the stack', '['.repeat(500_000)],
    ['UTF-16', { kind: 'read', bytes: Buffer.from('{"auths":{}}', 'utf16le') }],
    ['a folder', { kind: 'unreadable', problem: 'is no file' }],
    ['too large', { kind: 'unreadable', problem: 'is larger than 1048576 bytes' }],
  ])('CRED-5: %s is an error that names the file, not an anonymous request', async (_, content) => {
    // Red when fileStep returns null for a file that is not ok.
    const { find } = machine({ files: { [DOCKER]: content }, env: { GITHUB_TOKEN: 'x' } });
    const result = await find('ghcr.io');
    expect(result).toMatch(/^credentials-unreadable: \/home\/jane\/\.docker\/config\.json (?:is|has) /);
    expect(result).not.toContain('CANARY');
  });

  it('CRED-5: is an error only for hosts that nothing above it has credentials for', async () => {
    const { find } = machine({
      files: { [DOCKER]: 'broken' },
      env: {
        DOCKFIX_REGISTRY_QUAY_IO_TOKEN: 't',
        DOCKER_AUTH_CONFIG: JSON.stringify(config({ [HOST]: login('x') })),
      },
    });
    expect(await find('quay.io')).toMatchObject({ token: 't' });
    expect(await find(HOST)).toMatchObject({ password: 'x' });
    expect(await find('docker.io')).toMatch(/^credentials-unreadable/);
  });

  it('CRED-5: DOCKER_AUTH_CONFIG is named as what it is', async () => {
    for (const text of ['{"auths": CANARY', `{"x":"${'y'.repeat(1024 * 1024)}"}`]) {
      const result = await machine({ env: { DOCKER_AUTH_CONFIG: text } }).find(HOST);
      expect(result).toMatch(/^credentials-unreadable: DOCKER_AUTH_CONFIG is /);
      expect(result).not.toContain('CANARY');
    }
  });

  it('is none when it is empty, has a byte order mark, or has fields that nobody knows', async () => {
    for (const content of ['', ' \n', '{}', '{"auths":null,"proxies":{"default":{}},"psFormat":"x"}']) {
      expect(await machine({ files: { [DOCKER]: content } }).find(HOST), content).toBeNull();
    }
    const marked = `\ufeff${JSON.stringify(config({ [HOST]: login('x') }))}`;
    expect(await machine({ files: { [DOCKER]: marked } }).find(HOST)).toMatchObject({ password: 'x' });
    const gitlab = JSON.stringify({ auths: { [HOST]: login('x') }, extra: [1], HttpHeaders: {} });
    expect(await machine({ env: { DOCKER_AUTH_CONFIG: gitlab } }).find(HOST)).toMatchObject({
      password: 'x',
    });
  });

  it('that may not be read is said and passed over: nobody knows whether it is there', async () => {
    const { find, warnings } = machine({ files: { [DOCKER]: { kind: 'forbidden' } } });
    expect(await find(HOST)).toBeNull();
    expect(warnings).toEqual([`${DOCKER} may not be read, so no credentials are taken from it`]);
  });
});

describe('helpers', () => {
  const HUB = 'https://index.docker.io/v1/';

  it('CRED-1: credHelpers beat credsStore, which beats auths', async () => {
    const file = config(
      { [HOST]: login('auths'), 'b.example.com': login('auths'), 'c.example.com': login('auths') },
      { credHelpers: { [HOST]: 'one', 'c.example.com': '' }, credsStore: 'all' },
    );
    const { find, asked } = machine({
      files: { [DOCKER]: file },
      helpers: {
        'docker-credential-one': () => answers('jane', 'helper'),
        'docker-credential-all': () => answers('jane', 'store'),
      },
    });
    expect(await find(HOST)).toEqual(basic('helper', `${DOCKER} (docker-credential-one)`));
    expect(await find('b.example.com')).toEqual(basic('store', `${DOCKER} (docker-credential-all)`));
    // An empty helper says that there is none for this host.
    expect(await find('c.example.com')).toEqual(basic('auths', DOCKER));
    expect(asked).toEqual([`docker-credential-one ${HOST}`, 'docker-credential-all b.example.com']);
  });

  it.each<[string, object, string]>([
    ['in credHelpers', { credHelpers: { [HUB]: 'h' } }, HUB],
    ['in credHelpers under a short name', { credHelpers: { 'docker.io': 'h' } }, 'docker.io'],
    ['in credsStore', { credsStore: 'h' }, HUB],
    ['in credsStore with a marked login', { credsStore: 'h', auths: { [HUB]: {} } }, HUB],
    [
      'in credsStore with a login that podman marked',
      { credsStore: 'h', auths: { 'docker.io': {} } },
      'docker.io',
    ],
  ])('CRED-1: Docker Hub has its own key %s', async (_, file, server) => {
    const { find, asked } = machine({
      files: { [DOCKER]: file },
      helpers: { 'docker-credential-h': () => answers('jane', 'x') },
    });
    expect(await find('docker.io', 'library/node')).toMatchObject({ password: 'x' });
    expect(asked).toEqual([`docker-credential-h ${server}`]);
  });

  it('CRED-4: is asked for the server as the key is written', async () => {
    for (const key of [`https://${HOST}`, `https://${HOST}/v2/`, HOST]) {
      const { find, asked } = machine({
        files: { [DOCKER]: { auths: { [key]: {} }, credsStore: 'h' } },
        helpers: { 'docker-credential-h': () => answers('jane', 'x') },
      });
      await find(HOST);
      expect(asked).toEqual([`docker-credential-h ${key}`]);
    }
  });

  it('CRED-4: a user <token> means that the secret is an identity token', async () => {
    const { find, secrets } = machine({
      files: { [DOCKER]: { credsStore: 'h' } },
      helpers: { 'docker-credential-h': () => answers('<token>', 'refresh') },
    });
    expect(await find(HOST)).toEqual({
      kind: 'identity-token',
      token: 'refresh',
      source: `${DOCKER} (docker-credential-h)`,
    });
    expect(secrets).toEqual(['refresh']);
  });

  it('CRED-1: "not found" is no failure: auths and the next places follow without a word', async () => {
    const { find, warnings } = machine({
      files: {
        [DOCKER]: { auths: { [HOST]: login('auths') }, credsStore: 'h' },
        '/home/jane/.config/containers/auth.json': config({ 'b.example.com': login('podman') }),
      },
      helpers: { 'docker-credential-h': () => notFound },
    });
    expect(await find(HOST)).toMatchObject({ password: 'auths' });
    expect(await find('b.example.com')).toMatchObject({ password: 'podman' });
    expect(warnings).toEqual([]);
  });

  it.each<[string, HelperOutcome, string]>([
    ['is not there', { kind: 'missing' }, 'is in no folder of PATH that may be used'],
    ['hangs', { kind: 'timeout', afterMs: 10_000 }, 'gave no answer in 10 seconds and was ended'],
    ['writes a megabyte', { kind: 'too-large', maxBytes: 65_536 }, 'wrote more than 65536 bytes'],
    ['cannot be run', { kind: 'unusable', code: 'EACCES' }, 'cannot be run (EACCES)'],
    ['exits 1 with garbage', { kind: 'ended', code: 1, stdout: 'CANARY' }, 'failed with exit code 1'],
    ['is killed', { kind: 'ended', code: null, stdout: 'CANARY' }, 'was ended by a signal'],
    ['prints garbage', { kind: 'ended', code: 0, stdout: 'CANARY' }, 'something that is no credential'],
    ['prints a list', { kind: 'ended', code: 0, stdout: '["CANARY"]' }, 'something that is no credential'],
    ['prints too deep a list', { kind: 'ended', code: 0, stdout: '['.repeat(60_000) }, 'no credential'],
    ['prints numbers', { kind: 'ended', code: 0, stdout: '{"Username":"u","Secret":5}' }, 'no credential'],
    ['names nobody', answers('', 'CANARY'), 'gave a secret without a user'],
    ['gives a token of two lines', answers('<token>', 'CANARY\nX: 1'), 'gave a token that is none'],
  ])('CRED-1: one that %s is said, without its output, and auths follow', async (_, outcome, what) => {
    const { find, warnings } = machine({
      files: { [DOCKER]: { auths: { [HOST]: login('auths') }, credsStore: 'h' } },
      helpers: { 'docker-credential-h': () => outcome },
    });
    expect(await find(HOST)).toMatchObject({ password: 'auths', source: DOCKER });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`docker-credential-h, which ${DOCKER} names for ${HOST}, `);
    expect(warnings[0]).toContain(what);
    expect(warnings[0]).not.toContain('CANARY');
  });

  it('CRED-4: one without a secret has none', async () => {
    const { find, warnings } = machine({
      files: { [DOCKER]: { credsStore: 'h' } },
      helpers: { 'docker-credential-h': () => answers('', '') },
    });
    expect(await find(HOST)).toBeNull();
    expect(warnings).toEqual([]);
  });

  it('CRED-4: is asked once for a server in a run, however many ask at once', async () => {
    const { find, asked } = machine({
      files: { [DOCKER]: { credsStore: 'h' } },
      helpers: { 'docker-credential-h': () => answers('jane', 'x') },
    });
    await Promise.all(Array.from({ length: 20 }, (_, n) => find(HOST, `acme/app${n}`)));
    expect(asked).toEqual([`docker-credential-h ${HOST}`]);
  });

  it.each(['../evil', '/bin/evil', 'a b', 'x;y', '', '$(id)', 'a\\b'])(
    'CRED-4: a suffix that leads elsewhere is never run: %j',
    async (suffix) => {
      // Red when helperProgram takes any suffix.
      const { find, asked, warnings } = machine({
        files: { [DOCKER]: { credHelpers: { [HOST]: suffix }, auths: { [HOST]: login('auths') } } },
      });
      expect(await find(HOST)).toMatchObject({ password: 'auths' });
      expect(asked).toEqual([]);
      expect(warnings).toHaveLength(suffix === '' ? 0 : 1);
    },
  );
});
