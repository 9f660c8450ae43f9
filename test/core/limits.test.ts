/** Files that are made to be slow: each one comes to an end, with an answer that makes sense. */
import { describe, expect, it, vi } from 'vitest';
import { imageUses } from '../../src/core/image-uses.ts';
import { ignoreLookup, readIgnoreComments } from '../../src/core/ignore.ts';
import { parseDocument } from '../../src/core/parse.ts';
import { shippedStages, stagesOf } from '../../src/core/stages.ts';
import { expandAt } from '../../src/core/variables.ts';

// What must not happen here takes minutes, so a slow machine may take its time.
vi.setConfig({ testTimeout: 20_000 });

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('');
}

describe('very many flags', () => {
  it.each(['RUN', 'ONBUILD RUN', 'HEALTHCHECK', 'COPY'])('of %s are all read', (keyword) => {
    const flags = lines(100_000, (index) => `--f${index} \\\n`);
    const [, instruction] = parseDocument(`FROM a\n${keyword} ${flags}x y\n`).instructions;
    const found = (instruction!.trigger ?? instruction!).flags;
    expect(found).toHaveLength(100_000);
    expect(found.at(-1)!.name).toBe('f99999');
    expect((instruction!.trigger ?? instruction!).rest.text).toBe('x y');
  });

  it('do not change where lines are cut, also where they hold comments', () => {
    const flags = lines(100, (index) => `--f${index}=1 \\\n# c ${index}\n`);
    const document = parseDocument(`FROM a\nRUN ${flags}x\nUSER u\n`);
    expect(document.instructions.map(({ line, endLine }) => [line, endLine])).toEqual([
      [1, 1],
      [2, 202],
      [203, 203],
    ]);
  });
});

describe('very many brackets', () => {
  it('of variables that are never closed are text for the shell', () => {
    const open = lines(17, () => `${'${'.repeat(30_000)}\\\n`);
    const document = parseDocument(`FROM a\nRUN ${open}\nUSER u\n`);
    expect(document.instructions[1]!.rest.text).toHaveLength(17 * 60_000 + 'USER u'.length);
    expect(expandAt(document, document.instructions[1]!, '${'.repeat(500_000))).toBeNull();
  });

  it('of variables in one another have no known value', () => {
    const nested = `${'${a:-'.repeat(10_000)}${'}'.repeat(10_000)}`;
    const document = parseDocument(`FROM a\nENV A=${nested}\nWORKDIR $A\n`);
    expect(expandAt(document, document.instructions[2]!, '$A')).toBeNull();
  });

  it('of JSON are an array of something else than strings', () => {
    for (const nested of [
      `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      `[${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}]`,
    ]) {
      expect(() => parseDocument(`FROM a\nCMD ${nested}\n`)).toThrow(
        expect.objectContaining({ code: 'json-not-strings', line: 2 }),
      );
    }
    expect(parseDocument(`FROM a\nCMD ${'['.repeat(60_000)}\n`).instructions[1]!.json).toBeNull();
  });

  it('of JSON hold very many strings', () => {
    const strings = lines(50_000, () => '"a", \\\n');
    expect(parseDocument(`FROM a\nCMD [${strings}"b"]\n`).instructions[1]!.json).toHaveLength(50_001);
  });
});

describe('ONBUILD behind ONBUILD', () => {
  it('is refused, however often', () => {
    expect(() => parseDocument(`FROM a\n${'ONBUILD '.repeat(8_000)}RUN x\n`)).toThrow(
      expect.objectContaining({ code: 'onbuild', line: 2 }),
    );
  });
});

describe('stages in a circle and in a long chain', () => {
  it('are walked to their end', () => {
    const circle = parseDocument('FROM builder AS base\nFROM base AS builder\nWORKDIR app\n');
    expect(stagesOf(circle).map(({ parent }) => parent?.index)).toEqual([undefined, 0]);
    expect(shippedStages(circle).size).toBe(2);
    expect(imageUses(circle).map(({ raw }) => raw)).toEqual(['builder']);

    const chain = lines(
      20_000,
      (index) => `FROM s${index} AS s${index + 1}\nENV A=$A\nCOPY --from=s${index} x y\n`,
    );
    const document = parseDocument(`FROM a AS s0\n${chain}`);
    expect(shippedStages(document).size).toBe(20_001);
    expect(expandAt(document, document.instructions.at(-1)!, '$A')).toBeNull();
  });
});

describe('very many variables', () => {
  it('are all known', () => {
    const document = parseDocument(
      `FROM a\n${lines(20_000, (index) => `ENV V${index}=${index}\n`)}WORKDIR x\n`,
    );
    expect(expandAt(document, document.instructions.at(-1)!, '$V0-$V19999')).toBe('0-19999');
    const args = parseDocument(
      `ARG A0=1\n${lines(20_000, (index) => `ARG A${index + 1}=$A${index}\n`)}FROM x:$A20000\n`,
    );
    expect(imageUses(args).map(({ blocked }) => blocked?.code)).toEqual(['argument-of-arguments']);
  });

  it('of one name are told apart by their place', () => {
    const document = parseDocument(`FROM a\n${lines(20_000, (index) => `ENV A=${index}\n`)}`);
    expect(
      document.instructions
        .slice(1)
        .every((one, index) => expandAt(document, one, '$A') === (index === 0 ? null : `${index - 1}`)),
    ).toBe(true);
  });
});

describe('very long blanks', () => {
  const blanks = ' '.repeat(60_000);

  it('are read once', () => {
    const document = parseDocument(`# syntax=a${blanks}b\nFROM a\nRUN x${blanks}y${blanks.slice(0, 5000)}\n`);
    expect(document.directives[0]!.value).toHaveLength(60_002);
    expect(document.instructions[1]!.rest.text).toHaveLength(60_002);
    expect(parseDocument(`# x${blanks}=${blanks.slice(0, 5000)}y\nFROM a\n`).comments).toHaveLength(1);
  });
});

describe('very many ignore comments', () => {
  it('each silence their own instruction', () => {
    const text = `FROM a\n${lines(20_000, () => '# dockfix: ignore t -- r\nRUN x\n')}`;
    const document = parseDocument(text);
    const lookup = ignoreLookup(document, readIgnoreComments(document, new Set(['t'])));
    const found = document.instructions.map(
      ({ span }) => lookup('t', { span, message: '', evidence: [], fix: null })?.line,
    );
    expect(found.slice(0, 3)).toEqual([undefined, 2, 4]);
    expect(new Set(found).size).toBe(20_001);
  });
});

describe('very many heredocs', () => {
  it('on one line, in one file and never ending are read or refused', () => {
    const openers = lines(5_000, (index) => `<<E${index} `);
    const oneLine = parseDocument(`FROM a\nRUN ${openers}\n${lines(5_000, (index) => `E${index}\n`)}`);
    expect(oneLine.instructions[1]!.heredocs).toHaveLength(5_000);
    expect(parseDocument(`FROM a\n${'RUN <<E\nx\nE\n'.repeat(20_000)}`).instructions).toHaveLength(20_001);
    expect(() => parseDocument(`FROM a\n${"RUN echo 'x <<E'\n".repeat(5_000)}RUN <<E\n`)).toThrow(
      expect.objectContaining({ code: 'unterminated-heredoc' }),
    );
  });
});
