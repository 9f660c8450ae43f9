/** What people tell the bot by a comment, and who of them is heard. */
import { dateMs } from './answers.ts';
import type { ForgeResult } from './forge.ts';

export interface Told<Author> {
  readonly author: Author;
  readonly body: string;
  /** ISO 8601. */
  readonly writtenAt: string | null | undefined;
}

/** More people than these have not been asked to say the same thing. */
const MAX_AUTHORS = 10;

/** True once one of the authors of the command may push; asking who may costs a request for each of them. */
export async function isToldByWriter<Author>(
  comments: readonly Told<Author>[],
  command: string,
  sinceMs: number | null,
  idOf: (author: Author) => string,
  mayPush: (author: Author) => Promise<ForgeResult<boolean>>,
): Promise<ForgeResult<boolean>> {
  const authors = new Map<string, Author>();
  for (const { author, body, writtenAt } of comments) {
    // The server may have sent earlier ones as well, and those of an unknown time are not known to be later.
    const isLater = sinceMs === null || (dateMs(writtenAt) ?? -Infinity) >= sinceMs;
    if (isLater && isCommand(body, command)) authors.set(idOf(author), author);
  }
  for (const author of [...authors.values()].slice(0, MAX_AUTHORS)) {
    const allowed = await mayPush(author);
    if (!allowed.ok || allowed.value) return allowed;
  }
  return { ok: true, value: false };
}

function isCommand(body: string, command: string): boolean {
  const first = body.trimStart().split(/\r?\n/, 1)[0]!.trim();
  return first.toLowerCase() === command.toLowerCase();
}
