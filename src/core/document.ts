/**
 * A parsed Dockerfile: the text and what stands where in it. Nothing here is ever printed back; edits go to the
 * text. Everything derived (stages, variables, images, shell) is computed from this on first use.
 */
import type { Flag } from './arguments.ts';
import type { Comment, Directive, Heredoc, LogicalText } from './lines.ts';
import { firstIndex } from './search.ts';
import type { Span } from './types.ts';

export const KEYWORDS = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const;

export type Keyword = (typeof KEYWORDS)[number];

export interface Instruction {
  /** Position in {@link Document.instructions}. A trigger of ONBUILD has the index of its ONBUILD. */
  readonly index: number;
  readonly keyword: Keyword;
  readonly keywordSpan: Span;
  /** From the keyword to the end of the last line, heredoc bodies included, line feed left out. */
  readonly span: Span;
  /**
   * 1-based: where it stands for whoever reads the findings, in the text that the run began with. What a fix has put
   * in has the line where it was put.
   */
  readonly line: number;
  /** 1-based, inclusive, in this text. */
  readonly startLine: number;
  readonly endLine: number;
  readonly flags: readonly Flag[];
  /** The arguments behind the flags, continuations joined. */
  readonly rest: LogicalText;
  /** The strings of the JSON form; null for every other form. */
  readonly json: readonly string[] | null;
  readonly heredocs: readonly Heredoc[];
  /** Comment lines inside the instruction's continuation lines. */
  readonly comments: readonly Comment[];
  /** The instruction behind ONBUILD. */
  readonly trigger: Instruction | null;
  /** Index of the build stage, -1 before the first FROM. */
  readonly stage: number;
}

/** Something about the file that the user must hear although the rest of it can be judged. */
export interface Problem {
  readonly code: string;
  readonly line: number;
  readonly message: string;
  /** Nothing from here on may be edited. */
  readonly from: number;
}

export interface Document {
  readonly text: string;
  readonly escape: '\\' | '`';
  /** Offset of the first character of every line; a BOM stands before the first. */
  readonly lineStarts: readonly number[];
  /** For every line of this text its line in the text that the run began with; null where this is that text. */
  readonly shownLines: readonly number[] | null;
  readonly directives: readonly Directive[];
  /** Every comment line outside heredoc bodies, directives left out, in order. */
  readonly comments: readonly Comment[];
  readonly instructions: readonly Instruction[];
  readonly problems: readonly Problem[];
}

/** 1-based line of an offset. */
export function lineAt({ lineStarts }: Document, offset: number): number {
  return Math.max(
    1,
    firstIndex(lineStarts.length, (index) => lineStarts[index]! > offset),
  );
}

/** The line to name to a reader, who sees the text that the run began with ({@link Instruction.line}). */
export function shownLine(document: Document, offset: number): number {
  const line = lineAt(document, offset);
  return document.shownLines?.[line - 1] ?? line;
}

/** Offset of the first character of the line that holds `offset`. */
export function lineStartAt(document: Document, offset: number): number {
  return document.lineStarts[lineAt(document, offset) - 1] ?? 0;
}

/** The line ending to use for text that is put near `offset`: that of its line, else of the line before. */
export function lineEndingAt(document: Document, offset: number): '\n' | '\r\n' {
  const { text } = document;
  let feed = text.indexOf('\n', offset);
  if (feed < 0) feed = text.lastIndexOf('\n', offset);
  return feed > 0 && text[feed - 1] === '\r' ? '\r\n' : '\n';
}

/** The instruction whose lines hold `offset`, comments and heredoc bodies in it included. */
export function instructionAt({ instructions }: Document, offset: number): Instruction | undefined {
  const found =
    instructions[firstIndex(instructions.length, (index) => instructions[index]!.span.end >= offset)];
  return found && found.span.start <= offset ? found : undefined;
}

/** The source text of a span. */
export function sourceText(document: Document, span: Span): string {
  return document.text.slice(span.start, span.end);
}

/** Computes `derive(document)` once for each document. */
export function memo<T>(derive: (document: Document) => T): (document: Document) => T {
  const known = new WeakMap<Document, { readonly value: T }>();
  return (document) => {
    let entry = known.get(document);
    if (!entry) {
      entry = { value: derive(document) };
      known.set(document, entry);
    }
    return entry.value;
  };
}
