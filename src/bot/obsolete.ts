/** Pull requests of ours that nothing is wanted of any more. */
import type { ForgeResult } from '../forge/forge.ts';
import type { Applied, Workspace } from './apply.ts';
import { branchHash, hashOfBranch } from './fingerprint.ts';
import type { Change } from './fingerprint.ts';
import { applyObsolete } from './finish.ts';
import { readMetadata } from './metadata.ts';
import type { Plan } from './plan.ts';
import type { Obsolete } from './reconcile.ts';
import type { ScannedFile, ScannedUse } from './scan.ts';

export interface Files {
  readonly scanned: readonly ScannedFile[];
  /** Images, and whole files, that the configuration leaves alone. */
  readonly leftOut?: readonly ScannedUse[];
  readonly excluded?: ReadonlySet<string>;
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

export async function closeObsolete(
  workspace: Workspace,
  plan: Plan,
  files: Files,
  applied: readonly Applied[],
): Promise<ForgeResult<null>> {
  const { repository, open, memory, options } = workspace;
  const wanted = new Set(plan.groups.map(({ id }) => hashOf(workspace, id)));
  for (const pull of open) {
    if (wanted.has(hashOfBranch(pull.branch)!)) continue;
    const changes = readMetadata(pull.body)?.changes ?? memory.pulls[pull.branch]?.changes ?? null;
    const why = whyObsolete(changes, plan, files, applied);
    if (why === null) {
      const reason = 'what it proposes could not be judged today';
      options.log({ repository: repository.path, key: pull.branch, action: 'none', reason });
      continue;
    }
    const result = await applyObsolete(workspace, pull, why);
    if (!result.ok) return result;
  }
  return { ok: true, value: null };
}

export function hashOf({ repository }: Pick<Workspace, 'repository'>, group: string): string {
  return branchHash({ repositoryId: repository.id, baseBranch: repository.defaultBranch, group });
}

/** Null as long as anything that could still be wanted was not judged. */
export function whyObsolete(
  changes: readonly Change[] | null,
  plan: Pick<Plan, 'held' | 'groups' | 'bugs'>,
  files: Files,
  applied: readonly Pick<Applied, 'group' | 'number'>[],
): Obsolete | null {
  if (plan.bugs.length > 0) return null;
  if (changes === null)
    return plan.held.length > 0 || files.problems.length > 0 ? null : { reason: 'up to date' };
  const isUnjudged = changes.some(
    ({ key, path }) =>
      plan.held.some(({ use }) => use.key === key) || files.problems.some((problem) => problem.path === path),
  );
  if (isUnjudged) return null;
  const keys = new Set(changes.map(({ key }) => key));
  const heir = plan.groups.find((group) => group.changes.some(({ key }) => keys.has(key)));
  if (heir) {
    const number = applied.find(({ group }) => group === heir.id)?.number ?? null;
    // Not before the other one is there.
    return number === null ? null : { reason: 'superseded', by: number };
  }
  const isLeftOut =
    files.leftOut?.some(({ key }) => keys.has(key)) || changes.some(({ path }) => files.excluded?.has(path));
  if (isLeftOut) return { reason: 'switched off' };
  const used = new Set(files.scanned.flatMap(({ uses }) => uses.map(({ key }) => key)));
  return { reason: [...keys].some((key) => used.has(key)) ? 'up to date' : 'image removed' };
}
