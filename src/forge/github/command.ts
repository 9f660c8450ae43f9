/** Commands in comments, by people who may push. */
import { isToldByWriter } from '../command.ts';
import type { ForgeResult } from '../forge.ts';
import type { GitHubClient, Viewer } from './client.ts';
import type { Path } from './repositories.ts';

export async function hasCommand(
  client: GitHubClient,
  path: Path,
  viewer: Viewer,
  number: number,
  command: string,
  sinceMs: number | null,
): Promise<ForgeResult<boolean>> {
  const since = sinceMs === null ? {} : { since: new Date(sinceMs).toISOString() };
  const comments = await client.all(
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    'listing comments',
    { ...path, issue_number: number, ...since },
    (rows) =>
      rows.flatMap(({ user, body, created_at: writtenAt }) =>
        user && user.id !== viewer.id ? [{ author: user.login, body: body ?? '', writtenAt }] : [],
      ),
  );
  if (!comments.ok) return comments;
  const mayPush = async (username: string): Promise<ForgeResult<boolean>> => {
    // The association that comes with a comment says "member" of people who may only read.
    const answer = await client.call(
      'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
      'asking who may push',
      { ...path, username },
    );
    if (answer.ok) return { ok: true, value: /^(?:admin|write)$/.test(answer.value.permission) };
    return 'status' in answer && answer.status === 404 ? { ok: true, value: false } : answer;
  };
  return isToldByWriter(comments.value, command, sinceMs, (login) => login, mayPush);
}
