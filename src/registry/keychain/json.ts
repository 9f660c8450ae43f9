/** JSON that somebody else wrote. */
import { MAX_JSON_DEPTH, isShallow } from '../json.ts';

export type Json = { readonly ok: true; readonly value: unknown } | JsonProblem;

/** A parser's own message repeats a piece of the text, which may be a password. */
export interface JsonProblem {
  readonly ok: false;
  /** Continues a sentence: `is not valid JSON`. */
  readonly problem: string;
}

export function parseJson(text: string): Json {
  if (!isShallow(Buffer.from(text), MAX_JSON_DEPTH))
    return { ok: false, problem: `is nested deeper than ${MAX_JSON_DEPTH} levels` };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, problem: 'is not valid JSON' };
  }
}
