/**
 * A fake forge over real bare repositories: GitHub's, GitLab's and Gitea's APIs beside each other on one port of
 * loopback, and git's smart HTTP with push. It keeps what the documentation says of each; see the dialects.
 */
import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerGraphQl } from './github-graphql.ts';
import { createGitHubRoutes, problem, rateLimit } from './github-routes.ts';
import type { GitHubApp } from './github-routes.ts';
import { createAnswerCheck } from './github-schemas.ts';
import type { AnswerCheck } from './github-schemas.ts';
import { createGiteaRoutes } from './gitea-routes.ts';
import { createGitLabRoutes } from './gitlab-routes.ts';
import type { GitLabContext } from './gitlab-routes.ts';
import { answerGit, gitPath } from './http-backend.ts';
import type { GitAnswer } from './http-backend.ts';
import type { Router } from './routes.ts';
import { startForgeServer } from './server.ts';
import type { FaultRule, ForgeAnswer, ForgeRequest, ForgeServer, LoggedRequest } from './server.ts';
import { addAccount, addRepo, commitTo, createWorld, findRepo, followBranches } from './world.ts';
import type { Account, NewCommit, NewRepo, Repo, Token, World } from './world.ts';

export type { Repo, Account, Token } from './world.ts';
export type { Fault, FaultRule, LoggedRequest } from './server.ts';

export interface FakeForge {
  readonly world: World;
  /** `http://127.0.0.1:PORT`: the base URL of GitHub's API, and of git (`URL/owner/name.git`). */
  readonly url: string;
  /** Every request so far, in order; of git's own only pushes. */
  readonly log: readonly LoggedRequest[];
  addAccount(login: string, type?: Account['type']): Account;
  /** A token that may write unless it is said otherwise. `app` and `actions` tokens belong to a bot account. */
  addToken(account: Account, kind?: Token['kind'], canWrite?: boolean): string;
  /** A GitHub App that is installed everywhere: its id, and the key that signs its JWTs (PEM, PKCS #1). */
  addApp(slug: string): { readonly id: number; readonly privateKey: string; readonly account: Account };
  addRepo(path: string, options?: NewRepo): Repo;
  /** A commit of somebody else, pushed. */
  push(repo: Repo, branch: string, commit: NewCommit): string;
  /** Remaining requests of the primary rate limit; from 0 on, every request is refused until the reset. */
  limit(remaining: number, resetAtMs: number): void;
  inject(rule: FaultRule): void;
  clearFaults(): void;
  /** Requests since a point in the log that could have changed something. */
  writesSince(start: number): readonly LoggedRequest[];
  close(): Promise<void>;
}

let check: AnswerCheck | null = null;

/** `isChecked`: every REST answer of GitHub's is held against its description; one that differs is a defect. */
export async function startFakeForge({ isChecked = true } = {}): Promise<FakeForge> {
  const root = mkdtempSync(join(tmpdir(), 'dockfix-fake-forge-'));
  const world = createWorld(root);
  const github = createGitHubRoutes(isChecked ? (check ??= createAnswerCheck()) : undefined);
  const gitlab = createGitLabRoutes();
  const gitea = createGiteaRoutes();
  const apps: (GitHubApp & { readonly publicKey: string })[] = [];
  let remaining = 5000;
  let resetAtMs = 0;
  addAccount(world, 'web-flow');
  // What the forge commits with belongs to an account of its own, which has another address.
  Object.assign(world.accounts[0]!, { name: 'GitHub', email: 'noreply@github.com' });

  const server: ForgeServer = await startForgeServer({
    isWrite: ({ method, path, json }) =>
      path.endsWith('/graphql')
        ? /^\s*mutation\b/.test(String(json['query']))
        : method !== 'GET' && method !== 'HEAD' && !path.endsWith('/access_tokens'),
    answer,
    git,
  });

  function credential({ headers }: Pick<ForgeRequest, 'headers'>): string {
    const given = headers.authorization ?? '';
    if (/^basic /i.test(given)) {
      return Buffer.from(given.slice(6), 'base64')
        .toString()
        .replace(/^[^:]*:/, '');
    }
    const own = headers['private-token'];
    return typeof own === 'string' ? own : given.replace(/^(?:bearer|token) /i, '');
  }

  async function answer(request: ForgeRequest): Promise<ForgeAnswer> {
    if (request.path.startsWith('/api/v4/')) return answerOther(request, gitlab);
    if (request.path.startsWith('/api/v1/')) return answerOther(request, gitea);
    const site = { world, api: server.url, web: server.url };
    const path = request.path.replace(/^\/api\/v3(?=\/)/, '').replace(/^\/api(?=\/graphql$)/, '');
    const value = credential(request);
    const token = world.tokens.find((each) => each.value === value) ?? null;
    const app = value.split('.').length === 3 ? appOf(value) : null;
    if (value !== '' && !token && !app) return problem(401, 'Bad credentials');
    const context = { site, token, app };

    if (path === '/rate_limit') return { status: 200, body: rateLimit(5000, remaining, resetAtMs) };
    // docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: 403 or 429 with remaining 0 and the reset.
    const limits = {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': String(Math.max(0, remaining - 1)),
      'x-ratelimit-reset': String(Math.floor(resetAtMs / 1000)),
    };
    if (remaining <= 0) {
      const refused = problem(403, 'API rate limit exceeded for user ID 1.');
      return { ...refused, headers: { ...limits, 'x-ratelimit-remaining': '0' } };
    }
    const found =
      path === '/graphql' && request.method === 'POST'
        ? await answerGraphQl(request, context)
        : ((await github.answer(request, path, context)) ?? problem(404, 'Not Found'));
    const conditional = withEtag(request, found);
    // best-practices-for-using-the-rest-api: a 304 to an authorised request does not count.
    if (conditional.status !== 304) remaining--;
    return { ...conditional, headers: { ...limits, ...conditional.headers } };
  }

  async function answerOther(request: ForgeRequest, router: Router<GitLabContext>): Promise<ForgeAnswer> {
    const value = credential(request);
    const token = world.tokens.find((each) => each.value === value) ?? null;
    const context = { world, web: server.url, token };
    const found = await router.answer(request, request.path.slice('/api/v1'.length), context);
    return withEtag(request, found ?? { status: 404, body: { message: 'Not Found' } });
  }

  /** docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app: RS256, `iss` is the app. */
  function appOf(jwt: string): GitHubApp | null {
    const [head = '', claims = '', signature = ''] = jwt.split('.');
    const signed = Buffer.from(`${head}.${claims}`);
    const { iss } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iss?: unknown };
    const app = apps.find(({ id }) => String(id) === String(iss));
    const isGood = app && verify('sha256', signed, app.publicKey, Buffer.from(signature, 'base64url'));
    return isGood ? app : null;
  }

  function git(request: IncomingMessage, url: URL): (() => Promise<GitAnswer>) | null {
    const asked = gitPath(url.pathname);
    if (!asked) return null;
    const repo = findRepo(world, asked.path);
    const value = credential(request);
    const token = world.tokens.find((each) => each.value === value);
    const service = asked.rest === '/info/refs' ? url.searchParams.get('service') : asked.rest.slice(1);
    const isPush = service === 'git-receive-pack';
    const refuse = (status: number, headers = {}) =>
      Promise.resolve({ status, headers, body: Buffer.alloc(0) });
    return async () => {
      if (!token) return refuse(401, { 'www-authenticate': 'Basic realm="fake forge"' });
      if (!repo) return refuse(404);
      if (isPush && (!token.canWrite || repo.isArchived)) return refuse(403);
      const query = url.search.slice(1);
      const target = { folder: repo.git.folder, rest: asked.rest, query, user: token.account.login };
      const answer = await answerGit(request, target);
      if (isPush) followBranches(world, repo, token.account);
      return answer;
    };
  }

  const mint = (account: Account, kind: Token['kind'], canWrite: boolean): Token => {
    const token = {
      value: `${kind === 'pat' ? 'ghp' : 'ghs'}_canary${world.nextId++}SecretValue`,
      account,
      kind,
      canWrite,
    };
    world.tokens.push(token);
    return token;
  };

  return {
    world,
    url: server.url,
    log: server.log,
    addAccount: (login, type) => addAccount(world, login, type),
    addToken: (account, kind = 'pat', canWrite = true) => mint(account, kind, canWrite).value,
    addApp(slug) {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      });
      const account = addAccount(world, `${slug}[bot]`, 'Bot');
      const id = world.nextId++;
      apps.push({ id, slug, account, publicKey, mint: () => mint(account, 'app', true) });
      return { id, privateKey, account };
    },
    addRepo: (path, options) => addRepo(world, path, options),
    push(repo, branch, commit) {
      const sha = commitTo(world, repo, branch, commit);
      followBranches(world, repo, repo.owner);
      return sha;
    },
    limit(left, at) {
      remaining = left;
      resetAtMs = at;
    },
    inject: (rule) => server.inject(rule),
    clearFaults: () => server.clearFaults(),
    writesSince: (start) => server.log.slice(start).filter(({ isWrite }) => isWrite),
    async close() {
      await server.close();
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function withEtag(request: ForgeRequest, answer: ForgeAnswer): ForgeAnswer {
  if (request.method !== 'GET' || answer.status !== 200 || answer.body === undefined) return answer;
  const bytes = answer.body instanceof Uint8Array ? answer.body : JSON.stringify(answer.body);
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
  const headers = { ...answer.headers, etag };
  return request.headers['if-none-match'] === etag ? { status: 304, headers } : { ...answer, headers };
}
