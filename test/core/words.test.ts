import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonForm, lex, splitCommand } from '../../src/core/words.ts';

/** Variables of the tests: `unset` is not among them. */
const VARIABLES: Readonly<Record<string, string>> = {
  A: 'x y',
  E: '',
  V: '3.12.4-slim',
  P: '/a/b/c',
  S: 'aXbXc',
  _n: '1',
  é: 'accent',
};

function evaluated(text: string, escape = '\\'): string | { error: string } {
  const { value, error } = lex(text, { escape, lookup: (name) => VARIABLES[name] });
  return error === null ? value : { error };
}

describe('quotes and escapes', () => {
  it.each([
    ['a b', 'a b'],
    ['"a b"', 'a b'],
    ["'a b'", 'a b'],
    ['a"b"\'c\'d', 'abcd'],
    ['"it\'s"', "it's"],
    ['\'say "x"\'', 'say "x"'],
    ['\\a\\"\\\'\\$A\\\\', 'a"\'$A\\'],
    ['"\\a\\"\\$A\\\\"', '\\a"$A\\'],
    ["'\\a\\$A'", '\\a\\$A'],
    ['a\\', 'a'],
    ['', ''],
    ['""', ''],
  ])('%s is %s', (text, value) => {
    expect(evaluated(text)).toBe(value);
  });

  it('use the escape character of the file', () => {
    expect(evaluated('C:\\a`$A "`$A"', '`')).toBe('C:\\a$A $A');
    expect(evaluated('`"', '\\')).toEqual({ error: expect.stringContaining('double quote') });
  });

  it.each([
    ['"a', 'double quote'],
    ["'a", 'single quote'],
    ['"\'', 'double quote'],
    ['"${A}', 'double quote'],
  ])('%s is refused', (text, error) => {
    expect(evaluated(text)).toEqual({ error: expect.stringContaining(error) });
  });

  it('can be kept', () => {
    const kept = lex('"a b" \\x \'c\'', { escape: '\\', keepQuotes: true, keepEscapes: true });
    expect(kept).toMatchObject({ value: '"a b" \\x \'c\'', words: ['"a b"', '\\x', "'c'"], error: null });
  });
});

describe('words', () => {
  it.each([
    ['a b', ['a', 'b']],
    ['  a \t b ', ['a', 'b']],
    ['"a b" c', ['a b', 'c']],
    ['a\\ b c', ['a b', 'c']],
    ["a'b c'd", ['ab cd']],
    ['$A', ['x', 'y']],
    ['"$A"', ['x y']],
    ['$A$A', ['x', 'yx', 'y']],
    ['""', []],
    ['a\u00a0b', ['a', 'b']],
    ['<< EOF', ['<< EOF']],
    ['<<\tEOF <x < y', ['<<\tEOF', '<x', '<', 'y']],
  ])('%s are %j', (text, words) => {
    expect(lex(text, { escape: '\\', lookup: (name) => VARIABLES[name] }).words).toEqual(words);
  });
});

describe('variables', () => {
  it.each([
    ['$A', 'x y'],
    ['${A}', 'x y'],
    ['a$A.b', 'ax y.b'],
    ['$Ab', ''],
    ['${A}b', 'x yb'],
    ['$_n', '1'],
    ['$é', 'accent'],
    ['$unset', ''],
    ['${unset}', ''],
    ['$', '$'],
    ['$.', '$.'],
    ['a$', 'a$'],
    ['$(date)', '$(date)'],
    ['$1x', 'x'],
    ['$?', ''],
    ["'$A'", '$A'],
    ['\\$A', '$A'],
    ['"$A"', 'x y'],
  ])('%s is %j', (text, value) => {
    expect(evaluated(text)).toBe(value);
  });

  it.each([
    // name, set, empty, not set
    ['${A-d}', 'x y'],
    ['${E-d}', ''],
    ['${unset-d}', 'd'],
    ['${A:-d}', 'x y'],
    ['${E:-d}', 'd'],
    ['${unset:-d}', 'd'],
    ['${A+d}', 'd'],
    ['${E+d}', 'd'],
    ['${unset+d}', ''],
    ['${A:+d}', 'd'],
    ['${E:+d}', ''],
    ['${unset:+d}', ''],
    ['${A?m}', 'x y'],
    ['${E?m}', ''],
    ['${A:?m}', 'x y'],
    ['${unset:-}', ''],
    ['${unset:-a b}', 'a b'],
    ['${unset:-"a }"}', 'a }'],
    ["${unset:-'$A'}", '$A'],
    ['${unset:-a\\}b}', 'a}b'],
  ])('%s is %j', (text, value) => {
    expect(evaluated(text)).toBe(value);
  });

  it.each([
    ['${V#*.}', '12.4-slim'],
    ['${V##*.}', '4-slim'],
    ['${V%.*}', '3.12'],
    ['${V%%.*}', '3'],
    ['${V%-slim}', '3.12.4'],
    ['${V#-slim}', '3.12.4-slim'],
    ['${V%3}', '3.12.4-slim'],
    ['${V#?}', '.12.4-slim'],
    ['${V%????}', '3.12.4-'],
    ['${V#*}', '3.12.4-slim'],
    ['${V##*}', ''],
    ['${V%%*}', ''],
    ['${V%*}', '3.12.4-slim'],
    ['${P##*/}', 'c'],
    ['${P%/*}', '/a/b'],
    ['${P#*b*}', '/c'],
    ['${P##?*/}', 'c'],
    ['${P#\\*}', '/a/b/c'],
    ['${unset#x}', ''],
    ['${E#x}', ''],
    ['${S%X*X*}', 'a'],
    ['${S#a?}', 'bXc'],
  ])('%s is %j', (text, value) => {
    expect(evaluated(text)).toBe(value);
  });

  it.each([
    ['${S/X/-}', 'a-bXc'],
    ['${S//X/-}', 'a-b-c'],
    ['${S/X}', { error: expect.stringContaining('/') }],
    ['${S//X/}', 'abc'],
    ['${S/X*/-}', 'a-'],
    ['${S//?X/-}', '--c'],
    ['${S/z/-}', 'aXbXc'],
    ['${P/\\//-}', '-a/b/c'],
    ['${P//\\//-}', '-a-b-c'],
    ['${S/X/$A}', 'ax ybXc'],
    ['${S/${unset:-X}/-}', 'a-bXc'],
    ['${E/*/x}', 'x'],
    ['${E//*/x}', 'x'],
    ['${S//*/x}', 'x'],
    ['${S///-}', '-a-X-b-X-c-'],
    ['${unset/a/b}', ''],
  ])('%s is %j', (text, value) => {
    expect(evaluated(text)).toEqual(value);
  });

  it.each([
    ['${unset:-${A}}', 'x y'],
    ['${unset:-${E:-${V%%.*}}}', '3'],
    ['${A:+${V#*.}}', '12.4-slim'],
    ['${V#${unset:-3.}}', '12.4-slim'],
    ['"${unset:-"${A}"}"', 'x y'],
    ['${unset:-$A$E$_n}', 'x y1'],
  ])('%s is %j, nested', (text, value) => {
    expect(evaluated(text)).toBe(value);
  });

  it.each([
    ['${', '}'],
    ['${A', 'modifier'],
    ['${A:-x', '}'],
    ['${}', 'bad substitution'],
    ['${:-x}', 'bad substitution'],
    ['${{A}}', 'bad substitution'],
    ['${A!x}', 'modifier'],
    ['${A:x}', 'modifier'],
    ['${A:/x/y}', 'modifier'],
    ['${A^^}', 'modifier'],
    ['${unset?it is needed}', 'unset: it is needed'],
    ['${unset:?}', 'unset: must be set'],
    ['${E:?it is empty}', 'E: it is empty'],
    ['${A#\\a}', 'invalid escape'],
    ['${A#x\\', 'missing'],
  ])('%s is refused: %s', (text, error) => {
    expect(evaluated(text)).toEqual({ error: expect.stringContaining(error) });
  });

  it('are named with their place and operator', () => {
    const text = 'a:$A-${V:-${E}}${P##*/}"$_n"${S//x/$A}';
    const { references } = lex(text, { escape: '\\' });
    expect(
      references.map(({ name, operator, start, end }) => [name, operator, text.slice(start, end)]),
    ).toEqual([
      ['A', '', '$A'],
      ['V', ':-', '${V:-${E}}'],
      ['E', '', '${E}'],
      ['P', '##', '${P##*/}'],
      ['_n', '', '$_n'],
      ['S', '//', '${S//x/$A}'],
      ['A', '', '$A'],
    ]);
  });

  it('stay as written without a lookup', () => {
    const text = 'a $A ${V:-x} ${P##*/} ${S/a/b}';
    expect(lex(text, { escape: '\\' }).value).toBe(text);
  });

  it('may have long names', () => {
    const name = 'N'.repeat(300);
    expect(lex(`\${${name}}`, { escape: '\\', lookup: (asked) => asked }).value).toBe(name);
  });
});

describe('limits', () => {
  const long = (text: string, value: string): string | null =>
    lex(text, { escape: '\\', lookup: () => value }).error;

  it('a value that grows without end is an error, in quotes as well', () => {
    expect(long('$A'.repeat(30_000), 'x'.repeat(60_000))).toBe('the value is too long');
    expect(long(`"${'$A'.repeat(30_000)}"`, 'x'.repeat(60_000))).toBe('the value is too long');
    expect(long(`\${B:+"${'$A'.repeat(30_000)}"}`, 'x'.repeat(60_000))).toBe('the value is too long');
  });

  it('a value that is too long for a pattern is an error', () => {
    expect(long('${A#x}', 'x'.repeat(1025))).toContain('pattern');
    expect(long('${A#x}', 'x'.repeat(1024))).toBeNull();
  });

  it('nesting has an end', () => {
    expect(long('${A:-'.repeat(5000) + '}'.repeat(5000), '')).toContain('nested too deeply');
    expect(long('${A:-'.repeat(60) + '}'.repeat(60), '')).toBeNull();
  });

  it('patterns full of wildcards come to an end', () => {
    const value = 'a'.repeat(1000);
    const lookup = (): string => value;
    const pattern = '*a'.repeat(20) + '*b';
    expect(lex(`\${V#${pattern}}`, { escape: '\\', lookup }).value).toBe(value);
    expect(lex(`\${V%${pattern}}`, { escape: '\\', lookup }).value).toBe(value);
    expect(lex(`\${V//${'*'.repeat(3000)}z/x}`, { escape: '\\', lookup }).value).toBe(value);
    expect(lex(`\${V//${'?*'.repeat(300)}/x}`, { escape: '\\', lookup }).value).toBe('x');
  });
});

describe('patterns', () => {
  const letters = fc.stringMatching(/^[ab]{0,8}$/);
  const pattern = fc.stringMatching(/^[ab*?]{1,5}$/);
  const toRegExp = (text: string, star: string): string => text.replaceAll('?', '.').replaceAll('*', star);

  it('cut off and replace what a regular expression matches', () => {
    fc.assert(
      fc.property(letters, pattern, (value, text) => {
        const get = (form: string): string => lex(form, { escape: '\\', lookup: () => value }).value;
        const head = (star: string): string => value.replace(new RegExp(`^${toRegExp(text, star)}`), '');
        expect(get(`\${V#"${text}"}`)).toBe(head('.*?'));
        expect(get(`\${V##"${text}"}`)).toBe(head('.*'));
        const starts = [...Array(value.length + 1).keys()].filter((at) =>
          new RegExp(`^${toRegExp(text, '.*')}$`).test(value.slice(at)),
        );
        expect(get(`\${V%"${text}"}`)).toBe(value.slice(0, starts.at(-1)));
        expect(get(`\${V%%"${text}"}`)).toBe(value.slice(0, starts[0]));
        expect(get(`\${V/"${text}"/-}`)).toBe(value.replace(new RegExp(toRegExp(text, '.*')), '-'));
      }),
    );
  });
});

describe('splitCommand', () => {
  function shape(logical: string): { keyword: string; flags: string[]; rest: string } {
    const { keyword, flags, rest } = splitCommand(logical);
    return {
      keyword,
      flags: flags.map(({ start, end }) => logical.slice(start, end)),
      rest: logical.slice(rest.start, rest.end),
    };
  }

  it.each([
    ['RUN x y', 'RUN', [], 'x y'],
    ['  run  x  ', 'RUN', [], 'x'],
    ['Run\tx', 'RUN', [], 'x'],
    ['RUN\vx\f', 'RUN', [], 'x'],
    ['RUN', 'RUN', [], ''],
    ['', '', [], ''],
    ['COPY --from=b --chown=1:1 x y', 'COPY', ['--from=b', '--chown=1:1'], 'x y'],
    ['COPY --chown="1 : 1" x y', 'COPY', ['--chown="1 : 1"'], 'x y'],
    ["COPY --chown='a b' x y", 'COPY', ["--chown='a b'"], 'x y'],
    ['COPY --chown=a\\ b x y', 'COPY', ['--chown=a\\ b'], 'x y'],
    ['COPY --link x y', 'COPY', ['--link'], 'x y'],
    ['RUN --mount=type=bind -- y', 'RUN', ['--mount=type=bind'], 'y'],
    ['RUN -- --x', 'RUN', [], '--x'],
    ['RUN a--b --c d', 'RUN', [], 'a--b --c d'],
    ['COPY foo--bar --baz /x', 'COPY', [], 'foo--bar --baz /x'],
    ['RUN - x', 'RUN', [], '- x'],
    ['RUN -x', 'RUN', [], '-x'],
    ['RUN --', 'RUN', [], ''],
    ['RUN --x', 'RUN', ['--x'], ''],
    ['RUN --x="a', 'RUN', ['--x="a'], ''],
    ['RUN\u00a0x', 'RUN\u00a0x', [], ''],
    ['RUN \u00a0--x y', 'RUN', [], '--x y'],
    ['RUN --a \u00a0--x y', 'RUN', ['--a'], '--x y'],
  ])('%j', (logical, keyword, flags, rest) => {
    expect(shape(logical)).toEqual({ keyword, flags, rest });
  });

  it('makes no keyword of letters that only look alike in upper case', () => {
    expect(shape('u\u017fer x').keyword).not.toBe('USER');
    expect(shape('onbu\u0131ld x').keyword).not.toBe('ONBUILD');
  });
});

describe('jsonForm', () => {
  it.each([
    ['["node -v"]', ['node -v']],
    ['["powershell","-Command","$E = \'Stop\';"]', ['powershell', '-Command', "$E = 'Stop';"]],
    ['["\\u0041\\n", "C:\\\\x"]', ['A\n', 'C:\\x']],
    ['[]', []],
    ['[ "a" ,\t"b" ]', ['a', 'b']],
  ])('%s holds strings', (text, strings) => {
    expect(jsonForm(text)).toEqual(strings);
  });

  it.each([
    '["a"] # note',
    '["/a"];',
    '["a"] && b',
    '["a",]',
    "['a']",
    '[a]',
    '["a"',
    '["a\tb"]',
    '["\\x"]',
    'a ["b"]',
    '{"a": "b"}',
    '',
    '[ -f x ] && y',
  ])('%s is for the shell', (text) => {
    expect(jsonForm(text)).toBeNull();
  });

  it.each(['[1]', '["a", null]', '[["a"]]', '[{}]', '[true]'])('%s is refused', (text) => {
    expect(jsonForm(text)).toBe('not-strings');
  });
});
