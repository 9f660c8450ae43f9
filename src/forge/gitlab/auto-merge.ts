/**
 * GitLab's own auto-merge (docs.gitlab.com/api/merge_requests#merge-a-merge-request). Where nothing is under way that a
 * merge could wait for, GitLab merges at once; so it is asked only when there is.
 */
import type { Clock } from '../../net/retry.ts';
import { forgeFailure } from '../forge.ts';
import type { ForgeResult, MergeMethod, Written } from '../forge.ts';
import { hasStatus } from '../rest.ts';
import type { Rest } from '../rest.ts';
import { readOwn } from './merge-requests.ts';
import type { CurrentUser, MergeRequest } from './shapes.ts';

interface Scope {
  readonly rest: Rest;
  /** The path of the API, with the name of the project in it. */
  readonly project: string;
  readonly viewer: CurrentUser;
  readonly clock: Clock;
}

/** A pipeline in these states ends some time, and the merge waits for it. */
const ACTIVE_PIPELINE = /^(?:created|waiting_for_resource|preparing|pending|running|scheduled)$/;
/** `detailed_merge_status` while GitLab still works it out; a pipeline comes a moment after its merge request. */
const UNSETTLED = /^(?:unchecked|checking|preparing|approvals_syncing|cannot_be_merged_recheck)$/;
/** Between two looks: a quarter of a minute in all. */
const PAUSES_MS = [1000, 2000, 4000, 8000];

export async function enableAutoMerge(
  { rest, project, viewer, clock }: Scope,
  number: number,
  expectedHead: string,
  method: MergeMethod,
): Promise<ForgeResult<Written>> {
  for (let attempt = 0; ; attempt++) {
    const own = await readOwn(rest, project, viewer, number);
    if (!own.ok) return own;
    const { sha, merge_when_pipeline_succeeds: isOn, head_pipeline: pipeline } = own.value;
    const { state, detailed_merge_status: status } = own.value;
    if (state !== 'opened') return forgeFailure('rejected', 'the merge request is not open any more');
    if (sha !== expectedHead) return forgeFailure('branch-moved', 'the branch is not where it was');
    if (isOn) return { ok: true, value: { wrote: false } };
    const pauseMs = PAUSES_MS[attempt];
    const isActive = pipeline && ACTIVE_PIPELINE.test(pipeline.status);
    if (isActive && !UNSETTLED.test(status)) {
      const set = await setAutoMerge(rest, project, number, expectedHead, method);
      // 405: "not able to be merged" also stands for "not yet".
      if (set.ok || pauseMs === undefined || !hasStatus(set, 405)) return set;
    } else if (pauseMs === undefined || (!UNSETTLED.test(status) && pipeline)) {
      return forgeFailure('rejected', 'there is no pipeline under way that a merge could wait for');
    }
    await clock.sleep(pauseMs);
  }
}

/** Versions before 17.11 know the first name of the field, those from 18 on may know the second only. */
async function setAutoMerge(
  rest: Rest,
  project: string,
  number: number,
  sha: string,
  method: MergeMethod,
): Promise<ForgeResult<Written>> {
  const body = {
    merge_when_pipeline_succeeds: true,
    auto_merge: true,
    sha,
    squash: method === 'squash',
  };
  const path = `${project}/merge_requests/${number}/merge`;
  const set = await rest.call<MergeRequest>('PUT', path, 'auto-merge', { body });
  return set.ok ? { ok: true, value: { wrote: true } } : set;
}
