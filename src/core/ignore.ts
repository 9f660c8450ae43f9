/**
 * Suppression comments: `# dockfix: ignore ID[,ID] -- reason` above (or inside) an instruction and
 * `# dockfix: ignore-file ID[,ID] -- reason` anywhere. A reason is required, so that the next reader knows.
 */
import { instructionAt } from './document.ts';
import type { Document } from './document.ts';
import { InputError, nearest } from './errors.ts';
import type { Finding } from './types.ts';

export interface IgnoreComment {
  readonly scope: 'instruction' | 'file';
  readonly ids: readonly string[];
  /** Null when it is missing; the comment is then not honoured. */
  readonly reason: string | null;
  /** 1-based. */
  readonly line: number;
  /** Index of the instruction it stands above or in; null for a file-wide one, or at the end of the file. */
  readonly instruction: number | null;
}

/**
 * The suppression comments of a file. Throws {@link InputError} for a verb or an id that does not exist: a typing
 * error there would silently switch a check back on, or keep it off under another name.
 */
export function readIgnoreComments(
  document: Document,
  knownIds: ReadonlySet<string>,
): readonly IgnoreComment[] {
  const found: IgnoreComment[] = [];
  let next = 0;
  for (const comment of document.comments) {
    const pragma = readPragma(document.text.slice(comment.span.start, comment.span.end));
    if (!pragma) continue;
    const { ids, reason } = pragma;
    const scope = scopeOf(pragma.verb, comment.line);
    if (ids.length === 0)
      throw new InputError('ignore', 'has an ignore comment that names no transform', comment.line);
    for (const id of ids) checkId(id, knownIds, comment.line);
    while (next < document.instructions.length && document.instructions[next]!.span.end < comment.span.start)
      next++;
    const instruction = scope === 'file' ? null : (document.instructions[next]?.index ?? null);
    found.push({ scope, ids, reason, line: comment.line, instruction });
  }
  return found;
}

/** Finds the honoured comment that silences a finding of a transform; the first one when there are several. */
export function ignoreLookup(
  document: Document,
  comments: readonly IgnoreComment[],
): (id: string, finding: Finding) => IgnoreComment | null {
  const byPlace = new Map<string, IgnoreComment>();
  for (const comment of comments) {
    if (comment.reason === null) continue;
    for (const id of comment.ids) {
      const key = `${id} ${comment.scope === 'file' ? 'file' : comment.instruction}`;
      if (!byPlace.has(key)) byPlace.set(key, comment);
    }
  }
  return (id, finding) => {
    const forFile = byPlace.get(`${id} file`) ?? null;
    const forOne = byPlace.get(`${id} ${instructionAt(document, finding.span.start)?.index}`) ?? null;
    return forFile && forOne ? (forFile.line < forOne.line ? forFile : forOne) : (forFile ?? forOne);
  };
}

/** Word by word: a pattern would try every blank of a long line as the end of what stands before it. */
function readPragma(comment: string): (Pick<IgnoreComment, 'ids' | 'reason'> & { verb: string }) | null {
  const colon = comment.indexOf(':');
  if (colon < 0 || comment.slice(1, colon).trim().toLowerCase() !== 'dockfix') return null;
  const [verb = '', ...words] = comment
    .slice(colon + 1)
    .trim()
    .split(/\s+/);
  const dashes = words.indexOf('--');
  const list = dashes < 0 ? words : words.slice(0, dashes);
  const reason = dashes < 0 ? '' : words.slice(dashes + 1).join(' ');
  const ids = list
    .join(' ')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return { verb, ids, reason: reason || null };
}

function scopeOf(verb: string, line: number): IgnoreComment['scope'] {
  if (verb === 'ignore') return 'instruction';
  if (verb === 'ignore-file') return 'file';
  const near = nearest(verb, ['ignore', 'ignore-file']);
  throw new InputError(
    'ignore',
    `has a dockfix comment that is neither "ignore" nor "ignore-file"${near ? ` (did you mean ${near}?)` : ''}`,
    line,
  );
}

function checkId(id: string, knownIds: ReadonlySet<string>, line: number): void {
  if (knownIds.has(id)) return;
  const near = nearest(id, knownIds);
  throw new InputError(
    'ignore',
    `has an ignore comment for a transform that does not exist: ${id.slice(0, 60)}${near ? ` (did you mean ${near}?)` : ''}`,
    line,
  );
}
