import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { sliceLogical, sourceOffset, sourceSpan, splitLines } from '../../src/core/lines.ts';
import type { LogicalLine } from '../../src/core/lines.ts';

function logicalTexts(text: string): string[] {
  return splitLines(text).logicalLines.map(({ logical }) => logical.text);
}

/** The logical line of the second instruction; the first one is a FROM. */
function second(text: string): LogicalLine {
  return splitLines(`FROM a\n${text}`).logicalLines[1]!;
}

describe('continuations', () => {
  it.each([
    ['a line and the next one', 'RUN x \\\n  y', 'RUN x   y'],
    ['blanks behind the escape', 'RUN x \\ \t\n  y', 'RUN x   y'],
    ['the leading blanks of the first line go, those of the others stay', ' \tRUN x \\\n\t y', 'RUN x \t y'],
    ['a word cut in two', 'RUN apt-get up\\\ndate', 'RUN apt-get update'],
    ['a keyword cut in two', 'RU\\\nN x', 'RUN x'],
    ['an empty line', 'RUN set -ex \\\n\n\t\t&& y', 'RUN set -ex \t\t&& y'],
    ['a line of blanks', 'RUN x \\\n \t \n y', 'RUN x  y'],
    ['one comment line', 'RUN x \\\n# c\n y', 'RUN x  y'],
    ['several comment lines', 'RUN x && \\\n# c1\n  # c2\n  y', 'RUN x &&   y'],
    ['a comment line that ends in the escape', 'RUN x \\\n# c \\\n y', 'RUN x  y'],
    ['# in the middle of a line is no comment', 'RUN x \\\n y # c', 'RUN x  y # c'],
    ['inside quotes', 'ENV A="x \\\n     y"', 'ENV A="x      y"'],
    ['CRLF', 'RUN x \\\r\n  y', 'RUN x   y'],
  ])('%s', (_, text, logical) => {
    expect(second(`${text}\nUSER u\n`).logical.text).toBe(logical);
    expect(logicalTexts(`FROM a\n${text}\nUSER u\n`)).toHaveLength(3);
  });

  it.each([
    ['RUN find {} \\;', 'RUN find {} \\;'],
    ['RUN echo "a\\nb\\tc"', 'RUN echo "a\\nb\\tc"'],
    ['COPY C:\\\\a C:\\\\b', 'COPY C:\\\\a C:\\\\b'],
    ['RUN x \\\\', 'RUN x \\\\'],
    ['RUN x \\`', 'RUN x \\`'],
  ])('leave every other escape alone: %s', (text, logical) => {
    expect(second(`${text}\n`).logical.text).toBe(logical);
  });

  it('end at the end of the file, which is marked', () => {
    expect(second('RUN x \\').unterminated).toBe(true);
    expect(second('RUN x \\\n').unterminated).toBe(true);
    expect(second('RUN x \\\n\n# c\n').unterminated).toBe(true);
    expect(second('RUN x \\\n y').unterminated).toBe(false);
    expect(second('RUN x\n').unterminated).toBe(false);
  });

  it('keep the comments of their instruction, with their place', () => {
    const text = 'FROM a\nRUN x \\\n  # c1 \\\n\n#c2\n  y # z\n# behind\n';
    const { logicalLines, comments } = splitLines(text);
    const show = (list: typeof comments): string[] =>
      list.map(({ span, line }) => `${line} ${text.slice(span.start, span.end)}`);
    expect(show(logicalLines[1]!.comments)).toEqual(['3 # c1 \\', '5 #c2']);
    expect(show(comments)).toEqual(['3 # c1 \\', '5 #c2', '7 # behind']);
  });
});

describe('the way back to the source', () => {
  const text = 'FROM a\n  RUN ab \\\n# c\n\n  cd\\\nef # g\n';
  const { logical, span } = splitLines(text).logicalLines[1]!;

  it('leads every character to the same one', () => {
    expect(logical.text).toBe('RUN ab   cdef # g');
    for (let at = 0; at < logical.text.length; at++) {
      expect(text[sourceOffset(logical, at)], `at ${at}`).toBe(logical.text[at]);
    }
  });

  it('starts at the keyword and ends behind the last character', () => {
    expect(text.slice(span.start, span.end)).toBe('RUN ab \\\n# c\n\n  cd\\\nef # g');
  });

  it('puts the end of a stretch behind its last character, not before the next line', () => {
    const end = logical.text.indexOf('cd') + 2;
    const found = sourceSpan(logical, end - 2, end);
    expect(text.slice(found.start, found.end)).toBe('cd');
    expect(text.slice(found.end, found.end + 2)).toBe('\\\n');
    const across = sourceSpan(logical, end - 1, end + 1);
    expect(text.slice(across.start, across.end)).toBe('d\\\ne');
  });

  it('puts an empty stretch behind the character before it', () => {
    const end = logical.text.indexOf('ef');
    const found = sourceSpan(logical, end, end);
    expect(text.slice(found.start - 2, found.start)).toBe('cd');
    expect(found.end).toBe(found.start);
    expect(sourceSpan(logical, 0, 0)).toEqual({ start: span.start, end: span.start });
  });

  it('is kept by a part of the text', () => {
    const start = logical.text.indexOf('b');
    const part = sliceLogical(logical, start, start + 7);
    expect(part.text).toBe('b   cde');
    for (let at = 0; at < part.text.length; at++) {
      expect(text[sourceOffset(part, at)], `at ${at}`).toBe(part.text[at]);
    }
    expect(sliceLogical(part, 4, 6).text).toBe('cd');
    expect(sourceOffset(sliceLogical(part, 4, 6), 1)).toBe(text.indexOf('cd') + 1);
  });
});

describe('directives', () => {
  function directives(text: string): string[] {
    return splitLines(text).directives.map(({ name, value, valueSpan, span, line }) => {
      expect(text.slice(valueSpan.start, valueSpan.end)).toBe(value);
      expect(text[span.start]).toBe('#');
      return `${line} ${name}=${value}`;
    });
  }

  it.each([
    ['one', '# syntax=docker/dockerfile:1\nFROM a\n', ['1 syntax=docker/dockerfile:1']],
    [
      'all three, in any order',
      '#check=skip=all\n# escape=`\n#syntax = a/b\nFROM a\n',
      ['1 check=skip=all', '2 escape=`', '3 syntax=a/b'],
    ],
    ['in any case, indented, with blanks around', '  #\t ESCAPE \t= ` \t\nFROM a\n', ['1 escape=`']],
    ['with CRLF and a BOM', '\uFEFF# syntax=a\r\n# escape=`\r\nFROM a\r\n', ['1 syntax=a', '2 escape=`']],
    ['a value with blanks and = in it', '# syntax=a  --b=c \nFROM a\n', ['1 syntax=a  --b=c']],
    ['a value that occurs in the name', '# syntax=n\nFROM a\n', ['1 syntax=n']],
    ['not behind another comment', '# hello\n# escape=`\nFROM a\n', []],
    ['not behind a comment with =', '# vim: set ft=dockerfile\n# escape=`\nFROM a\n', []],
    ['not behind an unknown name', '# hadolint=x\n# escape=`\nFROM a\n', []],
    ['not behind an empty line', '\n# escape=`\nFROM a\n', []],
    ['not behind an instruction', 'FROM a\n# escape=`\n', []],
    ['not without a value', '# syntax=\n# escape=`\nFROM a\n', []],
    ['not without a name', '# =x\n# escape=`\nFROM a\n', []],
    ['ended by the first line that is none', '# syntax=a\n#\n# escape=`\nFROM a\n', ['1 syntax=a']],
  ])('are read: %s', (_, text, found) => {
    expect(directives(text)).toEqual(found);
  });

  it('switch the escape character', () => {
    expect(splitLines('# escape=`\nFROM a\n').escape).toBe('`');
    expect(splitLines('# escape=\\\nFROM a\n').escape).toBe('\\');
    expect(splitLines('FROM a\n').escape).toBe('\\');
    expect(logicalTexts('# escape=`\nFROM a\nRUN x `\n y \\\nRUN z\n')).toEqual([
      'FROM a',
      'RUN x  y \\',
      'RUN z',
    ]);
  });

  it.each([
    ['twice', '# escape=`\n# escape=\\\nFROM a\n', 'repeated-directive', 2],
    ['twice, in another case', '# syntax=a\n# Syntax=a\nFROM a\n', 'repeated-directive', 2],
    ['with another escape character', '# syntax=a\n# escape=x\nFROM a\n', 'invalid-escape', 2],
    ['with two escape characters', '# escape=``\nFROM a\n', 'invalid-escape', 1],
  ])('are refused %s', (_, text, code, line) => {
    expect(() => splitLines(text)).toThrow(expect.objectContaining({ code, line }));
    expect(() => splitLines(text)).toThrow(InputError);
  });
});

describe('heredocs', () => {
  function heredocs(text: string): object[] {
    const file = `FROM a\n${text}`;
    return second(text).heredocs.map(({ name, stripsTabs, expands, fileDescriptor, body, terminator }) => ({
      name,
      stripsTabs,
      expands,
      fileDescriptor,
      body: file.slice(body.start, body.end),
      terminator: file.slice(terminator.start, terminator.end),
    }));
  }
  const plain = { name: 'EOF', stripsTabs: false, expands: true, fileDescriptor: 0, terminator: 'EOF' };

  it.each([
    ['plain', 'RUN <<EOF\nx\n  y\nEOF\n', [{ ...plain, body: 'x\n  y\n' }]],
    ['empty', 'RUN <<EOF\nEOF\n', [{ ...plain, body: '' }]],
    ['at the end of the file', 'RUN <<EOF\nx\nEOF', [{ ...plain, body: 'x\n' }]],
    ['in double quotes', 'COPY <<"EOF" /x\n$A\nEOF\n', [{ ...plain, expands: false, body: '$A\n' }]],
    ['in single quotes', "ADD <<'EOF' /x\n$A\nEOF\n", [{ ...plain, expands: false, body: '$A\n' }]],
    ['quoted in part', 'RUN <<E"O"F\nx\nEOF\n', [{ ...plain, expands: false, body: 'x\n' }]],
    ['with an escaped letter', 'RUN <<E\\OF\nx\nEOF\n', [{ ...plain, body: 'x\n' }]],
    [
      'with an escaped quote in the name',
      "RUN <<E\\'F\nx\nE'F\n",
      [{ ...plain, name: "E'F", body: 'x\n', terminator: "E'F" }],
    ],
    ['with a blank before its name', 'RUN cat << \tEOF > /x\nhi\nEOF\n', [{ ...plain, body: 'hi\n' }]],
    [
      'with a file descriptor',
      'RUN 3<<EOF cat /dev/fd/3\nx\nEOF\n',
      [{ ...plain, fileDescriptor: 3, body: 'x\n' }],
    ],
    [
      'with a variable for a name',
      'RUN <<$A\nx\n$A\n',
      [{ ...plain, name: '$A', body: 'x\n', terminator: '$A' }],
    ],
    ['with CRLF', 'RUN <<EOF\r\nx\r\nEOF\r\n', [{ ...plain, body: 'x\r\n' }]],
    [
      'with a body that looks like Dockerfile',
      'RUN <<EOF\n# c\nRUN y \\\n<<X\nEOF\n',
      [{ ...plain, body: '# c\nRUN y \\\n<<X\n' }],
    ],
    [
      'with \\; and then a # line',
      'RUN <<EOF\nfind \\;\n# c\nEOF\n',
      [{ ...plain, body: 'find \\;\n# c\n' }],
    ],
    ['behind ONBUILD', 'ONBUILD RUN <<EOF\nx\nEOF\n', [{ ...plain, body: 'x\n' }]],
    ['behind flags', 'RUN --mount=type=cache,target=/x <<EOF\nx\nEOF\n', [{ ...plain, body: 'x\n' }]],
    [
      'with a terminator that only looks like one',
      'RUN <<EOF\n EOF\nEOF \nEOF\n',
      [{ ...plain, body: ' EOF\nEOF \n' }],
    ],
    [
      'that strips tabs',
      'RUN <<-EOF\n\tx\n\t\tEOF\n',
      [{ ...plain, stripsTabs: true, body: '\tx\n', terminator: '\t\tEOF' }],
    ],
    [
      'several in a line',
      'COPY <<a <<-b /x/\nb\na\n\ta\n\tb\n',
      [
        { ...plain, name: 'a', body: 'b\n', terminator: 'a' },
        { ...plain, name: 'b', stripsTabs: true, body: '\ta\n', terminator: '\tb' },
      ],
    ],
    ['behind a continuation', 'RUN <<EOF cat && \\\n  y\nx\nEOF\n', [{ ...plain, body: 'x\n' }]],
  ])('%s', (_, text, found) => {
    expect(heredocs(text)).toEqual(found);
    expect(logicalTexts(`FROM a\n${text.replace(/\n?$/, '\n')}USER u\n`)).toHaveLength(3);
  });

  it.each([
    ['in single quotes', "RUN echo 'cat <<EOF'"],
    ['in double quotes', 'RUN bash -c "cat <<EOF\\n"'],
    ['escaped', 'RUN echo \\<<EOF'],
    ['in the JSON form', 'RUN ["sh", "-c", "cat <<EOF"]'],
    ['in the JSON form behind ONBUILD', 'ONBUILD RUN ["sh", "-c", "cat <<EOF"]'],
    ['glued to a word', 'RUN cat x<<EOF'],
    ['with an empty name', "RUN imagick <<''"],
    ['without a name', 'RUN imagick <<'],
    ['<<- apart from its name', 'RUN cat <<- EOF'],
    ['<< before a vertical tab', 'RUN cat <<\vEOF'],
    ['<<<', 'RUN cat <<<EOF'],
    ['in another instruction', 'CMD cat <<EOF'],
    ['in text with a quote left open', 'RUN echo "it\'s <<EOF'],
    ['behind ONBUILD of another instruction', 'ONBUILD CMD cat <<EOF'],
  ])('are not opened by <<: %s', (_, text) => {
    expect(second(`${text}\nRUN y\n`).heredocs).toEqual([]);
    expect(logicalTexts(`FROM a\n${text}\nRUN y\n`)).toHaveLength(3);
  });

  it('are opened by << in what only looks like JSON', () => {
    expect(second('RUN ["a"] <<EOF\nx\nEOF\n').heredocs).toHaveLength(1);
  });

  it('are refused when they never end', () => {
    expect(() => splitLines('FROM a\nRUN <<EOF\nx\n')).toThrow(
      expect.objectContaining({ code: 'unterminated-heredoc', line: 2 }),
    );
  });

  it('are refused behind variables that are nested too deeply to be read', () => {
    const deep = `RUN echo ${'${a:-'.repeat(100)}${'}'.repeat(100)} <<EOF\nx\nEOF\n`;
    expect(() => splitLines(`FROM a\n${deep}`)).toThrow(
      expect.objectContaining({ code: 'too-deep', line: 2 }),
    );
  });
});
