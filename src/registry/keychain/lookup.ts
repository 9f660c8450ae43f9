/**
 * The keychain: credentials that a person already has, found where Docker, Podman and CI systems keep them. The first
 * place that has one for a registry wins:
 *
 * 1. the operator's configuration (`registries.<host>`), then `DOCKFIX_REGISTRY_<HOST>_{USERNAME,PASSWORD,TOKEN}`
 * 2. `DOCKER_AUTH_CONFIG`: a config.json in an environment variable
 * 3. `REGISTRY_AUTH_FILE`
 * 4. `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`
 * 5. Podman's auth.json (below `$XDG_RUNTIME_DIR`, then in the person's configuration), then `~/.dockercfg`
 * 6. `GITHUB_TOKEN` for ghcr.io, `CI_REGISTRY_USER` and `CI_REGISTRY_PASSWORD` for `CI_REGISTRY`; nobody else
 * 7. nobody: the registry is asked anonymously
 *
 * Nothing is read before somebody asks, everything at most once. A file that is there and cannot be understood is an
 * error for every registry that gets as far as that file: to go on without a word would be to ask anonymously for what
 * the person has a login for.
 */
import { posix, win32 } from 'node:path';
import { DOCKER_HUB } from '../../core/image-ref.ts';
import type { Log } from '../../net/log.ts';
import type { RegistrySettings } from '../endpoint.ts';
import { cleanText, failure } from '../errors.ts';
import type { RegistryFailure } from '../errors.ts';
import type { Credential, Keychain, KeychainResult } from '../keychain.ts';
import { DOCKER_HUB_KEY, canonicalHost, isToken, matching, parseAuthFile, readEntry } from './auth-file.ts';
import type { AuthFile, AuthFileForm, AuthFileResult } from './auth-file.ts';
import { isUnmistakable, variable, variablePrefix } from './environment.ts';
import type { Environment } from './environment.ts';
import { helperProgram, readHelper } from './helper.ts';
import type { HelperAnswer, RunHelper } from './helper.ts';

/** A configuration of this size holds thousands of logins. */
const MAX_FILE_BYTES = 1024 * 1024;

export type FileRead =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' }
  /** This person may not even see whether it is there. */
  | { readonly kind: 'forbidden' }
  /** Continues a sentence that names the file: `is larger than 1048576 bytes`. */
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Reads a regular file of at most `maxBytes`. Never throws. */
export type ReadFile = (path: string, maxBytes: number) => Promise<FileRead>;

export interface KeychainOptions {
  readonly env: Environment;
  /** Absolute; null when there is none. */
  readonly home: string | null;
  /** Absolute. */
  readonly cwd: string;
  /** Null where users have no numbers. */
  readonly uid: number | null;
  readonly platform: NodeJS.Platform;
  /** The operator's settings by host. */
  readonly registries: Readonly<Record<string, RegistrySettings>>;
  /**
   * False for a bot that serves others: only the operator's configuration and our own variables count (1), not what
   * lies about in the home or the environment of the account it happens to run as.
   */
  readonly trustUserConfig: boolean;
  readonly readFile: ReadFile;
  readonly runHelper: RunHelper;
  /** Called with each secret before it is handed out, so that it can be kept out of all output. */
  register(secret: string, username?: string): void;
  readonly log: Log;
}

/** Null: not here, look further. */
type Found = Credential | RegistryFailure | null;
type Step = (host: string, repository: string) => Promise<Found>;

export function createKeychain(options: KeychainOptions): Keychain {
  const { env, log } = options;
  const answers = new Map<string, Promise<KeychainResult>>();
  const askHelper = createHelperDesk(options.runHelper);
  const steps: readonly Step[] = [
    operatorStep(options, askHelper),
    ...(options.trustUserConfig ? [...fileSteps(options, askHelper), githubStep(env), gitlabStep(env)] : []),
  ];

  async function find(host: string, repository: string): Promise<KeychainResult> {
    for (const step of steps) {
      const found = await step(host, repository);
      if (found === null) continue;
      if ('code' in found) return found;
      registerSecrets(found, options);
      log.debug(`credentials for ${host}/${repository}: ${found.kind} from ${found.source}`);
      return { ok: true, credential: found };
    }
    log.debug(`credentials for ${host}/${repository}: none, asked anonymously`);
    return { ok: true, credential: null };
  }

  return {
    credentialFor(host, repository) {
      const key = `${host} ${repository}`;
      let answer = answers.get(key);
      if (!answer) {
        answer = find(host, repository);
        answers.set(key, answer);
      }
      return answer;
    },
  };
}

function registerSecrets(credential: Credential, { register }: KeychainOptions): void {
  if (credential.kind !== 'basic') register(credential.token);
  const basic =
    credential.kind === 'basic' ? credential : credential.kind === 'identity-token' && credential.basic;
  if (!basic) return;
  register(basic.password, basic.username);
  // Without a password, the name is the key.
  if (basic.password === '') register(basic.username);
}

// ---- 1: the operator's own --------------------------------------------------------------------------------------

function operatorStep({ env, registries, log }: KeychainOptions, askHelper: HelperDesk): Step {
  const byHost = new Map(
    Object.entries(registries).map(([host, settings]) => [canonicalHost(host), settings]),
  );
  return async (host) => {
    const settings = byHost.get(canonicalHost(host)) ?? {};
    const source = `registries.${host} in your configuration`;
    if (settings.helper !== undefined) {
      const program = helperProgram(settings.helper);
      const answer = await askHelper(settings.helper, serverOf(host));
      if (answer.kind === 'not-found') return null;
      if (answer.kind !== 'failed') return { ...answer, source: `${source} (${program})` };
      return unreadable(host, `${program}, which ${source} names, ${answer.problem}`);
    }
    const name = settings.passwordEnv ?? settings.tokenEnv;
    if (name !== undefined) {
      const secret = variable(env, name);
      if (secret !== null) return explicit(host, settings.username ?? null, secret, `${source} (${name})`);
      const field = settings.passwordEnv === undefined ? 'tokenEnv' : 'passwordEnv';
      return unreadable(host, `${source} has ${field}: ${name}, but that variable is not set or is empty`);
    }
    return fromVariables(host, settings.username ?? null, env, log);
  };
}

function fromVariables(host: string, configuredUser: string | null, env: Environment, log: Log): Found {
  const prefix = variablePrefix(host);
  const meant = variable(env, `${prefix}_HOST`);
  const username = variable(env, `${prefix}_USERNAME`) ?? configuredUser;
  const password = variable(env, `${prefix}_PASSWORD`);
  const token = variable(env, `${prefix}_TOKEN`);
  const secret = password ?? token;
  if (meant !== null && canonicalHost(meant) !== canonicalHost(host)) return null;
  if (secret !== null && meant === null && !isUnmistakable(host)) {
    log.warn(
      `${prefix}_… is not used for ${host}: other hosts have the same variable; ` +
        `set ${prefix}_HOST=${host} if it is meant`,
    );
    return null;
  }
  if (secret === null) {
    // Pull requests from outside get no secrets: what is public can still be asked for.
    if (username !== null) log.warn(`${host} has a user name, but ${prefix}_PASSWORD is not set or is empty`);
    return null;
  }
  if (password !== null && username === null) {
    return unreadable(host, `${prefix}_PASSWORD is set, but ${prefix}_USERNAME is not`);
  }
  return explicit(host, username, secret, `${prefix}_${password === null ? 'TOKEN' : 'PASSWORD'}`);
}

/** With a user name, a token is a password; without one it is sent as it is. */
function explicit(host: string, username: string | null, secret: string, source: string): Found {
  if (username !== null) return { kind: 'basic', username, password: secret, source };
  return isToken(secret)
    ? { kind: 'registry-token', token: secret, source }
    : unreadable(host, `the token of ${source} has characters that no token has`);
}

// ---- 2 to 5: files of credentials -------------------------------------------------------------------------------

function fileSteps(options: KeychainOptions, askHelper: HelperDesk): readonly Step[] {
  const { env, log } = options;
  const ofVariable = (): Promise<AuthFileResult | null> => {
    const text = variable(env, 'DOCKER_AUTH_CONFIG');
    return Promise.resolve(text === null ? null : parseSized(text));
  };
  return [
    fileStep('DOCKER_AUTH_CONFIG', once(ofVariable), askHelper, log),
    ...authFiles(options).map(({ path, form }) =>
      fileStep(
        path,
        once(() => loadFile(path, form, options)),
        askHelper,
        log,
      ),
    ),
  ];
}

function parseSized(text: string): AuthFileResult {
  return text.length > MAX_FILE_BYTES
    ? { ok: false, problem: `is larger than ${MAX_FILE_BYTES} bytes` }
    : parseAuthFile(text, 'config');
}

interface FilePlace {
  readonly path: string;
  readonly form: AuthFileForm;
}

function authFiles({ env, home, cwd, uid, platform }: KeychainOptions): readonly FilePlace[] {
  const { isAbsolute, join, resolve } = platform === 'win32' ? win32 : posix;
  const inHome = (...parts: readonly string[]): string | null =>
    home === null ? null : join(home, ...parts);
  // Where the specification says that a relative path does not count, it would lead into the repository.
  const absolute = (name: string): string | null => {
    const value = variable(env, name);
    return value !== null && isAbsolute(value) ? value : null;
  };
  const authFile = variable(env, 'REGISTRY_AUTH_FILE');
  const dockerConfig = variable(env, 'DOCKER_CONFIG');
  const paths: (string | null)[] = [
    authFile === null ? null : resolve(cwd, authFile),
    dockerConfig === null ? inHome('.docker', 'config.json') : resolve(cwd, dockerConfig, 'config.json'),
  ];
  if (platform !== 'darwin' && platform !== 'win32') {
    const runtime = absolute('XDG_RUNTIME_DIR') ?? (uid === null ? null : `/run/containers/${uid}`);
    const inRuntime = absolute('XDG_RUNTIME_DIR') === null ? ['auth.json'] : ['containers', 'auth.json'];
    if (runtime !== null) paths.push(join(runtime, ...inRuntime));
    const configHome = absolute('XDG_CONFIG_HOME');
    paths.push(
      configHome === null
        ? inHome('.config', 'containers', 'auth.json')
        : join(configHome, 'containers', 'auth.json'),
    );
  } else paths.push(inHome('.config', 'containers', 'auth.json'));
  const places = [...new Set(paths)]
    .filter((path) => path !== null)
    .map((path): FilePlace => ({ path, form: 'config' }));
  const legacy = inHome('.dockercfg');
  return legacy === null ? places : [...places, { path: legacy, form: 'dockercfg' }];
}

/** Null when there is no such file. */
async function loadFile(
  path: string,
  form: AuthFileForm,
  { readFile, log }: KeychainOptions,
): Promise<AuthFileResult | null> {
  const read = await readFile(path, MAX_FILE_BYTES);
  switch (read.kind) {
    case 'missing':
      return null;
    case 'forbidden':
      log.warn(`${cleanText(path)} may not be read, so no credentials are taken from it`);
      return null;
    case 'unreadable':
      return { ok: false, problem: read.problem };
    case 'read':
      try {
        return parseAuthFile(new TextDecoder('utf-8', { fatal: true }).decode(read.bytes), form);
      } catch {
        return { ok: false, problem: 'is not UTF-8' };
      }
  }
}

function fileStep(
  place: string,
  load: () => Promise<AuthFileResult | null>,
  askHelper: HelperDesk,
  log: Log,
): Step {
  const source = cleanText(place);
  return async (host, repository) => {
    const loaded = await load();
    if (loaded === null) return null;
    if (!loaded.ok) {
      return unreadable(
        host,
        `${source} ${loaded.problem}, so nobody can say who ${host} is to be asked as; correct it`,
      );
    }
    const { file } = loaded;
    const helper = helperFor(file, host, repository);
    if (helper) {
      const program = helperProgram(helper.suffix) ?? 'a credential helper';
      const answer = await askHelper(helper.suffix, helper.server);
      if (answer.kind === 'failed') {
        log.warn(`${program}, which ${source} names for ${host}, ${answer.problem}; looking further`);
      } else if (answer.kind !== 'not-found') return { ...answer, source: `${source} (${program})` };
    }
    for (const { key, value } of matching(file.auths, host, repository)) {
      const entry = readEntry(value);
      if (entry.kind === 'invalid') {
        log.warn(`${source}: the entry ${cleanText(key.written)} is not used: ${entry.problem}`);
      } else if (entry.kind !== 'empty') return { ...entry, source };
    }
    return null;
  };
}

/** `credHelpers` beats `credsStore`. A helper is asked for the server as the file writes it. */
function helperFor(
  file: AuthFile,
  host: string,
  repository: string,
): { readonly suffix: string; readonly server: string } | null {
  const own = matching(file.helpers, host, repository)[0];
  if (own) return own.value === '' ? null : { suffix: own.value, server: own.key.written };
  if (file.store === null) return null;
  const marked = matching(file.auths, host, repository).find(({ key }) => key.path === '');
  return { suffix: file.store, server: marked?.key.written ?? serverOf(host) };
}

function serverOf(host: string): string {
  return canonicalHost(host) === DOCKER_HUB ? DOCKER_HUB_KEY : host;
}

// ---- 6: what CI systems give ------------------------------------------------------------------------------------

function githubStep(env: Environment): Step {
  return (host) => {
    const token = host === 'ghcr.io' ? variable(env, 'GITHUB_TOKEN') : null;
    if (token === null) return Promise.resolve(null);
    const username = variable(env, 'GITHUB_ACTOR') ?? 'x-access-token';
    return Promise.resolve({ kind: 'basic', username, password: token, source: 'GITHUB_TOKEN' });
  };
}

function gitlabStep(env: Environment): Step {
  return (host) => {
    const registry = variable(env, 'CI_REGISTRY');
    const username = variable(env, 'CI_REGISTRY_USER');
    const password = variable(env, 'CI_REGISTRY_PASSWORD');
    const isMeant = registry !== null && registry.toLowerCase() === host.toLowerCase();
    if (!isMeant || username === null || password === null) return Promise.resolve(null);
    return Promise.resolve({ kind: 'basic', username, password, source: 'CI_REGISTRY_PASSWORD' });
  };
}

// ---- helpers ----------------------------------------------------------------------------------------------------

type HelperDesk = (suffix: string, server: string) => Promise<HelperAnswer>;

/** Asks each helper for each server once. */
function createHelperDesk(runHelper: RunHelper): HelperDesk {
  const answers = new Map<string, Promise<HelperAnswer>>();
  return (suffix, server) => {
    const program = helperProgram(suffix);
    if (program === null) {
      return Promise.resolve({ kind: 'failed', problem: 'has a name that no such program has' });
    }
    const key = `${program} ${server}`;
    let answer = answers.get(key);
    if (!answer) {
      answer = runHelper(program, server).then(readHelper);
      answers.set(key, answer);
    }
    return answer;
  };
}

function unreadable(host: string, reason: string): RegistryFailure {
  return failure(host, 'credentials-unreadable', reason);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
