/**
 * Suppression comments: `# dockfix: ignore ID[,ID] -- reason` above (or inside) an instruction and
 * `# dockfix: ignore-file ID[,ID] -- reason` anywhere. A reason is required, so that the next reader knows.
 */
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

const PRAGMA = /^#\s*dockfix\s*:\s*(\S*)\s*(.*?)\s*$/i;

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
    const text = document.text.slice(comment.span.start, comment.span.end);
    const match = text.includes('dockfix') ? PRAGMA.exec(text) : null;
    if (!match) continue;
    const scope = scopeOf(match[1]!, comment.line);
    const [list, ...reasonParts] = match[2]!.split(/(?:^|\s+)--(?:\s+|$)/);
    const reason = reasonParts.join(' -- ').trim() || null;
    const ids = list!
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '');
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

/** The honoured comment that silences a finding, if any. */
export function ignoredBy(
  document: Document,
  comments: readonly IgnoreComment[],
  id: string,
  finding: Finding,
): IgnoreComment | null {
  const matching = comments.filter((comment) => comment.reason !== null && comment.ids.includes(id));
  if (matching.length === 0) return null;
  const instruction = document.instructions.find(
    ({ span }) => span.start <= finding.span.start && finding.span.start <= span.end,
  );
  return (
    matching.find((comment) => comment.scope === 'file' || comment.instruction === instruction?.index) ?? null
  );
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
