/**
 * BuildKit's word lexer (its `shell.Lex`): quotes, escapes, `$name` and `${name…}` the way a Dockerfile reads
 * them, which is close to a shell's way but not the same. One pass gives the value, the words and every variable
 * reference. Rules checked against moby/buildkit v0.24, frontend/dockerfile/shell/lex.go.
 */

/** A variable as written in a word. Offsets are into the lexed text. */
export interface VariableReference {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** `''` for `$V` and `${V}`; otherwise `:-`, `-`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, `/` or `//`. */
  readonly operator: string;
}

export interface LexOptions {
  readonly escape: string;
  /** Value of a variable; undefined when it is not set. Without a lookup every reference stays as written. */
  readonly lookup?: (name: string) => string | undefined;
  /** Keep quotes in the result. */
  readonly keepQuotes?: boolean;
  /** Keep escape characters in the result. */
  readonly keepEscapes?: boolean;
}

export interface Lexed {
  /** The text with quotes and escapes removed and variables replaced, as the options ask. */
  readonly value: string;
  readonly words: readonly string[];
  readonly references: readonly VariableReference[];
  /** Why BuildKit refuses the word, or null. On an error `words` is empty. */
  readonly error: string | null;
}

/** A longer value is an error: a Dockerfile must not be able to fill the memory with `$A$A`. */
const MAX_VALUE = 1 << 16;
const MAX_PATTERN_VALUE = 1024;
const MAX_DEPTH = 64;

/** The one error that is ours and not BuildKit's. */
export const TOO_DEEP = 'variables are nested too deeply';

/** A name, a run of digits, or one special parameter. */
const NAME = /\p{Nd}+|[@*#?\-$!]|[\p{L}_][\p{L}\p{Nd}_]*/uy;

/** White space as Go's `unicode.IsSpace` has it; `\s` of JavaScript differs in NEL and BOM. */
export function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0x1680) return unit === 0x85 || unit === 0xa0;
  return (
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

class LexError extends Error {}

export function lex(text: string, options: LexOptions): Lexed {
  const lexer = new Lexer(text, options);
  try {
    const { value, words } = lexer.run('', options.keepEscapes === true, 0);
    return { value, words, references: lexer.references, error: null };
  } catch (error) {
    if (!(error instanceof LexError)) throw error;
    return { value: text, words: [], references: lexer.references, error: error.message };
  }
}

/** Collects words the way BuildKit does: unquoted blanks separate them, quoted text never does. */
class WordList {
  readonly words: string[] = [];
  private word = '';
  private inWord = false;

  raw(text: string): void {
    this.word += text;
    this.inWord = true;
  }

  split(text: string): void {
    for (let i = 0; i < text.length; i++) {
      if (!isSpace(text.charCodeAt(i))) this.raw(text[i]!);
      else if (this.inWord && this.word !== '') this.flush();
    }
  }

  finish(): readonly string[] {
    if (this.word !== '') this.flush();
    return this.words;
  }

  private flush(): void {
    this.words.push(this.word);
    this.word = '';
    this.inWord = false;
  }
}

class Lexer {
  readonly references: VariableReference[] = [];
  private at = 0;
  private readonly text: string;
  private readonly options: LexOptions;

  constructor(text: string, options: LexOptions) {
    this.text = text;
    this.options = options;
  }

  /** Reads up to `stop` (which is consumed), or to the end when `stop` is empty. */
  run(stop: string, keepEscapes: boolean, depth: number): { value: string; words: readonly string[] } {
    if (depth > MAX_DEPTH) throw new LexError(TOO_DEEP);
    const { text } = this;
    const list = new WordList();
    let value = '';
    while (this.at < text.length) {
      const char = text[this.at]!;
      if (stop !== '' && char === stop) {
        this.at++;
        return { value, words: list.finish() };
      }
      if (char === "'" || char === '"') {
        const quoted = char === "'" ? this.singleQuoted() : this.doubleQuoted(keepEscapes, depth);
        value += quoted;
        list.raw(quoted);
      } else if (char === '$') {
        const replaced = this.dollar(depth);
        value += replaced;
        list.split(replaced);
      } else if (char === '<') {
        const sign = this.lessThan();
        value += sign;
        list.raw(sign);
      } else if (char === this.options.escape) {
        this.at++;
        if (keepEscapes) {
          value += char;
          list.raw(char);
        }
        if (this.at >= text.length) break;
        const escaped = text[this.at++]!;
        value += escaped;
        list.raw(escaped);
      } else {
        this.at++;
        value += char;
        list.split(char);
      }
      this.checkLength(value);
    }
    if (stop !== '') throw new LexError(`the matching ${stop} is missing`);
    return { value, words: list.finish() };
  }

  private checkLength(value: string): void {
    if (value.length > MAX_VALUE && this.options.lookup) throw new LexError('the value is too long');
  }

  private singleQuoted(): string {
    const close = this.text.indexOf("'", this.at + 1);
    if (close < 0) throw new LexError('the matching single quote is missing');
    const inner = this.text.slice(this.at + 1, close);
    this.at = close + 1;
    return this.options.keepQuotes ? `'${inner}'` : inner;
  }

  private doubleQuoted(keepEscapes: boolean, depth: number): string {
    const { text } = this;
    const { escape, keepQuotes } = this.options;
    this.at++;
    let inner = '';
    while (this.at < text.length) {
      const char = text[this.at]!;
      if (char === '"') {
        this.at++;
        return keepQuotes ? `"${inner}"` : inner;
      }
      if (char === '$') {
        inner += this.dollar(depth);
        this.checkLength(inner);
        continue;
      }
      this.at++;
      if (char !== escape) {
        inner += char;
        continue;
      }
      if (keepEscapes) inner += char;
      const next = text[this.at];
      if (next === undefined) continue;
      if (next === '"' || next === '$' || next === escape) {
        this.at++;
        inner += next;
      } else {
        inner += char;
      }
    }
    throw new LexError('the matching double quote is missing');
  }

  /** `<<` swallows the blanks behind it, so that `<< EOF` is one word. */
  private lessThan(): string {
    const start = this.at++;
    if (this.text[this.at] === '<') {
      this.at++;
      while (this.at < this.text.length && ' \t\r'.includes(this.text[this.at]!)) this.at++;
    }
    return this.text.slice(start, this.at);
  }

  private dollar(depth: number): string {
    const { text } = this;
    const start = this.at++;
    if (text[this.at] !== '{') {
      const name = this.name();
      if (name === '') return '$';
      this.references.push({ name, start, end: this.at, operator: '' });
      return this.value(name, start) ?? '';
    }
    this.at++;
    const first = text[this.at];
    if (first === undefined) throw new LexError("the matching '}' is missing");
    if (first === '{' || first === '}' || first === ':') throw new LexError('bad substitution');
    return this.braced(start, depth);
  }

  private braced(start: number, depth: number): string {
    const { text } = this;
    const name = this.name();
    const reference = { name, start, end: this.at, operator: '' };
    this.references.push(reference);
    let operator = text[this.at++] ?? '';
    if (operator === '}') {
      reference.end = this.at;
      return this.value(name, start) ?? '';
    }
    const emptyCounts = operator === ':';
    if (emptyCounts) operator = text[this.at++] ?? '';
    if (operator === '/' && !emptyCounts) return this.replacement(reference, depth);
    if (operator === '' || !'+-?#%'.includes(operator)) {
      throw new LexError(`unsupported modifier (${emptyCounts ? ':' : ''}${operator}) in a substitution`);
    }
    const trims = operator === '#' || operator === '%';
    const operand = this.run('}', trims, depth + 1).value;
    const greedy = trims && operand.startsWith(operator);
    reference.operator = (emptyCounts ? ':' : '') + operator + (greedy ? operator : '');
    reference.end = this.at;

    const value = this.value(name, start);
    if (!this.options.lookup) return value ?? '';
    const missing = value === undefined || (emptyCounts && value === '');
    if (operator === '-') return missing ? operand : value;
    if (operator === '+') return missing ? '' : operand;
    if (operator === '?') {
      if (missing) throw new LexError(`${name}: ${operand || 'must be set'}`);
      return value;
    }
    return trim(value ?? '', greedy ? operand.slice(1) : operand, operator === '#', greedy);
  }

  /** `${name/pattern/replacement}` and `${name//pattern/replacement}`. */
  private replacement(
    reference: { start: number; end: number; operator: string; name: string },
    depth: number,
  ) {
    const all = this.text[this.at] === '/';
    if (all) this.at++;
    reference.operator = all ? '//' : '/';
    const pattern = this.run('/', true, depth + 1).value;
    const replacement = this.run('}', true, depth + 1).value;
    reference.end = this.at;
    const value = this.value(reference.name, reference.start);
    if (!this.options.lookup) return value ?? '';
    return replace(value ?? '', pattern, replacement, all);
  }

  /** The variable's value; without a lookup the reference as written. */
  private value(name: string, start: number): string | undefined {
    return this.options.lookup ? this.options.lookup(name) : this.text.slice(start, this.at);
  }

  /** The name that stands here, or `''`. */
  private name(): string {
    NAME.lastIndex = this.at;
    const found = NAME.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }
}

/** One token of a shell pattern: a character, `?` or `*`. */
type PatternToken =
  { readonly kind: 'char'; readonly char: string } | { readonly kind: 'any' } | { readonly kind: 'star' };

function shellPattern(pattern: string): readonly PatternToken[] {
  const tokens: PatternToken[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === '*') tokens.push({ kind: 'star' });
    else if (char === '?') tokens.push({ kind: 'any' });
    else if (char === '\\') {
      const next = pattern[++i];
      if (next === undefined || !'*?\\}/'.includes(next))
        throw new LexError(`invalid escape \\${next ?? ''}`);
      tokens.push({ kind: 'char', char: next });
    } else tokens.push({ kind: 'char', char });
  }
  return tokens;
}

/**
 * For every place of `value` the end of the longest, or the shortest, match that starts there; -1 for none. One
 * step a token and a character, so no input can make it explode.
 */
function matchEnds(tokens: readonly PatternToken[], value: string, longest: boolean): readonly number[] {
  if (value.length > MAX_PATTERN_VALUE) throw new LexError('the value is too long for a pattern');
  // Behind the last token every place ends where it starts; each token before it moves that table once.
  const ends = Array.from({ length: value.length + 1 }, (_, at) => at);
  for (const token of [...tokens].reverse()) {
    if (token.kind === 'star') {
      for (let at = value.length - 1; at >= 0; at--) {
        const [here, later] = [ends[at]!, ends[at + 1]!];
        if (here < 0 || (longest && later > here)) ends[at] = later;
      }
      continue;
    }
    for (let at = 0; at < value.length; at++) {
      ends[at] = token.kind === 'any' || value[at] === token.char ? ends[at + 1]! : -1;
    }
    ends[value.length] = -1;
  }
  return ends;
}

/** `${v#pattern}` (from the start) and `${v%pattern}` (from the end), the shortest match unless `greedy`. */
function trim(value: string, pattern: string, fromStart: boolean, greedy: boolean): string {
  const tokens = shellPattern(pattern);
  if (fromStart) return value.slice(Math.max(0, matchEnds(tokens, value, greedy)[0]!));
  const ends = matchEnds(tokens, value, true);
  const start = greedy ? ends.indexOf(value.length) : ends.lastIndexOf(value.length);
  return start < 0 ? value : value.slice(0, start);
}

/** `${v/pattern/replacement}`: the leftmost, longest match; all of them when `all`. */
function replace(value: string, pattern: string, replacement: string, all: boolean): string {
  const ends = matchEnds(shellPattern(pattern), value, true);
  let out = '';
  let copied = 0;
  for (let at = 0; at <= value.length;) {
    const end = ends[at]!;
    if (end < 0) {
      at++;
      continue;
    }
    out += value.slice(copied, at);
    // As in Go, an empty match right behind another one is not replaced.
    if (end > copied || at === 0) out += replacement;
    copied = end;
    if (!all) break;
    at = Math.max(end, at + 1);
  }
  return out + value.slice(copied);
}

// ---- the shape of an instruction ------------------------------------------------------------------------------

/** Half-open range of offsets into a logical text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface CommandShape {
  /** Upper case. */
  readonly keyword: string;
  readonly keywordEnd: number;
  /** The `--name=value` words in front of the arguments, as written. */
  readonly flags: readonly Range[];
  /** The arguments, without the blanks around them. */
  readonly rest: Range;
}

/** Splits a logical line into keyword, flags and arguments (BuildKit's `splitCommand`). */
export function splitCommand(logical: string): CommandShape {
  let start = 0;
  let end = logical.length;
  while (start < end && isSpace(logical.charCodeAt(start))) start++;
  while (end > start && isSpace(logical.charCodeAt(end - 1))) end--;
  let keywordEnd = start;
  while (keywordEnd < end && !isBlank(logical, keywordEnd)) keywordEnd++;

  const flags: Range[] = [];
  let at = keywordEnd;
  for (;;) {
    while (at < end && isBlank(logical, at)) at++;
    if (logical[at] !== '-' || logical[at + 1] !== '-' || at + 1 >= end) break;
    const flagStart = at;
    at = flagEnd(logical, at, end);
    // A lone `--` ends the flags and belongs to nobody.
    if (at - flagStart === 2) break;
    flags.push({ start: flagStart, end: at });
  }
  while (at < end && isSpace(logical.charCodeAt(at))) at++;
  const word = logical.slice(start, keywordEnd);
  return {
    // Case is folded in ASCII only: `toUpperCase` would also make keywords of letters that merely look similar.
    keyword: /^[a-z]+$/i.test(word) ? word.toUpperCase() : word,
    keywordEnd,
    flags,
    rest: { start: at, end: Math.max(at, end) },
  };
}

/** A blank that ends a keyword or a flag; a no-break space is part of the word, whatever {@link isSpace} says. */
function isBlank(text: string, at: number): boolean {
  return '\t\v\f\r '.includes(text[at]!);
}

/** Flags may be quoted; `\` escapes in them whatever the escape directive says. */
function flagEnd(logical: string, start: number, end: number): number {
  let quote = '';
  let at = start;
  for (; at < end; at++) {
    const char = logical[at]!;
    if (char === '\\') at++;
    else if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (isBlank(logical, at)) break;
  }
  return Math.min(at, end);
}

/**
 * The JSON form of an argument list: the strings, `'not-strings'` for an array that BuildKit refuses, or null
 * when the text is read by a shell (also when it only looks like JSON: `["a"] # note`, `["a",]`).
 */
export function jsonForm(rest: string): readonly string[] | 'not-strings' | null {
  if (!rest.trimStart().startsWith('[')) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(rest);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed)) return null;
  return parsed.every((item): item is string => typeof item === 'string') ? parsed : 'not-strings';
}
