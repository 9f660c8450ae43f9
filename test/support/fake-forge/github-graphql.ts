/**
 * GitHub's GraphQL API: the published schema, executed, with resolvers for the few fields that a bot asks for. A query
 * that the schema does not know is refused as the real one refuses it; an answer of another shape is an error here.
 */
import { readFileSync } from 'node:fs';
import { GraphQLError, buildSchema, execute, parse, validate } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { WEB_FLOW, ruleViolation, rulesFor } from './github-routes.ts';
import type { GitHubContext } from './github-routes.ts';
import { findPull, mergeState, nodeId } from './github-shapes.ts';
import type { ForgeAnswer, ForgeRequest } from './server.ts';
import { findRepo, followBranches, isMergeable, pathOf, pulls, tick } from './world.ts';
import type { Account, Issue, Pull, Repo, Token, World } from './world.ts';

let schema: GraphQLSchema | null = null;

/** The schema that GitHub publishes, as @octokit/graphql-schema carries it. */
export function githubSchema(): GraphQLSchema {
  if (schema) return schema;
  // Beside its entry point, which loads a second form of the schema that nobody needs here.
  const folder = new URL('../../../node_modules/@octokit/graphql-schema/', import.meta.url);
  schema = buildSchema(readFileSync(new URL('schema.graphql', folder), 'utf8'), { assumeValid: true });
  return schema;
}

const NO_OBJECT = '0'.repeat(40);

/** docs.github.com/graphql: errors come with status 200, a `type` and a `path`. */
function failed(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

export async function answerGraphQl(request: ForgeRequest, context: GitHubContext): Promise<ForgeAnswer> {
  if (!context.token) {
    return { status: 401, body: { message: 'This endpoint requires you to be authenticated.' } };
  }
  const document = parse(String(request.json['query'] ?? ''));
  const invalid = validate(githubSchema(), document);
  if (invalid.length > 0) {
    const errors = invalid.map(({ message }) => ({ message, extensions: { code: 'undefinedField' } }));
    return { status: 200, body: { errors } };
  }
  const variables = request.json['variables'];
  const result = await execute({
    schema: githubSchema(),
    document,
    rootValue: createRoot(context, context.token),
    variableValues: typeof variables === 'object' && variables !== null ? { ...variables } : {},
  });
  const errors = result.errors?.map(({ message, path, extensions }) => ({
    message,
    ...(path ? { path } : {}),
    ...(extensions['type'] === undefined ? {} : { type: extensions['type'] }),
  }));
  return { status: 200, body: { data: result.data ?? null, ...(errors ? { errors } : {}) } };
}

function createRoot({ site }: GitHubContext, token: Token): object {
  const { world } = site;

  function repositoryOf(owner: string, name: string): Repo {
    const repo = findRepo(world, `${owner}/${name}`) ?? world.renamed.get(`${owner}/${name}`.toLowerCase());
    if (!repo) {
      throw failed('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    }
    followBranches(world, repo, repo.owner);
    return repo;
  }

  function mayWrite(repo: Repo): void {
    if (!token.canWrite) throw failed('FORBIDDEN', 'Resource not accessible by integration');
    if (repo.isArchived) throw failed('FORBIDDEN', 'Repository was archived so is read-only.');
  }

  return {
    viewer: () => person(token.account),
    repository: ({ owner, name }: { owner: string; name: string }) =>
      repositoryFields(world, repositoryOf(owner, name), token.account, token.canWrite),

    repositoryOwner({ login }: { login: string }) {
      const owner = world.accounts.find((each) => each.login === login);
      if (!owner) return null;
      const own = world.repos.filter((repo) => repo.owner === owner);
      own.sort((a, b) => a.name.localeCompare(b.name));
      return {
        __typename: owner.type === 'Organization' ? 'Organization' : 'User',
        login,
        repositories: ({ first, after }: { first: number; after?: string | null }) => {
          const from = Number(after ?? 0);
          const rows = own.slice(from, from + first);
          return {
            nodes: rows.map((repo) => repositoryFields(world, repo, token.account, token.canWrite)),
            pageInfo: { hasNextPage: from + first < own.length, endCursor: String(from + first) },
          };
        },
      };
    },

    // docs.github.com/graphql/reference/mutations#createcommitonbranch
    createCommitOnBranch({ input }: { input: CommitInput }) {
      const path = input.branch.repositoryNameWithOwner ?? '';
      const repo = repositoryOf(path.slice(0, path.indexOf('/')), path.slice(path.indexOf('/') + 1));
      mayWrite(repo);
      const branch = input.branch.branchName ?? '';
      const head = repo.git.branch(branch);
      if (head === null)
        throw failed('NOT_FOUND', `Could not resolve to a Branch with the name '${branch}'.`);
      if (head !== input.expectedHeadOid) {
        throw failed(
          'STALE_DATA',
          `Expected branch to point to "${input.expectedHeadOid}" but it did not. Pull and try again.`,
        );
      }
      const { additions = [], deletions = [] } = input.fileChanges ?? {};
      // The mutation has no field for a mode: what it writes is 100644.
      const written = additions.map(({ path: file, contents }) => ({
        path: file,
        mode: '100644',
        sha: repo.git.writeBlob(Buffer.from(contents, 'base64')),
      }));
      const removed = deletions.map(({ path: file }) => ({ path: file, mode: '0', sha: null }));
      const date = tick(world);
      const { headline, body } = input.message;
      const sha = repo.git.writeCommit({
        tree: repo.git.writeTree(head, [...written, ...removed]),
        parents: [head],
        author: { ...token.account, date },
        committer: { ...WEB_FLOW, date },
        message: body ? `${headline}\n\n${body}` : headline,
      });
      // "commits are automatically signed by GitHub".
      world.verifiedCommits.add(sha);
      repo.git.setBranch(branch, sha, head);
      followBranches(world, repo, token.account);
      return { commit: commitFields(repo, world, sha), ref: refFields(repo, world, branch, sha) };
    },

    // docs.github.com/graphql/reference/mutations#updaterefs
    updateRefs({ input }: { input: { repositoryId: string; refUpdates: readonly RefUpdate[] } }) {
      const repo = world.repos.find(({ id }) => nodeId('Repository', id) === input.repositoryId);
      if (!repo) throw failed('NOT_FOUND', 'Could not resolve to a node with the global id.');
      mayWrite(repo);
      for (const { name, beforeOid, afterOid, force } of input.refUpdates) {
        const branch = name.replace(/^refs\/heads\//, '');
        const old = repo.git.branch(branch);
        if (beforeOid != null && beforeOid !== (old ?? NO_OBJECT)) {
          throw failed(
            'UNPROCESSABLE',
            `Reference update failed: ${name} is at ${old ?? NO_OBJECT} but expected ${beforeOid}`,
          );
        }
        if (afterOid === NO_OBJECT) continue;
        if (old !== null && !force && repo.git.between(afterOid, old).length > 0) {
          throw failed('UNPROCESSABLE', 'Update is not a fast forward');
        }
        const refused = ruleViolation(world, repo, branch, afterOid, old);
        if (refused) throw failed('UNPROCESSABLE', 'Repository rule violations found');
      }
      for (const { name, afterOid } of input.refUpdates) {
        const branch = name.replace(/^refs\/heads\//, '');
        if (afterOid === NO_OBJECT) repo.git.deleteBranch(branch);
        else repo.git.setBranch(branch, afterOid);
      }
      followBranches(world, repo, token.account);
      return { clientMutationId: null };
    },

    // docs.github.com/graphql/reference/mutations#enablepullrequestautomerge
    enablePullRequestAutoMerge({ input }: { input: AutoMergeInput }) {
      for (const repo of world.repos) {
        const found = pulls(repo).find(({ id }) => nodeId('PullRequest', id) === input.pullRequestId);
        if (!found) continue;
        mayWrite(repo);
        if (!repo.allowsAutoMerge) {
          throw failed('UNPROCESSABLE', 'Auto merge is not allowed for this repository');
        }
        if (input.expectedHeadOid != null && input.expectedHeadOid !== found.pull.head) {
          throw failed('UNPROCESSABLE', 'Head branch was modified. Review and try the merge again.');
        }
        // There must be something to wait for.
        if (mergeState(repo, found) === 'clean') {
          throw failed('UNPROCESSABLE', 'Pull request Pull request is in clean status');
        }
        // One of three words of the schema's enumeration.
        const method = (input.mergeMethod ?? 'MERGE').toLowerCase() as 'merge' | 'squash' | 'rebase';
        found.pull.autoMerge = { by: token.account, method, at: tick(world) };
        return { pullRequest: pullFields(world, repo, found, token.account) };
      }
      throw failed('NOT_FOUND', `Could not resolve to a node with the global id of '${input.pullRequestId}'`);
    },
  };
}

interface CommitInput {
  readonly branch: { readonly repositoryNameWithOwner?: string; readonly branchName?: string };
  readonly message: { readonly headline: string; readonly body?: string | null };
  readonly expectedHeadOid: string;
  readonly fileChanges?: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[];
    readonly deletions?: readonly { readonly path: string }[];
  };
}

interface RefUpdate {
  readonly name: string;
  readonly beforeOid?: string | null;
  readonly afterOid: string;
  readonly force: boolean;
}

interface AutoMergeInput {
  readonly pullRequestId: string;
  readonly expectedHeadOid?: string | null;
  readonly mergeMethod?: string;
}

/** GraphQL gives an app's login without the `[bot]` of REST wherever it is an actor; `viewer` has it with. */
function person(account: Account): object {
  return { __typename: 'User', login: account.login, databaseId: account.id, name: account.name };
}

function actor(account: Account): object {
  const isBot = account.type === 'Bot';
  const login = isBot ? account.login.replace(/\[bot\]$/, '') : account.login;
  return { __typename: account.type, login, databaseId: account.id };
}

function commitFields(repo: Repo, world: World, sha: string): object {
  const data = repo.git.commit(sha);
  const isValid = world.verifiedCommits.has(sha);
  return {
    __typename: 'Commit',
    oid: sha,
    message: data?.message,
    signature: isValid ? { __typename: 'GpgSignature', isValid: true } : null,
  };
}

function refFields(repo: Repo, world: World, name: string, sha: string): object {
  const rules = rulesFor(repo, name);
  return {
    name,
    target: commitFields(repo, world, sha),
    refUpdateRule: repo.protections.has(name)
      ? {
          requiresSignatures: rules.requiresSignatures ?? false,
          pattern: name,
          allowsForcePushes: !rules.noForcePush,
        }
      : null,
  };
}

function repositoryFields(world: World, repo: Repo, viewer: Account, canPush: boolean): object {
  const list = <T>(all: readonly T[]) => ({
    nodes: all,
    totalCount: all.length,
    pageInfo: { hasNextPage: false, endCursor: null },
  });
  const ref = (name: string): object | null => {
    const sha = repo.git.branch(name);
    return sha === null ? null : refFields(repo, world, name, sha);
  };
  const byUpdate = (a: Issue, b: Issue): number =>
    b.updatedAt.localeCompare(a.updatedAt) || b.number - a.number;
  return {
    id: nodeId('Repository', repo.id),
    databaseId: repo.id,
    nameWithOwner: pathOf(repo),
    isArchived: repo.isArchived,
    isDisabled: repo.isDisabled,
    isFork: repo.isFork,
    isMirror: repo.isMirror,
    hasIssuesEnabled: repo.hasIssues,
    viewerPermission: canPush ? 'WRITE' : 'READ',
    url: `https://fake.example/${pathOf(repo)}`,
    defaultBranchRef: () => ref(repo.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) => ref(qualifiedName.replace(/^refs\/heads\//, '')),
    pullRequest({ number }: { number: number }) {
      const found = findPull(repo, number);
      if (!found)
        throw failed('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
      return pullFields(world, repo, found, viewer);
    },
    pullRequests({ first, states }: { first: number; states?: readonly string[] }) {
      const found = pulls(repo).filter((each) => states?.includes(stateOf(each)) ?? true);
      return list(
        found
          .sort(byUpdate)
          .slice(0, first)
          .map((each) => pullFields(world, repo, each, viewer)),
      );
    },
    issues({
      first,
      states,
      filterBy,
    }: {
      first: number;
      states?: readonly string[];
      filterBy?: { createdBy?: string };
    }) {
      const found = repo.issues
        .filter((each) => each.pull === null && repo.hasIssues)
        .filter((each) => states?.includes(each.state.toUpperCase()) ?? true)
        .filter((each) => filterBy?.createdBy === undefined || each.author.login === filterBy.createdBy);
      return list(
        found
          .sort(byUpdate)
          .slice(0, first)
          .map((each) => issueFields(each, viewer)),
      );
    },
  };
}

function stateOf({ state, pull }: Issue & { pull: Pull }): string {
  return pull.mergedAt !== null ? 'MERGED' : state.toUpperCase();
}

function issueFields(issue: Issue, viewer: Account): object {
  return {
    __typename: 'Issue',
    number: issue.number,
    title: issue.title,
    body: issue.body,
    url: `https://fake.example/issues/${issue.number}`,
    state: issue.state.toUpperCase(),
    updatedAt: issue.updatedAt,
    author: actor(issue.author),
    viewerDidAuthor: issue.author === viewer,
  };
}

function pullFields(world: World, repo: Repo, issue: Issue & { pull: Pull }, viewer: Account): object {
  const { pull } = issue;
  const closed = issue.closedBy;
  return {
    ...issueFields(issue, viewer),
    __typename: 'PullRequest',
    id: nodeId('PullRequest', issue.id),
    state: stateOf(issue),
    headRefName: pull.branch,
    headRefOid: pull.head,
    baseRefName: pull.base,
    isCrossRepository: pull.headRepository !== pathOf(repo),
    isInMergeQueue: pull.isQueued,
    mergeable: issue.state === 'closed' ? 'UNKNOWN' : isMergeable(repo, pull) ? 'MERGEABLE' : 'CONFLICTING',
    mergeStateStatus: mergeState(repo, issue).toUpperCase(),
    autoMergeRequest: pull.autoMerge && {
      enabledAt: pull.autoMerge.at,
      mergeMethod: pull.autoMerge.method.toUpperCase(),
    },
    timelineItems: () => ({
      nodes: closed ? [{ __typename: 'ClosedEvent', actor: actor(closed), createdAt: issue.closedAt }] : [],
    }),
    world,
  };
}
