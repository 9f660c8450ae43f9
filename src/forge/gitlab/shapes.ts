/** What GitLab's REST API (docs.gitlab.com/api) answers, as far as it is read here. */

/** docs.gitlab.com/api/projects#get-a-single-project */
export interface Project {
  readonly id: number;
  readonly path_with_namespace: string;
  /** Missing in an empty repository. */
  readonly default_branch?: string | null;
  readonly archived: boolean;
  readonly empty_repo: boolean;
  readonly web_url: string;
  readonly mirror?: boolean;
  readonly forked_from_project?: object | null;
  readonly merge_requests_access_level?: string;
  readonly issues_access_level?: string;
  readonly permissions?: {
    readonly project_access: { readonly access_level: number } | null;
    readonly group_access: { readonly access_level: number } | null;
  };
}

/** docs.gitlab.com/api/branches#get-single-repository-branch */
export interface BranchRow {
  readonly name: string;
  readonly commit: { readonly id: string };
}

/** docs.gitlab.com/api/repositories#list-repository-tree */
export interface TreeRow {
  readonly id: string;
  readonly type: string;
  readonly path: string;
  readonly mode: string;
}

/** docs.gitlab.com/api/commits */
export interface CommitRow {
  readonly id: string;
  readonly parent_ids: readonly string[];
  readonly message: string;
  readonly author_name: string;
  readonly author_email: string;
  readonly committer_name: string;
  readonly committer_email: string;
}

/** docs.gitlab.com/api/merge_requests */
export interface MergeRequest {
  readonly iid: number;
  readonly web_url: string;
  readonly title: string;
  readonly description: string | null;
  /** `opened`, `closed`, `merged`, and `locked` while it is being merged. */
  readonly state: string;
  readonly source_branch: string;
  readonly target_branch: string;
  readonly source_project_id: number;
  readonly target_project_id: number;
  readonly author: { readonly id: number };
  readonly labels: readonly string[];
  readonly sha: string | null;
  readonly created_at: string;
  readonly closed_at: string | null;
  readonly closed_by?: { readonly id: number } | null;
  readonly detailed_merge_status: string;
  readonly has_conflicts: boolean;
  readonly merge_when_pipeline_succeeds: boolean;
  readonly assignees?: readonly { readonly id: number }[] | null;
  readonly reviewers?: readonly { readonly id: number }[] | null;
  /** Only when one is asked for. */
  readonly head_pipeline?: { readonly status: string } | null;
}

/** docs.gitlab.com/api/notes */
export interface Note {
  readonly id: number;
  readonly body: string;
  readonly system: boolean;
  readonly author: { readonly id: number };
  readonly created_at: string;
}

/** docs.gitlab.com/api/members#get-a-member-of-a-group-or-project-including-inherited-and-invited-members */
export interface Member {
  readonly access_level: number;
}

/** docs.gitlab.com/api/issues */
export interface IssueRow {
  readonly iid: number;
  readonly web_url: string;
  readonly title: string;
  readonly description: string | null;
  readonly state: string;
  readonly author: { readonly id: number };
}

/** docs.gitlab.com/api/users#get-the-current-user */
export interface CurrentUser {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly commit_email?: string | null;
}
