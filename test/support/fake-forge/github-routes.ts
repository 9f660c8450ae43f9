/**
 * GitHub's REST API, as far as a pull-request bot uses it. Each route names the operation of GitHub's OpenAPI
 * description that it follows (`docs.github.com/rest`); comments name behaviour that the description does not hold.
 */
import type { components } from '@octokit/openapi-types';
import type { AnswerCheck } from './github-schemas.ts';
import * as shape from './github-shapes.ts';
import type { Site } from './github-shapes.ts';
import { createRouter, objectList, textField, textList } from './routes.ts';
import type { PathValues, Router } from './routes.ts';
import type { ForgeAnswer, ForgeRequest } from './server.ts';
import {
  addComment,
  addEvent,
  addIssue,
  closeIssue,
  findRepo,
  followBranches,
  mergePull,
  openPulls,
  pathOf,
  pulls,
  reopenIssue,
  tick,
} from './world.ts';
import type { Account, Issue, Protection, Pull, Repo, Token, World } from './world.ts';

type Schemas = components['schemas'];

export interface GitHubApp {
  readonly id: number;
  readonly slug: string;
  readonly account: Account;
  /** Makes an installation token. */
  mint(): Token;
}

export interface GitHubContext {
  readonly site: Site;
  readonly token: Token | null;
  /** The app whose signed JWT came instead of a token. */
  readonly app: GitHubApp | null;
}

interface Scope {
  readonly site: Site;
  readonly world: World;
  readonly repo: Repo;
  readonly token: Token;
  readonly actor: Account;
}

type RepoHandler = (request: ForgeRequest, values: PathValues, scope: Scope) => ForgeAnswer;

/** "body is too long (maximum is 65536 characters)": what the API says to a longer one. */
export const MAX_BODY_CHARACTERS = 65_536;
/** git/create-blob and its guide: at most 40 MiB when it is made, 100 MB when it is read. */
const MAX_BLOB_BYTES = 40 * 1024 * 1024;
/** What commits are committed with that the forge itself signs; the account `web-flow`. */
export const WEB_FLOW = { name: 'GitHub', email: 'noreply@github.com' };

export function problem(status: number, message: string, errors?: readonly object[]): ForgeAnswer {
  const body: Schemas['basic-error'] & { errors?: readonly object[] } = {
    message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
    ...(errors ? { errors } : {}),
  };
  return { status, body };
}

const NOT_FOUND = problem(404, 'Not Found');

function invalid(resource: string, fields: Readonly<Record<string, string>>): ForgeAnswer {
  return problem(422, 'Validation Failed', [{ resource, ...fields }]);
}

function tooLong(resource: string): ForgeAnswer {
  const message = `body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`;
  return invalid(resource, { code: 'custom', field: 'body', message });
}

/** `check` holds each answer against GitHub's own description. */
export function createGitHubRoutes(check?: AnswerCheck): Router<GitHubContext> {
  const router = createRouter<GitHubContext>(check);
  const add = (isWrite: boolean) => (route: string, operation: string, handle: RepoHandler) =>
    router.on(route, operation, (request, values, context) =>
      inRepository(isWrite, handle, request, values, context),
    );
  const read = add(false);
  const write = add(true);
  addSite(router);
  addGit(read, write);
  addBranches(read);
  addPulls(read, write);
  addIssues(read, write);
  return router;
}

type Add = (route: string, operation: string, handle: RepoHandler) => void;

function inRepository(
  isWrite: boolean,
  handle: RepoHandler,
  request: ForgeRequest,
  values: PathValues,
  { site, token }: GitHubContext,
): ForgeAnswer {
  const { world } = site;
  const path = `${values['owner']}/${values['repo']}`;
  const moved = world.renamed.get(path.toLowerCase());
  if (moved) {
    // docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api: "Follow redirects".
    const rest = request.path.slice(request.path.indexOf(path) + path.length);
    const location = `${site.api}/repositories/${moved.id}${rest}`;
    return { status: 301, headers: { location }, body: { message: 'Moved Permanently', url: location } };
  }
  if (!token) return problem(401, 'Requires authentication');
  const repo = findRepo(world, path);
  if (!repo) return NOT_FOUND;
  // docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api: "Resource not accessible".
  if (isWrite && !token.canWrite) return problem(403, 'Resource not accessible by integration');
  // docs.github.com/repositories/archiving-a-github-repository: read-only, also through the API.
  if (isWrite && repo.isArchived) return problem(403, 'Repository was archived so is read-only.');
  followBranches(world, repo, repo.owner);
  const answer = handle(request, values, { site, world, repo, token, actor: token.account });
  if (isWrite) followBranches(world, repo, token.account);
  return answer;
}

// ---- accounts, apps, repositories ---------------------------------------------------------------------------------------

function addSite(router: Router<GitHubContext>): void {
  router.on('GET /user', 'users/get-authenticated', (_, __, { site, token }) => {
    if (!token) return problem(401, 'Requires authentication');
    if (token.kind !== 'pat') return problem(403, 'Resource not accessible by integration');
    return { status: 200, body: shape.simpleUser(site, token.account) };
  });
  router.on('GET /users/{username}', 'users/get-by-username', (_, { username }, { site }) => {
    const account = site.world.accounts.find(({ login }) => login === username);
    return account ? { status: 200, body: shape.simpleUser(site, account) } : NOT_FOUND;
  });
  router.on('GET /app', 'apps/get-authenticated', (_, __, { site, app }) => {
    if (!app) return problem(401, 'A JSON web token could not be decoded');
    const body: Schemas['integration'] = {
      id: app.id,
      node_id: shape.nodeId('App', app.id),
      slug: app.slug,
      name: app.slug,
      owner: shape.simpleUser(site, app.account),
      description: null,
      external_url: 'https://example.com',
      html_url: `${site.web}/apps/${app.slug}`,
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
      permissions: { contents: 'write', pull_requests: 'write' },
      events: [],
    };
    return { status: 200, body };
  });
  for (const [route, operation] of [
    ['GET /repos/{owner}/{repo}/installation', 'apps/get-repo-installation'],
    ['GET /orgs/{org}/installation', 'apps/get-org-installation'],
  ] as const) {
    router.on(route, operation, (_, __, { site, app }) => {
      if (!app) return problem(401, 'A JSON web token could not be decoded');
      return { status: 200, body: installation(site, app) };
    });
  }
  router.on(
    'POST /app/installations/{id}/access_tokens',
    'apps/create-installation-access-token',
    (_, { id }, { app }) => {
      if (!app) return problem(401, 'A JSON web token could not be decoded');
      if (Number(id) !== app.id) return NOT_FOUND;
      const body: Schemas['installation-token'] = {
        token: app.mint().value,
        // Valid for an hour.
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        permissions: { contents: 'write', pull_requests: 'write' },
        repository_selection: 'selected',
      };
      return { status: 201, body };
    },
  );
  router.on(
    'GET /installation/repositories',
    'apps/list-repos-accessible-to-installation',
    (request, _, { site, token }) => {
      if (token?.kind !== 'app') return problem(403, 'Resource not accessible by integration');
      const { rows, headers } = page(request, site, site.world.repos);
      const repositories = rows.map((repo) => shape.repository(site, repo, true));
      return { status: 200, headers, body: { total_count: site.world.repos.length, repositories } };
    },
  );
  for (const [route, operation] of [
    ['GET /orgs/{owner}/repos', 'repos/list-for-org'],
    ['GET /users/{owner}/repos', 'repos/list-for-user'],
  ] as const) {
    router.on(route, operation, (request, { owner }, { site, token }) => {
      const account = site.world.accounts.find(({ login }) => login === owner);
      const isOrganization = account?.type === 'Organization';
      if (!account || isOrganization !== route.includes('/orgs/')) return NOT_FOUND;
      const own = site.world.repos.filter((repo) => repo.owner === account);
      const { rows, headers } = page(request, site, own);
      return {
        status: 200,
        headers,
        body: rows.map((repo) => shape.repository(site, repo, token?.canWrite ?? false)),
      };
    });
  }
  router.on(
    'GET /repositories/{id}',
    'repos/get (by id, where a renamed repository redirects to)',
    (_, { id }, { site, token }) => {
      const repo = site.world.repos.find((each) => String(each.id) === id);
      return repo ? { status: 200, body: shape.repository(site, repo, token?.canWrite ?? false) } : NOT_FOUND;
    },
  );
  router.on('GET /meta', 'meta/get', () => ({
    status: 200,
    body: { verifiable_password_authentication: false },
  }));
}

function installation(site: Site, app: GitHubApp): Schemas['installation'] {
  return {
    id: app.id,
    account: shape.simpleUser(site, app.account),
    repository_selection: 'selected',
    access_tokens_url: `${site.api}/app/installations/${app.id}/access_tokens`,
    repositories_url: `${site.api}/installation/repositories`,
    html_url: site.web,
    app_id: app.id,
    target_id: app.account.id,
    target_type: 'Organization',
    permissions: { contents: 'write', pull_requests: 'write' },
    events: [],
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    single_file_name: null,
    app_slug: app.slug,
    suspended_by: null,
    suspended_at: null,
  };
}

/** docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api: 30 a page, 100 at most, a Link header. */
function page<T>(
  request: ForgeRequest,
  site: Site,
  all: readonly T[],
): { readonly rows: readonly T[]; readonly headers: Readonly<Record<string, string>> } {
  const size = Math.min(100, Number(request.query.get('per_page') ?? 30) || 30);
  const number = Number(request.query.get('page') ?? 1) || 1;
  const rows = all.slice((number - 1) * size, number * size);
  if (number * size >= all.length) return { rows, headers: {} };
  const query = new URLSearchParams(request.query);
  query.set('page', String(number + 1));
  const next = `${new URL(site.api).origin}${request.path}?${query}`;
  return { rows, headers: { link: `<${next}>; rel="next"` } };
}

// ---- git ------------------------------------------------------------------------------------------------------------

function addGit(read: Add, write: Add): void {
  read('GET /repos/{owner}/{repo}', 'repos/get', (_, __, { site, repo, token }) => ({
    status: 200,
    body: shape.repository(site, repo, token.canWrite),
  }));
  read('GET /repos/{owner}/{repo}/git/ref/heads/{ref+}', 'git/get-ref', (_, { ref = '' }, { site, repo }) => {
    // "Git Repository is empty." with 409, for every question to an empty one.
    if (repo.git.branches().size === 0) return problem(409, 'Git Repository is empty.');
    const sha = repo.git.branch(ref);
    return sha === null ? NOT_FOUND : { status: 200, body: shape.gitRef(site, repo, ref, sha) };
  });
  read(
    'GET /repos/{owner}/{repo}/git/matching-refs/heads/{prefix+}',
    'git/list-matching-refs',
    (_, { prefix = '' }, { site, repo }) => ({
      status: 200,
      body: [...repo.git.branches()]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, sha]) => shape.gitRef(site, repo, name, sha)),
    }),
  );
  write('POST /repos/{owner}/{repo}/git/refs', 'git/create-ref', (request, _, { site, repo }) => {
    const ref = textField(request, 'ref');
    const sha = textField(request, 'sha');
    // "If it doesn't start with 'refs' and have at least two slashes, it will be rejected."
    if (!/^refs\/.+\/./.test(ref))
      return problem(422, 'Reference name must start with "refs" and contain two slashes');
    if (repo.git.typeOf(sha) !== 'commit') return problem(422, 'Object does not exist');
    const name = ref.replace(/^refs\/heads\//, '');
    if (repo.git.branch(name) !== null) return problem(422, 'Reference already exists');
    const refused = ruleViolation(site.world, repo, name, sha, null);
    if (refused) return refused;
    // A branch that is a folder of another one, or the other way round: git has no room for both.
    if (!repo.git.setBranch(name, sha, null)) return problem(422, 'Reference update failed');
    return { status: 201, body: shape.gitRef(site, repo, name, sha) };
  });
  write(
    'PATCH /repos/{owner}/{repo}/git/refs/heads/{ref+}',
    'git/update-ref',
    (request, { ref = '' }, { site, repo }) => {
      const sha = textField(request, 'sha');
      const old = repo.git.branch(ref);
      if (old === null) return problem(422, 'Reference does not exist');
      if (repo.git.typeOf(sha) !== 'commit') return problem(422, 'Object does not exist');
      const isForward = repo.git.between(sha, old).length === 0;
      if (!isForward && request.json['force'] !== true) return problem(422, 'Update is not a fast forward');
      const refused = ruleViolation(site.world, repo, ref, sha, old);
      if (refused) return refused;
      repo.git.setBranch(ref, sha);
      return { status: 200, body: shape.gitRef(site, repo, ref, sha) };
    },
  );
  write(
    'DELETE /repos/{owner}/{repo}/git/refs/heads/{ref+}',
    'git/delete-ref',
    (_, { ref = '' }, { repo }) => {
      if (repo.git.branch(ref) === null) return problem(422, 'Reference does not exist');
      repo.git.deleteBranch(ref);
      return { status: 204 };
    },
  );
  write('POST /repos/{owner}/{repo}/git/blobs', 'git/create-blob', (request, _, { site, repo }) => {
    const encoding = textField(request, 'encoding') === 'base64' ? 'base64' : 'utf8';
    const content = Buffer.from(textField(request, 'content'), encoding);
    if (content.length > MAX_BLOB_BYTES) return problem(422, 'Sorry, your input was too large to process.');
    const sha = repo.git.writeBlob(content);
    const body: Schemas['short-blob'] = { sha, url: `${site.api}/repos/${pathOf(repo)}/git/blobs/${sha}` };
    return { status: 201, body };
  });
  read(
    'GET /repos/{owner}/{repo}/git/blobs/{sha}',
    'git/get-blob',
    (request, { sha = '' }, { site, repo }) => {
      if (repo.git.typeOf(sha) !== 'blob') return NOT_FOUND;
      const content = repo.git.readBlob(sha);
      // "application/vnd.github.raw+json: returns the raw blob data."
      if (request.headers.accept?.includes('raw')) return { status: 200, body: content };
      const body: Schemas['blob'] = {
        sha,
        node_id: shape.nodeId('Blob', sha),
        size: content.length,
        url: `${site.api}/repos/${pathOf(repo)}/git/blobs/${sha}`,
        // As the real one does: lines of 60 characters.
        content: content.toString('base64').replace(/.{60}/g, '$&\n') + '\n',
        encoding: 'base64',
      };
      return { status: 200, body };
    },
  );
  read(
    'GET /repos/{owner}/{repo}/git/trees/{sha+}',
    'git/get-tree',
    (request, { sha = '' }, { site, repo }) => {
      // Any value of `recursive` asks for all levels, also "0" and "false".
      const recursive = request.query.get('recursive') !== null;
      const rows = repo.git.listTree(sha, recursive);
      if (rows === null) return NOT_FOUND;
      const url = `${site.api}/repos/${pathOf(repo)}/git`;
      const body: Schemas['git-tree'] = {
        sha,
        url: `${url}/trees/${sha}`,
        // "The limit for the tree array is 100,000 entries with a maximum size of 7 MB when using the recursive parameter."
        truncated: recursive && rows.length > repo.maxTreeRows,
        tree: rows.slice(0, recursive ? repo.maxTreeRows : undefined).map((row) => ({
          path: row.path,
          mode: row.mode,
          type: row.type,
          sha: row.sha,
          ...(row.size === null ? {} : { size: row.size }),
          ...(row.type === 'commit' ? {} : { url: `${url}/${row.type}s/${row.sha}` }),
        })),
      };
      return { status: 200, body };
    },
  );
  write('POST /repos/{owner}/{repo}/git/trees', 'git/create-tree', (request, _, { site, repo }) => {
    const base = textField(request, 'base_tree');
    if (base !== '' && repo.git.listTree(base, false) === null)
      return problem(404, 'Tree SHA does not exist');
    const rows = objectList(request, 'tree');
    const changes = rows.map((row) => ({
      path: String(row['path'] ?? ''),
      mode: String(row['mode'] ?? ''),
      sha: row['sha'] === null ? null : String(row['sha'] ?? ''),
    }));
    const wrong = changes.find(
      ({ sha, mode }) =>
        !/^(?:100644|100755|040000|160000|120000)$/.test(mode) ||
        (sha !== null && mode !== '160000' && repo.git.typeOf(sha) === null),
    );
    if (wrong) return problem(422, `tree.sha ${wrong.sha} is not a valid blob`);
    const sha = repo.git.writeTree(base === '' ? null : base, changes);
    const listed = repo.git.listTree(sha, false) ?? [];
    const url = `${site.api}/repos/${pathOf(repo)}/git`;
    const body: Schemas['git-tree'] = {
      sha,
      url: `${url}/trees/${sha}`,
      truncated: false,
      tree: listed.map(({ path, mode, type, sha: id }) => ({
        path,
        mode,
        type,
        sha: id,
        url: `${url}/${type}s/${id}`,
      })),
    };
    return { status: 201, body };
  });
  write(
    'POST /repos/{owner}/{repo}/git/commits',
    'git/create-commit',
    (request, _, { site, world, repo, token }) => {
      const tree = textField(request, 'tree');
      if (repo.git.listTree(tree, false) === null) return problem(422, 'Tree SHA does not exist');
      const parents = textList(request, 'parents');
      const missing = parents.find((parent) => repo.git.typeOf(parent) !== 'commit');
      if (missing !== undefined) return problem(422, 'Parent SHA does not exist or is not a commit object');
      const date = tick(world);
      const own = { ...token.account, date };
      const author = personField(request, 'author', own);
      const named = request.json['author'] !== undefined || request.json['committer'] !== undefined;
      // "Signature verification for bots" (docs.github.com/authentication/managing-commit-signature-verification): the
      // forge signs for an installation when neither author, committer nor signature is given; never for a person's token.
      const signs = token.kind !== 'pat' && !named && request.json['signature'] === undefined;
      const committer = signs ? { ...WEB_FLOW, date } : personField(request, 'committer', author);
      const sha = repo.git.writeCommit({
        tree,
        parents,
        author,
        committer,
        message: textField(request, 'message'),
      });
      if (signs) world.verifiedCommits.add(sha);
      return { status: 201, body: shape.gitCommit(site, repo, sha) };
    },
  );
  read('GET /repos/{owner}/{repo}/git/commits/{sha}', 'git/get-commit', (_, { sha = '' }, { site, repo }) => {
    const body = /^[0-9a-f]{40}$/.test(sha) ? shape.gitCommit(site, repo, sha) : null;
    return body ? { status: 200, body } : NOT_FOUND;
  });
}

function personField<T extends { name: string; email: string; date: string }>(
  request: ForgeRequest,
  field: string,
  fallback: T,
): { name: string; email: string; date: string } {
  const given = request.json[field];
  if (typeof given !== 'object' || given === null) return fallback;
  const { name, email } = { name: fallback.name, email: fallback.email, ...given };
  return { name: String(name), email: String(email), date: fallback.date };
}

/** The rule of a ruleset with a pattern that ends in `**`, or of the branch itself. */
export function rulesFor(repo: Repo, branch: string): Protection {
  const found = [...repo.protections].filter(
    ([pattern]) => pattern === branch || (pattern.endsWith('**') && branch.startsWith(pattern.slice(0, -2))),
  );
  return Object.assign({}, ...found.map(([, rules]) => rules));
}

/** docs.github.com/repositories/configuring-branches-and-merges: what a rule says when it refuses a push. */
export function ruleViolation(
  world: World,
  repo: Repo,
  branch: string,
  sha: string,
  old: string | null,
): ForgeAnswer | null {
  const rules = rulesFor(repo, branch);
  if (rules.requiresSignatures) {
    const base = old ?? repo.git.branch(repo.defaultBranch);
    const added = base === null ? [sha] : repo.git.between(base, sha);
    if (!added.every((commit) => world.verifiedCommits.has(commit))) {
      return problem(422, 'Repository rule violations found\n\nCommits must have verified signatures.\n\n');
    }
  }
  if (rules.noForcePush && old !== null && repo.git.between(sha, old).length > 0) {
    return problem(422, 'Repository rule violations found\n\nCannot force-push to this branch\n\n');
  }
  return null;
}

function addBranches(read: Add): void {
  read(
    'GET /repos/{owner}/{repo}/branches/{branch+}',
    'repos/get-branch',
    (_, { branch = '' }, { site, repo }) => {
      const sha = repo.git.branch(branch);
      if (sha === null) return problem(404, 'Branch not found');
      const url = `${site.api}/repos/${pathOf(repo)}/branches/${branch}`;
      const isProtected = repo.protections.has(branch);
      const body: Schemas['branch-with-protection'] = {
        name: branch,
        commit: shape.commit(site, repo, sha),
        _links: { html: `${site.web}/${pathOf(repo)}/tree/${branch}`, self: url },
        protected: isProtected,
        protection: { enabled: isProtected },
        protection_url: `${url}/protection`,
      };
      return { status: 200, body };
    },
  );
  read(
    'GET /repos/{owner}/{repo}/rules/branches/{branch+}',
    'repos/get-branch-rules',
    (_, { branch = '' }, { repo }) => {
      const rules = rulesFor(repo, branch);
      const from = {
        ruleset_source_type: 'Repository',
        ruleset_source: pathOf(repo),
        ruleset_id: 1,
      } as const;
      const body: Schemas['repository-rule-detailed'][] = [
        ...(rules.requiresSignatures ? [{ type: 'required_signatures' as const, ...from }] : []),
        ...(rules.noForcePush ? [{ type: 'non_fast_forward' as const, ...from }] : []),
        ...(rules.requiresChecks
          ? [
              {
                type: 'required_status_checks' as const,
                parameters: {
                  required_status_checks: [{ context: 'ci' }],
                  strict_required_status_checks_policy: rules.requiresUpToDate ?? false,
                },
                ...from,
              },
            ]
          : []),
      ];
      return { status: 200, body };
    },
  );
  read(
    'GET /repos/{owner}/{repo}/compare/{basehead+}',
    'repos/compare-commits-with-basehead',
    (request, { basehead = '' }, { site, repo }) => {
      const [from = '', to = ''] = basehead.split('...');
      const resolve = (name: string): string | null =>
        repo.git.branch(name) ?? repo.git.commit(name)?.sha ?? null;
      const [base, head] = [resolve(from), resolve(to)];
      if (base === null || head === null) return NOT_FOUND;
      const mergeBase = repo.git.mergeBase(base, head);
      // "No common ancestor between X and Y."
      if (mergeBase === null) return problem(404, `No common ancestor between ${from} and ${to}.`);
      const ahead = repo.git.between(base, head);
      const behind = repo.git.between(head, base).length;
      const { rows, headers } = page(
        request.query.has('per_page') ? request : { ...request, query: new URLSearchParams('per_page=250') },
        site,
        ahead,
      );
      const url = `${site.api}/repos/${pathOf(repo)}/compare/${basehead}`;
      const web = `${site.web}/${pathOf(repo)}/compare/${basehead}`;
      const status =
        ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
      const isFirst = (request.query.get('page') ?? '1') === '1';
      const body: Schemas['commit-comparison'] = {
        url,
        html_url: web,
        permalink_url: web,
        diff_url: `${web}.diff`,
        patch_url: `${web}.patch`,
        base_commit: shape.commit(site, repo, base),
        merge_base_commit: shape.commit(site, repo, mergeBase),
        status,
        ahead_by: ahead.length,
        behind_by: behind,
        total_commits: ahead.length,
        commits: rows.map((sha) => shape.commit(site, repo, sha)),
        // "The list of changed files is only shown on the first page of results, … up to 300 changed files".
        ...(isFirst ? { files: shape.diffEntries(site, repo, mergeBase, head).slice(0, 300) } : {}),
      };
      return { status: 200, headers, body };
    },
  );
}

// ---- pull requests --------------------------------------------------------------------------------------------------

function addPulls(read: Add, write: Add): void {
  const ROOT = '/repos/{owner}/{repo}/pulls';
  read(`GET ${ROOT}`, 'pulls/list', (request, _, { site, repo }) => {
    const { query } = request;
    const state = query.get('state') ?? 'open';
    // "Filter pulls by head user or head organization and branch name in the format of user:ref-name": else no filter.
    const [, owner, ref] = /^([^:]+):(.+)$/.exec(query.get('head') ?? '') ?? [];
    const base = query.get('base');
    const byUpdate = query.get('sort') === 'updated';
    // "Default: desc when sort is created or sort is not specified, otherwise asc."
    const direction = query.get('direction') ?? (byUpdate ? 'asc' : 'desc');
    const found = pulls(repo)
      .filter((each) => state === 'all' || each.state === state)
      .filter(
        ({ pull }) => ref === undefined || (pull.branch === ref && ownerOf(pull) === owner?.toLowerCase()),
      )
      .filter(({ pull }) => base === null || pull.base === base)
      .sort((a, b) => (byUpdate ? a.updatedAt.localeCompare(b.updatedAt) : 0) || a.number - b.number);
    if (direction === 'desc') found.reverse();
    const { rows, headers } = page(request, site, found);
    return { status: 200, headers, body: rows.map((each) => shape.pullSimple(site, repo, each)) };
  });
  write(`POST ${ROOT}`, 'pulls/create', createPull);
  read(`GET ${ROOT}/{number}`, 'pulls/get', (_, { number }, { site, repo }) => {
    const found = shape.findPull(repo, Number(number));
    return found ? { status: 200, body: shape.pullRequest(site, repo, found) } : NOT_FOUND;
  });
  write(`PATCH ${ROOT}/{number}`, 'pulls/update', updatePull);
  read(`GET ${ROOT}/{number}/files`, 'pulls/list-files', (request, { number }, { site, repo }) => {
    const found = shape.findPull(repo, Number(number));
    if (!found) return NOT_FOUND;
    const { pull } = found;
    const base = repo.git.mergeBase(pull.baseHead, pull.head) ?? pull.baseHead;
    const { rows, headers } = page(request, site, shape.diffEntries(site, repo, base, pull.head));
    return { status: 200, headers, body: rows };
  });
  read(`GET ${ROOT}/{number}/commits`, 'pulls/list-commits', (request, { number }, { site, repo }) => {
    const found = shape.findPull(repo, Number(number));
    if (!found) return NOT_FOUND;
    const { rows, headers } = page(request, site, repo.git.between(found.pull.baseHead, found.pull.head));
    return { status: 200, headers, body: rows.map((sha) => shape.commit(site, repo, sha)) };
  });
  write(
    `POST ${ROOT}/{number}/requested_reviewers`,
    'pulls/request-reviewers',
    (request, { number }, { site, repo }) => {
      const found = shape.findPull(repo, Number(number));
      if (!found) return NOT_FOUND;
      const people = textList(request, 'reviewers').map((login) =>
        repo.collaborators.find((each) => each.login === login),
      );
      const teams = textList(request, 'team_reviewers');
      if (people.includes(undefined) || !teams.every((slug) => repo.teams.includes(slug))) {
        return problem(
          422,
          'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not ' +
            `a collaborator of the ${pathOf(repo)} repository.`,
        );
      }
      if (people.includes(found.author))
        return problem(422, 'Review cannot be requested from pull request author.');
      found.pull.reviewers = [
        ...new Set([...found.pull.reviewers, ...people.filter((each) => each !== undefined)]),
      ];
      found.pull.teams = [...new Set([...found.pull.teams, ...teams])];
      return { status: 201, body: shape.pullSimple(site, repo, found) };
    },
  );
  write(
    'PUT /repos/{owner}/{repo}/pulls/{number}/merge',
    'pulls/merge',
    (request, { number }, { world, repo, actor }) => {
      const found = shape.findPull(repo, Number(number));
      if (!found) return NOT_FOUND;
      const expected = textField(request, 'sha');
      if (expected !== '' && expected !== found.pull.head) {
        return problem(409, 'Head branch was modified. Review and try the merge again.');
      }
      const sha = found.state === 'open' ? mergePull(world, repo, found, actor) : null;
      if (sha === null) return problem(405, 'Pull Request is not mergeable');
      return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
    },
  );
}

function ownerOf(pull: Pull): string {
  return pull.headRepository.slice(0, pull.headRepository.lastIndexOf('/')).toLowerCase();
}

function createPull(request: ForgeRequest, _: PathValues, { site, world, repo, actor }: Scope): ForgeAnswer {
  const title = textField(request, 'title');
  const body = textField(request, 'body');
  const base = textField(request, 'base');
  const branch = textField(request, 'head').replace(`${repo.owner.login}:`, '');
  if (title === '') return invalid('PullRequest', { code: 'missing_field', field: 'title' });
  if (body.length > MAX_BODY_CHARACTERS) return tooLong('PullRequest');
  const head = repo.git.branch(branch);
  const baseHead = repo.git.branch(base);
  if (head === null) return invalid('PullRequest', { field: 'head', code: 'invalid' });
  if (baseHead === null) return invalid('PullRequest', { field: 'base', code: 'invalid' });
  const twin = openPulls(repo).find(
    ({ pull }) => pull.branch === branch && pull.base === base && pull.headRepository === pathOf(repo),
  );
  if (twin) {
    const message = `A pull request already exists for ${repo.owner.login}:${branch}.`;
    return invalid('PullRequest', { code: 'custom', message });
  }
  if (repo.git.between(baseHead, head).length === 0) {
    return invalid('PullRequest', { code: 'custom', message: `No commits between ${base} and ${branch}` });
  }
  const pull: Pull = {
    branch,
    base,
    head,
    baseHead,
    headRepository: pathOf(repo),
    isDraft: request.json['draft'] === true,
    mergedAt: null,
    mergeCommit: null,
    reviewers: [],
    teams: [],
    autoMerge: null,
    isQueued: false,
  };
  const made = addIssue(world, repo, actor, { title, body }, pull);
  return { status: 201, body: shape.pullRequest(site, repo, { ...made, pull }) };
}

function updatePull(
  request: ForgeRequest,
  { number }: PathValues,
  { site, world, repo, actor }: Scope,
): ForgeAnswer {
  const found = shape.findPull(repo, Number(number));
  if (!found) return NOT_FOUND;
  const { json } = request;
  const body = textField(request, 'body');
  if (body.length > MAX_BODY_CHARACTERS) return tooLong('PullRequest');
  if (json['state'] === 'open' && found.state === 'closed') {
    const refused = whyNotReopened(repo, found);
    if (refused !== null) {
      return invalid('PullRequest', {
        code: 'invalid',
        field: 'state',
        message: `state cannot be changed. ${refused}`,
      });
    }
    reopenIssue(world, found, actor);
  }
  editText(request, world, found);
  if (json['state'] === 'closed') closeIssue(world, found, actor);
  return { status: 200, body: shape.pullRequest(site, repo, found) };
}

function editText(request: ForgeRequest, world: World, issue: Issue): void {
  const { json } = request;
  if (typeof json['title'] === 'string') issue.title = json['title'];
  if (typeof json['body'] === 'string') issue.body = json['body'];
  issue.updatedAt = tick(world);
}

/** The sentences that the real one gives when a closed pull request cannot be opened again. */
function whyNotReopened(repo: Repo, { pull }: { readonly pull: Pull }): string | null {
  if (pull.mergedAt !== null) return 'The pull request is merged.';
  const head = repo.git.branch(pull.branch);
  if (head === null) return `The ${pull.branch} branch has been deleted.`;
  if (openPulls(repo).some((each) => each.pull.branch === pull.branch && each.pull.base === pull.base)) {
    return `There is already an open pull request from ${pull.branch} to ${pull.base}.`;
  }
  const forced = repo.git.between(head, pull.head).length > 0;
  return forced ? `The ${pull.branch} branch was force-pushed or recreated.` : null;
}

// ---- issues ---------------------------------------------------------------------------------------------------------

function addIssues(read: Add, write: Add): void {
  const ROOT = '/repos/{owner}/{repo}/issues';
  const find = (repo: Repo, number: string | undefined): Issue | null =>
    repo.issues.find((each) => each.number === Number(number) && (each.pull !== null || repo.hasIssues)) ??
    null;
  /** docs.github.com/rest/issues: "410 Gone" where issues are switched off. */
  const gone = problem(410, 'Issues has been disabled in this repository.');

  read(`GET ${ROOT}`, 'issues/list-for-repo', (request, _, { site, repo }) => {
    const { query } = request;
    const state = query.get('state') ?? 'open';
    const creator = query.get('creator');
    const found = repo.issues
      .filter((each) => each.pull !== null || repo.hasIssues)
      .filter((each) => state === 'all' || each.state === state)
      .filter((each) => creator === null || each.author.login === creator);
    if ((query.get('direction') ?? 'desc') === 'desc') found.reverse();
    const { rows, headers } = page(request, site, found);
    return { status: 200, headers, body: rows.map((each) => shape.issue(site, repo, each)) };
  });
  write(`POST ${ROOT}`, 'issues/create', (request, _, { site, world, repo, actor }) => {
    if (!repo.hasIssues) return gone;
    const body = textField(request, 'body');
    const title = textField(request, 'title');
    if (title === '') return invalid('Issue', { code: 'missing_field', field: 'title' });
    if (body.length > MAX_BODY_CHARACTERS) return tooLong('Issue');
    return { status: 201, body: shape.issue(site, repo, addIssue(world, repo, actor, { title, body })) };
  });
  read(`GET ${ROOT}/{number}`, 'issues/get', (_, { number }, { site, repo }) => {
    const found = find(repo, number);
    return found ? { status: 200, body: shape.issue(site, repo, found) } : repo.hasIssues ? NOT_FOUND : gone;
  });
  write(`PATCH ${ROOT}/{number}`, 'issues/update', (request, { number }, { site, world, repo, actor }) => {
    const found = find(repo, number);
    if (!found) return repo.hasIssues ? NOT_FOUND : gone;
    if (textField(request, 'body').length > MAX_BODY_CHARACTERS) return tooLong('Issue');
    editText(request, world, found);
    if (request.json['state'] === 'closed') closeIssue(world, found, actor);
    if (request.json['state'] === 'open' && found.state === 'closed') reopenIssue(world, found, actor);
    return { status: 200, body: shape.issue(site, repo, found) };
  });
  read(`GET ${ROOT}/{number}/comments`, 'issues/list-comments', (request, { number }, { site, repo }) => {
    const found = find(repo, number);
    if (!found) return NOT_FOUND;
    // "Only show results that were last updated after the given time."
    const since = request.query.get('since');
    const all = found.comments.filter(
      ({ updatedAt }) => since === null || Date.parse(updatedAt) >= Date.parse(since),
    );
    const { rows, headers } = page(request, site, all);
    return { status: 200, headers, body: rows.map((each) => shape.comment(site, repo, found, each)) };
  });
  read(
    'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
    'repos/get-collaborator-permission-level',
    (_, { username }, { site, world, repo }) => {
      const account = world.accounts.find((each) => each.login === username);
      return account
        ? { status: 200, body: shape.permission(site, account, repo.collaborators.includes(account)) }
        : NOT_FOUND;
    },
  );
  write(
    `POST ${ROOT}/{number}/comments`,
    'issues/create-comment',
    (request, { number }, { site, world, repo, actor }) => {
      const found = find(repo, number);
      const body = textField(request, 'body');
      if (!found) return NOT_FOUND;
      if (body === '') return invalid('IssueComment', { code: 'missing_field', field: 'body' });
      if (body.length > MAX_BODY_CHARACTERS) return tooLong('IssueComment');
      return { status: 201, body: shape.comment(site, repo, found, addComment(world, found, actor, body)) };
    },
  );
  write(
    'PATCH /repos/{owner}/{repo}/issues/comments/{id}',
    'issues/update-comment',
    (request, { id }, { site, world, repo, actor }) => {
      const on = repo.issues.find((each) => each.comments.some((comment) => comment.id === Number(id)));
      const comment = on?.comments.find((each) => each.id === Number(id));
      if (!on || !comment) return NOT_FOUND;
      if (comment.author !== actor) return problem(403, 'Resource not accessible by integration');
      if (textField(request, 'body').length > MAX_BODY_CHARACTERS) return tooLong('IssueComment');
      comment.body = textField(request, 'body');
      comment.updatedAt = tick(world);
      on.updatedAt = comment.updatedAt;
      return { status: 200, body: shape.comment(site, repo, on, comment) };
    },
  );
  read(`GET ${ROOT}/{number}/events`, 'issues/list-events', (request, { number }, { site, repo }) => {
    const { rows, headers } = page(request, site, find(repo, number)?.events ?? []);
    return { status: 200, headers, body: rows.map((each) => shape.issueEvent(site, repo, each)) };
  });
  read(
    `GET ${ROOT}/{number}/timeline`,
    'issues/list-events-for-timeline',
    (request, { number }, { site, repo }) => {
      const found = find(repo, number);
      const events = (found?.events ?? []).map((each) => ({
        at: each.createdAt,
        body: shape.issueEvent(site, repo, each),
      }));
      const comments = (found?.comments ?? []).map((each) => ({
        at: each.createdAt,
        body: {
          event: 'commented',
          actor: shape.simpleUser(site, each.author),
          ...shape.comment(site, repo, found!, each),
        },
      }));
      const all = [...events, ...comments].sort((a, b) => a.at.localeCompare(b.at));
      const { rows, headers } = page(request, site, all);
      return { status: 200, headers, body: rows.map(({ body }) => body) };
    },
  );
  addLabelsAndAssignees(read, write, find);
}

function addLabelsAndAssignees(
  read: Add,
  write: Add,
  find: (repo: Repo, number: string | undefined) => Issue | null,
): void {
  const ROOT = '/repos/{owner}/{repo}';
  const make = (world: World, repo: Repo, name: string, color = 'ededed', description = ''): void =>
    void repo.labels.set(name.toLowerCase(), { id: world.nextId++, color, description });

  read(`GET ${ROOT}/labels/{name+}`, 'issues/get-label', (_, { name = '' }, { site, repo }) =>
    repo.labels.has(name.toLowerCase()) ? { status: 200, body: shape.label(site, repo, name) } : NOT_FOUND,
  );
  write(`POST ${ROOT}/labels`, 'issues/create-label', (request, _, { site, world, repo }) => {
    const name = textField(request, 'name');
    if (repo.labels.has(name.toLowerCase()))
      return invalid('Label', { code: 'already_exists', field: 'name' });
    make(world, repo, name, textField(request, 'color') || undefined, textField(request, 'description'));
    return { status: 201, body: shape.label(site, repo, name) };
  });
  read(
    `GET ${ROOT}/issues/{number}/labels`,
    'issues/list-labels-on-issue',
    (_, { number }, { site, repo }) => {
      const found = find(repo, number);
      return found
        ? { status: 200, body: found.labels.map((name) => shape.label(site, repo, name)) }
        : NOT_FOUND;
    },
  );
  write(
    `POST ${ROOT}/issues/{number}/labels`,
    'issues/add-labels',
    (request, { number }, { site, world, repo, actor }) => {
      const found = find(repo, number);
      if (!found) return NOT_FOUND;
      for (const name of textList(request, 'labels')) {
        // The real one makes a label that is missing.
        if (!repo.labels.has(name.toLowerCase())) make(world, repo, name);
        if (found.labels.includes(name)) continue;
        found.labels.push(name);
        addEvent(world, found, 'labeled', actor, name);
      }
      return { status: 200, body: found.labels.map((name) => shape.label(site, repo, name)) };
    },
  );
  write(
    `DELETE ${ROOT}/issues/{number}/labels/{name+}`,
    'issues/remove-label',
    (_, { number, name = '' }, { site, world, repo, actor }) => {
      const found = find(repo, number);
      if (!found?.labels.includes(name)) return problem(404, 'Label does not exist');
      found.labels = found.labels.filter((each) => each !== name);
      addEvent(world, found, 'unlabeled', actor, name);
      return { status: 200, body: found.labels.map((each) => shape.label(site, repo, each)) };
    },
  );
  write(
    `POST ${ROOT}/issues/{number}/assignees`,
    'issues/add-assignees',
    (request, { number }, { site, world, repo, actor }) => {
      const found = find(repo, number);
      if (!found) return NOT_FOUND;
      for (const login of textList(request, 'assignees')) {
        // "Only users with push access can be set as assignees … assignees are silently dropped otherwise."
        const account = repo.collaborators.find((each) => each.login === login);
        if (!account || found.assignees.includes(account)) continue;
        found.assignees.push(account);
        addEvent(world, found, 'assigned', actor);
      }
      return { status: 201, body: shape.issue(site, repo, found) };
    },
  );
}

/** `rate-limit/get` and the headers of every answer. */
export function rateLimit(
  limit: number,
  remaining: number,
  resetAtMs: number,
): Schemas['rate-limit-overview'] {
  const rate = { limit, remaining, reset: Math.floor(resetAtMs / 1000), used: limit - remaining };
  return { resources: { core: rate, search: rate, graphql: rate }, rate };
}
