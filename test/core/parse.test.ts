/** What an instruction says, by BuildKit's rules: every row of what dockerfile-ast reads in another way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Document, Instruction } from '../../src/core/document.ts';
import { InputError } from '../../src/core/errors.ts';
import { applyEdits, historyEdits, startHistory } from '../../src/core/edit.ts';
import { sourceOffset } from '../../src/core/lines.ts';
import { parseDocument } from '../../src/core/parse.ts';
import { decodeText, encodeText } from '../../src/core/text.ts';
import { dockerfile } from './dockerfiles.ts';

/** The instruction behind `FROM a`. */
function second(text: string): Instruction {
  return parseDocument(`FROM a\n${text}\n`).instructions[1]!;
}

describe('JSON', () => {
  it.each([
    ['CMD ["node -v"]', ['node -v']],
    ['SHELL ["powershell","-Command","$E = \'Stop\';"]', ['powershell', '-Command', "$E = 'Stop';"]],
    ['CMD ["\\u0041\\n"]', ['A\n']],
    ['COPY ["a b", "/c d"]', ['a b', '/c d']],
    ['ADD ["a", "b"]', ['a', 'b']],
    ['VOLUME ["/a"]', ['/a']],
    ['ENTRYPOINT []', []],
    ['RUN --mount=type=cache ["a", "b"]', ['a', 'b']],
    ['CMD ["a", \\\n # c\n "b"]', ['a', 'b']],
    ['CMD ["C:\\\\x", \\\n "y"]', ['C:\\x', 'y']],
    ['HEALTHCHECK CMD ["curl", "a b"]', ['curl', 'a b']],
    ['HEALTHCHECK --interval=5s cmd ["curl"]', ['curl']],
  ])('%j holds %j', (text, strings) => {
    expect(second(text).json).toEqual(strings);
  });

  it('is read with escape=` and a continuation inside the array', () => {
    const document = parseDocument('# escape=`\nFROM a\nCMD ["C:\\\\x", `\n "y"]\n');
    expect(document.instructions[1]!.json).toEqual(['C:\\x', 'y']);
  });

  it.each([
    'CMD ["a"] # note',
    'VOLUME ["/a"];',
    'RUN ["a"] && b',
    'CMD ["a",]',
    "CMD ['a']",
    'RUN [ -f x ]',
    'HEALTHCHECK NONE',
    'HEALTHCHECK CMD curl x',
    'LABEL a=["b"]',
    'USER ["a"]',
  ])('%s holds none: a shell reads it', (text) => {
    expect(second(text).json).toBeNull();
  });

  it('holds strings only', () => {
    for (const text of ['CMD [1]', 'RUN ["a", null]', 'HEALTHCHECK CMD [["a"]]', 'SHELL [{}]']) {
      expect(() => second(text), text).toThrow(
        expect.objectContaining({ code: 'json-not-strings', line: 2 }),
      );
    }
  });
});

describe('arguments', () => {
  it.each([
    ['RUN x && \\\n# c1\n  # c2\n  y', 'x &&   y'],
    ['RUN find . -exec x {} \\;', 'find . -exec x {} \\;'],
    ['RUN echo "a\\nb" \\\n\n\t"c\\td"', 'echo "a\\nb" \t"c\\td"'],
    ['RUN set -ex \\\n\n\t\t&& y', 'set -ex \t\t&& y'],
    ['COPY C:\\\\a C:\\\\b', 'C:\\\\a C:\\\\b'],
    ['COPY a\\ b c', 'a\\ b c'],
    ['ENV A="x \\\n     y"', 'A="x      y"'],
    ['RUN --mount=type=cache -- y --z', 'y --z'],
    ['COPY foo--bar --baz /x', 'foo--bar --baz /x'],
    ['RUN <<EOF cat\nbody\nEOF', '<<EOF cat'],
    ['RUN', ''],
  ])('%j are %j', (text, rest) => {
    expect(second(text).rest.text).toBe(rest);
  });

  it('come with the comments between their lines', () => {
    const text = 'FROM a\nRUN x && \\\n# c1\n  # c2\n  y # z\n';
    const { comments, rest } = parseDocument(text).instructions[1]!;
    expect(comments.map(({ span }) => text.slice(span.start, span.end))).toEqual(['# c1', '# c2']);
    expect(rest.text).toBe('x &&   y # z');
  });
});

describe('an instruction', () => {
  it('knows its place', () => {
    const text = '# syntax=a\nARG X\nFROM a AS b\n  Run <<EOF\nx\nEOF\nFROM c\nonbuild copy --from=b x y\n';
    const document = parseDocument(text);
    expect(
      document.instructions.map(({ index, keyword, line, endLine, stage, span, keywordSpan }) => [
        index,
        keyword,
        line,
        endLine,
        stage,
        text.slice(span.start, span.end),
        text.slice(keywordSpan.start, keywordSpan.end),
      ]),
    ).toEqual([
      [0, 'ARG', 2, 2, -1, 'ARG X', 'ARG'],
      [1, 'FROM', 3, 3, 0, 'FROM a AS b', 'FROM'],
      [2, 'RUN', 4, 6, 0, 'Run <<EOF\nx\nEOF', 'Run'],
      [3, 'FROM', 7, 7, 1, 'FROM c', 'FROM'],
      [4, 'ONBUILD', 8, 8, 1, 'onbuild copy --from=b x y', 'onbuild'],
    ]);
    expect(document.directives).toHaveLength(1);
    expect(document.comments).toEqual([]);
  });

  it('behind ONBUILD is read like any other', () => {
    const text = 'FROM a\nONBUILD \\\n # c\n copy --from="b" x y\n';
    const { trigger, index, stage } = parseDocument(text).instructions[1]!;
    expect(trigger).toMatchObject({ keyword: 'COPY', index, stage, rest: { text: 'x y' }, trigger: null });
    expect(trigger!.flags[0]).toMatchObject({ name: 'from', value: { text: 'b' } });
    expect(text.slice(trigger!.keywordSpan.start, trigger!.keywordSpan.end)).toBe('copy');
    expect(second('ONBUILD').trigger).toBeNull();
    expect(second('ONBUILD CMD ["a b"]').trigger!.json).toEqual(['a b']);
  });

  it('with a keyword over two lines has a keyword span over two lines', () => {
    const text = 'FROM a\nRU\\\nN x\n';
    const { keywordSpan } = parseDocument(text).instructions[1]!;
    expect(text.slice(keywordSpan.start, keywordSpan.end)).toBe('RU\\\nN');
  });
});

describe('a comment', () => {
  it.each(['# vim:set ft=dockerfile:', '# hadolint ignore=DL3006', '# checkov:skip=CKV_1', '#a=b', '# x'])(
    'on the first line is one, whatever it looks like: %s',
    (line) => {
      const text = `${line}\nFROM a\n`;
      const document = parseDocument(text);
      expect(document.comments.map(({ span }) => text.slice(span.start, span.end))).toEqual([line]);
      expect(document.directives).toEqual([]);
    },
  );

  it('is listed once, in order, and directives are none', () => {
    const text = '# syntax=a\n# c1\nFROM a\n# c2\nRUN x \\\n # c3\n y\n# c4';
    const { comments } = parseDocument(text);
    expect(comments.map(({ span, line }) => `${line} ${text.slice(span.start, span.end)}`)).toEqual([
      '2 # c1',
      '4 # c2',
      '6 # c3',
      '8 # c4',
    ]);
  });

  it('in a heredoc is none', () => {
    expect(parseDocument('FROM a\nRUN <<EOF\n# c\nEOF\n').comments).toEqual([]);
  });
});

describe('a file that BuildKit refuses', () => {
  it.each([
    ['nothing', '', 'empty', null],
    ['blank lines and comments', '\n# c\n  \n', 'empty', null],
    ['directives only', '# syntax=a\n', 'empty', null],
    ['no FROM', 'ARG A\nARG B\n', 'no-from', 2],
    ['an instruction before FROM', 'ARG A\nRUN x\nFROM a\n', 'no-stage', 2],
    ['an unknown instruction', 'FROM a\n\nHELLO x\n', 'unknown-instruction', 3],
    ['an unknown instruction behind ONBUILD', 'FROM a\nONBUILD HELLO x\n', 'unknown-instruction', 2],
    ['only an escape at the end', 'FROM a\n\\\n', 'unknown-instruction', 2],
    ['a FROM without a name', 'FROM\n', 'from', 1],
    ['a FROM with two names', 'FROM a b\n', 'from', 1],
    ['a FROM with AS and nothing', 'FROM a AS\n', 'from', 1],
    ['a FROM with too much', 'FROM a AS b c\n', 'from', 1],
    ['a FROM with a comment', 'FROM a # c\n', 'from', 1],
    ['a FROM with another word than AS', 'FROM a IS b\n', 'from', 1],
    ['an ENV without a value', 'FROM a\nENV A\n', 'key-value', 2],
    ['an empty LABEL', 'FROM a\nLABEL\n', 'key-value', 2],
    ['an ENV with a word without =', 'FROM a\nENV A=1 B\n', 'key-value', 2],
    ['an ARG without a name', 'ARG =x\nFROM a\n', 'key-value', 1],
    ['ONBUILD behind ONBUILD', 'FROM a\nONBUILD ONBUILD RUN x\n', 'onbuild', 2],
    ['ONBUILD behind ONBUILD behind ONBUILD', 'FROM a\nONBUILD ONBUILD ONBUILD RUN x\n', 'onbuild', 2],
  ])('is refused with its line: %s', (_, text, code, line) => {
    expect(() => parseDocument(text)).toThrow(expect.objectContaining({ code, line, exitCode: 3 }));
  });

  it('names what may have been meant, in one short line', () => {
    expect(() => parseDocument('FORM a\n')).toThrow('unknown instruction: FORM (did you mean FROM?)');
    expect(() => parseDocument('{{ x }}\n')).toThrow(/unknown instruction: \{\{$/);
    expect(() => parseDocument(`${'a'.repeat(9000)} x\n`)).toThrow(/unknown instruction: A{40}…$/);
    expect(() => parseDocument('\u001b[31mx y\n')).toThrow('unknown instruction: \\u001b[31mx');
  });

  it('is accepted with what only a build can judge', () => {
    for (const text of [
      'FROM a\nRUN\n',
      'FROM a\nONBUILD ENV\n',
      'FROM a\nONBUILD ARG\n',
      'FROM a\nEXPOSE x\n',
      'FROM a AS 1\n',
      'FROM a\nFROM a\n',
      'FROM $A\n',
    ]) {
      expect(() => parseDocument(text), text).not.toThrow();
    }
  });
});

describe('a file that ends inside an instruction', () => {
  it('is parsed, with a problem from that instruction on', () => {
    const text = 'FROM a\nRUN x && \\\n';
    const { problems } = parseDocument(text);
    expect(problems).toEqual([
      expect.objectContaining({ code: 'unterminated-continuation', line: 2, from: text.indexOf('RUN') }),
    ]);
    expect(parseDocument('FROM a\nRUN x\n').problems).toEqual([]);
  });
});

describe('a generated Dockerfile', () => {
  it('is the same text after parsing, and the same bytes', () => {
    fc.assert(
      fc.property(dockerfile, (text) => {
        const document = parseDocument(text);
        expect(document.text).toBe(text);
        expect(applyEdits(text, historyEdits(startHistory(document.text)))).toBe(text);
        expect(decodeText(encodeText(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('is covered by instructions, comments, directives and blanks, none of which overlap', () => {
    fc.assert(
      fc.property(dockerfile, (text) => {
        const { instructions, comments, directives } = parseDocument(text);
        const outside = comments.filter(
          ({ span }) => !instructions.some((one) => one.span.start <= span.start && span.end <= one.span.end),
        );
        const spans = [...instructions, ...outside, ...directives].map(({ span }) => span);
        spans.sort((a, b) => a.start - b.start);
        let at = 0;
        for (const span of spans) {
          expect(span.start).toBeGreaterThanOrEqual(at);
          expect(span.end).toBeGreaterThan(span.start);
          expect(text.slice(at, span.start)).toMatch(/^\uFEFF?[ \t\r\n]*$/);
          at = span.end;
        }
        expect(text.slice(at)).toMatch(/^[ \t\r\n]*$/);
      }),
      { numRuns: 500 },
    );
  });

  it('has instructions in order whose characters are those of the source', () => {
    fc.assert(
      fc.property(dockerfile, (text) => {
        const { instructions } = parseDocument(text);
        instructions.forEach(({ index, keyword, keywordSpan, rest, line, endLine, flags }, position) => {
          expect(index).toBe(position);
          expect(text.slice(keywordSpan.start, keywordSpan.end).toUpperCase()).toBe(keyword);
          expect(line).toBeGreaterThan(instructions[position - 1]?.endLine ?? 0);
          expect(endLine).toBeGreaterThanOrEqual(line);
          for (const part of [rest, ...flags.flatMap(({ value }) => value ?? [])]) {
            for (let at = 0; at < part.text.length; at++) {
              expect(text[sourceOffset(part, at)]).toBe(part.text[at]);
            }
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('means the same with other line endings and with a BOM', () => {
    fc.assert(
      fc.property(dockerfile, (text) => {
        const show = (file: string): unknown =>
          parseDocument(file).instructions.map(({ keyword, rest, json, line, endLine, comments }) => [
            keyword,
            rest.text,
            json,
            line,
            endLine,
            comments.length,
          ]);
        const plain = text.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
        const expected = show(plain);
        expect(show(text)).toEqual(expected);
        expect(show(`\uFEFF${plain.replace(/\n/g, '\r\n')}`)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a text made from a document', () => {
  const folder = fileURLToPath(new URL('../../fixtures/_corpus', import.meta.url));
  const texts = readdirSync(folder)
    .filter((name) => /dockerfile$/i.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .filter((text) => outcomeOf(text).ok);

  type Outcome =
    | { readonly ok: true; readonly document: ReturnType<typeof parseDocument> }
    | { readonly ok: false; readonly code: string; readonly line: number | null };

  function outcomeOf(text: string, before: Document | null = null): Outcome {
    try {
      return { ok: true, document: parseDocument(text, before) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { ok: false, code: error.code, line: error.line };
    }
  }

  it('is read as it is without one, or refused for the same reason', () => {
    const line = fc.constantFrom(
      ...['RUN a \\', ' && b', '', '# note', '# escape=`', 'COPY <<E /x', 'E', 'RUN <<-A <<B', '\tA', 'B'],
      ...['CMD ["x"]', 'ENV A=1 \\', 'FROM b AS c', 'LABEL x', 'RUN --mount=type=cache,target=/x b'],
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.nat(4),
        fc.array(line, { maxLength: 4 }),
        (...args) => {
          const [text, at, removed, added] = args;
          const lines = text.split('\n');
          lines.splice(at % lines.length, removed, ...added);
          const changed = lines.join('\n');
          expect(outcomeOf(changed, parseDocument(text))).toEqual(outcomeOf(changed));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is refused where the parsers disagree on what is new, with its line in the whole text', () => {
    const before = 'FROM a\nRUN one\nRUN two\nRUN three\nUSER b\n';
    const after = before.replace('RUN three\n', 'RUN <<-A <<B\n\tx\n\tA\n\tB\nB\n');
    expect(outcomeOf(after, parseDocument(before))).toEqual({ ok: false, code: 'parsers-disagree', line: 4 });
  });
});
