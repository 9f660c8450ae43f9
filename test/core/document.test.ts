import { describe, expect, it } from 'vitest';
import {
  instructionAt,
  lineAt,
  lineEndingAt,
  lineStartAt,
  memo,
  sourceText,
} from '../../src/core/document.ts';
import { parseDocument } from '../../src/core/parse.ts';

describe('lineAt and lineStartAt', () => {
  const document = parseDocument('FROM a\n\nRUN x \\\n  y');

  it('know the line of every offset', () => {
    const lines = [...document.text].map((_, offset) => lineAt(document, offset));
    expect(lines.join('')).toBe('1111111' + '2' + '33333333' + '444');
    expect(lineAt(document, document.text.length)).toBe(4);
    expect(lineStartAt(document, 12)).toBe(8);
    expect(lineStartAt(document, 7)).toBe(7);
  });

  it('count a BOM to the first line but not to its text', () => {
    const bom = parseDocument('\uFEFFFROM a\nRUN x\n');
    expect(lineAt(bom, 0)).toBe(1);
    expect(lineStartAt(bom, 3)).toBe(1);
    expect(lineAt(bom, 8)).toBe(2);
  });
});

describe('lineEndingAt', () => {
  it('is that of the line, or of the line before when it has none', () => {
    const mixed = parseDocument('FROM a\r\nRUN x\nUSER b\r\nUSER c');
    expect(lineEndingAt(mixed, 0)).toBe('\r\n');
    expect(lineEndingAt(mixed, 9)).toBe('\n');
    expect(lineEndingAt(mixed, 15)).toBe('\r\n');
    expect(lineEndingAt(mixed, mixed.text.length)).toBe('\r\n');
    expect(lineEndingAt(parseDocument('FROM a'), 3)).toBe('\n');
  });
});

describe('instructionAt', () => {
  const text = '# c\nFROM a\n\nRUN <<EOF\nb\nEOF\nRUN x \\\n # c\n y\n';
  const document = parseDocument(text);

  it('is the instruction whose lines hold the offset', () => {
    const found = (part: string): number | undefined => instructionAt(document, text.indexOf(part))?.index;
    expect(found('# c\nFROM')).toBeUndefined();
    expect(found('FROM')).toBe(0);
    expect(found('b\nEOF')).toBe(1);
    expect(found('# c\n y')).toBe(2);
    expect(instructionAt(document, text.indexOf('\n\nRUN') + 1)).toBeUndefined();
    expect(instructionAt(document, text.indexOf('\n\nRUN'))?.index).toBe(0);
    expect(instructionAt(document, text.length)).toBeUndefined();
  });
});

describe('sourceText and memo', () => {
  it('read the text and compute once for each document', () => {
    const document = parseDocument('FROM a\n');
    expect(sourceText(document, { start: 5, end: 6 })).toBe('a');
    let count = 0;
    const counted = memo(() => ++count);
    expect([counted(document), counted(document), counted(parseDocument('FROM a\n'))]).toEqual([1, 1, 2]);
  });

  it('remember undefined as well', () => {
    const document = parseDocument('FROM a\n');
    let count = 0;
    const nothing = memo(() => void count++);
    nothing(document);
    nothing(document);
    expect(count).toBe(1);
  });
});
