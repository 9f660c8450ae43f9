/**
 * JSON from a server: UTF-8 and no deeper than a document of this kind can be. A parser that calls itself for each
 * level would run out of stack on a megabyte of brackets, so the depth is counted first, in one pass over the bytes.
 */

/** Deeper than any document of the distribution or image specifications. */
export const MAX_JSON_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The value; undefined for what is no JSON, no UTF-8, or nested deeper than `maxDepth`. */
export function parseJson(bytes: Uint8Array, maxDepth: number = MAX_JSON_DEPTH): unknown {
  if (!isShallow(bytes, maxDepth)) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * Whether no more than `maxDepth` brackets are open at once. Brackets inside strings do not count. What is no JSON may be judged
 * either way: the parser refuses it.
 */
export function isShallow(bytes: Uint8Array, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > maxDepth) return false;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
  return true;
}
