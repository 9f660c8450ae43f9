/**
 * What stands inside an instruction: flags, words, `key=value` pairs. Everything keeps its place in the source.
 */
import { sliceLogical, sourceSpan } from './lines.ts';
import type { LogicalText, Piece } from './lines.ts';
import type { Span } from './types.ts';
import { isSpace } from './words.ts';
import type { Range } from './words.ts';

/** `--name=value` in front of the arguments. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** Without quotes; null for a flag without `=`. */
  readonly value: LogicalText | null;
  readonly span: Span;
}

/** `key=value` of ENV, LABEL and ARG. */
export interface KeyValue {
  readonly key: string;
  /** As written, quotes and variables included; null for `ARG name`. */
  readonly value: LogicalText | null;
  /** The pair as written. */
  readonly span: Span;
  /** `ENV key value`: the whole rest of the line is one value. */
  readonly legacy: boolean;
}

export function readFlag(logical: LogicalText, range: Range): Flag {
  const word = sliceLogical(logical, range.start, range.end);
  const span = sourceSpan(logical, range.start, range.end);
  const equals = word.text.indexOf('=');
  const name = equals < 0 ? word.text : word.text.slice(0, equals);
  const value = equals < 0 ? null : unquote(sliceLogical(word, equals + 1, word.text.length), '\\');
  return { name: name.slice(2), value, span };
}

/** Words between blanks, as FROM, EXPOSE, COPY and ADD read them: quotes do not group. */
export function plainWords(logical: LogicalText): readonly LogicalText[] {
  const words: LogicalText[] = [];
  for (const match of logical.text.matchAll(/[^\t\v\f\r ]+/g)) {
    words.push(sliceLogical(logical, match.index, match.index + match[0].length));
  }
  return words;
}

/** Words as ENV, LABEL and ARG read them: quotes group and stay, an escape keeps the next character. */
export function quotedWords(logical: LogicalText, escape: string): readonly LogicalText[] {
  const { text } = logical;
  const words: LogicalText[] = [];
  let start = -1;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (start < 0) {
      if (isSpace(text.charCodeAt(at))) continue;
      start = at;
    }
    if (quote === '' && isSpace(text.charCodeAt(at))) {
      words.push(sliceLogical(logical, start, at));
      start = -1;
    } else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (quote !== '' && char === quote) quote = '';
    else if (char === escape && quote !== "'") at++;
  }
  if (start >= 0) words.push(sliceLogical(logical, start, text.length));
  return words;
}

/**
 * The pairs of ENV and LABEL, or why BuildKit refuses them. Which of the two forms is meant is decided by the
 * first word: with `=` it is pairs, without it is one key and the rest of the line.
 */
export function keyValuePairs(
  rest: LogicalText,
  escape: string,
): readonly KeyValue[] | { readonly error: string } {
  let pairs = knownPairs.get(rest);
  if (!pairs) knownPairs.set(rest, (pairs = readPairs(rest, escape)));
  return pairs;
}

/** Parsing reads them first, then everybody who asks what a line sets: by the text, which has one escape character. */
const knownPairs = new WeakMap<LogicalText, readonly KeyValue[] | { readonly error: string }>();

function readPairs(rest: LogicalText, escape: string): readonly KeyValue[] | { readonly error: string } {
  const words = quotedWords(rest, escape);
  const first = words[0];
  if (!first) return { error: 'needs at least one argument' };
  if (!first.text.includes('=')) {
    const blank = /[\t\v\f\r ]+/.exec(rest.text);
    if (!blank) return { error: 'needs a key and a value' };
    const value = sliceLogical(rest, blank.index + blank[0].length, rest.text.length);
    const span = sourceSpan(rest, 0, rest.text.length);
    return [{ key: rest.text.slice(0, blank.index), value, span, legacy: true }];
  }
  const pairs: KeyValue[] = [];
  for (const word of words) {
    if (!word.text.includes('=')) return { error: `has an argument without "=": ${word.text.slice(0, 60)}` };
    pairs.push(readPair(word));
  }
  return pairs;
}

/** The names of an ARG instruction, with their defaults. */
export function argumentNames(rest: LogicalText, escape: string): readonly KeyValue[] {
  return quotedWords(rest, escape).map(readPair);
}

function readPair(word: LogicalText): KeyValue {
  const equals = word.text.indexOf('=');
  return {
    key: equals < 0 ? word.text : word.text.slice(0, equals),
    value: equals < 0 ? null : sliceLogical(word, equals + 1, word.text.length),
    span: sourceSpan(word, 0, word.text.length),
    legacy: false,
  };
}

/**
 * Removes quotes and escapes; what is left is still mapped to the source, so that text can be put in front of a
 * closing quote. Variables stay as they are.
 */
export function unquote(logical: LogicalText, escape: string): LogicalText {
  const { text } = logical;
  if (!text.includes('"') && !text.includes("'") && !text.includes(escape)) return logical;
  const pieces: Piece[] = [];
  let out = '';
  let quote = '';
  const keep = (at: number): void => {
    const source = sourceSpan(logical, at, at + 1).start;
    const last = pieces.at(-1);
    if (!last || last.source + (out.length - last.at) !== source) pieces.push({ at: out.length, source });
    out += text[at]!;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (quote !== '' && char === quote) quote = '';
    else if (char === escape && quote !== "'" && at + 1 < text.length) keep(++at);
    else keep(at);
  }
  if (pieces.length === 0)
    pieces.push({ at: 0, source: sourceSpan(logical, 0, 0).start + (text.length > 1 ? 1 : 0) });
  return { text: out, pieces };
}

/** Raw text as it stands between double quotes: the quote, the dollar sign and the escape character mean something there. */
export function escapeQuoted(text: string, escape: string): string {
  return [...text]
    .map((char) => (char === escape || char === '"' || char === '$' ? escape + char : char))
    .join('');
}
