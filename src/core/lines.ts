/**
 * Logical lines by BuildKit's rules (moby/buildkit v0.24, frontend/dockerfile/parser), with every character mapped
 * back to its place in the source: continuations joined, comment and blank lines inside them left out, heredoc
 * bodies attached. This layer decides what an instruction says; see docs/architecture.md for how it is checked.
 */
import { InputError } from './errors.ts';
import { firstIndex } from './search.ts';
import { BOM } from './text.ts';
import { TOO_DEEP, isSpace, jsonForm, lex, splitCommand } from './words.ts';
import type { Span } from './types.ts';

/** A stretch of logical text that stands in the source without a gap. */
export interface Piece {
  /** Offset in the logical text. */
  readonly at: number;
  /** Offset in the source of the same character. */
  readonly source: number;
}

/** Text as BuildKit reads it after joining lines, and where each of its characters stands in the source. */
export interface LogicalText {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

export interface Heredoc {
  readonly name: string;
  /** `<<-`: leading tabs are removed. */
  readonly stripsTabs: boolean;
  /** False when the name is quoted: variables in the body stay as they are. */
  readonly expands: boolean;
  readonly fileDescriptor: number;
  /** The body, line feeds included, without the line of the terminator. */
  readonly body: Span;
  /** The line of the terminator, without its line feed. */
  readonly terminator: Span;
}

export interface Comment {
  /** From `#` to the end of the line. */
  readonly span: Span;
  /** 1-based. */
  readonly line: number;
}

export interface Directive {
  readonly name: 'syntax' | 'escape' | 'check';
  readonly value: string;
  readonly valueSpan: Span;
  readonly span: Span;
  readonly line: number;
}

/** One instruction's lines. Lines are 1-based and inclusive. */
export interface LogicalLine {
  readonly logical: LogicalText;
  readonly span: Span;
  readonly startLine: number;
  readonly endLine: number;
  /** Last line of the instruction itself, without heredoc bodies. */
  readonly commandEndLine: number;
  readonly heredocs: readonly Heredoc[];
  readonly comments: readonly Comment[];
  /** The file ends while the instruction goes on: BuildKit accepts that, a person rarely means it. */
  readonly unterminated: boolean;
}

export interface Lines {
  /** Offset of the first character of every physical line; line n (1-based) starts at `starts[n - 1]`. */
  readonly starts: readonly number[];
  /** Offset behind the last character of every line, line feed and carriage return left out. */
  readonly ends: readonly number[];
  readonly escape: '\\' | '`';
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
  readonly logicalLines: readonly LogicalLine[];
}

const DIRECTIVE =
  /^#[ \t\f\v\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*([a-zA-Z][a-zA-Z0-9]*)[ \t\f]*=[ \t\f]*([^]*)$/;
const HEREDOC = /^(\d*)<<(-?)[\t\f\r ]*([^<]*)$/;
const HEREDOC_KEYWORDS = new Set(['ADD', 'COPY', 'RUN']);

/** Cuts `text` into logical lines. Throws {@link InputError} for what BuildKit's parser refuses as well. */
export function splitLines(text: string): Lines {
  const { starts, ends } = physicalLines(text);
  const directives = readDirectives(text, starts, ends);
  const escape = (directives.find((directive) => directive.name === 'escape')?.value ?? '\\') as '\\' | '`';
  const comments: Comment[] = [];
  const logicalLines: LogicalLine[] = [];

  for (let line = 1; line <= starts.length; line++) {
    const start = skipSpace(text, starts[line - 1]!, ends[line - 1]!);
    if (start >= ends[line - 1]!) continue;
    if (text[start] === '#') {
      comments.push({ span: { start, end: ends[line - 1]! }, line });
      continue;
    }
    const logicalLine = readLogicalLine(text, { starts, ends, escape }, line, start);
    for (const comment of logicalLine.comments) comments.push(comment);
    logicalLines.push(logicalLine);
    line = logicalLine.endLine;
  }
  return { starts, ends, escape, directives, comments, logicalLines };
}

/** Source offset of the character at `offset` of the logical text. */
export function sourceOffset(logical: LogicalText, offset: number): number {
  const piece = logical.pieces[pieceAt(logical.pieces, offset)]!;
  return piece.source + (offset - piece.at);
}

/**
 * Source span of a stretch of logical text. Its end is the place right behind the last character, never the start
 * of the next piece, so that what is put there stays on the line of the text it follows.
 */
export function sourceSpan(logical: LogicalText, start: number, end: number): Span {
  if (end <= start) {
    const at = start > 0 ? sourceOffset(logical, start - 1) + 1 : sourceOffset(logical, start);
    return { start: at, end: at };
  }
  return { start: sourceOffset(logical, start), end: sourceOffset(logical, end - 1) + 1 };
}

/** The part of a logical text between two offsets, still mapped to the source. */
export function sliceLogical(logical: LogicalText, start: number, end: number): LogicalText {
  const first = pieceAt(logical.pieces, start);
  const pieces: Piece[] = [{ at: 0, source: sourceOffset(logical, start) }];
  for (let index = first + 1; index < logical.pieces.length; index++) {
    const piece = logical.pieces[index]!;
    if (piece.at >= end) break;
    pieces.push({ at: piece.at - start, source: piece.source });
  }
  return { text: logical.text.slice(start, end), pieces };
}

/** Index of the last piece that starts at or before `offset`. */
function pieceAt(pieces: readonly Piece[], offset: number): number {
  return Math.max(0, firstIndex(pieces.length, (index) => pieces[index]!.at > offset) - 1);
}

function physicalLines(text: string): { starts: number[]; ends: number[] } {
  const starts: number[] = [];
  const ends: number[] = [];
  let start = text.startsWith(BOM) ? 1 : 0;
  while (start < text.length) {
    const feed = text.indexOf('\n', start);
    let end = feed < 0 ? text.length : feed;
    starts.push(start);
    if (end > start && text.charCodeAt(end - 1) === 13) end--;
    ends.push(end);
    if (feed < 0) break;
    start = feed + 1;
  }
  return { starts, ends };
}

/** Parser directives stand on the first lines, one each; the first line that is none ends them. */
function readDirectives(text: string, starts: readonly number[], ends: readonly number[]): Directive[] {
  const directives: Directive[] = [];
  for (let line = 1; line <= starts.length; line++) {
    const end = ends[line - 1]!;
    const start = skipSpace(text, starts[line - 1]!, end);
    if (text[start] !== '#') break;
    const content = text.slice(start, end);
    const match = DIRECTIVE.exec(content);
    const name = match?.[1]!.toLowerCase();
    if (!match || match[2] === '' || (name !== 'syntax' && name !== 'escape' && name !== 'check')) break;
    const value = withoutTrailingBlanks(match[2]!);
    if (directives.some((directive) => directive.name === name)) {
      throw new InputError('repeated-directive', `sets the ${name} directive twice`, line);
    }
    if (name === 'escape' && value !== '\\' && value !== '`') {
      throw new InputError('invalid-escape', 'sets an escape character that is neither \\ nor `', line);
    }
    const valueStart = end - match[2]!.length;
    directives.push({
      name,
      value,
      valueSpan: { start: valueStart, end: valueStart + value.length },
      span: { start, end },
      line,
    });
  }
  return directives;
}

/** By hand: a pattern that looks for blanks at the end tries every blank before them as well. */
function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\f\r'.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

interface Cursor {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly escape: string;
}

function readLogicalLine(text: string, cursor: Cursor, startLine: number, start: number): LogicalLine {
  const { starts, ends, escape } = cursor;
  const pieces: Piece[] = [];
  const parts: string[] = [];
  const comments: Comment[] = [];
  let length = 0;
  let line = startLine;
  let from = start;
  let goesOn = true;

  // The first line comes without its leading blanks; later ones keep theirs.
  for (; line <= starts.length; line++, from = starts[line - 1]!) {
    const end = ends[line - 1]!;
    if (line > startLine) {
      const first = skipSpace(text, from, end);
      if (first >= end) continue;
      if (text[first] === '#') {
        comments.push({ span: { start: first, end }, line });
        continue;
      }
    }
    const cut = continuationStart(text, from, end, escape);
    goesOn = cut >= 0;
    const to = goesOn ? cut : end;
    if (to > from) {
      pieces.push({ at: length, source: from });
      parts.push(text.slice(from, to));
      length += to - from;
    }
    if (!goesOn) break;
  }
  const commandEndLine = Math.min(line, starts.length);
  if (pieces.length === 0) pieces.push({ at: 0, source: start });
  const logical: LogicalText = { text: parts.join(''), pieces };
  const heredocs = logical.text.includes('<<')
    ? readHeredocs(text, cursor, logical, startLine, commandEndLine)
    : [];
  const last = heredocs.at(-1);
  const endLine = commandEndLine + heredocs.reduce((sum, heredoc) => sum + heredoc.lineCount, 0);
  return {
    logical,
    span: { start, end: last ? last.terminator.end : ends[commandEndLine - 1]! },
    startLine,
    endLine,
    commandEndLine,
    heredocs,
    comments,
    unterminated: goesOn,
  };
}

/** Where the escape character of a continuation stands, or -1: it ends the line and is not itself escaped. */
function continuationStart(text: string, start: number, end: number, escape: string): number {
  let last = end - 1;
  while (last >= start && (text.charCodeAt(last) === 32 || text.charCodeAt(last) === 9)) last--;
  if (last < start || text[last] !== escape) return -1;
  return last > start && text[last - 1] === escape ? -1 : last;
}

interface HeredocWithLines extends Heredoc {
  readonly lineCount: number;
}

function readHeredocs(
  text: string,
  cursor: Cursor,
  logical: LogicalText,
  startLine: number,
  commandEndLine: number,
): HeredocWithLines[] {
  if (!mayHoldHeredoc(logical.text)) return [];
  // An unbalanced quote makes BuildKit see no heredoc at all, so the error is not one here either.
  // Its lexer is always told that `\` escapes, whatever the escape directive says.
  const { words, error } = lex(logical.text, { escape: '\\', keepQuotes: true, keepEscapes: true });
  if (error === TOO_DEEP)
    throw new InputError('too-deep', 'nests variables too deeply to be read', startLine);
  const heredocs: HeredocWithLines[] = [];
  let line = commandEndLine;
  for (const word of words) {
    const match = HEREDOC.exec(word);
    if (!match || match[3] === '') continue;
    const plain = lex(match[3]!, { escape: '\\' });
    if (plain.error !== null)
      throw new InputError('heredoc', `has a heredoc whose name is broken: ${word}`, startLine);
    if (plain.words.length !== 1) continue;
    const name = plain.words[0]!;
    const quoted = lex(match[3]!, { escape: '\\', keepQuotes: true }).words[0] ?? name;
    const stripsTabs = match[2] === '-';
    const first = line + 1;
    const terminatorLine = findTerminator(text, cursor, first, name, stripsTabs);
    if (terminatorLine < 0) {
      throw new InputError(
        'unterminated-heredoc',
        `opens a heredoc that never ends: no line is ${name}`,
        startLine,
      );
    }
    const terminator = { start: cursor.starts[terminatorLine - 1]!, end: cursor.ends[terminatorLine - 1]! };
    heredocs.push({
      name,
      stripsTabs,
      expands: countQuotes(quoted) === countQuotes(name),
      fileDescriptor: Number(match[1] || 0),
      body: { start: cursor.starts[first - 1]!, end: terminator.start },
      terminator,
      lineCount: terminatorLine - line,
    });
    line = terminatorLine;
  }
  return heredocs;
}

function mayHoldHeredoc(logical: string): boolean {
  let command = splitCommand(logical);
  let rest = logical.slice(command.rest.start, command.rest.end);
  if (command.keyword === 'ONBUILD') {
    command = splitCommand(rest);
    rest = rest.slice(command.rest.start, command.rest.end);
  }
  // The JSON form holds no heredoc; a `[` that is not JSON is shell text, where one may stand.
  return HEREDOC_KEYWORDS.has(command.keyword) && !Array.isArray(jsonForm(rest));
}

function findTerminator(
  text: string,
  cursor: Cursor,
  first: number,
  name: string,
  stripsTabs: boolean,
): number {
  for (let line = first; line <= cursor.starts.length; line++) {
    let start = cursor.starts[line - 1]!;
    const end = cursor.ends[line - 1]!;
    if (stripsTabs) while (start < end && text.charCodeAt(start) === 9) start++;
    if (end - start === name.length && text.startsWith(name, start)) return line;
  }
  return -1;
}

function countQuotes(word: string): number {
  return word.split(/['"]/).length - 1;
}

function skipSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at++;
  return at;
}
