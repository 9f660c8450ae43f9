/** Every write of the bot in one place: what a dry run prints is what a real run does. */
import type { Forge, ForgeResult, PullRequest } from '../forge/forge.ts';

/** A write, with all that is sent. */
export type Write =
  | { readonly op: 'commit'; readonly request: Parameters<Forge['commitFiles']>[1] }
  | { readonly op: 'delete-branch'; readonly branch: string; readonly expectedHead: string }
  | { readonly op: 'create-pull-request'; readonly request: Parameters<Forge['createPullRequest']>[1] }
  | {
      readonly op: 'update-pull-request';
      readonly number: number;
      readonly title?: string;
      readonly body?: string;
    }
  | { readonly op: 'close-pull-request'; readonly number: number }
  | { readonly op: 'comment'; readonly number: number; readonly marker: string; readonly body: string }
  | {
      readonly op: 'add-labels';
      readonly number: number;
      readonly labels: readonly string[];
      readonly create: boolean;
    }
  | { readonly op: 'request-reviewers'; readonly number: number; readonly reviewers: readonly string[] }
  | { readonly op: 'add-assignees'; readonly number: number; readonly assignees: readonly string[] }
  | { readonly op: 'enable-auto-merge'; readonly number: number; readonly method: string }
  | {
      readonly op: 'issue';
      readonly marker: string;
      readonly title: string;
      readonly body: string;
      readonly state: string;
    };

/** Called before a write is sent. */
export type WriteListener = (repository: string, write: Write) => void;

/** The forge, with every write announced. */
export function announced(forge: Forge, listen: WriteListener): Forge {
  const say = <T>(repository: string, write: Write, send: () => Promise<T>): Promise<T> => {
    listen(repository, write);
    return send();
  };
  return {
    ...forge,
    commitFiles: (at, request) => say(at, { op: 'commit', request }, () => forge.commitFiles(at, request)),
    deleteBranch: (at, branch, expectedHead) =>
      say(at, { op: 'delete-branch', branch, expectedHead }, () =>
        forge.deleteBranch(at, branch, expectedHead),
      ),
    createPullRequest: (at, request) =>
      say(at, { op: 'create-pull-request', request }, () => forge.createPullRequest(at, request)),
    updatePullRequest: (at, current, change) =>
      say(at, { op: 'update-pull-request', number: current.number, ...change }, () =>
        forge.updatePullRequest(at, current, change),
      ),
    closePullRequest: (at, number) =>
      say(at, { op: 'close-pull-request', number }, () => forge.closePullRequest(at, number)),
    upsertComment: (at, number, comment) =>
      say(at, { op: 'comment', number, ...comment }, () => forge.upsertComment(at, number, comment)),
    addLabels: (at, number, labels, create) =>
      say(at, { op: 'add-labels', number, labels, create }, () =>
        forge.addLabels(at, number, labels, create),
      ),
    requestReviewers: (at, number, reviewers) =>
      say(at, { op: 'request-reviewers', number, reviewers }, () =>
        forge.requestReviewers(at, number, reviewers),
      ),
    addAssignees: (at, number, assignees) =>
      say(at, { op: 'add-assignees', number, assignees }, () => forge.addAssignees(at, number, assignees)),
    enableAutoMerge: (at, number, head, method) =>
      say(at, { op: 'enable-auto-merge', number, method }, () =>
        forge.enableAutoMerge(at, number, head, method),
      ),
    ensureIssue: (at, issue) => say(at, { op: 'issue', ...issue }, () => forge.ensureIssue(at, issue)),
  };
}

/** The forge for a dry run: reads are real, and each write is answered as if it had been done. */
export function withoutWrites(forge: Forge): Forge {
  const wrote = <T>(value: T): Promise<ForgeResult<T>> => Promise.resolve({ ok: true, value });
  const done = (): Promise<ForgeResult<{ wrote: boolean }>> => wrote({ wrote: true });
  return {
    ...forge,
    commitFiles: () => wrote({ id: '0'.repeat(40), wrote: true, isVerified: null }),
    deleteBranch: done,
    createPullRequest: (_, { branch, baseBranch, title, body }) => {
      const pullRequest: PullRequest = {
        number: 0,
        url: null,
        branch,
        baseBranch,
        head: '0'.repeat(40),
        title,
        body,
        state: 'open',
        labels: [],
        closedBy: null,
        createdAtMs: null,
        closedAtMs: null,
        isMergeable: null,
        mustBeUpToDate: false,
        isQueued: false,
      };
      return wrote({ pullRequest, wrote: true });
    },
    updatePullRequest: done,
    closePullRequest: done,
    upsertComment: done,
    addLabels: done,
    requestReviewers: done,
    addAssignees: done,
    enableAutoMerge: done,
    ensureIssue: () => wrote({ issue: null, wrote: true }),
  };
}
