/** Commands in notes, by people who may push. */
import { isToldByWriter } from '../command.ts';
import type { ForgeResult } from '../forge.ts';
import { hasStatus } from '../rest.ts';
import type { Rest } from '../rest.ts';
import type { CurrentUser, Member, Note } from './shapes.ts';

/** docs.gitlab.com/api/members: 30 is Developer, who may push to branches that are not protected. */
const DEVELOPER = 30;

export async function hasCommand(
  rest: Rest,
  project: string,
  viewer: CurrentUser,
  number: number,
  command: string,
  sinceMs: number | null,
): Promise<ForgeResult<boolean>> {
  const notes = await rest.all<Note>(`${project}/merge_requests/${number}/notes`, 'listing notes', {
    sort: 'asc',
  });
  if (!notes.ok) return notes;
  const comments = notes.value
    .filter(({ author, system }) => !system && author.id !== viewer.id)
    .map(({ author, body, created_at: writtenAt }) => ({ author: author.id, body, writtenAt }));
  const mayPush = async (id: number): Promise<ForgeResult<boolean>> => {
    // With those of the groups above.
    const path = `${project}/members/all/${id}`;
    const member = await rest.call<Member>('GET', path, 'asking who may push');
    if (member.ok) return { ok: true, value: member.value.access_level >= DEVELOPER };
    return hasStatus(member, 404) ? { ok: true, value: false } : member;
  };
  return isToldByWriter(comments, command, sinceMs, String, mayPush);
}
