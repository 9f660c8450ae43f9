/** Commands in comments, by people who may push. */
import { isToldByWriter } from '../command.ts';
import type { ForgeResult } from '../forge.ts';
import { hasStatus } from '../rest.ts';
import type { Scope } from './pulls.ts';
import type { Permission, TextRow } from './shapes.ts';

export async function hasCommand(
  { rest, repo, viewer }: Scope,
  number: number,
  command: string,
  sinceMs: number | null,
): Promise<ForgeResult<boolean>> {
  const query = sinceMs === null ? {} : { since: new Date(sinceMs).toISOString() };
  const rows = await rest.call<readonly TextRow[]>(
    'GET',
    `${repo}/issues/${number}/comments`,
    'listing comments',
    { query },
  );
  if (!rows.ok) return rows;
  const comments = rows.value
    .filter(({ user }) => user.id !== viewer.id)
    .map(({ user, body, created_at: writtenAt }) => ({ author: user.login, body, writtenAt }));
  const owner = repo.split('/')[2]!;
  const mayPush = async (login: string): Promise<ForgeResult<boolean>> => {
    if (login.toLowerCase() === owner.toLowerCase()) return { ok: true, value: true };
    const path = `${repo}/collaborators/${encodeURIComponent(login)}/permission`;
    const answer = await rest.call<Permission>('GET', path, 'asking who may push');
    if (answer.ok) return { ok: true, value: /^(?:owner|admin|write)$/.test(answer.value.permission) };
    return hasStatus(answer, 404) ? { ok: true, value: false } : answer;
  };
  return isToldByWriter(comments, command, sinceMs, (login) => login.toLowerCase(), mayPush);
}
