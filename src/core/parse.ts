/**
 * Text to document. dockerfile-ast cuts the file into instructions and our own lines (BuildKit's rules) cut it
 * again; where the two differ and no known defect of dockerfile-ast explains it, the file is refused. What an
 * instruction says is read from our lines only.
 */
import { DockerfileParser } from 'dockerfile-ast';
import { argumentNames, keyValuePairs, plainWords, readFlag } from './arguments.ts';
import type { Document, Instruction, Keyword, Problem } from './document.ts';
import { KEYWORDS } from './document.ts';
import { InputError, nearest } from './errors.ts';
import { sliceLogical, sourceSpan, splitLines } from './lines.ts';
import type { Lines, LogicalLine, LogicalText } from './lines.ts';
import { checkText } from './text.ts';
import { jsonForm, splitCommand } from './words.ts';

const KNOWN = new Set<string>(KEYWORDS);
const JSON_KEYWORDS = new Set<Keyword>(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME']);

/**
 * Parses a Dockerfile. Throws {@link InputError} with the 1-based line for text that BuildKit refuses, and for
 * the rare text on which the two parsers disagree.
 */
export function parseDocument(text: string): Document {
  checkText(text);
  const lines = splitLines(text);
  if (lines.logicalLines.length === 0) {
    throw new InputError('empty', 'holds no instruction');
  }
  const instructions = readInstructions(lines);
  crossCheck(text, lines, instructions);
  return {
    text,
    escape: lines.escape,
    lineStarts: lines.starts,
    directives: lines.directives,
    comments: lines.comments.slice(lines.directives.length),
    instructions,
    problems: findProblems(lines),
  };
}

function readInstructions(lines: Lines): Instruction[] {
  const instructions: Instruction[] = [];
  let stage = -1;
  for (const line of lines.logicalLines) {
    const instruction = readInstruction(line, line.logical, lines.escape, instructions.length, stage);
    if (instruction.keyword === 'FROM') stage++;
    else if (stage < 0 && instruction.keyword !== 'ARG') {
      throw new InputError('no-stage', `has ${instruction.keyword} before the first FROM`, line.startLine);
    }
    instructions.push(instruction.keyword === 'FROM' ? { ...instruction, stage } : instruction);
  }
  if (stage < 0) throw new InputError('no-from', 'has no FROM instruction', instructions.at(-1)!.line);
  return instructions;
}

function readInstruction(
  line: LogicalLine,
  logical: LogicalText,
  escape: string,
  index: number,
  stage: number,
): Instruction {
  const shape = splitCommand(logical.text);
  const keyword = shape.keyword as Keyword;
  if (!KNOWN.has(shape.keyword)) throw unknownInstruction(shape.keyword, line.startLine);
  const rest = sliceLogical(logical, shape.rest.start, shape.rest.end);
  const json = jsonOf(keyword, rest, line.startLine);
  checkArguments(keyword, rest, escape, line.startLine);
  const isOnbuild = keyword === 'ONBUILD';
  const atTop = logical === line.logical;
  if (isOnbuild && !atTop) throw new InputError('onbuild', 'chains ONBUILD behind ONBUILD', line.startLine);
  return {
    index,
    keyword,
    keywordSpan: sourceSpan(logical, shape.keywordEnd - shape.keyword.length, shape.keywordEnd),
    span: line.span,
    line: line.startLine,
    endLine: line.endLine,
    flags: shape.flags.map((flag) => readFlag(logical, flag)),
    rest,
    json,
    heredocs: line.heredocs,
    comments: line.comments,
    trigger: isOnbuild && rest.text !== '' ? readInstruction(line, rest, escape, index, stage) : null,
    stage,
  };
}

function unknownInstruction(keyword: string, line: number): InputError {
  const shown = keyword.length > 40 ? `${keyword.slice(0, 40)}…` : keyword;
  const near = nearest(keyword, KEYWORDS);
  return new InputError(
    'unknown-instruction',
    `has an unknown instruction: ${JSON.stringify(shown).slice(1, -1)}${near ? ` (did you mean ${near}?)` : ''}`,
    line,
  );
}

function jsonOf(keyword: Keyword, rest: LogicalText, line: number): readonly string[] | null {
  let text = rest.text;
  if (keyword === 'HEALTHCHECK') text = /^cmd\s+([^]*)$/i.exec(text)?.[1] ?? '';
  else if (!JSON_KEYWORDS.has(keyword)) return null;
  const form = jsonForm(text);
  if (form === 'not-strings') {
    throw new InputError(
      'json-not-strings',
      `gives ${keyword} a JSON array of something else than strings`,
      line,
    );
  }
  return form;
}

/** What BuildKit refuses while it parses; its later checks need the build and are not repeated here. */
function checkArguments(keyword: Keyword, rest: LogicalText, escape: string, line: number): void {
  if (keyword === 'FROM') {
    const words = plainWords(rest);
    const fits = words.length === 1 || (words.length === 3 && words[1]!.text.toLowerCase() === 'as');
    if (!fits)
      throw new InputError('from', 'has a FROM that is not "FROM image" or "FROM image AS name"', line);
  } else if (keyword === 'ENV' || keyword === 'LABEL') {
    const pairs = keyValuePairs(rest, escape);
    if ('error' in pairs) throw new InputError('key-value', `has ${an(keyword)} that ${pairs.error}`, line);
  } else if (keyword === 'ARG' && argumentNames(rest, escape).some((name) => name.key === '')) {
    throw new InputError('key-value', 'has an ARG without a name', line);
  }
}

function an(keyword: string): string {
  return /^[AEIOU]/.test(keyword) ? `an ${keyword}` : `a ${keyword}`;
}

function findProblems(lines: Lines): Problem[] {
  const last = lines.logicalLines.at(-1)!;
  if (!last.unterminated) return [];
  return [
    {
      code: 'unterminated-continuation',
      line: last.startLine,
      message:
        'ends in the middle of a continued instruction; BuildKit builds it as if nothing was meant to follow, ' +
        'so this instruction was not judged. Remove the last line continuation, or complete it',
      from: last.span.start,
    },
  ];
}

// ---- the cross-check with dockerfile-ast ----------------------------------------------------------------------

/** What dockerfile-ast says of one instruction. Lines are 1-based and inclusive. */
interface Cut {
  readonly keyword: string;
  readonly startLine: number;
  readonly endLine: number;
}

function crossCheck(text: string, lines: Lines, instructions: readonly Instruction[]): void {
  const theirs = cutByParser(text, instructions);
  const ours = lines.logicalLines;
  let i = 0;
  let j = 0;
  while (i < ours.length || j < theirs.length) {
    const our = ours[i];
    const their = theirs[j];
    if (our && their && agree(our, instructions[i]!.keyword, their)) {
      i++;
      j++;
      continue;
    }
    const first = Math.min(our?.startLine ?? Infinity, their?.startLine ?? Infinity);
    [i, j] = nextCommonStart(ours, theirs, i, j);
    const last = (ours[i]?.startLine ?? lines.starts.length + 1) - 1;
    const gap = { text, lines, firstLine: first, lastLine: Math.max(first, last) };
    if (!KNOWN_DISAGREEMENTS.some(({ explains }) => explains(gap))) {
      throw new InputError(
        'parsers-disagree',
        'is cut into instructions in two different ways by the two parsers that dockfix compares; ' +
          'it is left alone. Write this instruction in a plainer way',
        first,
      );
    }
  }
}

function agree(our: LogicalLine, keyword: string, their: Cut): boolean {
  return our.startLine === their.startLine && keyword === their.keyword && our.endLine === their.endLine;
}

/** The next pair of indices, behind i and j, at which both cuts start an instruction on the same line. */
function nextCommonStart(
  ours: readonly LogicalLine[],
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

function cutByParser(text: string, instructions: readonly Instruction[]): Cut[] {
  const dockerfile = DockerfileParser.parse(tame(text, instructions));
  return dockerfile.getInstructions().map((instruction) => {
    const range = instruction.getRange();
    return {
      keyword: instruction.getKeyword(),
      startLine: range.start.line + 1,
      endLine: range.end.line + 1,
    };
  });
}

/** More flags than any instruction has; dockerfile-ast takes quadratic time in their number. */
const MAX_FLAGS = 16;

/** A copy of the same length in which surplus flags are plain words. They do not change where lines are cut. */
function tame(text: string, instructions: readonly Instruction[]): string {
  const surplus = instructions.flatMap(({ flags }) => flags.slice(MAX_FLAGS));
  if (surplus.length === 0) return text;
  const parts: string[] = [];
  let at = 0;
  for (const { span } of surplus) {
    parts.push(text.slice(at, span.start), 'xx');
    at = span.start + 2;
  }
  return parts.join('') + text.slice(at);
}

/** Lines on which the two cuts differ, first and last 1-based and inclusive. */
interface Gap {
  readonly text: string;
  readonly lines: Lines;
  readonly firstLine: number;
  readonly lastLine: number;
}

interface KnownDisagreement {
  readonly name: string;
  explains(gap: Gap): boolean;
}

/**
 * Where dockerfile-ast 0.7.1 is known to be wrong and our lines were right on every one of 114,016 files that
 * were compared with BuildKit's own parser. Each has its test in test/core/cross-check.test.ts.
 */
export const KNOWN_DISAGREEMENTS: readonly KnownDisagreement[] = [
  {
    name: 'an escaped escape character at the end of a line does not continue it',
    explains: (gap) => someLine(gap, (line, escape) => line.trimEnd().endsWith(escape + escape)),
  },
  {
    name: 'an escape character, blanks and another one continue the line',
    explains: (gap) =>
      someLine(gap, (line, escape) => {
        const trimmed = line.trimEnd();
        return (
          trimmed.endsWith(escape) &&
          /[ \t]$/.test(trimmed.slice(0, -1)) &&
          trimmed.slice(0, -1).trimEnd().endsWith(escape)
        );
      }),
  },
  {
    name: '<< in quotes, escaped or before nothing opens no heredoc',
    explains: (gap) =>
      someInstruction(gap, (line) => line.logical.text.includes('<<') && line.heredocs.length === 0),
  },
  {
    name: 'a line that is only the escape character is joined to the next one',
    explains: (gap) => someLine(gap, (line, escape) => line.trim() === escape),
  },
  {
    name: 'a keyword that is glued to the escape character takes its arguments from the lines below',
    explains: (gap) =>
      someLine(
        gap,
        (line, escape) => /^[a-z]+$/i.test(line.trim().slice(0, -1)) && line.trim().endsWith(escape),
      ),
  },
  {
    name: 'a heredoc may have blanks before its name, a file descriptor, or a name quoted in part',
    explains: (gap) =>
      someInstruction(
        gap,
        (line) => line.heredocs.length > 0 && /<<-?\s|\d<<|<<-?[^\s]*['"\\]/.test(line.logical.text),
      ),
  },
  {
    name: 'vertical tabs, form feeds and no-break spaces are blanks around a keyword',
    explains: (gap) =>
      someLine(
        gap,
        (line) =>
          /^[^\x21-\x7e]*[\v\f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(line) ||
          /^\s*[a-z]+[\v\f]/i.test(line),
      ),
  },
  {
    name: 'a comment or an unknown directive before the escape directive switches it off',
    explains: ({ text, lines }) =>
      lines.escape === '\\' &&
      /^#[ \t]*escape[ \t]*=[ \t]*`/im.test(text.slice(0, text.search(/^[^#\s]/m) >>> 0)),
  },
  {
    name: 'a continuation at the end of the file ends on its own line',
    explains: ({ lines, firstLine }) => {
      const last = lines.logicalLines.at(-1)!;
      return last.unterminated && firstLine >= last.startLine;
    },
  },
];

function someLine(
  { text, lines, firstLine, lastLine }: Gap,
  test: (line: string, escape: string) => boolean,
): boolean {
  for (let line = firstLine; line <= Math.min(lastLine, lines.starts.length); line++) {
    if (test(text.slice(lines.starts[line - 1]!, lines.ends[line - 1]!), lines.escape)) return true;
  }
  return false;
}

function someInstruction({ lines, firstLine, lastLine }: Gap, test: (line: LogicalLine) => boolean): boolean {
  return lines.logicalLines.some(
    (line) => line.startLine >= firstLine && line.startLine <= lastLine && test(line),
  );
}
