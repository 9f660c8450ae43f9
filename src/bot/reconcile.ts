/**
 * What has to happen to one pull request so that the forge has what is wanted. Pure: where something is not known yet
 * that decides, the answer is the question.
 */
import type { PullRequest } from '../forge/forge.ts';
import { sameText } from './fingerprint.ts';
import type { Change } from './fingerprint.ts';
import { readMetadata } from './metadata.ts';
import type { PullMetadata } from './metadata.ts';

/** What the base branch needs, for one group. */
export interface Wanted {
  readonly fingerprint: string;
  readonly changes: readonly Change[];
  /** A pinned digest is gone: schedule and limits do not hold it back. */
  readonly isUrgent: boolean;
}

/** Why there is nothing to propose for a pull request that is open. */
export interface Obsolete {
  readonly reason: 'up to date' | 'image removed' | 'superseded' | 'switched off';
  /** Number of the pull request that has taken its place. */
  readonly by?: number;
}

/** Who has committed to a branch: nobody but the bot, or somebody else as well. */
export type Authorship = 'ours' | 'edited';

export interface Situation {
  readonly wanted: Wanted | Obsolete;
  readonly open: PullRequest | null;
  /** What we wrote to the branch last, by our own memory; null when we do not remember. */
  readonly rememberedHead: string | null;
  /** Closed and merged ones of the same branch, newest first; undefined while nobody has asked. */
  readonly past: readonly PullRequest[] | undefined;
  /** A branch of this name without an open pull request; null when there is none; undefined while nobody has asked. */
  readonly branch: { readonly head: string } | null | undefined;
  /** Of the commits on the branch; undefined while nobody has asked. */
  readonly authorship: Authorship | undefined;
  /** Closed by us, by our own memory: numbers. */
  readonly closedByUs: ReadonlySet<number>;
  /** A person has asked on the dashboard for this pull request again. */
  readonly isAskedFor: boolean;
  /** Somebody who may push has asked for it by a comment; undefined while nobody has looked. */
  readonly isRecalled: boolean | undefined;
  /** Where it was opened against. */
  readonly baseBranch: string;
  /** The schedule is open. */
  readonly isOpenTime: boolean;
  readonly updateOutsideSchedule: boolean;
  readonly snoozeMs: number;
  readonly nowMs: number;
}

export type Action =
  | { readonly kind: 'ask'; readonly what: 'past' | 'branch' | 'authorship' }
  /** Whether {@link RECREATE} has been said on a closed pull request since then. */
  | {
      readonly kind: 'ask';
      readonly what: 'recall';
      readonly number: number;
      readonly sinceMs: number | null;
    }
  | { readonly kind: 'create'; readonly expectedHead: string | null }
  | {
      readonly kind: 'refresh';
      readonly reason: 'moved' | 'conflict' | 'out of date' | 'asked for';
      readonly expectedHead: string;
    }
  | { readonly kind: 'none'; readonly reason: string }
  | {
      readonly kind: 'hold';
      readonly code: HoldCode;
      readonly reason: string;
      readonly untilMs: number | null;
    }
  | { readonly kind: 'leave-edited' }
  | { readonly kind: 'close'; readonly why: Obsolete; readonly deleteBranch: string | null }
  /** It is obsolete, but a person has worked on it. */
  | { readonly kind: 'abandon'; readonly why: Obsolete };

export type HoldCode = 'ignored' | 'ignored-digest' | 'snoozed' | 'schedule' | 'limit' | 'branch-taken';

export const IGNORE_LABEL = 'dockfix:ignore';

/** The comment on a closed pull request that brings it back. */
export const RECREATE = '/dockfix recreate';

/** Stands in every body; ticked, it takes people's commits off the branch. */
export const REBUILD_BOX = 'Rebuild this pull request (drops commits that others have made to it)';

export function reconcile(situation: Situation): Action {
  const { open, wanted } = situation;
  if ('reason' in wanted) return open ? obsolete(situation, open, wanted) : none('nothing to propose');
  return open ? keepUp(situation, open, wanted) : start(situation, wanted);
}

// ---- an open pull request ------------------------------------------------------------------------------------------

function keepUp(situation: Situation, open: PullRequest, wanted: Wanted): Action {
  if (open.isQueued) return none('it waits to be merged');
  const { head } = open;
  // Its branch has been deleted and the forge has not closed it yet.
  if (head === null) return none('its branch is gone');
  if (isTicked(open.body, REBUILD_BOX)) return { kind: 'refresh', reason: 'asked for', expectedHead: head };
  const reason = staleness(open, wanted);
  if (reason === null) return none('up to date');
  const { isOpenTime, updateOutsideSchedule } = situation;
  if (!isOpenTime && !updateOutsideSchedule && !wanted.isUrgent)
    return { kind: 'hold', code: 'schedule', reason: 'it waits for its schedule', untilMs: null };
  const authorship = authorshipOf(situation, open, head);
  if (authorship === undefined) return { kind: 'ask', what: 'authorship' };
  if (authorship === 'edited') return { kind: 'leave-edited' };
  return { kind: 'refresh', reason, expectedHead: head };
}

/** Why the branch has to be made again; null when it need not. A base that has merely moved on is no reason. */
function staleness(open: PullRequest, wanted: Wanted): 'moved' | 'conflict' | 'out of date' | null {
  if (readMetadata(open.body)?.fingerprint !== wanted.fingerprint) return 'moved';
  if (open.isMergeable === false) return 'conflict';
  return open.mustBeUpToDate ? 'out of date' : null;
}

/** Ours as long as nobody else has committed to it, and it still goes where we sent it. */
function authorshipOf(situation: Situation, open: PullRequest, head: string): Authorship | undefined {
  if (open.baseBranch !== situation.baseBranch) return 'edited';
  if (situation.rememberedHead === head) return 'ours';
  return situation.authorship;
}

function obsolete(situation: Situation, open: PullRequest, why: Obsolete): Action {
  if (open.isQueued) return none('it waits to be merged');
  if (open.head === null) return { kind: 'close', why, deleteBranch: null };
  const authorship = authorshipOf(situation, open, open.head);
  if (authorship === undefined) return { kind: 'ask', what: 'authorship' };
  return authorship === 'ours' ? { kind: 'close', why, deleteBranch: open.head } : { kind: 'abandon', why };
}

// ---- no open pull request --------------------------------------------------------------------------------------------

function start(situation: Situation, wanted: Wanted): Action {
  const { past, branch, isOpenTime } = situation;
  // Asking costs a request, so what needs none comes first.
  if (!isOpenTime && !wanted.isUrgent)
    return { kind: 'hold', code: 'schedule', reason: 'it waits for its schedule', untilMs: null };
  if (past === undefined) return { kind: 'ask', what: 'past' };
  const refused = refusal(situation, past, wanted);
  if (refused) return refused;
  if (branch === undefined) return { kind: 'ask', what: 'branch' };
  if (branch === null) return { kind: 'create', expectedHead: null };
  if (branch.head === situation.rememberedHead) return { kind: 'create', expectedHead: branch.head };
  if (situation.authorship === undefined) return { kind: 'ask', what: 'authorship' };
  if (situation.authorship === 'ours') return { kind: 'create', expectedHead: branch.head };
  return {
    kind: 'hold',
    code: 'branch-taken',
    reason: 'somebody has committed to its branch; delete the branch to have it made again',
    untilMs: null,
  };
}

/** What a person who closed a pull request has said by it. */
function refusal(situation: Situation, past: readonly PullRequest[], wanted: Wanted): Action | null {
  const closed = past.filter((one) => one.state === 'closed' && !isOurs(one, situation.closedByUs));
  if (situation.isAskedFor || closed.length === 0) return null;
  const last = closed[0]!;
  // What was said of one that has been made again since is said and done.
  const isLatest = past[0] === last;
  if (isLatest && isRenamed(last)) return null;
  const hold = holdOf(situation, past, closed, wanted);
  if (hold === null || !isLatest || situation.isRecalled === false) return hold;
  if (situation.isRecalled) return null;
  return { kind: 'ask', what: 'recall', number: last.number, sinceMs: last.closedAtMs };
}

function holdOf(
  situation: Situation,
  past: readonly PullRequest[],
  closed: readonly PullRequest[],
  wanted: Wanted,
): Action | null {
  const last = closed[0]!;
  if (last.labels.includes(IGNORE_LABEL)) {
    const reason = `#${last.number} was closed with the label ${IGNORE_LABEL}; take the label off to have it again`;
    return { kind: 'hold', code: 'ignored', reason, untilMs: null };
  }
  const refusedBy = closed.find((one) => proposes(one, wanted));
  if (refusedBy) {
    const reason = `somebody closed #${refusedBy.number}, which proposed the same digests`;
    return { kind: 'hold', code: 'ignored-digest', reason, untilMs: null };
  }
  // What has been merged since is another story.
  if (past[0]!.state === 'merged' || situation.snoozeMs === 0 || wanted.isUrgent) return null;
  const untilMs = (last.closedAtMs ?? last.createdAtMs ?? situation.nowMs) + situation.snoozeMs;
  if (untilMs <= situation.nowMs) return null;
  return { kind: 'hold', code: 'snoozed', reason: `somebody closed #${last.number}`, untilMs };
}

/** Our memory counts only where the forge does not say who closed it. */
function isOurs({ closedBy, number }: PullRequest, closedByUs: ReadonlySet<number>): boolean {
  return closedBy === 'us' || (closedBy !== 'person' && closedByUs.has(number));
}

/** Every digest that is wanted now was in it. */
function proposes(pull: PullRequest, wanted: Wanted): boolean {
  const metadata = readMetadata(pull.body);
  if (!metadata) return false;
  const refused = new Set(metadata.changes.map(({ key, to }) => `${key} ${to}`));
  return wanted.changes.every(({ key, to }) => refused.has(`${key} ${to}`));
}

function isRenamed(pull: PullRequest): boolean {
  const metadata: PullMetadata | null = readMetadata(pull.body);
  return metadata !== null && !sameText(metadata.title, pull.title);
}

export function isTicked(body: string, label: string): boolean {
  return body.split('\n').some((line) => /^\s*[-*] \[[xX]\] /.test(line) && line.includes(label));
}

function none(reason: string): Action {
  return { kind: 'none', reason };
}
