/**
 * What is read of GitLab and Gitea, held against the types that others have made from their documentation: the
 * type check of the project fails when a field is unknown there.
 */
import type * as GitLab from '@gitbeaker/core';
import type * as Gitea from 'gitea-js';
import type * as OwnGitea from '../../src/forge/gitea/shapes.ts';
import type * as OwnGitLab from '../../src/forge/gitlab/shapes.ts';

/** The fields of ours that the others do not have: `never` when there is none. */
type Unknown<Own, Theirs> = Exclude<keyof Own, keyof Theirs>;
type None<Fields extends never> = Fields;

/** Fields that the others have under the same name, whose values are of another kind. */
type Differing<Own, Theirs> = {
  [Name in keyof Own & keyof Theirs]: NonNullable<Theirs[Name]> extends NonNullable<Own[Name]>
    ? never
    : NonNullable<Own[Name]> extends NonNullable<Theirs[Name]>
      ? never
      : Name;
}[keyof Own & keyof Theirs];

export type Checked = [
  None<Unknown<OwnGitLab.MergeRequest, GitLab.ExpandedMergeRequestSchema>>,
  None<Unknown<OwnGitLab.Project, GitLab.ProjectSchema>>,
  None<Unknown<OwnGitLab.CommitRow, GitLab.CommitSchema>>,
  None<Unknown<OwnGitLab.BranchRow, GitLab.BranchSchema>>,
  None<Unknown<OwnGitLab.TreeRow, GitLab.RepositoryTreeSchema>>,
  None<Unknown<OwnGitLab.IssueRow, GitLab.IssueSchema>>,
  None<Unknown<OwnGitLab.Member, GitLab.SimpleMemberSchema>>,
  None<Unknown<OwnGitLab.Note, GitLab.MergeRequestNoteSchema>>,
  None<Unknown<OwnGitea.Permission, Gitea.RepoCollaboratorPermission>>,
  None<Unknown<OwnGitea.PullRow, Gitea.PullRequest>>,
  None<Unknown<OwnGitea.RepositoryRow, Gitea.Repository>>,
  None<Unknown<OwnGitea.CommitRow, Gitea.Commit>>,
  None<Unknown<OwnGitea.BranchRow, Gitea.Branch>>,
  None<Unknown<OwnGitea.TreePage, Gitea.GitTreeResponse>>,
  None<Unknown<OwnGitea.IssueRow, Gitea.Issue>>,
  None<Unknown<OwnGitea.TextRow, Gitea.Comment>>,
  None<Unknown<OwnGitea.TimelineRow, Gitea.TimelineComment>>,
  None<Unknown<OwnGitea.LabelRow, Gitea.Label>>,
  None<Unknown<OwnGitea.User, Gitea.User>>,
  None<Differing<OwnGitea.RepositoryRow, Gitea.Repository>>,
  None<Differing<OwnGitea.IssueRow, Gitea.Issue>>,
  None<Differing<OwnGitea.User, Gitea.User>>,
];
