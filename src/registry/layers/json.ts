/** JSON from servers: shallow, and never an exception. */

const MAX_DEPTH = 64;

/** The value; null for what is no UTF-8, no JSON, `null`, or nested more than 64 levels deep. */
export function parseJson(bytes: Uint8Array): unknown {
  if (!isShallow(bytes)) return null;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

/** Looks at brackets outside strings only; whether it is JSON at all is for the parser. */
function isShallow(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > MAX_DEPTH) return false;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return true;
}

/** A whole number from 0 to 2^53 - 1; null for anything else. */
export function wholeNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
