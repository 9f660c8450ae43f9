import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../src/core/edit.ts';
import { brokenInvariant } from '../../src/core/invariants.ts';
import { parseDocument } from '../../src/core/parse.ts';
import type { Edit, Footprint } from '../../src/core/types.ts';

const SPLIT: readonly Footprint[] = [
  'adds-stage',
  'adds-instruction',
  'removes-instruction',
  'arguments',
  'comment',
  'whitespace',
];

const FILE = `FROM a:1
ENV A=1
# the port
EXPOSE 80
WORKDIR /w
COPY m .
RUN build
COPY . .
CMD ["x"]
`;

/** Replaces every `[before, after]` once and judges the result as the work of one transform. */
function judge(
  footprint: readonly Footprint[],
  ...changes: readonly (readonly [string, string])[]
): string | null {
  const edits: Edit[] = changes.map(([before, after]) => {
    const at = FILE.indexOf(before);
    if (at < 0) throw new Error(`${before} is not there`);
    // No more than what differs, as an author of edits would write it.
    let same = 0;
    while (same < before.length && before[same] === after[same]) same++;
    const start = at + same;
    return { start, end: at + before.length, before: before.slice(same), text: after.slice(same) };
  });
  const after = parseDocument(applyEdits(FILE, edits));
  return brokenInvariant(
    parseDocument(FILE),
    after,
    edits,
    edits.map((edit) => ({ edit, footprint })),
  );
}

const named = ['a:1\n', 'a:1 AS b\n'] as const;
const stage = (text: string): readonly [string, string] => ['RUN build\n', `RUN build\n\nFROM a:2\n${text}`];
const moved = ['# the port\nEXPOSE 80\n', ''] as const;

describe('what must hold when a stage is added', () => {
  it('is satisfied by a split that moves and repeats everything in its order', () => {
    const runtime = stage('ENV A=1\n# the port\nEXPOSE 80\nWORKDIR /w\nCOPY --from=b /v /v\n');
    expect(judge(SPLIT, named, moved, runtime)).toBeNull();
  });

  it.each([
    [
      'a setting that only the builder keeps',
      stage('# the port\nEXPOSE 80\nWORKDIR /w\n'),
      'ENV does not reach',
    ],
    [
      'a setting with another value',
      stage('ENV A=2\n# the port\nEXPOSE 80\nWORKDIR /w\n'),
      'ENV does not reach',
    ],
    ['an instruction that was taken out', stage('ENV A=1\nWORKDIR /w\n'), 'EXPOSE does not reach'],
    [
      'settings in another order',
      stage('WORKDIR /w\n# the port\nEXPOSE 80\nENV A=1\n'),
      'comes before another',
    ],
    ['a comment', stage('ENV A=1\nEXPOSE 80\nWORKDIR /w\n'), 'a comment does not reach'],
  ])('is broken by %s', (_, runtime, says) => {
    expect(judge(SPLIT, named, moved, runtime)).toContain(says);
  });

  it('is broken by a command or a copy that is in no stage any more', () => {
    const runtime = stage('ENV A=1\nEXPOSE 80\nWORKDIR /w\n');
    expect(judge(SPLIT, named, ['COPY m .\n', ''], runtime)).toContain('COPY does not reach');
  });

  it('is broken by a transform that has not declared that it adds stages', () => {
    const runtime = stage('ENV A=1\nEXPOSE 80\nWORKDIR /w\n');
    const others = SPLIT.filter((part) => part !== 'adds-stage');
    expect(judge(others, named, runtime)).toContain('a stage was added');
  });
});
