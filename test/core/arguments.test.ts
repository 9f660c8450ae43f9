import { describe, expect, it } from 'vitest';
import { argumentNames, keyValuePairs, plainWords, quotedWords, unquote } from '../../src/core/arguments.ts';
import type { KeyValue } from '../../src/core/arguments.ts';
import { sourceOffset, sourceSpan } from '../../src/core/lines.ts';
import type { LogicalText } from '../../src/core/lines.ts';
import { parseDocument } from '../../src/core/parse.ts';

function logical(text: string): LogicalText {
  return { text, pieces: [{ at: 0, source: 0 }] };
}

function shown(pairs: readonly KeyValue[] | { readonly error: string }): unknown {
  if ('error' in pairs) return pairs;
  return pairs.map(({ key, value, legacy }) => [key, value?.text ?? null, ...(legacy ? ['legacy'] : [])]);
}

/** Every character must lead back to itself, or an edit would hit another place. */
function expectMapped(found: LogicalText, source: string): void {
  for (let at = 0; at < found.text.length; at++) {
    expect(source[sourceOffset(found, at)], `${found.text} at ${at}`).toBe(found.text[at]);
  }
}

describe('flags', () => {
  function flags(text: string): (string | null)[][] {
    const file = `FROM a\n${text}\n`;
    return parseDocument(file).instructions[1]!.flags.map(({ name, value, span }) => {
      if (value) expectMapped(value, file);
      return [name, value?.text ?? null, file.slice(span.start, span.end)];
    });
  }

  it.each([
    [
      'COPY --from=b --chown=1:1 x y',
      [
        ['from', 'b', '--from=b'],
        ['chown', '1:1', '--chown=1:1'],
      ],
    ],
    ['COPY --chown="1:1" x y', [['chown', '1:1', '--chown="1:1"']]],
    ["COPY --chown='a b' x y", [['chown', 'a b', "--chown='a b'"]]],
    ['COPY --chown=a\\"b x y', [['chown', 'a"b', '--chown=a\\"b']]],
    ['COPY --link x y', [['link', null, '--link']]],
    ['COPY --link= x y', [['link', '', '--link=']]],
    ['RUN --mount=type=bind,from=b -- y', [['mount', 'type=bind,from=b', '--mount=type=bind,from=b']]],
    ['RUN a--b --c d', []],
    [
      'COPY --from=b \\\n# c\n  --chown=1 x y',
      [
        ['from', 'b', '--from=b'],
        ['chown', '1', '--chown=1'],
      ],
    ],
    ['COPY --from=b\\\nc x y', [['from', 'bc', '--from=b\\\nc']]],
  ])('%j', (text, found) => {
    expect(flags(text)).toEqual(found);
  });

  it('keep the place of a value whose quotes are gone', () => {
    const file = 'FROM a\nCOPY --from="no"d\'e\' x y\n';
    const value = parseDocument(file).instructions[1]!.flags[0]!.value!;
    expect(value.text).toBe('node');
    expectMapped(value, file);
    const span = sourceSpan(value, 0, 4);
    expect(file.slice(span.start, span.end)).toBe('no"d\'e');
  });
});

describe('plainWords', () => {
  it.each([
    ['a  b\tc', ['a', 'b', 'c']],
    ['"a b" c', ['"a', 'b"', 'c']],
    ['C:\\\\a C:\\\\b', ['C:\\\\a', 'C:\\\\b']],
    ['a\\ b c', ['a\\', 'b', 'c']],
    ['a\u00a0b c', ['a\u00a0b', 'c']],
    ['', []],
  ])('%j', (text, words) => {
    expect(plainWords(logical(text)).map((word) => word.text)).toEqual(words);
  });
});

describe('quotedWords', () => {
  it.each([
    ['a "b c" d', ['a', '"b c"', 'd']],
    ["a='b c' d", ["a='b c'", 'd']],
    ['a\\ b c', ['a\\ b', 'c']],
    ['a="b\\" c" d', ['a="b\\" c"', 'd']],
    ["a='b\\' c", ["a='b\\'", 'c']],
    ['a="b c', ['a="b c']],
    ['a\u00a0b', ['a', 'b']],
    [' ', []],
  ])('%j', (text, words) => {
    expect(quotedWords(logical(text), '\\').map((word) => word.text)).toEqual(words);
  });

  it('escapes by the character of the file', () => {
    expect(quotedWords(logical('a` b C:\\ c'), '`').map((word) => word.text)).toEqual(['a` b', 'C:\\', 'c']);
  });
});

describe('keyValuePairs', () => {
  it.each([
    ['A=1', [['A', '1']]],
    [
      'A=1 B="x y" C=\'$D\'',
      [
        ['A', '1'],
        ['B', '"x y"'],
        ['C', "'$D'"],
      ],
    ],
    ['A=', [['A', '']]],
    ['A=b=c', [['A', 'b=c']]],
    [
      'A=1 A=2',
      [
        ['A', '1'],
        ['A', '2'],
      ],
    ],
    ['"a.b"="c d"', [['"a.b"', '"c d"']]],
    ['a\\ b=c', [['a\\ b', 'c']]],
    ['A b', [['A', 'b', 'legacy']]],
    ['A b   c "d"  e=f', [['A', 'b   c "d"  e=f', 'legacy']]],
    ['A "b c', [['A', '"b c', 'legacy']]],
  ])('%j', (text, pairs) => {
    expect(shown(keyValuePairs(logical(text), '\\'))).toEqual(pairs);
  });

  it.each([
    ['', 'needs at least one argument'],
    ['A', 'needs a key and a value'],
    ['A=1 B', 'has an argument without "=": B'],
    ['A=1 # note', 'has an argument without "=": #'],
  ])('%j is refused', (text, error) => {
    expect(keyValuePairs(logical(text), '\\')).toEqual({ error });
  });

  it('keeps the blanks of values over several lines, and their place', () => {
    const good = 'FROM a\nENV A="x \\\n     y" \\\n  B=z\\\n# c\nC\nLABEL k=v\n';
    const found = keyValuePairs(parseDocument(good).instructions[1]!.rest, '\\') as readonly KeyValue[];
    expect(shown(found)).toEqual([
      ['A', '"x      y"'],
      ['B', 'zC'],
    ]);
    for (const { value } of found) expectMapped(value!, good);
    expect(found.map(({ span }) => good.slice(span.start, span.end))).toEqual([
      'A="x \\\n     y"',
      'B=z\\\n# c\nC',
    ]);
  });

  it('keeps the blanks of the legacy form behind a continuation', () => {
    const file = 'FROM a\nENV A \\\n b   c\n';
    const pairs = keyValuePairs(parseDocument(file).instructions[1]!.rest, '\\');
    expect(shown(pairs)).toEqual([['A', 'b   c', 'legacy']]);
  });
});

describe('argumentNames', () => {
  it.each([
    ['A', [['A', null]]],
    ['A=1', [['A', '1']]],
    [
      'A=1 B C="x y" D=',
      [
        ['A', '1'],
        ['B', null],
        ['C', '"x y"'],
        ['D', ''],
      ],
    ],
    ['', []],
  ])('%j', (text, names) => {
    expect(shown(argumentNames(logical(text), '\\'))).toEqual(names);
  });
});

describe('unquote', () => {
  it.each([
    ['node:20', 'node:20'],
    ['"node:20"', 'node:20'],
    ['\'node\':"20"', 'node:20'],
    ['no\\de\\\\', 'node\\'],
    ["'a\\b'", 'a\\b'],
    ['"a\\"b"', 'a"b'],
    ['"it\'s"', "it's"],
    ['""', ''],
    ['a\\', 'a\\'],
  ])('%s is %s, with every character in its place', (text, plain) => {
    const found = unquote(logical(text), '\\');
    expect(found.text).toBe(plain);
    expectMapped(found, text);
  });

  it('puts text that is added to an empty value between the quotes', () => {
    const found = unquote(logical('""'), '\\');
    expect(sourceSpan(found, 0, 0)).toEqual({ start: 1, end: 1 });
  });

  it('works across a continuation', () => {
    const file = 'FROM "no\\\nde"\n';
    const found = unquote(parseDocument(file).instructions[0]!.rest, '\\');
    expect(found.text).toBe('node');
    expectMapped(found, file);
  });
});
