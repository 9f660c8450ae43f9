/**
 * Path patterns of .dockerignore (moby/patternmatcher) and of COPY sources (Go's filepath.Match). One table of
 * places a token, so that no pattern can make it explode.
 */

type Token =
  | { readonly kind: 'char'; readonly char: string }
  /** `?`: one character that is no slash. */
  | { readonly kind: 'any' }
  /** `*`: any characters without a slash. */
  | { readonly kind: 'star' }
  /** `**` and what follows it: nothing, or anything up to a slash. */
  | { readonly kind: 'folders' }
  /** `**` at the end: anything. */
  | { readonly kind: 'rest' }
  | {
      readonly kind: 'class';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

export interface PathPattern {
  readonly text: string;
  /** Without wildcards: compared as it is. */
  readonly literal: string | null;
  readonly tokens: readonly Token[];
}

const MAX_PATTERN = 1024;

/** Compiles a pattern; null for one that Go refuses or that is too long to be meant. */
export function pathPattern(text: string, options: { readonly doubleStar: boolean }): PathPattern | null {
  if (text.length > MAX_PATTERN) return null;
  if (!/[*?[\\]/.test(text)) return { text, literal: text, tokens: [] };
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '*' && options.doubleStar && text[at + 1] === '*') {
      at++;
      if (text[at + 1] === '/') at++;
      tokens.push({ kind: at + 1 >= text.length ? 'rest' : 'folders' });
    } else if (char === '*') tokens.push({ kind: 'star' });
    else if (char === '?') tokens.push({ kind: 'any' });
    else if (char === '[') {
      const found = readClass(text, at);
      if (!found) return null;
      tokens.push(found.token);
      at = found.end;
    } else if (char === '\\') {
      if (at + 1 >= text.length) return null;
      tokens.push({ kind: 'char', char: text[++at]! });
    } else tokens.push({ kind: 'char', char });
  }
  return { text, literal: null, tokens };
}

function readClass(text: string, start: number): { token: Token; end: number } | null {
  let at = start + 1;
  const negated = text[at] === '^';
  if (negated) at++;
  const ranges: [string, string][] = [];
  const one = (): string | null => {
    if (text[at] === '\\') at++;
    return text[at++] ?? null;
  };
  while (at < text.length && (text[at] !== ']' || ranges.length === 0)) {
    const low = one();
    let high = low;
    if (text[at] === '-' && text[at + 1] !== ']') {
      at++;
      high = one();
    }
    if (low === null || high === null) return null;
    ranges.push([low, high]);
  }
  return text[at] === ']' ? { token: { kind: 'class', negated, ranges }, end: at } : null;
}

/** Whether the pattern fits the whole path or, with `orParent`, a folder above it. */
export function matchesPath(pattern: PathPattern, path: string, orParent = false): boolean {
  if (pattern.literal !== null) {
    return path === pattern.literal || (orParent && path.startsWith(`${pattern.literal}/`));
  }
  const { length } = path;
  let reached = new Uint8Array(length + 1);
  reached[0] = 1;
  for (const token of pattern.tokens) {
    const next = new Uint8Array(length + 1);
    let some = 0;
    let seen = 0;
    for (let at = 0; at <= length; at++) {
      const before = path[at - 1];
      let holds = 0;
      switch (token.kind) {
        case 'star':
          holds = reached[at]! | (at > 0 && before !== '/' ? next[at - 1]! : 0);
          break;
        case 'folders':
          holds = reached[at]! | (before === '/' ? seen : 0);
          break;
        case 'rest':
          holds = reached[at]! | seen;
          break;
        default:
          holds = at > 0 && reached[at - 1] && fits(token, before!) ? 1 : 0;
      }
      seen |= reached[at]!;
      next[at] = holds;
      some |= holds;
    }
    if (!some) return false;
    reached = next;
  }
  if (reached[length]) return true;
  return orParent && reached.some((holds, at) => holds === 1 && path[at] === '/');
}

function fits(token: Token, char: string): boolean {
  if (token.kind === 'char') return token.char === char;
  if (char === '/') return false;
  if (token.kind !== 'class') return true;
  return token.ranges.some(([low, high]) => low <= char && char <= high) !== token.negated;
}
