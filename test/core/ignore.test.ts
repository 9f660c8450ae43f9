import { describe, expect, it } from 'vitest';
import { ignoreLookup, readIgnoreComments } from '../../src/core/ignore.ts';
import type { IgnoreComment } from '../../src/core/ignore.ts';
import { parseDocument } from '../../src/core/parse.ts';
import type { Finding } from '../../src/core/types.ts';

const IDS = new Set(['pin-image-digest', 'clean-apt-lists', 'add-user']);

function comments(text: string): readonly IgnoreComment[] {
  return readIgnoreComments(parseDocument(text), IDS);
}

/** The line of the comment that silences a finding of `id` at the first `place` of the text. */
function silencedBy(text: string, place: string, id = 'pin-image-digest'): number | null {
  const document = parseDocument(text);
  const start = text.indexOf(place);
  const finding: Finding = {
    span: { start, end: start + place.length },
    message: 'm',
    evidence: [],
    fix: null,
  };
  return ignoreLookup(document, readIgnoreComments(document, IDS))(id, finding)?.line ?? null;
}

describe('an ignore comment', () => {
  it.each([
    [
      '# dockfix: ignore pin-image-digest -- r',
      { scope: 'instruction', ids: ['pin-image-digest'], reason: 'r' },
    ],
    [
      '#dockfix:ignore pin-image-digest -- r',
      { scope: 'instruction', ids: ['pin-image-digest'], reason: 'r' },
    ],
    ['#  DockFix : ignore pin-image-digest --  two  words ', { scope: 'instruction', reason: 'two words' }],
    [
      '# dockfix: ignore-file pin-image-digest -- r',
      { scope: 'file', ids: ['pin-image-digest'], instruction: null },
    ],
    ['# dockfix: ignore add-user,clean-apt-lists -- r', { ids: ['add-user', 'clean-apt-lists'] }],
    [
      '# dockfix: ignore add-user, clean-apt-lists ,pin-image-digest -- r',
      { ids: ['add-user', 'clean-apt-lists', 'pin-image-digest'] },
    ],
    ['# dockfix: ignore add-user -- see -- there', { reason: 'see -- there' }],
    ['# dockfix: ignore add-user -- --flag', { reason: '--flag' }],
    ['# dockfix: ignore add-user', { ids: ['add-user'], reason: null }],
    ['# dockfix: ignore add-user --', { ids: ['add-user'], reason: null }],
    ['# dockfix: ignore add-user -- \t', { ids: ['add-user'], reason: null }],
  ])('%s', (comment, wanted) => {
    expect(comments(`${comment}\nFROM a\n`)).toEqual([expect.objectContaining({ line: 1, ...wanted })]);
  });

  it.each([
    ['# dockfix'],
    ['# dockfix ignore add-user -- r'],
    ['# see dockfix: ignore add-user -- r'],
    ['# hadolint ignore=DL3006'],
    ['# undockfix: x'],
    ['#'],
  ])('is not every comment: %s', (comment) => {
    expect(comments(`${comment}\nFROM a\n`)).toEqual([]);
  });

  it.each([
    [
      'an unknown transform',
      '# dockfix: ignore nothing-known -- r',
      'a transform that does not exist: nothing-known',
    ],
    ['a misspelt transform', '# dockfix: ignore pin-image-digets -- r', 'did you mean pin-image-digest?'],
    ['one unknown among known ones', '# dockfix: ignore add-user,add-uesr -- r', 'did you mean add-user?'],
    ['words without commas', '# dockfix: ignore add-user clean-apt-lists -- r', 'add-user clean-apt-lists'],
    ['dashes without blanks', '# dockfix: ignore add-user --reason', 'does not exist: add-user --reason'],
    ['an unknown verb', '# dockfix: disable add-user -- r', 'neither "ignore" nor "ignore-file"'],
    ['a misspelt verb', '# dockfix: ingore add-user -- r', 'did you mean ignore?'],
    ['a verb in capitals', '# dockfix: IGNORE-FILE add-user -- r', 'did you mean ignore-file?'],
    ['no verb', '# dockfix:', 'neither "ignore" nor "ignore-file"'],
    ['no transform', '# dockfix: ignore -- r', 'names no transform'],
    ['only commas', '# dockfix: ignore , , -- r', 'names no transform'],
  ])('is an error of the file with %s', (_, comment, message) => {
    expect(() => comments(`FROM a\n${comment}\n`)).toThrow(
      expect.objectContaining({ code: 'ignore', line: 2, message: expect.stringContaining(message) }),
    );
  });

  it('in the body of a heredoc is none', () => {
    expect(comments('FROM a\nRUN <<EOF\n# dockfix: ignore nothing -- r\nEOF\n')).toEqual([]);
  });

  it('behind the words of an instruction is none', () => {
    expect(comments('FROM a\nRUN x # dockfix: ignore nothing -- r\n')).toEqual([]);
  });

  it('on the first line is one, although it may look like a directive', () => {
    expect(comments('# dockfix: ignore add-user -- a=b\nFROM a\n')).toHaveLength(1);
  });

  it('of a very long line is read', () => {
    const blanks = ' '.repeat(30_000);
    expect(comments(`FROM a\n# dockfix:${blanks}ignore add-user${blanks}-- r\n`)).toHaveLength(1);
    expect(() => comments(`FROM a\n# dockfix: ignore${blanks}b\u2028c\n`)).toThrow('b c');
  });
});

describe('what is silenced', () => {
  const C = '# dockfix: ignore pin-image-digest -- r\n';

  it.each([
    ['the instruction below', `${C}FROM a\nFROM b\n`, 'a\nFROM', 1],
    ['not the one after it', `${C}FROM a\nFROM b\n`, 'b\n', null],
    ['the instruction below a blank line', `${C}\n  \nFROM a\n`, 'a\n', 1],
    ['the instruction below other comments', `${C}# x\nFROM a\n`, 'a\n', 1],
    [
      'a RUN that it stands in',
      'FROM a\nRUN x \\\n  # dockfix: ignore pin-image-digest -- r\n  y\nRUN z\n',
      'y\n',
      3,
    ],
    [
      'the part of a RUN above it',
      'FROM a\nRUN x \\\n  # dockfix: ignore pin-image-digest -- r\n  y\nRUN z\n',
      'x',
      3,
    ],
    [
      'not the instruction below the RUN that it stands in',
      'FROM a\nRUN x \\\n  # dockfix: ignore pin-image-digest -- r\n  y\nRUN z\n',
      'z',
      null,
    ],
    ['not the instruction above', `FROM a\n${C}`, 'a', null],
    ['the body of a heredoc', `FROM a\n${C}RUN <<EOF\nbody\nEOF\n`, 'body', 2],
    ['nothing without a reason', '# dockfix: ignore pin-image-digest\nFROM a\n', 'a', null],
    ['nothing of another transform', '# dockfix: ignore add-user -- r\nFROM a\n', 'a', null],
    [
      'everything by ignore-file, above',
      '# dockfix: ignore-file pin-image-digest -- r\nFROM a\nFROM b\n',
      'b\n',
      1,
    ],
    [
      'everything by ignore-file, at the end',
      'FROM a\n# dockfix: ignore-file pin-image-digest -- r\n',
      'a\n',
      2,
    ],
    [
      'the syntax directive by ignore-file',
      '# syntax=a/b\n# dockfix: ignore-file pin-image-digest -- r\nFROM a\n',
      'a/b',
      2,
    ],
    ['not the syntax directive by ignore', `# syntax=a/b\n${C}FROM a\n`, 'a/b', null],
    ['by the first of several comments', `${C}${C}FROM a\n`, 'a\n', 1],
  ])('%s', (_, text, place, line) => {
    expect(silencedBy(text, place)).toBe(line);
  });

  it('is found by the first comment, be it for the file or for one instruction', () => {
    const forFile = '# dockfix: ignore-file pin-image-digest -- r\n';
    expect(silencedBy(`${forFile}${C}FROM a\n`, 'a\n')).toBe(1);
    expect(silencedBy(`${C}${forFile}FROM a\n`, 'a\n')).toBe(1);
    expect(silencedBy(`${C}${forFile}FROM a\nFROM b\n`, 'b\n')).toBe(2);
  });
});
