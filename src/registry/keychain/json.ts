/** JSON that somebody else wrote. */

/** Deeper is no configuration, and deep enough would end the parser. */
const MAX_DEPTH = 64;

export type Json = { readonly ok: true; readonly value: unknown } | JsonProblem;

/** A parser's own message repeats a piece of the text, which may be a password. */
export interface JsonProblem {
  readonly ok: false;
  /** Continues a sentence: `is not valid JSON`. */
  readonly problem: string;
}

export function parseJson(text: string): Json {
  if (isTooDeep(text)) return { ok: false, problem: `is nested deeper than ${MAX_DEPTH} levels` };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, problem: 'is not valid JSON' };
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') {
      if (++depth > MAX_DEPTH) return true;
    } else if (char === '}' || char === ']') depth--;
  }
  return false;
}
