/**
 * Signed commits under a person's token. GitHub signs what an app commits without an author; for a person's token it
 * signs only what comes through `createCommitOnBranch`, which forgets modes and needs a branch. That branch is one of
 * our own that nobody looks at: the branch of the pull request moves once, to the finished commit.
 */
import { createHash } from 'node:crypto';
import { forgeFailure } from '../forge.ts';
import type { CommitRequest, ForgeResult } from '../forge.ts';
import { isMissing } from './client.ts';
import type { GitHubClient } from './client.ts';
import { moveBranch, removeBranch } from './refs.ts';
import type { Path } from './repositories.ts';

const RULE = `query signatureRule($owner: String!, $repo: String!, $ref: String!) {
  repository(owner: $owner, name: $repo) { ref(qualifiedName: $ref) { refUpdateRule { requiresSignatures } } }
}`;

/** Whether a ruleset or a protected branch wants signed commits, on our branch or where it is to be merged. */
export async function requiresSignatures(
  client: GitHubClient,
  path: Path,
  [own, base]: readonly [string, () => Promise<ForgeResult<string>>],
): Promise<ForgeResult<boolean>> {
  const target = await base();
  if (!target.ok) return target;
  for (const branch of [own, target.value]) {
    const rules = await client.call(
      'GET /repos/{owner}/{repo}/rules/branches/{branch}',
      'reading the rules',
      {
        ...path,
        branch,
      },
    );
    // Older servers have no rulesets.
    if (!rules.ok && !('status' in rules && rules.status === 404)) return rules;
    if (rules.ok && rules.value.some(({ type }) => type === 'required_signatures'))
      return { ok: true, value: true };
  }
  const variables = { ...path, ref: `refs/heads/${target.value}` };
  const rule = await client.graphql(path.owner, RULE, variables, (data) => {
    // The shape is that of the query above.
    const { ref } = data['repository'] as {
      ref: { refUpdateRule: { requiresSignatures: boolean } | null } | null;
    };
    return ref?.refUpdateRule?.requiresSignatures ?? false;
  });
  // Where it cannot be asked, the rule itself speaks when the branch is moved.
  return !rule.ok && isMissing(rule) ? { ok: true, value: false } : rule;
}

const COMMIT = `mutation signCommit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

/** The name of a commit with exactly this tree; the branch that it was made on is gone again. */
export async function commitSigned(
  client: GitHubClient,
  path: Path,
  { branch, base, files, message }: CommitRequest,
  tree: string,
): Promise<ForgeResult<string>> {
  const executable = files.find(({ mode }) => mode !== '100644');
  if (executable) {
    return forgeFailure(
      'rejected',
      'this repository takes signed commits only, and with a personal token GitHub signs none that keep the mode of ' +
        `an executable file (${JSON.stringify(executable.path)}); use the token of a GitHub App`,
    );
  }
  const scratch = `dockfix-signing-${createHash('sha256').update(branch).digest('hex').slice(0, 12)}`;
  const left = await client.call('GET /repos/{owner}/{repo}/git/ref/{ref}', 'reading a branch', {
    ...path,
    ref: `heads/${scratch}`,
  });
  if (!left.ok && !('status' in left && left.status === 404)) return left;
  // A run that was ended may have left it behind.
  const placed = await moveBranch(client, path, scratch, left.ok ? left.value.object.sha : null, base);
  if (!placed.ok) return placed;
  const split = message.indexOf('\n');
  const input = {
    branch: { repositoryNameWithOwner: `${path.owner}/${path.repo}`, branchName: scratch },
    message: {
      headline: split < 0 ? message : message.slice(0, split),
      ...(split < 0 ? {} : { body: message.slice(split).trim() }),
    },
    expectedHeadOid: base,
    fileChanges: {
      additions: files.map(({ path: file, content }) => ({
        path: file,
        contents: Buffer.from(content).toString('base64'),
      })),
    },
  };
  const made = await client.graphql(path.owner, COMMIT, { input }, (data) => {
    // The shape is that of the mutation above.
    const { commit } = data['createCommitOnBranch'] as { commit: { oid: string } };
    return commit.oid;
  });
  if (!made.ok) {
    await removeBranch(client, path, scratch, base);
    return made;
  }
  const checked = await client.call(
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    'reading the commit',
    {
      ...path,
      commit_sha: made.value,
    },
  );
  await removeBranch(client, path, scratch, made.value);
  if (!checked.ok) return checked;
  const isRight =
    checked.value.tree.sha === tree &&
    checked.value.parents.length === 1 &&
    checked.value.parents[0]!.sha === base;
  return isRight
    ? { ok: true, value: made.value }
    : forgeFailure('forge-error', `${client.host} has made another commit than it was asked for`);
}
