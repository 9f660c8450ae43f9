import { describe, expect, it } from 'vitest';
import { selectFixes } from '../../src/core/select.ts';
import type { Candidate } from '../../src/core/select.ts';

interface Named extends Candidate {
  readonly name: string;
}

/** A fix of `[start, end, text]` edits. */
function fix(name: string, priority: number, ...edits: [number, number, string][]): Named {
  return {
    name,
    priority,
    fix: {
      title: name,
      safety: 'safe',
      reason: 'r',
      edits: edits.map(([start, end, text]) => ({ start, end, before: 'x'.repeat(end - start), text })),
    },
  };
}

function chosen(...candidates: Named[]): string[] {
  return selectFixes(candidates).chosen.map(({ name }) => name);
}

describe('selectFixes', () => {
  it('takes all that do not touch, by transform and then by place', () => {
    expect(chosen(fix('c', 1, [0, 1, 'X']), fix('b', 0, [20, 21, 'X']), fix('a', 0, [10, 11, 'X']))).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(chosen()).toEqual([]);
  });

  it.each([
    ['overlap', [0, 5, 'X'], [3, 8, 'Y']],
    ['stand in one another', [0, 9, 'X'], [3, 4, 'Y']],
    ['are neighbours', [0, 5, 'X'], [5, 8, 'Y']],
    ['insert where another one ends', [0, 5, 'X'], [5, 5, 'Y']],
    ['insert where another one begins', [5, 9, 'X'], [5, 5, 'Y']],
    ['insert at the same place', [5, 5, 'X'], [5, 5, 'Y']],
    ['replace the same by something else', [5, 9, 'X'], [5, 9, 'Y']],
    ['delete and insert at the same place', [5, 9, ''], [9, 9, 'Y']],
    ['touch across a long stretch', [0, 5000, ''], [4999, 5000, 'Y']],
  ] as const)('lets the later one wait when two %s', (_, first, second) => {
    expect(chosen(fix('a', 0, [...first]), fix('b', 1, [...second]))).toEqual(['a']);
    expect(chosen(fix('a', 1, [...first]), fix('b', 0, [...second]))).toEqual(['b']);
  });

  it('serves one transform by place, whatever the order of its findings', () => {
    expect(chosen(fix('b', 0, [4, 8, 'Y']), fix('a', 0, [0, 5, 'X']))).toEqual(['a']);
  });

  it('takes both where one character lies between', () => {
    expect(chosen(fix('a', 0, [0, 5, 'X']), fix('b', 1, [6, 8, 'Y']), fix('c', 2, [9, 9, 'Z']))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('makes an edit that is wanted twice once, and counts both fixes as made', () => {
    const { chosen: made, edits } = selectFixes([
      fix('a', 0, [0, 5, 'X'], [10, 10, 'Z']),
      fix('b', 1, [0, 5, 'X']),
      fix('c', 2, [10, 10, 'Z'], [20, 21, 'W']),
    ]);
    expect(made.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(edits.map(({ start, text }) => [start, text])).toEqual([
      [0, 'X'],
      [10, 'Z'],
      [20, 'W'],
    ]);
  });

  it('takes all edits of a fix or none', () => {
    const { chosen: made, edits } = selectFixes([
      fix('a', 0, [10, 12, 'X']),
      fix('b', 1, [0, 1, 'Y'], [11, 13, 'Y']),
      fix('c', 2, [0, 1, 'Z']),
    ]);
    expect(made.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(edits.map(({ text }) => text)).toEqual(['X', 'Z']);
  });

  it('finds neighbours on both sides of every boundary', () => {
    for (let at = 250; at < 262; at++) {
      expect(chosen(fix('a', 0, [at, at + 1, 'X']), fix('b', 1, [at + 1, at + 2, 'Y'])), `at ${at}`).toEqual([
        'a',
      ]);
      expect(chosen(fix('a', 0, [at, at, 'X']), fix('b', 1, [at + 1, at + 1, 'Y'])), `at ${at}`).toEqual([
        'a',
        'b',
      ]);
    }
  });

  it('chooses among very many', () => {
    const many = Array.from({ length: 50_000 }, (_, index) =>
      fix(`${index}`, 0, [index * 3, index * 3 + 1, 'X']),
    );
    expect(selectFixes(many).edits).toHaveLength(50_000);
  });
});

describe('a fix that stands alone', () => {
  const alone = (name: string, priority: number, ...edits: [number, number, string][]): Named => {
    const one = fix(name, priority, ...edits);
    return { ...one, fix: { ...one.fix, alone: true } };
  };

  it('keeps those below it out of its pass, also where nothing touches', () => {
    expect(chosen(alone('a', 0, [0, 1, 'X']), fix('b', 1, [50, 51, 'X']))).toEqual(['a']);
  });

  it('waits for those above it, and those below it wait with it', () => {
    const last = fix('c', 2, [90, 91, 'X']);
    expect(chosen(fix('a', 0, [0, 1, 'X']), alone('b', 1, [50, 51, 'X']), last)).toEqual(['a']);
  });
});
