/**
 * From bytes to text and back, without loss: a BOM stays the first character, line endings stay as they are.
 * What BuildKit would refuse, or what cannot survive a round trip, is refused here with its line.
 */
import { InputError } from './errors.ts';

/** BuildKit's limit for a physical line, in bytes without its line feed (bufio.MaxScanTokenSize - 1). */
export const MAX_LINE_BYTES = 65_535;

/** Larger files are not Dockerfiles; reading stops here, in bytes. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

export const BOM = '\uFEFF';

/** Decodes a file. Throws {@link InputError} for binary data, bytes that are not UTF-8, a lone CR, long lines. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > MAX_FILE_BYTES) {
    throw new InputError(
      'too-large',
      `is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB; this is no Dockerfile`,
    );
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    throw new InputError(
      'binary',
      'holds a NUL byte; this is a binary or UTF-16 file',
      lineOfByte(bytes, nul),
    );
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const at = firstInvalidByte(bytes);
    throw new InputError('not-utf8', 'is not valid UTF-8; convert it first', lineOfByte(bytes, at));
  }
  checkText(text);
  return text;
}

/** The byte-for-byte inverse of {@link decodeText}. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Refuses text that no Dockerfile parser agrees on: lone CR, NUL, lines over {@link MAX_LINE_BYTES}. */
export function checkText(text: string): void {
  for (let cr = text.indexOf('\r'); cr >= 0; cr = text.indexOf('\r', cr + 1)) {
    if (text.charCodeAt(cr + 1) !== 10) {
      throw new InputError(
        'lone-cr',
        'holds a carriage return without a line feed, which parsers read in different ways; convert the line endings',
        lineOfOffset(text, cr),
      );
    }
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) throw new InputError('binary', 'holds a NUL character', lineOfOffset(text, nul));

  let line = 1;
  for (let start = 0; start <= text.length; line++) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    // A UTF-16 unit takes at most three bytes, so short lines need no count.
    if ((end - start) * 3 > MAX_LINE_BYTES && utf8Length(text, start, end) > MAX_LINE_BYTES) {
      throw new InputError(
        'line-too-long',
        `has a line of more than ${MAX_LINE_BYTES.toLocaleString('en')} bytes, which BuildKit refuses`,
        line,
      );
    }
    start = end + 1;
  }
}

function utf8Length(text: string, start: number, end: number): number {
  let bytes = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    // Each half of a surrogate pair counts two: four bytes together.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

function lineOfByte(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let i = 0; i < offset; i++) if (bytes[i] === 10) line++;
  return line;
}

function lineOfOffset(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

function firstInvalidByte(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  // Streamed line by line: the first chunk that throws holds the byte. Multi-byte characters hold no LF.
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(10, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return start;
    }
    start = end;
  }
  return 0;
}
