/**
 * Two parsers cut every file into instructions: dockerfile-ast and our own lines (BuildKit's rules). Where the two
 * differ, our lines are believed only if a known defect of dockerfile-ast explains the difference.
 */
import type { LogicalLine, Lines } from './lines.ts';

/** Where one of the two sees an instruction. Lines are 1-based and inclusive. */
export interface Cut {
  /** Upper case. */
  readonly keyword: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** An instruction of ours with the keyword that was read from it. */
export interface OwnCut extends Cut {
  readonly line: LogicalLine;
}

/** The first instructions, one of each cut, that are not the same. */
type Difference = { readonly text: string; readonly lines: Lines } & (
  | {
      /** They start on the same line with the same keyword, so they end on different ones. */
      readonly alike: true;
      readonly our: OwnCut;
      readonly their: Cut;
    }
  | { readonly alike: false; readonly our: OwnCut | undefined; readonly their: Cut | undefined }
);

interface KnownDisagreement {
  readonly name: string;
  explains(difference: Difference): boolean;
}

/** 1-based line of the first difference that nothing explains, or null. */
export function findDisagreement(
  text: string,
  lines: Lines,
  ours: readonly OwnCut[],
  theirs: readonly Cut[],
  known: readonly KnownDisagreement[] = KNOWN_DISAGREEMENTS,
): number | null {
  let i = 0;
  let j = 0;
  while (i < ours.length || j < theirs.length) {
    const our = ours[i];
    const their = theirs[j];
    const alike = our !== undefined && our.startLine === their?.startLine && our.keyword === their.keyword;
    if (alike && our.endLine === their.endLine) {
      i++;
      j++;
      continue;
    }
    const difference: Difference = alike
      ? { text, lines, alike, our, their }
      : { text, lines, alike, our, their };
    if (!known.some(({ explains }) => explains(difference))) {
      return Math.min(our?.startLine ?? Infinity, their?.startLine ?? Infinity);
    }
    [i, j] = nextCommonStart(ours, theirs, i, j);
  }
  return null;
}

/** The next pair of indices, behind i and j, at which both cuts start an instruction on the same line. */
function nextCommonStart(
  ours: readonly Cut[],
  theirs: readonly Cut[],
  i: number,
  j: number,
): [number, number] {
  let a = i + 1;
  let b = j + 1;
  while (a < ours.length && b < theirs.length) {
    const difference = ours[a]!.startLine - theirs[b]!.startLine;
    if (difference === 0) return [a, b];
    if (difference < 0) a++;
    else b++;
  }
  return [ours.length, theirs.length];
}

const ODD_BLANK = '[\\v\\f\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const ODD_BLANK_FIRST = new RegExp(`^[ \\t]*${ODD_BLANK}`);
const ODD_BLANK_BEHIND_KEYWORD = /^[ \t]*[a-z]+[\v\f]/i;

/**
 * Where dockerfile-ast 0.7.1 is known to be wrong and our lines were right on every one of 114,016 files that
 * were compared with BuildKit's own parser. Each looks only at the instruction where the two part, and in which
 * direction; each has its test in test/core/cross-check.test.ts.
 */
export const KNOWN_DISAGREEMENTS: readonly KnownDisagreement[] = [
  {
    name: 'an escaped escape character at the end of a line does not continue it',
    explains: ({ text, lines, alike, our, their }) =>
      alike &&
      their.endLine > our.endLine &&
      endsWithEscapes(lineText(text, lines, our.line.commandEndLine), lines.escape, ''),
  },
  {
    name: 'an escape character, blanks and another one continue the line',
    explains: ({ text, lines, alike, our, their }) =>
      alike &&
      their.endLine < our.line.commandEndLine &&
      endsWithEscapes(lineText(text, lines, their.endLine), lines.escape, '[ \\t]+'),
  },
  {
    name: '<< in quotes, escaped or before nothing opens no heredoc',
    explains: ({ alike, our, their }) => alike && their.endLine > our.endLine && seemsToOpenMore(our.line),
  },
  {
    name: 'a line that is only the escape character is joined to the next one',
    explains: ({ text, lines, our, their }) =>
      our?.startLine === their?.startLine &&
      their?.keyword === lines.escape &&
      lineText(text, lines, their.startLine).trim() === lines.escape,
  },
  {
    name: 'a keyword that is glued to the escape character takes its arguments from below a comment',
    explains: ({ text, lines, our, their }) =>
      our !== undefined &&
      our.startLine === their?.startLine &&
      our.line.comments.length > 0 &&
      /^[a-z]+$/i.test(lineText(text, lines, our.startLine).trim().slice(0, -1)),
  },
  {
    name: 'a heredoc may have blanks before its name, a file descriptor, or a name quoted in part',
    explains: ({ alike, our }) => {
      if (!alike) return false;
      const words = new Set(wordsOf(our.line));
      return our.line.heredocs.some(({ name }) => !plainOpeners(name).some((word) => words.has(word)));
    },
  },
  {
    name: 'vertical tabs, form feeds and no-break spaces are blanks around a keyword or before a comment',
    explains: ({ text, lines, alike, their }) => {
      if (!their) return false;
      const apart = alike ? their.endLine : their.startLine;
      const line = lineText(text, lines, apart);
      return ODD_BLANK_FIRST.test(line) || ODD_BLANK_BEHIND_KEYWORD.test(line);
    },
  },
  {
    name: 'a continuation at the end of the file ends on its own line',
    explains: ({ alike, our, their }) => alike && our.line.unterminated && their.endLine > our.endLine,
  },
];

/** A physical line without its line ending; empty behind the last one. */
function lineText(text: string, { starts, ends }: Lines, line: number): string {
  return text.slice(starts[line - 1] ?? text.length, ends[line - 1] ?? text.length);
}

/** Whether a line ends in two escape characters with only `between` them. */
function endsWithEscapes(line: string, escape: string, between: string): boolean {
  return new RegExp(`\\${escape}${between}\\${escape}[ \\t]*$`).test(line);
}

/** The words of an instruction as dockerfile-ast looks through them for heredocs: quotes do not group. */
function wordsOf({ logical }: LogicalLine): readonly string[] {
  return logical.text.split(/[ \t]+/);
}

/** The ways to open a heredoc that dockerfile-ast knows. */
function plainOpeners(name: string): readonly string[] {
  return ['<<', '<<-'].flatMap((sign) => [`${sign}${name}`, `${sign}"${name}"`, `${sign}'${name}'`]);
}

/** More words look like the start of a heredoc to dockerfile-ast than there are heredocs. */
function seemsToOpenMore(line: LogicalLine): boolean {
  return wordsOf(line).filter((word) => /^\\?<<./.test(word)).length > line.heredocs.length;
}
