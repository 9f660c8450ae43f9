/**
 * Text to document. dockerfile-ast cuts the file into instructions and our own lines (BuildKit's rules) cut it
 * again; where the two differ and no known defect of dockerfile-ast explains it, the file is refused. What an
 * instruction says is read from our lines only.
 */
import { DockerfileParser } from 'dockerfile-ast';
import { argumentNames, keyValuePairs, plainWords, readFlag } from './arguments.ts';
import type { Document, Instruction, Keyword, Problem } from './document.ts';
import { KEYWORDS, shownLine } from './document.ts';
import { extendHistory, originMapper, startHistory } from './edit.ts';
import { findDisagreement } from './cross-check.ts';
import type { Cut, OwnCut } from './cross-check.ts';
import { InputError, nearest } from './errors.ts';
import { sliceLogical, sourceSpan, splitLines } from './lines.ts';
import type { Lines, LogicalLine, LogicalText } from './lines.ts';
import { checkText } from './text.ts';
import type { Edit } from './types.ts';
import { jsonForm, splitCommand } from './words.ts';

const KNOWN = new Set<string>(KEYWORDS);
const JSON_KEYWORDS = new Set<Keyword>(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME']);

/**
 * Parses a Dockerfile. Throws {@link InputError} with the 1-based line for text that BuildKit refuses, and for
 * the rare text on which the two parsers disagree. `before` is a document that this text was made from by `edits`: what
 * stands in both was compared then, and the lines that instructions name are still those of its first text.
 */
export function parseDocument(
  text: string,
  before: Document | null = null,
  edits: readonly Edit[] = [],
): Document {
  checkText(text);
  const lines = splitLines(text);
  if (lines.logicalLines.length === 0) {
    throw new InputError('empty', 'holds no instruction');
  }
  const shownLines = before && edits.length > 0 ? linesShown(lines.starts, before, edits) : null;
  const instructions = readInstructions(lines, shownLines);
  if (before === null || !agreeWhereChanged(text, lines, instructions, before)) {
    crossCheck(text, lines, instructions);
  }
  return {
    text,
    escape: lines.escape,
    lineStarts: lines.starts,
    shownLines,
    directives: lines.directives,
    comments: lines.comments.slice(lines.directives.length),
    instructions,
    problems: findProblems(lines),
  };
}

/** For every line the one in the text that the run began with: its own, or the one where it was put in. */
function linesShown(starts: readonly number[], before: Document, edits: readonly Edit[]): readonly number[] {
  const origin = originMapper(extendHistory(startHistory(before.text), edits));
  return starts.map((start) => shownLine(before, origin(start)));
}

function readInstructions(lines: Lines, shownLines: readonly number[] | null): Instruction[] {
  const instructions: Instruction[] = [];
  let stage = -1;
  for (const line of lines.logicalLines) {
    const instruction = readInstruction(
      line,
      line.logical,
      lines.escape,
      instructions.length,
      stage,
      shownLines,
    );
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
  shownLines: readonly number[] | null,
): Instruction {
  const shape = splitCommand(logical.text);
  const keyword = shape.keyword as Keyword;
  if (!KNOWN.has(shape.keyword)) throw unknownInstruction(shape.keyword, line.startLine);
  const rest = sliceLogical(logical, shape.rest.start, shape.rest.end);
  const json = jsonOf(keyword, rest, line.startLine);
  const atTop = logical === line.logical;
  // BuildKit keeps a trigger without arguments until another build runs it.
  if (atTop || rest.text !== '') checkArguments(keyword, rest, escape, line.startLine);
  const isOnbuild = keyword === 'ONBUILD';
  if (isOnbuild && !atTop) throw new InputError('onbuild', 'chains ONBUILD behind ONBUILD', line.startLine);
  return {
    index,
    keyword,
    keywordSpan: sourceSpan(logical, shape.keywordEnd - shape.keyword.length, shape.keywordEnd),
    span: line.span,
    line: shownLines?.[line.startLine - 1] ?? line.startLine,
    startLine: line.startLine,
    endLine: line.endLine,
    flags: shape.flags.map((flag) => readFlag(logical, flag)),
    rest,
    json,
    heredocs: line.heredocs,
    comments: line.comments,
    trigger:
      isOnbuild && rest.text !== '' ? readInstruction(line, rest, escape, index, stage, shownLines) : null,
    stage,
  };
}

function unknownInstruction(keyword: string, line: number): InputError {
  const shown = keyword.length > 40 ? `${keyword.slice(0, 40)}…` : keyword;
  const near = nearest(keyword, KEYWORDS);
  if (/^(?:---|SERVICES:|VERSION:|X-[\w-]+:.*)$/i.test(keyword)) {
    return new InputError(
      'unknown-instruction',
      'looks like a Compose file and not like a Dockerfile; name the Dockerfiles that it builds',
      line,
    );
  }
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

function crossCheck(text: string, lines: Lines, instructions: readonly Instruction[]): void {
  const theirs = cutByParser(tame(text, lines, instructions));
  const line = findDisagreement(text, lines, ownCuts(lines, instructions), theirs);
  if (line === null) return;
  throw new InputError(
    'parsers-disagree',
    'is cut into instructions in two different ways by the two parsers that dockfix compares; ' +
      'it is left alone. Write this instruction in a plainer way',
    line,
  );
}

/**
 * True when the two parsers agree on everything that is not in `before` as it stands here: on a text of what is above
 * the first instruction, and of the instructions that are new. Where an instruction is cut depends on
 * nothing but its own text and the directives, so those that `before` has were compared already. False says nothing.
 */
function agreeWhereChanged(
  text: string,
  lines: Lines,
  instructions: readonly Instruction[],
  before: Document,
): boolean {
  if (lines.escape !== before.escape) return false;
  const old = new Set(
    before.instructions.map(({ startLine, endLine }) =>
      linesOf(before.text, before.lineStarts, startLine, endLine),
    ),
  );
  const oldComments = new Set(before.comments.map(({ span }) => before.text.slice(span.start, span.end)));
  const header = text.slice(0, lines.starts[instructions[0]!.startLine - 1]);
  const changed = instructions.filter(
    ({ startLine, endLine }) => !old.has(linesOf(text, lines.starts, startLine, endLine)),
  );
  if (changed.length * 2 > instructions.length) return false;
  if (changed.some(({ flags, trigger }) => flags.length + (trigger?.flags.length ?? 0) > MAX_FLAGS))
    return false;
  // A new comment could be taken for a directive in the one text and not in the other.
  const isNew = ({ span }: Lines['comments'][number]): boolean =>
    span.start >= header.length && !oldComments.has(text.slice(span.start, span.end));
  if (lines.comments.some(isNew)) return false;
  const parts = changed.map(({ startLine, endLine }) =>
    withLineEnd(linesOf(text, lines.starts, startLine, endLine)),
  );
  const excerpt = header + parts.join('');
  const own = splitLines(excerpt);
  if (own.logicalLines.length !== changed.length) return false;
  const theirs = cutByParser(tame(excerpt, own, []));
  return findDisagreement(excerpt, own, ownCuts(own, changed), theirs) === null;
}

/** Our cut of a text; the instructions, which may stand elsewhere in another text, give the keywords. */
function ownCuts({ logicalLines }: Lines, instructions: readonly Instruction[]): readonly OwnCut[] {
  return logicalLines.map((line, index) => ({
    keyword: instructions[index]!.keyword,
    startLine: line.startLine,
    endLine: line.endLine,
    line,
  }));
}

function linesOf(text: string, starts: readonly number[], first: number, last: number): string {
  return text.slice(starts[first - 1], starts[last] ?? text.length);
}

function withLineEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function cutByParser(text: string): Cut[] {
  return DockerfileParser.parse(text)
    .getInstructions()
    .map((instruction) => {
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

/**
 * A copy of the same length for dockerfile-ast, which does not change where lines are cut: surplus flags are plain
 * words, and the comment behind the directives has no name, since it would be taken for a directive and then
 * another one below it would be obeyed.
 */
function tame(text: string, lines: Lines, instructions: readonly Instruction[]): string {
  const changes: { readonly at: number; readonly text: string }[] = [];
  const comment = lines.comments[lines.directives.length];
  if (comment?.line === lines.directives.length + 1 && comment.span.end - comment.span.start > 1) {
    changes.push({ at: comment.span.start + 1, text: '=' });
  }
  for (const { flags, trigger } of instructions) {
    for (const { span } of [...flags, ...(trigger?.flags ?? [])].slice(MAX_FLAGS)) {
      changes.push({ at: span.start, text: 'xx' });
    }
  }
  if (changes.length === 0) return text;
  const parts: string[] = [];
  let at = 0;
  for (const change of changes) {
    parts.push(text.slice(at, change.at), change.text);
    at = change.at + change.text.length;
  }
  return parts.join('') + text.slice(at);
}
