import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EditError,
  applyEdits,
  checkEdits,
  extendHistory,
  historyEdits,
  invertEdits,
  offsetMapper,
  originMapper,
  replacedOffsets,
  startHistory,
} from '../../src/core/edit.ts';
import type { History } from '../../src/core/edit.ts';
import type { Edit } from '../../src/core/types.ts';

function edit(text: string, start: number, end: number, replacement: string): Edit {
  return { start, end, before: text.slice(start, end), text: replacement };
}

const letters = fc.string({ unit: fc.constantFrom(...'abcdef\n'), maxLength: 20 });
const replacement = fc.string({ unit: fc.constantFrom(...'XYZ'), maxLength: 3 });

/** Edits of a text that the engine accepts, in any order; neighbours may touch. */
function editsOf(text: string): fc.Arbitrary<Edit[]> {
  return fc
    .array(fc.tuple(fc.nat(text.length), fc.nat(4), replacement), { maxLength: 6 })
    .map((parts) => {
      const edits: Edit[] = [];
      let free = 0;
      let previous = -1;
      for (const [at, length, added] of parts.sort((a, b) => a[0] - b[0])) {
        const end = Math.min(at + length, text.length);
        if (at < free || at === previous || (at === end && added === '')) continue;
        edits.push(edit(text, at, end, added));
        free = end;
        previous = at === end ? at : -1;
      }
      return edits;
    })
    .chain((edits) => fc.shuffledSubarray(edits, { minLength: edits.length }));
}

const textWithEdits = letters.chain((text) => fc.tuple(fc.constant(text), editsOf(text)));

/** A text and several passes over it: each has its edits and the text that comes out. */
const passes = letters.chain((text) => {
  const more = (
    steps: { readonly edits: Edit[]; readonly after: string }[],
    left: number,
  ): fc.Arbitrary<typeof steps> =>
    left === 0
      ? fc.constant(steps)
      : editsOf(steps.at(-1)?.after ?? text).chain((edits) =>
          more([...steps, { edits, after: applyEdits(steps.at(-1)?.after ?? text, edits) }], left - 1),
        );
  return fc.tuple(
    fc.constant(text),
    fc.integer({ min: 0, max: 4 }).chain((count) => more([], count)),
  );
});

function historyOf(text: string, steps: readonly { readonly edits: readonly Edit[] }[]): History {
  return steps.reduce((history, { edits }) => extendHistory(history, edits), startHistory(text));
}

function currentText({ original, stretches }: History): string {
  return stretches
    .map((stretch) => (typeof stretch === 'string' ? stretch : original.slice(stretch.start, stretch.end)))
    .join('');
}

describe('applying edits', () => {
  it('replaces, inserts and deletes, in any order', () => {
    const text = 'FROM a\nRUN x\n';
    const edits = [edit(text, 11, 12, 'yy'), edit(text, 0, 0, '# c\n'), edit(text, 4, 6, '')];
    expect(applyEdits(text, edits)).toBe('# c\nFROM\nRUN yy\n');
    expect(applyEdits(text, [])).toBe(text);
  });

  it('allows neighbours, and an insertion behind a replacement', () => {
    expect(applyEdits('abc', [edit('abc', 0, 1, 'X'), edit('abc', 1, 2, 'Y')])).toBe('XYc');
    expect(applyEdits('abc', [edit('abc', 2, 2, 'Y'), edit('abc', 0, 2, 'X')])).toBe('XYc');
  });

  it.each([
    ['overlap', [edit('abcdef', 0, 3, 'X'), edit('abcdef', 2, 4, 'Y')]],
    ['stand in one another', [edit('abcdef', 0, 6, 'X'), edit('abcdef', 2, 3, 'Y')]],
    ['are the same twice', [edit('abcdef', 1, 2, 'X'), edit('abcdef', 1, 2, 'X')]],
    ['insert twice at one place', [edit('abcdef', 1, 1, 'X'), edit('abcdef', 1, 1, 'Y')]],
    ['insert where another one begins', [edit('abcdef', 1, 1, 'X'), edit('abcdef', 1, 2, 'Y')]],
    ['leave the text at its end', [{ start: 5, end: 7, before: 'f', text: 'X' }]],
    ['begin behind the text', [{ start: 7, end: 7, before: '', text: 'X' }]],
    ['begin before the text', [{ start: -1, end: 1, before: 'a', text: 'X' }]],
    ['run backwards', [{ start: 3, end: 2, before: '', text: 'X' }]],
    ['have no place', [{ start: NaN, end: NaN, before: '', text: 'X' }]],
    ['stand between two characters', [{ start: 0.5, end: 1, before: 'a', text: 'X' }]],
  ])('refuses edits that %s', (_, edits) => {
    expect(() => applyEdits('abcdef', edits)).toThrow(EditError);
    expect(() => applyEdits('abcdef', [...edits].reverse())).toThrow(EditError);
    expect(() => invertEdits('abcdef', edits)).toThrow(EditError);
  });

  it('refuses an edit that expects another text, and says what stands there', () => {
    const stale = { start: 0, end: 3, before: 'abd', text: 'X' };
    expect(() => applyEdits('abcdef', [stale])).toThrow('expected "abd" at offset 0, found "abc"');
    expect(() => applyEdits('abcdef', [{ ...stale, before: '' }])).toThrow(EditError);
  });

  it('gives back the edits in order', () => {
    fc.assert(
      fc.property(textWithEdits, ([text, edits]) => {
        const checked = checkEdits(text, edits);
        expect(checked).toHaveLength(edits.length);
        for (let i = 1; i < checked.length; i++) {
          expect(checked[i]!.start).toBeGreaterThanOrEqual(checked[i - 1]!.end);
        }
      }),
    );
  });
});

describe('undoing edits', () => {
  it('gives the original text', () => {
    fc.assert(
      fc.property(textWithEdits, ([text, edits]) => {
        const after = applyEdits(text, edits);
        const undo = invertEdits(text, edits);
        expect(applyEdits(after, undo)).toBe(text);
        expect(applyEdits(text, invertEdits(after, undo))).toBe(after);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the original text also where one edit follows another without a gap', () => {
    const text = 'abc';
    const edits = [edit(text, 0, 1, ''), edit(text, 1, 2, ''), edit(text, 2, 2, 'X'), edit(text, 2, 3, 'Y')];
    const accepted = edits.slice(0, 3);
    expect(applyEdits(text, accepted)).toBe('Xc');
    expect(applyEdits('Xc', invertEdits(text, accepted))).toBe(text);
  });
});

describe('where characters go', () => {
  it('is known of each one that is kept', () => {
    fc.assert(
      fc.property(textWithEdits, ([text, edits]) => {
        const after = applyEdits(text, edits);
        const moved = offsetMapper(edits);
        const isReplaced = replacedOffsets(edits);
        const offsets = [...text].map((_, offset) => offset);
        const covered = (offset: number): boolean =>
          edits.some(({ start, end }) => start <= offset && offset < end);
        expect(offsets.map(isReplaced)).toEqual(offsets.map(covered));
        const kept = offsets.filter((offset) => !covered(offset));
        expect(kept.map((offset) => after[moved(offset)])).toEqual(kept.map((offset) => text[offset]));
        expect(offsets.filter((offset) => moved(offset + 1) < moved(offset))).toEqual([]);
        expect(moved(text.length)).toBe(after.length);
      }),
      { numRuns: 500 },
    );
  });

  it('is behind what is inserted before it, and the start of what replaces it', () => {
    const moved = offsetMapper([edit('abcdef', 1, 1, 'XX'), edit('abcdef', 3, 5, 'Y')]);
    expect([0, 1, 2, 3, 4, 5, 6].map(moved)).toEqual([0, 3, 4, 5, 5, 6, 7]);
  });
});

describe('several passes', () => {
  it('are the same as one after another', () => {
    fc.assert(
      fc.property(passes, ([text, steps]) => {
        const history = historyOf(text, steps);
        const last = steps.at(-1)?.after ?? text;
        expect(currentText(history)).toBe(last);
        expect(applyEdits(text, historyEdits(history))).toBe(last);
        expect(applyEdits(last, invertEdits(text, historyEdits(history)))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('have no edit that changes nothing, and none that touches another', () => {
    fc.assert(
      fc.property(passes, ([text, steps]) => {
        const edits = historyEdits(historyOf(text, steps));
        for (const { start, end, before, text: added } of edits) {
          expect(added).not.toBe(before);
          expect(before).toBe(text.slice(start, end));
        }
        for (let i = 1; i < edits.length; i++) expect(edits[i]!.start).toBeGreaterThan(edits[i - 1]!.end);
      }),
      { numRuns: 500 },
    );
  });

  it('forget what was changed and changed back', () => {
    const there = extendHistory(startHistory('a b c'), [edit('a b c', 2, 3, 'X')]);
    expect(historyEdits(there)).toEqual([{ start: 2, end: 3, before: 'b', text: 'X' }]);
    expect(historyEdits(extendHistory(there, [edit('a X c', 2, 3, 'b')]))).toEqual([]);
  });

  it('know where kept characters come from, and never go backwards', () => {
    fc.assert(
      fc.property(passes, ([text, steps]) => {
        const history = historyOf(text, steps);
        const current = currentText(history);
        const origin = originMapper(history);
        const kept: number[] = [];
        let offset = 0;
        for (const stretch of history.stretches) {
          const length = typeof stretch === 'string' ? stretch.length : stretch.end - stretch.start;
          for (let at = 0; at < length; at++) if (typeof stretch !== 'string') kept.push(offset + at);
          offset += length;
        }
        expect(kept.map((at) => text[origin(at)])).toEqual(kept.map((at) => current[at]));
        const origins = [...current, ''].map((_, at) => origin(at));
        expect(origins).toEqual([...origins].sort((a, b) => a - b));
        expect(origins.at(-1)).toBeLessThanOrEqual(text.length);
        expect(offset).toBe(current.length);
      }),
      { numRuns: 500 },
    );
  });

  it('lead a character that was put in to the place where it was put in', () => {
    const text = 'FROM a\nRUN x\n';
    const first = extendHistory(startHistory(text), [edit(text, 7, 7, '# new\n')]);
    const origin = originMapper(first);
    expect(currentText(first)).toBe('FROM a\n# new\nRUN x\n');
    expect([0, 6, 7, 12, 13, 14].map(origin)).toEqual([0, 6, 7, 7, 7, 8]);
    const second = extendHistory(first, [edit(currentText(first), 9, 12, 'old!')]);
    expect(currentText(second)).toBe('FROM a\n# old!\nRUN x\n');
    expect(originMapper(second)(currentText(second).indexOf('RUN'))).toBe(7);
  });

  it('start with the text as it is, also with none', () => {
    expect(historyEdits(startHistory('abc'))).toEqual([]);
    expect(originMapper(startHistory('abc'))(3)).toBe(3);
    const fromNothing = extendHistory(startHistory(''), [edit('', 0, 0, 'x')]);
    expect(historyEdits(fromNothing)).toEqual([{ start: 0, end: 0, before: '', text: 'x' }]);
  });
});
