import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { parseDocument } from '../../src/core/parse.ts';
import {
  BOM,
  MAX_FILE_BYTES,
  MAX_LINE_BYTES,
  checkText,
  decodeText,
  encodeText,
} from '../../src/core/text.ts';

function refusal(run: () => unknown): { code: string; line: number | null } {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return { code: error.code, line: error.line };
    throw error;
  }
  return { code: 'accepted', line: null };
}

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...encodeText(part)] : part)));

describe('decodeText', () => {
  it('keeps a BOM, every kind of line ending and a missing final line feed', () => {
    const text = `${BOM}FROM a\r\nRUN x\nUSER é€😀`;
    expect(decodeText(encodeText(text))).toBe(text);
  });

  it('gives back the same bytes for every text that it accepts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const before = encodeText(text);
        if (refusal(() => decodeText(before)).code !== 'accepted') return;
        expect(encodeText(decodeText(before))).toEqual(before);
      }),
    );
  });

  it('either refuses bytes with a line or gives them back unchanged', () => {
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0x0a, 0x0d, 0x41, 0xc3, 0xa9, 0xef, 0xbb, 0xbf));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }).chain((some) => fc.array(byte).map((more) => [...some, ...more])),
        (raw) => {
          const input = Uint8Array.from(raw);
          const { code, line } = refusal(() => decodeText(input));
          if (code === 'accepted') expect(encodeText(decodeText(input))).toEqual(input);
          else expect(line).toBeGreaterThan(0);
        },
      ),
    );
  });

  it.each([
    ['a NUL byte', bytes('FROM a\nRUN ', [0], '\n'), 'binary', 2],
    ['UTF-16', bytes([0xff, 0xfe], [0x46, 0x00, 0x52, 0x00]), 'binary', 1],
    ['a byte that is not UTF-8', bytes('FROM a\n\nRUN ', [0xe9], '\n'), 'not-utf8', 3],
    ['half a character at the end', bytes('FROM a\n', [0xe2, 0x82]), 'not-utf8', 2],
    ['an overlong form', bytes([0xc0, 0xaf]), 'not-utf8', 1],
    ['a surrogate in UTF-8', bytes('FROM a\n', [0xed, 0xa0, 0x80]), 'not-utf8', 2],
    ['a carriage return inside a line', bytes('FROM a\nRUN x\ry\n'), 'lone-cr', 2],
    ['a carriage return at the end', bytes('FROM a\nRUN x\r'), 'lone-cr', 2],
    ['two carriage returns before a line feed', bytes('FROM a\r\r\n'), 'lone-cr', 1],
  ])('refuses %s and names the line', (_, input, code, line) => {
    expect(refusal(() => decodeText(input))).toEqual({ code, line });
  });

  it('refuses a file that is too large before it decodes it', () => {
    expect(refusal(() => decodeText(new Uint8Array(MAX_FILE_BYTES + 1)))).toEqual({
      code: 'too-large',
      line: null,
    });
    expect(refusal(() => decodeText(new Uint8Array(MAX_FILE_BYTES).fill(0x0a))).code).toBe('accepted');
  });
});

describe('the longest line', () => {
  // BuildKit reads a line with its line feed into 65,536 bytes.
  const room = MAX_LINE_BYTES - 'RUN '.length;

  it.each(['x', 'é', '€', '😀'])('has 65,535 bytes, in characters like %s', (character) => {
    const size = encodeText(character).length;
    const long = character.repeat(Math.floor(room / size)) + 'x'.repeat(room % size);
    for (const end of ['\n', '', '\nUSER b\n']) {
      expect(encodeText(`RUN ${long}`)).toHaveLength(MAX_LINE_BYTES);
      expect(refusal(() => checkText(`FROM a\nRUN ${long}${end}`)).code).toBe('accepted');
      expect(refusal(() => checkText(`FROM a\nRUN ${long}x${end}`))).toEqual({
        code: 'line-too-long',
        line: 2,
      });
    }
  });

  it('counts the carriage return and the BOM, as BuildKit does', () => {
    const crlf = (length: number): string => `FROM a\r\nRUN ${'x'.repeat(length)}\r\n`;
    expect(refusal(() => checkText(crlf(room - 1))).code).toBe('accepted');
    expect(refusal(() => checkText(crlf(room)))).toEqual({ code: 'line-too-long', line: 2 });
    const bom = (length: number): string => `${BOM}#${'x'.repeat(length)}\nFROM a\n`;
    expect(refusal(() => checkText(bom(MAX_LINE_BYTES - 4))).code).toBe('accepted');
    expect(refusal(() => checkText(bom(MAX_LINE_BYTES - 3)))).toEqual({ code: 'line-too-long', line: 1 });
  });

  it('is a limit of each physical line, not of the instruction', () => {
    const line = `${'x'.repeat(60_000)} \\\n`;
    const document = parseDocument(`FROM a\nRUN ${line}${line}y\n`);
    expect(document.instructions[1]!.rest.text).toHaveLength(120_003);
  });

  it('is also a limit for parseDocument', () => {
    expect(refusal(() => parseDocument(`FROM a\nRUN ${'x'.repeat(room + 1)}\n`))).toEqual({
      code: 'line-too-long',
      line: 2,
    });
  });
});
