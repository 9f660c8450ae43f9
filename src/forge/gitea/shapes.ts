/** What the API of Gitea and Forgejo answers (`/api/swagger` of every server), as far as it is read here. */

export interface User {
  readonly id: number;
  readonly login: string;
  readonly email?: string;
}

export interface RepositoryRow {
  readonly id: number;
  readonly full_name: string;
  readonly default_branch: string;
  readonly empty: boolean;
  readonly archived: boolean;
  readonly fork: boolean;
  readonly mirror: boolean;
  readonly has_issues: boolean;
  readonly has_pull_requests: boolean;
  readonly html_url: string;
  readonly clone_url: string;
  readonly permissions?: { readonly push?: boolean };
}

export interface BranchRow {
  readonly name: string;
  readonly commit: { readonly id: string };
}

export interface TreePage {
  readonly truncated: boolean;
  readonly total_count: number;
  readonly tree: readonly {
    readonly path: string;
    readonly mode: string;
    readonly type: string;
    readonly sha: string;
    readonly size?: number;
  }[];
}

interface Signature {
  readonly name: string;
  readonly email: string;
}

export interface CommitRow {
  readonly sha: string;
  readonly parents: readonly { readonly sha: string }[] | null;
  readonly author: { readonly id: number } | null;
  readonly committer: { readonly id: number } | null;
  readonly commit: { readonly message: string; readonly author: Signature; readonly committer: Signature };
}

export interface PullRow {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string;
  readonly state: string;
  readonly draft?: boolean;
  readonly merged: boolean;
  readonly mergeable: boolean;
  readonly user: { readonly id: number };
  readonly labels: readonly { readonly name: string }[] | null;
  readonly assignees?: readonly { readonly login: string }[] | null;
  readonly requested_reviewers?: readonly { readonly login: string }[] | null;
  readonly requested_reviewers_teams?: readonly { readonly name: string }[] | null;
  /** `label` goes on naming the branch when it is gone; `ref` does not. */
  readonly head: { readonly label: string; readonly sha: string; readonly repo_id: number };
  readonly base: { readonly label: string; readonly sha: string; readonly repo_id: number };
  readonly created_at: string;
  readonly closed_at: string | null;
}

export interface TextRow {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly id: number; readonly login: string };
  readonly created_at: string;
}

/** `repoGetRepoPermissions`: `none`, `read`, `write`, `admin`, `owner`. */
export interface Permission {
  readonly permission: string;
}

export interface TimelineRow {
  readonly type: string;
  readonly user: { readonly id: number } | null;
}

export interface IssueRow {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string;
  readonly state: string;
  readonly user: { readonly id: number };
}

export interface LabelRow {
  readonly id: number;
  readonly name: string;
}
