/** Opens GitHub, GitLab, Gitea or Forgejo for the bot: where it is, with whose credential, over the person's network. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperatorConfig } from '../config/config.ts';
import { UsageError } from '../core/errors.ts';
import type { Forge, ForgeResult } from '../forge/forge.ts';
import type { Git } from '../forge/git-process.ts';
import type { GitHubCredential } from '../forge/github.ts';
import { networkFromEnvironment } from '../net/environment.ts';
import { createHttp } from '../net/http.ts';
import { createDiscreetHttp, createLoggedHttp } from '../net/logged-http.ts';
import { createRedactor } from '../net/redact.ts';
import type { Redactor } from '../net/redact.ts';
import { systemClock } from '../net/retry.ts';
import type { CaFile } from '../net/trust.ts';
import { proxyVariables, registerUrlSecrets } from './credentials.ts';
import type { gitVariables } from './git-network.ts';
import type { GuardedIo } from './io.ts';
import type { RunLog } from './log.ts';
import { version } from './version.ts';

export const HOSTED_FORGES = ['github', 'gitlab', 'gitea', 'forgejo'] as const;
export type HostedForge = (typeof HOSTED_FORGES)[number];

export interface HostedForgeOptions {
  readonly io: GuardedIo;
  readonly operator: OperatorConfig;
  readonly log: RunLog;
  /** Absolute folder for copies without file contents, for those that commit by push. */
  readonly cache: string;
  /** Who commits where git does it; elsewhere it is the account of the credential. */
  readonly author: { readonly name: string; readonly email: string } | null;
}

export function isHosted(kind: string): kind is HostedForge {
  return HOSTED_FORGES.some((each) => each === kind);
}

/** Throws {@link UsageError} when there is no credential, or when it is not said where the server is. */
export async function openHostedForge(kind: HostedForge, options: HostedForgeOptions): Promise<Forge> {
  const { io, operator, log } = options;
  const { env } = io;
  const redactor = createRedactor();
  io.guard.use(redactor);
  const environment = networkFromEnvironment(env);
  const proxy =
    (typeof operator.proxy === 'string' ? { http: operator.proxy, https: operator.proxy } : operator.proxy) ??
    environment.proxy;
  registerUrlSecrets([...proxyVariables(env), proxy?.http ?? '', proxy?.https ?? ''], redactor);
  const required = [operator.ca ?? []].flat().map((path): CaFile => ({ path, whenMissing: 'required' }));
  const caFiles = [...required, ...environment.caFiles];
  const real = createHttp({
    userAgent: userAgent(),
    addresses: { mode: 'trusted', allowPrivate: operator.allowPrivate ?? [] },
    proxy,
    trust: { caFiles, certFolders: [] },
    log,
  });
  const discreet = createDiscreetHttp(real, redactor);
  const http = log.level === 'debug' ? createLoggedHttp(discreet, log, () => performance.now()) : discreet;
  const { writePause } = operator.bot ?? {};
  const pace = writePause === undefined ? {} : { writePauseMs: writePause };
  const common = { http, clock: systemClock, log, ...pace };
  let gitEnv: ReturnType<typeof gitVariables> | null = null;
  const forge = await create();
  return {
    ...forge,
    async close() {
      await forge.close();
      await http.close();
    },
  };

  /** A folder for each remote. Where the server is has been checked: https, or http on loopback. */
  async function openGit(url: string): Promise<ForgeResult<Git>> {
    const { createGit } = await import('../forge/git-process.ts');
    const { gitVariables } = await import('./git-network.ts');
    const copies = join(options.cache, 'git');
    const folder = join(copies, createHash('sha256').update(url).digest('hex').slice(0, 24));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const protocols = [new URL(url).protocol.slice(0, -1)];
    const variables = await (gitEnv ??= gitVariables(env, { proxy, caFiles, folder: copies }));
    return { ok: true, value: createGit({ folder, env: variables, protocols }) };
  }

  async function create(): Promise<Forge> {
    if (kind === 'github') {
      const credential = githubCredential(env, redactor);
      const { createGitHubForge } = await import('../forge/github.ts');
      const baseUrl = serverUrl(env, 'GITHUB_API_URL') ?? 'https://api.github.com';
      return createGitHubForge({ ...common, credential, baseUrl, userAgent: userAgent() });
    }
    if (kind === 'gitlab') {
      const token = tokenOf(env, redactor, ['GITLAB_TOKEN']);
      const { createGitLabForge } = await import('../forge/gitlab.ts');
      return createGitLabForge({
        ...common,
        token,
        baseUrl: serverUrl(env, 'CI_SERVER_URL') ?? 'https://gitlab.com',
        ...(options.author ? { author: options.author } : {}),
        openGit,
      });
    }
    const token = tokenOf(env, redactor, ['GITEA_TOKEN', 'FORGEJO_TOKEN']);
    const baseUrl = serverUrl(env, 'GITEA_SERVER_URL');
    if (baseUrl === null) {
      throw new UsageError(
        'usage',
        `--forge ${kind}: set DOCKFIX_FORGE_URL to where the server is, such as https://codeberg.org`,
      );
    }
    const { createGiteaForge } = await import('../forge/gitea.ts');
    return createGiteaForge({
      ...common,
      token,
      baseUrl,
      ...(options.author ? { author: options.author } : {}),
      openGit,
    });
  }
}

function userAgent(): string {
  return `dockfix/${version} (+https://www.npmjs.com/package/dockfix)`;
}

/** An app where both of its variables are set, else a token. The key may have its line breaks written as `\n`. */
function githubCredential(env: GuardedIo['env'], redactor: Redactor): GitHubCredential {
  const appId = env['DOCKFIX_GITHUB_APP_ID'] ?? '';
  const privateKey = (env['DOCKFIX_GITHUB_APP_KEY'] ?? '').replaceAll('\\n', '\n');
  if (appId === '' && privateKey === '') {
    return { kind: 'token', token: tokenOf(env, redactor, ['GITHUB_TOKEN', 'GH_TOKEN']) };
  }
  redactor.register(privateKey);
  if (!/^\d{1,12}$/.test(appId) || !privateKey.includes('PRIVATE KEY')) {
    throw new UsageError(
      'usage',
      '--forge github: DOCKFIX_GITHUB_APP_ID has to be the number of the app, and DOCKFIX_GITHUB_APP_KEY its private key',
    );
  }
  return { kind: 'app', appId: Number(appId), privateKey };
}

function tokenOf(env: GuardedIo['env'], redactor: Redactor, names: readonly string[]): string {
  const all = ['DOCKFIX_FORGE_TOKEN', ...names];
  const token = all.map((name) => env[name]?.trim() ?? '').find((value) => value !== '');
  if (token === undefined) {
    throw new UsageError('usage', `there is no credential for the forge: set ${all.join(' or ')}`);
  }
  redactor.register(token);
  return token;
}

/** The variable of dockfix before that of the CI system; null when neither is set. */
export function serverUrl(env: GuardedIo['env'], name: string | null): string | null {
  const text = [env['DOCKFIX_FORGE_URL'], name === null ? undefined : env[name]]
    .map((each) => each?.trim() ?? '')
    .find((each) => each !== '');
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!isPlain || url.search !== '') {
    throw new UsageError('usage', 'DOCKFIX_FORGE_URL: is no URL of a server (https://, without credentials)');
  }
  if (url.protocol === 'http:' && !/^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(url.hostname)) {
    throw new UsageError(
      'usage',
      'DOCKFIX_FORGE_URL: the credential would be sent unencrypted; use https://',
    );
  }
  return url.href.replace(/\/+$/, '');
}
