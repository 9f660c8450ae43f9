/** The diffs: what git apply and patch -p1 make of them is the fixed text, byte for byte. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { applyPatch, parsePatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../src/core/edit.ts';
import type { Edit } from '../../src/core/types.ts';
import { unifiedDiff } from '../../src/report/diff.ts';
import { createSandbox } from '../cli/fake-io.ts';
import { works } from '../cli/built.ts';

const hasPatch = works('patch', '--version');

/** Replaces the only place where `before` stands. */
function replace(text: string, before: string, after: string): Edit {
  const start = text.indexOf(before);
  expect(start, before).toBeGreaterThanOrEqual(0);
  expect(text.indexOf(before, start + 1), before).toBe(-1);
  return { start, end: start + before.length, before, text: after };
}

function insert(offset: number, text: string): Edit {
  return { start: offset, end: offset, before: '', text };
}

/** What git and patch make of a file, by the program's name. */
function applied(path: string, text: string, diff: string): Readonly<Record<string, string>> {
  const results: Record<string, string> = {};
  const programs: Readonly<Record<string, readonly string[]>> = {
    git: ['apply', '--whitespace=nowarn', '-'],
    ...(hasPatch ? { patch: ['-p1', '--binary', '--quiet', '--no-backup-if-mismatch'] } : {}),
  };
  for (const [program, args] of Object.entries(programs)) {
    const box = createSandbox();
    box.write(path, text);
    execFileSync('git', ['init', '-q'], { cwd: box.folder });
    execFileSync(program, args, { cwd: box.folder, input: diff });
    expect(existsSync(box.path(`${path}.orig`))).toBe(false);
    results[program] = box.read(path);
  }
  return results;
}

function expectApplies(path: string, text: string, edits: readonly Edit[]): string {
  const expected = applyEdits(text, edits);
  const diff = unifiedDiff(path, text, edits);
  for (const [program, result] of Object.entries(applied(path, text, diff))) {
    expect(JSON.stringify(result), program).toBe(JSON.stringify(expected));
  }
  return diff;
}

const LINES = Array.from({ length: 40 }, (_, index) => `line ${index + 1}\n`).join('');

describe('git apply and patch -p1 make of a diff the fixed text', () => {
  const cases: readonly (readonly [string, string, (text: string) => readonly Edit[]])[] = [
    ['one change', LINES, (text) => [replace(text, 'line 20\n', 'LINE 20\n')]],
    ['a change in the first line', LINES, (text) => [replace(text, 'line 1\n', 'first\n')]],
    ['a change in the last line', LINES, (text) => [replace(text, 'line 40', 'last')]],
    ['an insertion at the start', LINES, () => [insert(0, 'new\n')]],
    ['an insertion at the end', LINES, (text) => [insert(text.length, 'new\n')]],
    ['a deletion at the start', LINES, (text) => [replace(text, 'line 1\nline 2\n', '')]],
    ['a deletion at the end', LINES, (text) => [replace(text, 'line 39\nline 40\n', '')]],
    [
      'several hunks',
      LINES,
      (text) => [insert(0, 'a\nb\n'), replace(text, 'line 15\n', ''), replace(text, 'line 38\n', 'x\ny\n')],
    ],
    [
      'hunks that almost touch (seven lines between)',
      LINES,
      (text) => [replace(text, 'line 10\n', 'ten\n'), replace(text, 'line 18\n', 'eighteen\n')],
    ],
    [
      'changes that share their context (six lines between)',
      LINES,
      (text) => [replace(text, 'line 10\n', 'ten\n'), replace(text, 'line 17\n', 'seventeen\n')],
    ],
    [
      'two changes in one line and one in the next',
      LINES,
      (text) => [
        insert(text.indexOf('line 20'), '<'),
        insert(text.indexOf('\nline 21'), '>'),
        insert(text.indexOf('\nline 22'), '!'),
      ],
    ],
    ['lines put together', LINES, (text) => [replace(text, ' 12\nline ', '-')]],
    ['a line that is split', LINES, (text) => [insert(text.indexOf('line 20') + 4, '\n')]],
    [
      'an edit over many lines that changes two of them',
      LINES,
      (text) => [
        replace(
          text,
          text.slice(text.indexOf('line 5\n'), text.indexOf('line 30\n')),
          text
            .slice(text.indexOf('line 5\n'), text.indexOf('line 30\n'))
            .replace('line 6\n', 'six\n')
            .replace('line 29\n', ''),
        ),
      ],
    ],
    ['CRLF', LINES.replaceAll('\n', '\r\n'), (text) => [replace(text, 'line 20', 'LINE 20')]],
    ['CRLF that becomes LF', 'a\r\nb\r\nc\r\n', (text) => [replace(text, 'b\r\n', 'b\n')]],
    ['LF and CRLF side by side', 'a\r\nb\nc\r\nd\n', (text) => [replace(text, 'b\nc\r\n', 'B\r\nC\n')]],
    ['a BOM', `\uFEFF${LINES}`, (text) => [replace(text, 'line 1\n', 'first\n')]],
    ['a BOM that is not touched', `\uFEFF${LINES}`, (text) => [replace(text, 'line 2\n', 'second\n')]],
    ['no final newline, before or after', 'a\nb', (text) => [replace(text, 'b', 'B')]],
    ['no final newline any more', 'a\nb\n', (text) => [replace(text, 'b\n', 'b')]],
    ['a final newline from now on', 'a\nb', (text) => [insert(text.length, '\n')]],
    ['no final newline, in the context', 'a\nb\nc', (text) => [replace(text, 'a', 'A')]],
    ['no final newline, in the context of an insertion', 'a\nb', () => [insert(2, 'x\n')]],
    ['lines put behind one without newline', 'a\nb', (text) => [insert(text.length, '\nc\nd')]],
    ['one line', 'a\n', (text) => [replace(text, 'a', 'b')]],
    ['one line without newline', 'a', (text) => [replace(text, 'a', 'b')]],
    ['empty lines', '\n\n\n', () => [insert(1, 'x')]],
    [
      'lines that look like a diff',
      '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n\\ No newline\n',
      (text) => [replace(text, '-a', '-- a/y')],
    ],
    ['blanks at the end of lines', 'a \t\nb  \n', (text) => [replace(text, 'b', 'c')]],
    ['separators that are no line ends', 'a\u2028b\vc\fd\u0085e\n', (text) => [replace(text, 'c', 'x')]],
    ['letters beyond ASCII', 'ä 日本 🐳\nb\n', (text) => [replace(text, '日本', '🐳🐳')]],
  ];
  it.each(cases)('%s', (_, text, editsOf) => {
    expectApplies('Dockerfile', text, editsOf(text));
  });

  const names = [
    'two words/Docker file',
    "it's.Dockerfile",
    '"quoted".Dockerfile',
    'back\\slash.Dockerfile',
    'naïve/日本/Dockerfile.🐳',
    'tab\tname.Dockerfile',
    '-p.Dockerfile',
    ' .Dockerfile',
  ];
  it.each(names)('for a file named %j', (name) => {
    expectApplies(name, LINES, [replace(LINES, 'line 20\n', 'LINE 20\n')]);
  });

  it('for a file whose name has a line end, which only git can name', () => {
    const name = 'line\nend.Dockerfile';
    const box = createSandbox();
    box.write(name, 'a\n');
    const diff = unifiedDiff(name, 'a\n', [replace('a\n', 'a', 'b')]);
    expect(diff).toContain('--- "a/line\\012end.Dockerfile"\n');
    execFileSync('git', ['init', '-q'], { cwd: box.folder });
    execFileSync('git', ['apply', '-'], { cwd: box.folder, input: diff });
    expect(box.read(name)).toBe('b\n');
  });
});

describe('a diff', () => {
  it('is empty without edits, and for edits that come to nothing', () => {
    expect(unifiedDiff('Dockerfile', LINES, [])).toBe('');
    const move = [insert(0, 'a'), { start: 1, end: 2, before: 'a', text: '' }];
    expect(unifiedDiff('Dockerfile', 'aa\n', move)).toBe('');
  });

  it('shows three lines around a change and nothing else', () => {
    expect(unifiedDiff('Dockerfile', LINES, [replace(LINES, 'line 20\n', 'LINE 20\n')])).toBe(
      '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -17,7 +17,7 @@\n' +
        ' line 17\n line 18\n line 19\n-line 20\n+LINE 20\n line 21\n line 22\n line 23\n',
    );
  });

  it('puts changes into one hunk when at most six lines lie between them, as git does', () => {
    const ten = replace(LINES, 'line 10\n', 'ten\n');
    const hunks = (other: Edit): number =>
      unifiedDiff('Dockerfile', LINES, [ten, other]).match(/^@@/gm)!.length;
    expect(hunks(replace(LINES, 'line 17\n', 'seventeen\n'))).toBe(1);
    expect(hunks(replace(LINES, 'line 18\n', 'eighteen\n'))).toBe(2);
  });

  it('names the line before a range without lines', () => {
    const all = { start: 0, end: 4, before: 'a\nb\n', text: '' };
    expect(unifiedDiff('Dockerfile', 'a\nb\n', [all])).toContain('@@ -1,2 +0,0 @@\n-a\n-b\n');
    expect(unifiedDiff('Dockerfile', '', [insert(0, 'a\n')])).toContain('@@ -0,0 +1 @@\n+a\n');
  });

  it('does not show lines that an edit covers and leaves as they are', () => {
    const covered = LINES.slice(0, LINES.indexOf('line 11\n'));
    const edit = { start: 0, end: covered.length, before: covered, text: covered.replace('line 5\n', 'x\n') };
    const diff = unifiedDiff('Dockerfile', LINES, [edit]);
    expect(diff.match(/^[-+](?![-+])/gm)).toHaveLength(2);
  });

  it('names an absolute path without its first slash', () => {
    expect(unifiedDiff('/tmp/Dockerfile', 'a\n', [replace('a\n', 'a', 'b')])).toContain(
      '--- a/tmp/Dockerfile\n',
    );
  });
});

// ---- random texts and edits -----------------------------------------------------------------------------------

const line = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    'b',
    'FROM x',
    '-a',
    '+b',
    '--- a',
    '@@ -1 +1 @@',
    '\\ No newline at end of file',
    'ü🐳',
  ),
  fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', ' ', '\t') }),
);
const text = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\n', '\r\n')), { maxLength: 30 })
  .chain((lines) =>
    fc
      .tuple(fc.constantFrom('', '\uFEFF'), line)
      .map(([bom, last]) => bom + lines.map((pair) => pair.join('')).join('') + last),
  )
  // A lone CR is refused long before there is a diff.
  .filter((made) => made !== '' && !/\r(?!\n)/.test(made));

interface Case {
  readonly text: string;
  readonly edits: readonly Edit[];
}

/** Disjoint edits: at random places, of random lengths, with random texts. */
const cases: fc.Arbitrary<Case> = text
  .chain((made) => {
    const place = fc.nat({ max: made.length });
    const replacement = fc.oneof(
      fc.constant(''),
      fc
        .array(fc.tuple(line, fc.constantFrom('', '\n')), { maxLength: 3 })
        .map((parts) => parts.map((part) => part.join('')).join('')),
    );
    return fc
      .array(fc.tuple(place, fc.nat({ max: 12 }), replacement), { minLength: 1, maxLength: 6 })
      .map((wanted) => {
        const edits: Edit[] = [];
        let from = 0;
        for (const [start, length, added] of [...wanted].sort((a, b) => a[0] - b[0])) {
          const end = Math.min(made.length, start + length);
          // Not next to the one before, and not inside a character or a CRLF.
          if (start < from || (end === start && added === '')) continue;
          if ([start, end].some((at) => splits(made, at))) continue;
          edits.push({ start, end, before: made.slice(start, end), text: added });
          from = end + 1;
        }
        return { text: made, edits };
      });
  })
  .filter(({ text: made, edits }) => {
    const after = applyEdits(made, edits);
    return edits.length > 0 && after !== '' && !/\r(?!\n)/.test(after);
  });

function splits(made: string, at: number): boolean {
  const unit = made.charCodeAt(at);
  return (unit >= 0xdc00 && unit <= 0xdfff) || (made[at] === '\n' && made[at - 1] === '\r');
}

describe('for random texts and random edits, a diff', () => {
  it('gives the new text and, backwards, the old one', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const after = applyEdits(given.text, given.edits);
        const diff = unifiedDiff('Dockerfile', given.text, given.edits);
        if (diff === '') return after === given.text;
        const [patch] = parsePatch(diff);
        expect(applyPatch(given.text, patch!, { autoConvertLineEndings: false })).toBe(after);
        return true;
      }),
      { numRuns: 3000 },
    );
  });

  it('counts its lines rightly, does not overlap itself, and starts and ends each hunk with context', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const [patch] = parsePatch(unifiedDiff('Dockerfile', given.text, given.edits));
        let last = 0;
        for (const hunk of patch?.hunks ?? []) {
          const count = (signs: string): number =>
            hunk.lines.filter((shown) => signs.includes(shown[0]!)).length;
          expect(count(' -')).toBe(hunk.oldLines);
          expect(count(' +')).toBe(hunk.newLines);
          expect(count('+-')).toBeGreaterThan(0);
          expect(hunk.oldStart).toBeGreaterThanOrEqual(last);
          last = hunk.oldStart + hunk.oldLines;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
    'is taken by git apply and patch -p1 (seed %i)',
    (seed) => {
      for (const given of fc.sample(cases, { seed, numRuns: 3 })) {
        if (applyEdits(given.text, given.edits) !== given.text)
          expectApplies('Dockerfile', given.text, given.edits);
      }
    },
  );
});
