/**
 * Two parsers, one cut. Every row of what is known about dockerfile-ast 0.7.1 against BuildKit v0.24: that the
 * library really says something else, that our cut is BuildKit's, and that nothing else is let through.
 */
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, it } from 'vitest';
import { KNOWN_DISAGREEMENTS, findDisagreement } from '../../src/core/cross-check.ts';
import type { Cut, OwnCut } from '../../src/core/cross-check.ts';
import { splitLines } from '../../src/core/lines.ts';
import { parseDocument } from '../../src/core/parse.ts';
import { splitCommand } from '../../src/core/words.ts';

function theirCuts(text: string): Cut[] {
  return DockerfileParser.parse(text)
    .getInstructions()
    .map((instruction) => ({
      keyword: instruction.getKeyword(),
      startLine: instruction.getRange().start.line + 1,
      endLine: instruction.getRange().end.line + 1,
    }));
}

function ourCuts(text: string): OwnCut[] {
  return splitLines(text).logicalLines.map((line) => ({
    keyword: splitCommand(line.logical.text).keyword,
    startLine: line.startLine,
    endLine: line.endLine,
    line,
  }));
}

/** `2-4 RUN`: easy to read in a failure. */
function show(cuts: readonly Cut[]): string[] {
  return cuts.map(({ keyword, startLine, endLine }) => `${startLine}-${endLine} ${keyword}`);
}

/** Made-up cuts, the inverse of {@link show}. */
function cutsOf(shown: readonly string[]): Cut[] {
  return shown.map((cut) => {
    const [lines, keyword] = cut.split(' ') as [string, string];
    const [startLine, endLine] = lines.split('-').map(Number) as [number, number];
    return { keyword, startLine, endLine };
  });
}

function shownDocument(text: string): string[] {
  return parseDocument(text).instructions.map(
    ({ keyword, line, endLine }) => `${line}-${endLine} ${keyword}`,
  );
}

interface Row {
  readonly what: string;
  readonly text: string;
  /** BuildKit's cut. */
  readonly cut: readonly string[];
  /** Name of the entry of KNOWN_DISAGREEMENTS. */
  readonly because: string;
}

const ESCAPED = 'an escaped escape character at the end of a line does not continue it';
const SPACED = 'an escape character, blanks and another one continue the line';
const NO_HEREDOC = '<< in quotes, escaped or before nothing opens no heredoc';
const ONLY_ESCAPE = 'a line that is only the escape character is joined to the next one';
const GLUED = 'a keyword that is glued to the escape character takes its arguments from below a comment';
const HEREDOC = 'a heredoc may have blanks before its name, a file descriptor, or a name quoted in part';
const ODD_BLANKS =
  'vertical tabs, form feeds and no-break spaces are blanks around a keyword or before a comment';
const END = 'a continuation at the end of the file ends on its own line';

const ROWS: readonly Row[] = [
  {
    what: 'an escaped escape at the end of a line',
    text: 'FROM a\nRUN x \\\\\nRUN y\n',
    cut: ['1-1 FROM', '2-2 RUN', '3-3 RUN'],
    because: ESCAPED,
  },
  {
    what: 'an escaped escape with blanks behind it',
    text: 'FROM a\nRUN x \\\\ \t\nRUN y\n',
    cut: ['1-1 FROM', '2-2 RUN', '3-3 RUN'],
    because: ESCAPED,
  },
  {
    what: 'a Windows folder that ends in an escaped backslash',
    text: 'FROM a\nCOPY a C:\\b\\\\\nRUN y\n',
    cut: ['1-1 FROM', '2-2 COPY', '3-3 RUN'],
    because: ESCAPED,
  },
  {
    what: 'an ENV value that ends in an escaped backslash, with CRLF',
    text: 'FROM a\r\nENV A=b\\\\\r\nRUN y\r\n',
    cut: ['1-1 FROM', '2-2 ENV', '3-3 RUN'],
    because: ESCAPED,
  },
  {
    what: 'three escapes at the end of a line',
    text: 'FROM a\nRUN sed "/a \\\\\\\nRUN y\n',
    cut: ['1-1 FROM', '2-2 RUN', '3-3 RUN'],
    because: ESCAPED,
  },
  {
    what: 'an escaped backtick under escape=`',
    text: '# escape=`\nFROM a\nRUN x ``\nRUN y\n',
    cut: ['2-2 FROM', '3-3 RUN', '4-4 RUN'],
    because: ESCAPED,
  },
  {
    what: 'an escaped escape at the end of a continued instruction',
    text: 'FROM a\nRUN x && \\\n  y \\\\\nRUN z\n',
    cut: ['1-1 FROM', '2-3 RUN', '4-4 RUN'],
    because: ESCAPED,
  },
  {
    what: 'an escape, a blank and another escape',
    text: 'FROM a\nRUN x ( \\ \\\n y )\nUSER b\n',
    cut: ['1-1 FROM', '2-3 RUN', '4-4 USER'],
    because: SPACED,
  },
  {
    what: 'an escape, a tab, another escape and a blank',
    text: 'FROM a\nRUN x ( \\\t\\ \n y )\nUSER b\n',
    cut: ['1-1 FROM', '2-3 RUN', '4-4 USER'],
    because: SPACED,
  },
  {
    what: 'an escape, a blank and another escape before what looks like an instruction',
    text: 'FROM a\nRUN x ( \\ \\\n RUN y )\nUSER b\n',
    cut: ['1-1 FROM', '2-3 RUN', '4-4 USER'],
    because: SPACED,
  },
  {
    what: '<< in single quotes',
    text: "FROM a\nRUN echo 'cat <<EOF'\nRUN y\n",
    cut: ['1-1 FROM', '2-2 RUN', '3-3 RUN'],
    because: NO_HEREDOC,
  },
  {
    what: '<< in double quotes',
    text: 'FROM a\nRUN bash -c "cat <<EOF\\n"\nRUN y\n',
    cut: ['1-1 FROM', '2-2 RUN', '3-3 RUN'],
    because: NO_HEREDOC,
  },
  {
    what: 'an escaped <<',
    text: 'FROM a\nRUN echo \\<<EOF\nRUN y\n',
    cut: ['1-1 FROM', '2-2 RUN', '3-3 RUN'],
    because: NO_HEREDOC,
  },
  {
    what: '<< inside the JSON form',
    text: 'FROM a\nRUN ["sh","-c","cat <<EOF"]\nRUN y\n',
    cut: ['1-1 FROM', '2-2 RUN', '3-3 RUN'],
    because: NO_HEREDOC,
  },
  {
    what: '<< with an empty name',
    text: "FROM a\nRUN imagick <<''\nRUN y\n\nRUN z\n",
    cut: ['1-1 FROM', '2-2 RUN', '3-3 RUN', '5-5 RUN'],
    because: NO_HEREDOC,
  },
  {
    what: '<<- apart from its name, which opens nothing',
    text: 'FROM a\nRUN cat <<- EOF\nRUN y\n',
    cut: ['1-1 FROM', '2-2 RUN', '3-3 RUN'],
    because: NO_HEREDOC,
  },
  {
    what: 'a quoted << beside a real heredoc',
    text: "FROM a\nRUN echo '<<A' <<B\nRUN x\nB\nRUN 'y <<C' <<B\nb\nB\nUSER u\n",
    cut: ['1-1 FROM', '2-4 RUN', '5-7 RUN', '8-8 USER'],
    because: NO_HEREDOC,
  },
  {
    what: 'a line that is only the escape character',
    text: 'FROM a\n\\\nRUN y\n',
    cut: ['1-1 FROM', '2-3 RUN'],
    because: ONLY_ESCAPE,
  },
  {
    what: 'two indented lines that are only the escape character',
    text: '# escape=`\nFROM a\n  `\n `\t\n RUN y\n',
    cut: ['2-2 FROM', '3-5 RUN'],
    because: ONLY_ESCAPE,
  },
  {
    what: 'a keyword glued to the escape, then a comment',
    text: 'FROM a\nRUN\\\n # c\n x\nUSER b\n',
    cut: ['1-1 FROM', '2-4 RUN', '5-5 USER'],
    because: GLUED,
  },
  {
    what: 'half a keyword glued to the escape, then a comment',
    text: 'FROM a\nRU\\\n# c\nN x\nUSER b\n',
    cut: ['1-1 FROM', '2-4 RUN', '5-5 USER'],
    because: GLUED,
  },
  {
    what: 'a heredoc with a blank before its name',
    text: 'FROM a\nRUN cat << EOF > /x\nhi\nEOF\nUSER b\n',
    cut: ['1-1 FROM', '2-4 RUN', '5-5 USER'],
    because: HEREDOC,
  },
  {
    what: 'a heredoc with a file descriptor',
    text: 'FROM a\nRUN 3<<EOF cat /dev/fd/3\nhi\nEOF\nUSER b\n',
    cut: ['1-1 FROM', '2-4 RUN', '5-5 USER'],
    because: HEREDOC,
  },
  {
    what: 'a heredoc whose name is quoted in part',
    text: 'FROM a\nRUN <<E"O"F\nhi\nEOF\nUSER b\n',
    cut: ['1-1 FROM', '2-4 RUN', '5-5 USER'],
    because: HEREDOC,
  },
  {
    what: 'a heredoc whose name holds a blank',
    text: "FROM a\nRUN <<'A B'\nhi\nA B\nUSER b\n",
    cut: ['1-1 FROM', '2-4 RUN', '5-5 USER'],
    because: HEREDOC,
  },
  {
    what: 'a form feed before a keyword',
    text: 'FROM a\n\fRUN x\nUSER b\n',
    cut: ['1-1 FROM', '2-2 RUN', '3-3 USER'],
    because: ODD_BLANKS,
  },
  {
    what: 'a no-break space before a keyword',
    text: 'FROM a\n\u00a0RUN x\nUSER b\n',
    cut: ['1-1 FROM', '2-2 RUN', '3-3 USER'],
    because: ODD_BLANKS,
  },
  {
    what: 'a vertical tab behind a keyword',
    text: 'FROM a\nRUN\vx\nUSER b\n',
    cut: ['1-1 FROM', '2-2 RUN', '3-3 USER'],
    because: ODD_BLANKS,
  },
  {
    what: 'a line of no-break spaces',
    text: 'FROM a\n\u00a0\nUSER b\n',
    cut: ['1-1 FROM', '3-3 USER'],
    because: ODD_BLANKS,
  },
  {
    what: 'an ideographic space before a comment inside a continuation',
    text: 'FROM a\nRUN x \\\n\u3000# c\n  y\nUSER b\n',
    cut: ['1-1 FROM', '2-4 RUN', '5-5 USER'],
    because: ODD_BLANKS,
  },
  {
    what: 'a no-break space in the last line',
    text: 'FROM a\n \u00a0',
    cut: ['1-1 FROM'],
    because: ODD_BLANKS,
  },
  {
    what: 'a continuation at the end of the file',
    text: 'FROM a\nRUN x \\\n',
    cut: ['1-1 FROM', '2-2 RUN'],
    because: END,
  },
  {
    what: 'a continuation at the end of the file with blank lines behind it',
    text: 'FROM a\nRUN x && \\\n  y \\\n\n\n',
    cut: ['1-1 FROM', '2-5 RUN'],
    because: END,
  },
];

describe('where dockerfile-ast is known to cut otherwise', () => {
  it.each(ROWS)('$what: our cut is that of BuildKit and the file is accepted', ({ text, cut }) => {
    expect(shownDocument(text)).toEqual(cut);
  });

  it.each(ROWS)('$what: dockerfile-ast really disagrees', ({ text, cut }) => {
    expect(show(theirCuts(text))).not.toEqual(cut);
  });

  it.each(ROWS)('$what: one named disagreement explains it, and it alone', ({ text, because }) => {
    const lines = splitLines(text);
    const [ours, theirs] = [ourCuts(text), theirCuts(text)];
    const explaining = KNOWN_DISAGREEMENTS.filter((entry) => {
      const others = KNOWN_DISAGREEMENTS.filter((other) => other !== entry);
      return findDisagreement(text, lines, ours, theirs, others) !== null;
    });
    expect(findDisagreement(text, lines, ours, theirs)).toBeNull();
    expect(findDisagreement(text, lines, ours, theirs, [])).not.toBeNull();
    expect(explaining.map(({ name }) => name)).toEqual([because]);
  });

  it('has a row for every entry of the list', () => {
    const rows = new Set(ROWS.map(({ because }) => because));
    expect([...rows].sort()).toEqual(KNOWN_DISAGREEMENTS.map(({ name }) => name).sort());
  });
});

describe('a difference that nothing explains', () => {
  const text = 'FROM a\nRUN x && \\\n  y\nRUN <<EOF\nb\nEOF\nUSER u\n';
  const lines = splitLines(text);
  const ours = ourCuts(text);

  it('is not there when both cuts agree', () => {
    expect(show(ours)).toEqual(['1-1 FROM', '2-3 RUN', '4-6 RUN', '7-7 USER']);
    expect(findDisagreement(text, lines, ours, theirCuts(text))).toBeNull();
  });

  it.each([
    ['an instruction that ends later', ['1-1 FROM', '2-4 RUN', '7-7 USER']],
    ['an instruction that ends earlier', ['1-1 FROM', '2-2 RUN', '4-6 RUN', '7-7 USER']],
    ['another keyword', ['1-1 FROM', '2-3 CMD', '4-6 RUN', '7-7 USER']],
    ['an instruction more', ['1-1 FROM', '2-2 RUN', '3-3 Y', '4-6 RUN', '7-7 USER']],
  ] as const)('is named by its line: %s', (_, cuts) => {
    expect(findDisagreement(text, lines, ours, cutsOf(cuts))).toBe(2);
  });

  it.each([
    ['the last one is missing', 3, 7],
    ['all are missing', 0, 1],
  ] as const)('is named by its line: %s', (_, count, line) => {
    expect(findDisagreement(text, lines, ours, theirCuts(text).slice(0, count))).toBe(line);
  });

  it('is named by its line: there is one more at the end', () => {
    const more = { keyword: 'RUN', startLine: 8, endLine: 8 };
    expect(findDisagreement(text, lines, ours, [...theirCuts(text), more])).toBe(8);
  });

  it.each([4, 5])('is found behind one that is explained: line %i', (line) => {
    const twice = 'FROM a\nRUN x \\\\\nRUN y\nUSER u\nRUN z\n';
    const theirs = theirCuts(twice).map((cut) => (cut.startLine === line ? { ...cut, keyword: 'CMD' } : cut));
    expect(findDisagreement(twice, splitLines(twice), ourCuts(twice), theirs)).toBe(line);
  });

  it.each([
    // Each looks like a known defect but goes the other way, or its mark stands elsewhere.
    [
      'an escaped escape does not cut off its own line',
      'FROM a\nRUN a \\\n b \\\\\nRUN y\n',
      ['1-1 FROM', '2-2 RUN', '3-3 B', '4-4 RUN'],
    ],
    [
      '\\ \\ does not swallow its own line',
      'FROM a\nRUN x\nRUN y \\ \\\n z\n',
      ['1-1 FROM', '2-3 RUN', '4-4 Z'],
    ],
    [
      'an escaped escape does not end an instruction early',
      'FROM a\nRUN x \\\\\nRUN y\n',
      ['1-1 FROM', '3-3 RUN'],
    ],
    [
      '\\ \\ does not continue further than it should',
      'FROM a\nRUN x \\ \\\n y\nUSER u\n',
      ['1-1 FROM', '2-4 RUN'],
    ],
    [
      'a quoted << does not end an instruction early',
      "FROM a\nRUN a \\\n 'b <<C'\nUSER u\n",
      ['1-1 FROM', '2-2 RUN', "3-3 'B", '4-4 USER'],
    ],
    [
      'a heredoc that both know ends where it ends',
      'FROM a\nRUN <<EOF\nb\nEOF\nUSER u\n',
      ['1-1 FROM', '2-5 RUN'],
    ],
    [
      'a shift in a calculation is no heredoc to either',
      'FROM a\nRUN echo $((1<<2))\nUSER u\n',
      ['1-1 FROM', '2-3 RUN'],
    ],
    [
      'an odd blank inside the arguments changes nothing',
      'FROM a\nRUN x\u00a0y\nUSER u\n',
      ['1-1 FROM', '2-3 RUN'],
    ],
    [
      'a keyword glued to the escape without a comment is read by both',
      'FROM a\nRUN\\\n x\nUSER u\n',
      ['1-1 FROM', '2-2 RUN', '3-3 X', '4-4 USER'],
    ],
    [
      'only the last instruction may run on to the end',
      'FROM a\nRUN x \\\n y\nUSER u\n',
      ['1-1 FROM', '2-4 RUN'],
    ],
  ] as const)('is not hidden: %s', (_, file, cuts) => {
    expect(findDisagreement(file, splitLines(file), ourCuts(file), cutsOf(cuts))).not.toBeNull();
  });

  it('refuses the file, with the line', () => {
    // BuildKit strips tabs only for the heredoc that asks for it; dockerfile-ast does so for all that follow.
    const file = 'FROM a\nRUN <<-A <<B\n\tx\n\tA\n\tB\nB\nUSER b\n';
    expect(() => parseDocument(file)).toThrow(
      expect.objectContaining({ code: 'parsers-disagree', line: 2, exitCode: 3 }),
    );
  });
});

describe('a lone carriage return', () => {
  const text = 'FROM a\nRUN x\rRUN y\n';

  it('ends an instruction for dockerfile-ast and none for BuildKit, so the file is refused', () => {
    expect(show(theirCuts(text))).toEqual(['1-1 FROM', '2-2 RUN', '3-3 RUN']);
    expect(show(ourCuts(text))).toEqual(['1-1 FROM', '2-2 RUN']);
    expect(() => parseDocument(text)).toThrow(expect.objectContaining({ code: 'lone-cr', line: 2 }));
  });
});

describe('what dockerfile-ast is not shown', () => {
  const text = '# see http://x?a=b\n# escape=`\nFROM a\nRUN x \\\n  y\nUSER b\n';

  it('takes a comment with "=" for a directive and obeys the escape directive below it', () => {
    expect(DockerfileParser.parse(text).getEscapeCharacter()).toBe('`');
    expect(show(theirCuts(text))).not.toEqual(['3-3 FROM', '4-5 RUN', '6-6 USER']);
  });

  it('is such a comment, so that the cuts of the file can still be compared', () => {
    const document = parseDocument(text);
    expect(document.escape).toBe('\\');
    expect(document.directives).toEqual([]);
    expect(shownDocument(text)).toEqual(['3-3 FROM', '4-5 RUN', '6-6 USER']);
    expect(document.text).toBe(text);
  });

  it.each([
    ['behind a real directive', '# syntax=a/b\n# vim: set ft=dockerfile\n# escape=`\nFROM a\nRUN x \\\n y\n'],
    ['with a BOM', '\uFEFF# a=b\n# escape=`\nFROM a\nRUN x \\\n y\n'],
    ['indented, with CRLF', ' \t#a=b\r\n# escape=`\r\nFROM a\r\nRUN x \\\r\n y\r\n'],
    ['of one letter', '#\n# escape=`\nFROM a\nRUN x \\\n y\n'],
  ])('is such a comment: %s', (_, file) => {
    expect(parseDocument(file).instructions.at(-1)).toMatchObject({ rest: { text: 'x  y' } });
  });
});

describe('what both cut alike', () => {
  it.each([
    ['CRLF', 'FROM a\r\nRUN x \\\r\n  y\r\n', ['1-1 FROM', '2-3 RUN']],
    ['a BOM', '\uFEFFFROM a\nRUN x\n', ['1-1 FROM', '2-2 RUN']],
    ['a BOM and a directive', '\uFEFF# escape=`\nFROM a\nRUN x `\n y\n', ['2-2 FROM', '3-4 RUN']],
    [
      'syntax, check and escape',
      '# syntax=a\n# check=skip=all\n# escape=`\nFROM a\nRUN x `\n y\n',
      ['4-4 FROM', '5-6 RUN'],
    ],
    [
      'comments and blank lines in a continuation',
      'FROM a\nRUN x \\\n# c \\\n\n  y\nUSER u\n',
      ['1-1 FROM', '2-5 RUN', '6-6 USER'],
    ],
    ['blanks behind the escape', 'FROM a\nRUN x \\ \t\n  y\n', ['1-1 FROM', '2-3 RUN']],
    [
      'a continuation inside quotes',
      'FROM a\nRUN echo "x \\\n  y"\nUSER u\n',
      ['1-1 FROM', '2-3 RUN', '4-4 USER'],
    ],
    [
      'heredocs in RUN, COPY, ADD and ONBUILD',
      'FROM a\nRUN <<A\na\nA\nCOPY <<"B" /b\nb\nB\nADD <<-\'C\' /c\n\tC\nONBUILD RUN <<D\nd\nD\n',
      ['1-1 FROM', '2-4 RUN', '5-7 COPY', '8-9 ADD', '10-12 ONBUILD'],
    ],
    [
      'several heredocs on one line',
      'FROM a\nCOPY <<a <<b /x/\n1\na\n2\nb\nUSER u\n',
      ['1-1 FROM', '2-6 COPY', '7-7 USER'],
    ],
    [
      'a continuation before the body of a heredoc',
      'FROM a\nRUN <<EOF cat && \\\n  foo\nhi\nEOF\nUSER b\n',
      ['1-1 FROM', '2-5 RUN', '6-6 USER'],
    ],
    ['no final line feed', 'FROM a\nRUN <<EOF\nx\nEOF', ['1-1 FROM', '2-4 RUN']],
    ['lower case and HEALTHCHECK NONE', 'from a\nhealthcheck none\n', ['1-1 FROM', '2-2 HEALTHCHECK']],
    ['<<< of bash', 'FROM a\nRUN cat <<<EOF\nUSER u\n', ['1-1 FROM', '2-2 RUN', '3-3 USER']],
    [
      '<< in an instruction without heredocs',
      'FROM a\nCMD cat <<EOF\nUSER u\n',
      ['1-1 FROM', '2-2 CMD', '3-3 USER'],
    ],
  ] as const)('%s', (_, text, cut) => {
    expect(shownDocument(text)).toEqual(cut);
    expect(show(theirCuts(text))).toEqual(cut);
  });
});
