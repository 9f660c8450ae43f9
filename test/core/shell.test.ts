import { describe, expect, it } from 'vitest';
import type { Document, Instruction } from '../../src/core/document.ts';
import { applyEdits } from '../../src/core/edit.ts';
import { parseDocument } from '../../src/core/parse.ts';
import { appendCommand, isWithheld, shellOf } from '../../src/core/shell.ts';
import type { ShellScript } from '../../src/core/shell.ts';

/** The last RUN of a file. */
function lastRun(text: string): { document: Document; run: Instruction } {
  const document = parseDocument(text);
  return { document, run: document.instructions.findLast(({ keyword }) => keyword === 'RUN')! };
}

function scriptOf(text: string): ShellScript {
  const { document, run } = lastRun(text);
  const script = shellOf(document, run);
  if (isWithheld(script)) throw new Error(`${script.code}: ${script.reason}`);
  return script;
}

/** The code of the reason why there is no script, or 'script'. */
function codeOf(text: string): string {
  const { document, run } = lastRun(text);
  const script = shellOf(document, run);
  if (!isWithheld(script)) return 'script';
  expect(script.reason).not.toBe('');
  return script.code;
}

/** The commands of a RUN, as they stand in the source. */
function commands(run: string): string[] {
  const text = `FROM a\n${run}\n`;
  return scriptOf(text).commands.map(({ span }) => text.slice(span.start, span.end));
}

describe('the commands of a script', () => {
  it.each([
    ['one', 'RUN a b', ['a b']],
    ['a list', 'RUN a && b || c; d', ['a', 'b', 'c', 'd']],
    ['a pipe', 'RUN a 2>&1 | b', ['a 2>&1', 'b']],
    ['a negation', 'RUN ! a', ['a']],
    ['a subshell', 'RUN (a; b) > log', ['a', 'b']],
    ['a group', 'RUN { a; b; }', ['a', 'b']],
    ['an if', 'RUN if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['a for', 'RUN for i in 1 2; do a $i; done', ['a $i']],
    ['a while', 'RUN while a; do b; done < f', ['a', 'b']],
    ['a case', 'RUN case $x in a) b;; *) c;; esac', ['b', 'c']],
    ['a function', 'RUN f() { a; }; f', ['a', 'f']],
    ['a test in brackets', 'RUN [ -f x ] && a', ['[ -f x ]', 'a']],
    ['a background job', 'RUN a & b', ['a', 'b']],
    ['commands over several lines', 'RUN a && \\\n  # note\n\n  b \\\n  c', ['a', 'b \\\n  c']],
    ['a word over two lines', 'RUN a\\\nb c', ['a\\\nb c']],
    ['a script in a heredoc', 'RUN <<EOF\na\n# no command\nb\nEOF', ['a', 'b']],
    ['a heredoc for a command', 'RUN cat <<EOF > /x && a\nno command\nEOF', ['cat <<EOF > /x', 'a']],
    ['two heredocs for a command', 'RUN cat <<A - <<B\nx\nA\ny\nB', ['cat <<A - <<B']],
    ['what only looks like exec form', 'RUN ["a"] && b', ['["a"]', 'b']],
    ['no command in assignments alone', 'RUN A=1 && b', ['b']],
    ['none of a comment', 'RUN a # && b', ['a']],
  ])('%s', (_, run, found) => {
    expect(commands(run)).toEqual(found);
  });

  it.each([
    ['RUN a $(b) c', ['b']],
    ['RUN a `b`', ['b']],
    ['RUN a "x $(b $(c))"', ['b $(c)', 'c']],
    ['RUN a <(b) >(c)', ['b', 'c']],
    ['RUN a ${x:-$(b)}', ['b']],
    ['RUN A=$(b) a', ['b']],
    ['RUN a > $(b)', ['b']],
    ['RUN cat <<EOF\n$(b)\nEOF', ['b']],
    ['RUN for i in $(b); do a; done', ['b']],
    ['RUN a $((1 + $(b)))', ['b']],
  ])('in substitutions are marked: %j', (run, inside) => {
    const text = `FROM a\n${run}\n`;
    const marked = scriptOf(text).commands.filter(({ inSubstitution }) => inSubstitution);
    expect(marked.map(({ span }) => text.slice(span.start, span.end))).toEqual(inside);
    expect(commands(run).length).toBeGreaterThan(inside.length);
  });

  it('have words with their values and places', () => {
    const text = 'FROM a\nRUN A=1 B=2 apt-get "in"st\'all\' \\\n  $PKG a\\ b *.deb "$(x)" 2> /log\n';
    const [command] = scriptOf(text).commands;
    expect(command!.words.map((word) => [text.slice(word.span.start, word.span.end), word.value])).toEqual([
      ['apt-get', 'apt-get'],
      ['"in"st\'all\'', 'install'],
      ['$PKG', null],
      ['a\\ b', 'a b'],
      ['*.deb', null],
      ['"$(x)"', null],
    ]);
    expect(command!.assignments).toEqual(['A=1', 'B=2']);
    expect(command!.redirects).toBe(true);
  });

  it('come with the separators between them', () => {
    const text = 'FROM a\nRUN a && b || \\\n  c; d\n';
    expect(
      scriptOf(text).separators.map(({ text: sign, span }) => [sign, text.slice(span.start, span.end)]),
    ).toEqual([
      ['&&', '&&'],
      ['||', '||'],
      [';', ';'],
    ]);
    expect(scriptOf('FROM a\nRUN <<EOF\na\nb\nEOF\n').separators.map((sign) => sign.text)).toEqual(['\n']);
  });
});

describe('a RUN without a script', () => {
  it.each([
    ['exec-form', 'RUN ["a", "b"]'],
    ['exec-form', 'RUN []'],
    ['no-command', 'RUN'],
    ['no-command', 'RUN <<EOF\nEOF'],
    ['no-command', 'RUN # x'],
    ['unreadable-shell', 'RUN "a'],
    ['unreadable-shell', 'RUN a &&'],
    ['unreadable-shell', 'RUN if a; then b'],
    ['unreadable-shell', `RUN ${'('.repeat(20_000)}a${')'.repeat(20_000)}`],
    ['unreadable-shell', `RUN ${'$('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['unreadable-shell', `RUN ${'{ '.repeat(10_000)}a${';}'.repeat(10_000)}`],
    ['other-shell', 'RUN <<EOF\n#!/usr/bin/env python3\nimport x\nEOF'],
    ['other-shell', 'RUN <<EOF\n#!/usr/bin/perl\nx\nEOF'],
    ['heredoc', 'RUN <<-EOF\n\ta\n\tEOF'],
    ['heredoc', 'RUN <<EOF\r\na\r\nEOF'],
    ['script', 'RUN <<EOF\n#!/bin/sh\na\nEOF'],
    ['script', 'RUN <<EOF\n#!/usr/bin/env bash\na\nEOF'],
    ['script', 'RUN <<EOF\n#!/usr/bin/env -S bash -e\na\nEOF'],
    ['script', 'RUN --mount=type=cache,target=/x a'],
  ])('%s: %j', (code, run) => {
    expect(codeOf(`FROM a\n${run}\n`)).toBe(code);
  });
});

describe('the shell', () => {
  it.each([
    ['sh by default', 'FROM a\nRUN x', 'script'],
    ['what SHELL says', 'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN x', 'script'],
    ['what the last SHELL says', 'FROM a\nSHELL ["pwsh"]\nSHELL ["/bin/ash", "-c"]\nRUN x', 'script'],
    ['not what a SHELL below says', 'FROM a\nRUN x\nSHELL ["pwsh"]', 'script'],
    ['PowerShell', 'FROM a\nSHELL ["powershell", "-Command"]\nRUN x', 'other-shell'],
    ['cmd', 'FROM a\nSHELL ["cmd", "/S", "/C"]\nRUN x', 'other-shell'],
    ['a SHELL that is not JSON', 'FROM a\nSHELL /bin/sh -c\nRUN x', 'other-shell'],
    ['an empty SHELL', 'FROM a\nSHELL []\nRUN x', 'other-shell'],
    ['a program whose name only ends alike', 'FROM a\nSHELL ["/bin/fish"]\nRUN x', 'other-shell'],
    ['that of the parent stage', 'FROM a AS b\nSHELL ["pwsh"]\nFROM b\nRUN x', 'other-shell'],
    [
      'that of the parent of the parent',
      'FROM a AS b\nSHELL ["pwsh"]\nFROM b AS c\nFROM c\nRUN x',
      'other-shell',
    ],
    [
      'its own before that of the parent',
      'FROM a AS b\nSHELL ["pwsh"]\nFROM b\nSHELL ["sh"]\nRUN x',
      'script',
    ],
    [
      'that of the parent before its own',
      'FROM a AS b\nSHELL ["pwsh"]\nFROM b\nRUN x\nSHELL ["sh"]',
      'other-shell',
    ],
    ['not that of a stage beside it', 'FROM a AS b\nSHELL ["pwsh"]\nFROM c\nRUN x', 'script'],
  ])('is %s', (_, text, code) => {
    expect(codeOf(`${text}\n`)).toBe(code);
  });

  it.each([
    'FROM mcr.microsoft.com/windows/servercore:ltsc2022',
    'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022',
    'FROM mcr.microsoft.com/windows:ltsc2019',
    'FROM microsoft/windowsservercore',
    'FROM python:3.12-windowsservercore-ltsc2022',
    'FROM mcr.microsoft.com/powershell:lts-nanoserver-1809',
    'FROM mcr.microsoft.com/dotnet/framework/sdk:4.8',
    'FROM --platform=windows/amd64 acme/app',
    'FROM mcr.microsoft.com/windows/servercore@sha256:0',
    'ARG B=mcr.microsoft.com/windows/servercore:1\nFROM $B',
    'ARG T=nanoserver-1809\nFROM acme/app:${T}',
    'FROM mcr.microsoft.com/windows/servercore AS b\nFROM b',
  ])('of a Windows base is not POSIX: %j', (base) => {
    expect(codeOf(`${base}\nRUN x\n`)).toBe('other-shell');
    expect(codeOf(`${base}\nSHELL ["/bin/sh", "-c"]\nRUN x\n`)).toBe('script');
  });

  it.each([
    'FROM cdrx/pyinstaller-windows',
    'FROM acme/windows-tools:1',
    'FROM binaries AS windows',
    'FROM mcr.microsoft.com/dotnet/sdk:8.0',
    'FROM quay.io/operator-framework/x',
    'FROM --platform=$BUILDPLATFORM a',
    'FROM $UNKNOWN',
  ])('of another base is: %s', (base) => {
    expect(codeOf(`${base}\nRUN x\n`)).toBe('script');
  });

  it('is worked out for very many RUNs and stages', () => {
    const runs = `FROM a AS s0\n${'RUN x\n'.repeat(10_000)}`;
    const chain = Array.from(
      { length: 5_000 },
      (_, index) => `FROM s${index} AS s${index + 1}\nRUN x\n`,
    ).join('');
    const document = parseDocument(runs + chain);
    const scripts = document.instructions
      .filter((one) => one.keyword === 'RUN')
      .map((run) => shellOf(document, run));
    expect(scripts.filter((script) => !isWithheld(script))).toHaveLength(15_000);
  });
});

describe('giving up on an error', () => {
  it.each([
    ['by default', 'RUN a; b', false],
    ['by set -e', 'RUN set -e; a', true],
    ['by set -eux', 'RUN set -eux; a', true],
    ['by set -Eeuo pipefail', 'RUN set -Eeuo pipefail; a', true],
    ['by set -o errexit', 'RUN set -o errexit; a', true],
    ['by set -e in a list', 'RUN set -ex && a; b', true],
    ['by set -e further down', 'RUN a; set -e; b', true],
    ['not by set -o pipefail', 'RUN set -o pipefail; a', false],
    ['not by set -x', 'RUN set -x; a', false],
    ['not by another command with -e', 'RUN echo -e x; a', false],
    ['not behind set +e', 'RUN set -e; a; set +e; b', false],
    ['not behind set +o errexit', 'RUN set -e; set +o errexit; b', false],
    ['again behind set -e', 'RUN set -e; set +e; set -e; b', true],
    ['not over what is negated', 'RUN set -e; ! a', false],
    ['by set -e in a heredoc', 'RUN <<EOF\nset -e\na\nEOF', true],
  ])('%s', (_, run, stops) => {
    expect(scriptOf(`FROM a\n${run}\n`).stopsOnError).toBe(stops);
  });

  it.each([
    ['["/bin/bash", "-e", "-c"]', 'RUN a', true],
    ['["/bin/bash", "-euo", "pipefail", "-c"]', 'RUN a', true],
    ['["/bin/bash", "-o", "errexit", "-c"]', 'RUN a', true],
    ['["/bin/bash", "-o", "pipefail", "-c"]', 'RUN a', false],
    ['["/bin/sh", "-c"]', 'RUN a', false],
    ['["/bin/bash", "-e", "-c"]', 'RUN set +e; a', false],
    ['["/bin/bash", "-e", "-c"]', 'RUN <<EOF\na\nEOF', true],
    ['["/bin/bash", "-e", "-c"]', 'RUN <<EOF\n#!/bin/sh\na\nEOF', false],
  ])('by SHELL %s: %j', (shell, run, stops) => {
    expect(scriptOf(`FROM a\nSHELL ${shell}\n${run}\n`).stopsOnError).toBe(stops);
    expect(scriptOf(`FROM a AS b\nSHELL ${shell}\nFROM b\n${run}\n`).stopsOnError).toBe(stops);
  });
});

describe('appendCommand', () => {
  /** The RUN with `CLEAN` added, or the code of the reason why not. */
  function appended(run: string, head = 'FROM a\n'): string {
    const text = `${head}${run}`;
    const { document, run: instruction } = lastRun(text);
    const edit = appendCommand(document, instruction, scriptOf(text), 'CLEAN');
    if (isWithheld(edit)) return edit.code;
    const after = applyEdits(text, [edit]);
    const added = commandsOf(after).filter((command) => command === 'CLEAN');
    expect(added, after).toHaveLength(1);
    return after.slice(head.length);
  }

  function commandsOf(text: string): string[] {
    return scriptOf(text).commands.map(({ words }) => words.map((word) => word.text).join(' '));
  }

  it.each([
    ['on one line', 'RUN a\n', 'RUN a && CLEAN\n'],
    ['without a line feed', 'RUN a', 'RUN a && CLEAN'],
    ['behind a list', 'RUN a && b\n', 'RUN a && b && CLEAN\n'],
    ['behind semicolons', 'RUN a; b\n', 'RUN a; b && CLEAN\n'],
    ['behind semicolons with set -e', 'RUN set -e; a; b\n', 'RUN set -e; a; b; CLEAN\n'],
    ['behind && with set -e', 'RUN set -e; a && b\n', 'RUN set -e; a && b && CLEAN\n'],
    ['behind a negation with set -e', 'RUN set -e; ! a\n', 'RUN set -e; ! a && CLEAN\n'],
    ['before a last semicolon', 'RUN a;\n', 'RUN a && CLEAN;\n'],
    ['before a comment of the shell', 'RUN a # note\n', 'RUN a && CLEAN # note\n'],
    ['behind ||', 'RUN a || b\n', 'RUN a || b && CLEAN\n'],
    ['behind a subshell', 'RUN (a; b) > log\n', 'RUN (a; b) > log && CLEAN\n'],
    ['behind a loop', 'RUN for i in 1; do a; done\n', 'RUN for i in 1; do a; done && CLEAN\n'],
    ['behind a redirection', 'RUN a 2> b\n', 'RUN a 2> b && CLEAN\n'],
    ['where && ends lines', 'RUN a && \\\n    b\n', 'RUN a && \\\n    b && \\\n    CLEAN\n'],
    ['where && starts lines', 'RUN a \\\n && b\n', 'RUN a \\\n && b \\\n && CLEAN\n'],
    ['where && starts lines, indented by tabs', 'RUN a \\\n\t&& b\n', 'RUN a \\\n\t&& b \\\n\t&& CLEAN\n'],
    [
      'where the last line holds several',
      'RUN a && \\\n  b && c\n',
      'RUN a && \\\n  b && c \\\n  && CLEAN\n',
    ],
    [
      'where semicolons end lines',
      'RUN set -e; \\\n  a; \\\n  b\n',
      'RUN set -e; \\\n  a; \\\n  b; \\\n  CLEAN\n',
    ],
    ['where semicolons end lines without set -e', 'RUN a; \\\n  b\n', 'RUN a; \\\n  b && \\\n  CLEAN\n'],
    [
      'where one command spans lines',
      'RUN a \\\n    x \\\n    y\n',
      'RUN a \\\n    x \\\n    y \\\n    && CLEAN\n',
    ],
    [
      'where arguments are far to the right',
      'RUN a b \\\n             c\n',
      'RUN a b \\\n             c \\\n    && CLEAN\n',
    ],
    ['where the command starts on the second line', 'RUN \\\n  a\n', 'RUN \\\n  a && CLEAN\n'],
    [
      'where comments stand between',
      'RUN a \\\n  # c\n\n  && b\n',
      'RUN a \\\n  # c\n\n  && b \\\n  && CLEAN\n',
    ],
    ['in CRLF', 'RUN a && \\\r\n  b\r\n', 'RUN a && \\\r\n  b && \\\r\n  CLEAN\r\n'],
    ['in the body of a heredoc', 'RUN <<EOF\na\nEOF\n', 'RUN <<EOF\na && CLEAN\nEOF\n'],
    [
      'in the body of a heredoc with several lines',
      'RUN <<EOF\na\n  b\n\nEOF\n',
      'RUN <<EOF\na\n  b && CLEAN\n\nEOF\n',
    ],
    [
      'in the body of a heredoc with set -e',
      'RUN <<EOF\nset -e\n  a\nEOF\n',
      'RUN <<EOF\nset -e\n  a\n  CLEAN\nEOF\n',
    ],
    [
      'in the body of a heredoc with set -e, behind &&',
      'RUN <<EOF\nset -e\na && b\nEOF\n',
      'RUN <<EOF\nset -e\na && b && CLEAN\nEOF\n',
    ],
    [
      'before a comment in the body of a heredoc',
      'RUN <<EOF\na # c\nEOF\n',
      'RUN <<EOF\na && CLEAN # c\nEOF\n',
    ],
    [
      'not into the file that a heredoc writes',
      'RUN cat <<EOF > /x\nbody\nEOF\n',
      'RUN cat <<EOF > /x && CLEAN\nbody\nEOF\n',
    ],
    [
      'not into the script that a heredoc feeds',
      'RUN bash <<EOF\nbody\nEOF\n',
      'RUN bash <<EOF && CLEAN\nbody\nEOF\n',
    ],
    [
      'behind a heredoc in a list',
      'RUN cat <<EOF > /x && \\\n  a\nbody\nEOF\n',
      'RUN cat <<EOF > /x && \\\n  a && \\\n  CLEAN\nbody\nEOF\n',
    ],
  ])('%s', (_, run, expected) => {
    expect(appended(run)).toBe(expected);
  });

  it('uses the escape character of the file', () => {
    expect(appended('RUN a `\n  && b\n', '# escape=`\nFROM a\n')).toBe('RUN a `\n  && b `\n  && CLEAN\n');
  });

  it('does not wait for a background job', () => {
    expect(appended('RUN a &\n')).toBe('ends-in-background');
    expect(appended('RUN a && b &\n')).toBe('ends-in-background');
  });

  it.each(['RUN a; exit 0\n', 'RUN a && exit\n', 'RUN exec a b\n', 'RUN set -e; a; exit 0;\n'])(
    'does not add what would never run: %j',
    (run) => {
      expect(appended(run)).toBe('ends-in-exit');
    },
  );

  it('adds behind an exit that is only the way out of a failure', () => {
    expect(appended('RUN a || exit 1\n')).toBe('RUN a || exit 1 && CLEAN\n');
    expect(appended('RUN exec 2>&1\n')).toBe('RUN exec 2>&1 && CLEAN\n');
    expect(appended('RUN a & b\n')).toBe('RUN a & b && CLEAN\n');
  });
});
