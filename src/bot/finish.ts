/** The end of a pull request: closed with the reason, its branch taken away, and what a killed run has left tidied up. */
import type { ForgeResult, PullRequest } from '../forge/forge.ts';
import type { Workspace } from './apply.ts';
import { hashOfBranch } from './fingerprint.ts';
import type { Obsolete } from './reconcile.ts';
import { decide, situationOf } from './situation.ts';

export async function applyObsolete(
  workspace: Workspace,
  pull: PullRequest,
  why: Obsolete,
): Promise<ForgeResult<null>> {
  const { options, repository } = workspace;
  const { forge, log, metrics, store } = options;
  const { path, id } = repository;
  const decided = await decide(
    workspace,
    situationOf(workspace, why, pull.branch, pull),
    pull.branch,
    pull.head,
  );
  if (!decided.ok) return decided;
  const action = decided.value;
  const reason = why.by === undefined ? why.reason : `${why.reason} by #${why.by}`;
  log({ repository: path, key: pull.branch, action: action.kind, reason });
  if (action.kind !== 'close' && action.kind !== 'abandon') return { ok: true, value: null };
  if (forge.features.comments) {
    const body =
      action.kind === 'close'
        ? `This is closed, because nothing is left to propose: ${reason}.`
        : `Nothing is left to propose here (${reason}). It stays open, because somebody else has committed to it.`;
    const said = await forge.upsertComment(path, pull.number, { marker: 'dockfix:obsolete', body });
    if (!said.ok) return said;
  }
  if (action.kind === 'abandon') return { ok: true, value: null };
  // Before it happens: a run that is killed right after it must not take it for a person's doing.
  const { memory } = workspace;
  const closed = [...memory.closed.filter((number) => number !== pull.number), pull.number].slice(-200);
  workspace.memory = { ...memory, closed, settled: null };
  await store.saveRepository(id, workspace.memory);
  const done = await forge.closePullRequest(path, pull.number);
  if (!done.ok) return done;
  metrics.add('pulls_closed');
  return action.deleteBranch === null
    ? { ok: true, value: null }
    : dropBranch(workspace, pull.branch, action.deleteBranch);
}

async function dropBranch(workspace: Workspace, branch: string, head: string): Promise<ForgeResult<null>> {
  const { options, repository } = workspace;
  const deleted = await options.forge.deleteBranch(repository.path, branch, head);
  if (!deleted.ok && deleted.code !== 'branch-moved' && deleted.code !== 'rejected') return deleted;
  const { [branch]: _, ...pulls } = workspace.memory.pulls;
  workspace.memory = { ...workspace.memory, pulls };
  await options.store.saveRepository(repository.id, workspace.memory);
  return { ok: true, value: null };
}

/** Branches of pull requests that are not open any more: ours are deleted, others are forgotten. */
export async function tidyUp(workspace: Workspace, wanted: ReadonlySet<string>): Promise<ForgeResult<null>> {
  const { open, options, repository } = workspace;
  const openBranches = new Set(open.map(({ branch }) => branch));
  for (const [branch, { number, head }] of Object.entries(workspace.memory.pulls)) {
    if (openBranches.has(branch) || wanted.has(hashOfBranch(branch) ?? '')) continue;
    if (workspace.memory.closed.includes(number)) {
      const dropped = await dropBranch(workspace, branch, head);
      if (!dropped.ok) return dropped;
    } else {
      const { [branch]: _, ...pulls } = workspace.memory.pulls;
      workspace.memory = { ...workspace.memory, pulls };
      await options.store.saveRepository(repository.id, workspace.memory);
    }
  }
  return { ok: true, value: null };
}
