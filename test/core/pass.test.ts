/**
 * One pass, and the loop around it, with transforms that misbehave on purpose: the text stays safe, the guilty one
 * is named, and what the others wanted is still done where that can be told apart.
 */
import { describe, expect, it } from 'vitest';
import { fixDocument } from '../../src/app/fix-text.ts';
import { createOfflineGatherer } from '../../src/app/gather.ts';
import type { Document } from '../../src/core/document.ts';
import { readIgnoreComments } from '../../src/core/ignore.ts';
import type { FixedText } from '../../src/core/outcome.ts';
import { parseDocument } from '../../src/core/parse.ts';
import { inspectDocument, runPass } from '../../src/core/pass.ts';
import type { EnabledTransform, JudgedFinding, Level } from '../../src/core/pass.ts';
import type { Edit, Finding, Footprint, Safety, Transform } from '../../src/core/types.ts';

type Replacement = readonly [before: string, after: string];

function transform(
  id: string,
  footprint: readonly Footprint[],
  inspect: (document: Document) => readonly Finding[],
): EnabledTransform {
  const meta = { id, summary: '', why: '', safety: [], footprint, example: '', references: [] };
  const made: Transform = { meta, inspect };
  return { transform: made, options: {} };
}

/** Edits that turn the first `before` into `after`, no wider than what differs. */
function editsFor({ text }: Document, replacements: readonly Replacement[]): Edit[] {
  return replacements.map(([before, after]) => {
    const at = text.indexOf(before);
    const least = Math.min(before.length, after.length);
    let head = 0;
    while (head < least && before[head] === after[head]) head++;
    let tail = 0;
    while (tail < least - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
    const [start, end] = [at + head, at + before.length - tail];
    return { start, end, before: text.slice(start, end), text: after.slice(head, after.length - tail) };
  });
}

function finding(edits: readonly Edit[], message: string, safety: Safety = 'safe'): Finding {
  const start = Math.min(...edits.map((edit) => edit.start), 1e9);
  return {
    span: { start, end: start },
    message,
    evidence: [],
    fix: { title: 't', safety, reason: 'because', edits },
  };
}

/** Wants its replacements in one fix as long as the first `before` is there and its own work is not. */
function replacing(
  id: string,
  footprint: readonly Footprint[],
  ...replacements: Replacement[]
): EnabledTransform {
  return transform(id, footprint, (document) => {
    const [before, after] = replacements[0]!;
    if (!document.text.includes(before) || (after !== '' && document.text.includes(after))) return [];
    return [finding(editsFor(document, replacements), `${id} wants ${after}`)];
  });
}

function run(text: string, level: Level, ...transforms: EnabledTransform[]): Promise<FixedText> {
  const knownIds = new Set(transforms.map((one) => one.transform.meta.id));
  return fixDocument(parseDocument(text), {
    transforms,
    knownIds,
    level,
    preview: false,
    gatherer: createOfflineGatherer(),
  });
}

function fix(text: string, ...transforms: EnabledTransform[]): Promise<FixedText> {
  return run(text, 'safe', ...transforms);
}

const TEXT = `# syntax=docker/dockerfile:1
# top
FROM node:20
COPY --chown=1:1 a  b

RUN x && \\
    # inside
    y
CMD ["a"]
USER u
`;

/** Changes the USER, as it says. */
const innocent = replacing('innocent', ['arguments'], ['USER u', 'USER 1001']);
const INNOCENT = TEXT.replace('USER u', 'USER 1001');

const ALL: readonly Footprint[] = [
  'image-ref',
  'keyword',
  'flags',
  'arguments',
  'whitespace',
  'comment',
  'adds-instruction',
  'removes-instruction',
  'directive',
];

/** The guilty one is named, and the innocent one's fix is made, whoever comes first. */
async function expectSingledOut(guilty: EnabledTransform, message: RegExp): Promise<void> {
  for (const transforms of [
    [guilty, innocent],
    [innocent, guilty],
  ]) {
    const { change, bugs, findings } = await fix(TEXT, ...transforms);
    expect(change.text).toBe(INNOCENT);
    expect(bugs).toEqual([
      { code: 'invariant', ids: ['guilty'], pass: 1, message: expect.stringMatching(message) },
    ]);
    expect(findings.map(({ id, status }) => [id, status])).toEqual([['innocent', 'fixed']]);
  }
  const alone = await fix(TEXT, guilty);
  expect(alone.change).toEqual({ text: TEXT, edits: [] });
  expect(alone.bugs).toHaveLength(1);
}

describe('a transform whose edit does not fit', () => {
  const broken = (edits: (document: Document) => readonly Edit[]): EnabledTransform =>
    transform('guilty', ALL, (document) => [finding(edits(document), 'm')]);

  it('expects another text', async () => {
    const at = TEXT.indexOf('RUN');
    const stale = { start: at, end: at + 3, before: 'COP', text: 'ADD' };
    await expectSingledOut(
      broken(() => [stale]),
      /expected "COP" at offset \d+, found "RUN"/,
    );
  });

  it.each([
    ['leaves the text', (length: number) => ({ start: length, end: length + 1 })],
    ['leaves the text in front', () => ({ start: -1, end: 0 })],
    ['has a place that is no number', () => ({ start: NaN, end: NaN })],
    ['never ends', () => ({ start: 0, end: Infinity })],
  ])('%s', async (_, place) => {
    const edits = ({ text }: Document): Edit[] => [{ ...place(text.length), before: '', text: 'x' }];
    await expectSingledOut(broken(edits), /leave the text/);
  });

  it('has no edit', async () => {
    await expectSingledOut(
      broken(() => []),
      /no edits/,
    );
  });

  it('overlaps itself', async () => {
    const at = TEXT.indexOf('RUN');
    const edits = [
      { start: at, end: at + 3, before: 'RUN', text: 'CMD' },
      { start: at + 1, end: at + 2, before: 'U', text: 'u' },
    ];
    await expectSingledOut(
      broken(() => edits),
      /overlap/,
    );
  });
});

describe('a transform whose edit breaks the file', () => {
  it.each<[string, Replacement, RegExp]>([
    ['by an unknown instruction', ['RUN x', 'HELLO\nRUN x'], /line 6: the result has an unknown instruction/],
    ['by a heredoc that never ends', ['RUN x', 'RUN <<EOF x'], /never ends/],
    ['by no FROM', ['FROM node:20\n', ''], /before the first FROM/],
    ['by a lone carriage return', ['a  b', 'a \rb'], /carriage return/],
    ['by a continuation that swallows what follows', ['CMD ["a"]', 'CMD ["a"] \\'], /USER is gone/],
    ['by an escape character that is another one', ['# syntax', '# escape=`\n# syntax'], /./],
  ])('%s', async (_, replacement, message) => {
    await expectSingledOut(replacing('guilty', ALL, replacement), message);
  });
});

describe('a transform that disturbs what it has not declared', () => {
  it.each<[Footprint, Replacement, RegExp]>([
    ['image-ref', ['node:20', 'node:22'], /FROM differs in its image-ref/],
    ['keyword', ['CMD', 'cmd'], /CMD differs in its keyword/],
    ['flags', ['1:1', '2:2'], /COPY differs in its flags/],
    ['arguments', ['x &&', 'w &&'], /RUN differs in its arguments/],
    ['whitespace', ['a  b', 'a b'], /COPY differs in its whitespace/],
    ['whitespace', ['b\n\nRUN', 'b\nRUN'], /blank lines behind it differ/],
    ['comment', ['# top\n', ''], /line 2: a comment is gone/],
    ['comment', ['# inside', '# outside'], /RUN differs in its comment/],
    ['comment', ['CMD', '# new\nCMD'], /a comment was added/],
    ['adds-instruction', ['CMD', 'EXPOSE 80\nCMD'], /EXPOSE was added/],
    ['removes-instruction', ['CMD ["a"]\n', ''], /CMD is gone/],
    ['directive', ['docker/dockerfile', 'acme/dockerfile'], /image became another one/],
  ])('%s: %j', async (footprint, replacement, message) => {
    const others = ALL.filter((part) => part !== footprint);
    await expectSingledOut(replacing('guilty', others, replacement), message);
    const honest = await fix(TEXT, replacing('honest', [footprint], replacement), innocent);
    expect(honest.bugs).toEqual([]);
    expect(honest.change.text).toBe(INNOCENT.replace(...replacement));
  });

  it('is held to it although another one of the same run declares it', async () => {
    const adds = replacing('adds', ['adds-instruction'], ['USER u', 'EXPOSE 80\nUSER u']);
    const guilty = replacing('guilty', ['arguments'], ['RUN x', 'RUN z\nRUN x']);
    const { change, bugs } = await fix(TEXT, adds, guilty);
    expect(change.text).toBe(TEXT.replace('USER u', 'EXPOSE 80\nUSER u'));
    expect(bugs.map(({ ids }) => ids)).toEqual([['guilty']]);
  });

  it('is held to another repository although another one of the same run may change arguments', async () => {
    const guilty = replacing('guilty', ['image-ref'], ['node:20', 'evil:20']);
    const { change, bugs } = await fix(TEXT, innocent, guilty);
    expect(change.text).toBe(INNOCENT);
    expect(bugs.map(({ ids, message }) => [ids, message])).toEqual([
      [['guilty'], expect.stringContaining('docker.io/library/node')],
    ]);
  });
});

describe('a transform that brings line feeds into a CRLF file', () => {
  it('is named, and its fix is left out', async () => {
    const crlf = TEXT.replace(/\n/g, '\r\n');
    const guilty = replacing('guilty', ['arguments'], ['RUN x && \\', 'RUN x && \\\n    z && \\']);
    const { change, bugs } = await fix(crlf, guilty, innocent);
    expect(change.text).toBe(INNOCENT.replace(/\n/g, '\r\n'));
    expect(bugs).toEqual([
      { code: 'invariant', ids: ['guilty'], pass: 1, message: expect.stringContaining('line ending') },
    ]);
  });
});

describe('a transform that throws', () => {
  it('is named and the others go on', async () => {
    const guilty = transform('guilty', ALL, () => {
      throw new Error('no idea');
    });
    const { change, bugs } = await fix(TEXT, guilty, innocent);
    expect(change.text).toBe(INNOCENT);
    expect(bugs[0]).toEqual({ code: 'failed', ids: ['guilty'], pass: 1, message: 'failed: no idea' });
    expect(new Set(bugs.flatMap(({ ids }) => ids))).toEqual(new Set(['guilty']));
  });

  it('may throw anything', async () => {
    const guilty = transform('guilty', ALL, () => {
      throw 'text';
    });
    expect((await fix(TEXT, guilty)).bugs[0]!.message).toBe('failed: text');
  });
});

describe('transforms that never come to rest', () => {
  it('are stopped after ten passes, and the file stays as it was', async () => {
    const guilty = transform('guilty', ['arguments'], (document) => {
      const { length } = document.text;
      return [finding(editsFor(document, [['CMD ["a', 'CMD ["aa']]), `still ${length} long`)];
    });
    const { change, bugs } = await fix(TEXT, guilty, innocent);
    expect(change).toEqual({ text: TEXT, edits: [] });
    expect(bugs).toEqual([
      { code: 'limit', ids: ['guilty'], pass: 10, message: expect.stringContaining('10 passes') },
    ]);
  });

  it('are stopped when one undoes the other, and the file stays as it was', async () => {
    const there = replacing('there', ['arguments'], ['["a"]', '["b"]']);
    const back = replacing('back', ['arguments'], ['["b"]', '["a"]']);
    for (const others of [[], [innocent]]) {
      const { change, bugs, findings } = await fix(TEXT, there, back, ...others);
      expect(change).toEqual({ text: TEXT, edits: [] });
      expect(findings).toEqual([]);
      expect(bugs.map(({ code }) => code)).toEqual([others.length === 0 ? 'cycle' : 'found-again']);
      expect(['there', 'back']).toEqual(expect.arrayContaining([...bugs[0]!.ids]));
    }
  });

  it('are stopped when what was fixed is found again', async () => {
    const guilty = transform('guilty', ['arguments'], (document) => [
      { ...finding(editsFor(document, [['["a', '["aa']]), 'the same'), span: { start: 0, end: 1 } },
    ]);
    const { change, bugs } = await fix(TEXT, guilty, innocent);
    expect(change).toEqual({ text: TEXT, edits: [] });
    expect(bugs).toEqual([
      { code: 'found-again', ids: ['guilty'], pass: 2, message: expect.stringContaining('the same') },
    ]);
  });
});

describe('inspectDocument', () => {
  function verdicts(text: string, level: Level, ...findings: Finding[]): string[] {
    const document = parseDocument(text);
    const ignores = readIgnoreComments(document, new Set(['t']));
    const facts = createOfflineGatherer().facts;
    const { findings: judged } = inspectDocument(
      document,
      [transform('t', ALL, () => findings)],
      facts,
      ignores,
      level,
    );
    return judged.map(({ verdict, finding: { withheld } }) =>
      withheld ? `${verdict} ${withheld.code}` : verdict,
    );
  }
  const at = (start: number, safety: Safety): Finding =>
    finding([{ start, end: start, before: '', text: 'x' }], 'm', safety);
  const withheld: Finding = {
    span: { start: 0, end: 0 },
    message: 'm',
    evidence: [],
    fix: null,
    withheld: { code: 'c', reason: 'r' },
  };

  it('judges by the safety of the fix and the level that is asked for', () => {
    const all = [at(1, 'safe'), at(2, 'unsafe'), at(3, 'display'), withheld];
    expect(verdicts('FROM a\n', 'safe', ...all)).toEqual(['eligible', 'available', 'display', 'withheld c']);
    expect(verdicts('FROM a\n', 'unsafe', ...all)).toEqual(['eligible', 'eligible', 'display', 'withheld c']);
  });

  it('lets an ignore comment win over all of it', () => {
    const text = '# dockfix: ignore t -- r\nFROM a\n';
    expect(verdicts(text, 'safe', at(text.indexOf('a\n'), 'safe'), withheld)).toEqual([
      'ignored',
      'withheld c',
    ]);
  });

  it('holds back what touches an instruction that the file cuts off', () => {
    const text = 'FROM a\nRUN x && \\\n';
    const run = text.indexOf('RUN');
    expect(
      verdicts(text, 'safe', at(3, 'safe'), at(run, 'safe'), at(run - 1, 'safe'), at(text.length, 'safe')),
    ).toEqual(['eligible', 'withheld unterminated', 'eligible', 'withheld unterminated']);
  });
});

describe('runPass', () => {
  function judged(document: Document, transforms: readonly EnabledTransform[]): readonly JudgedFinding[] {
    return inspectDocument(document, transforms, createOfflineGatherer().facts, [], 'safe').findings;
  }

  it('does nothing when nothing is wanted', () => {
    expect(runPass(parseDocument(TEXT), [], [])).toEqual({ next: null, chosen: [], rejected: [] });
  });

  it('leaves out what touches another fix, for the next pass', () => {
    const document = parseDocument(TEXT);
    const transforms = [
      replacing('first', ['arguments'], ['USER u', 'USER v']),
      replacing('second', ['arguments'], ['USER u\n', 'USER w\n']),
    ];
    const { next, chosen, rejected } = runPass(document, transforms, judged(document, transforms));
    expect(next!.document.text).toBe(TEXT.replace('USER u', 'USER v'));
    expect(chosen.map(({ id }) => id)).toEqual(['first']);
    expect(rejected).toEqual([]);
  });

  it('makes an edit that two transforms want once, and both have done it', () => {
    const document = parseDocument(TEXT);
    const transforms = [
      replacing('first', ['adds-instruction'], ['USER u', 'EXPOSE 80\nUSER u']),
      replacing('second', ['adds-instruction'], ['USER u', 'EXPOSE 80\nUSER u'], ['["a"]', '["a"]']),
      replacing('third', ['arguments'], ['x &&', 'w &&']),
    ];
    const { next, chosen, rejected } = runPass(
      document,
      transforms,
      judged(document, transforms).filter(({ id }) => id !== 'second'),
    );
    expect(rejected).toEqual([]);
    expect(chosen.map(({ id }) => id)).toEqual(['first', 'third']);
    expect(next!.document.text).toBe(TEXT.replace('USER u', 'EXPOSE 80\nUSER u').replace('x &&', 'w &&'));

    const twice = [transforms[0]!, { ...transforms[0]! }, transforms[2]!];
    const same = runPass(document, twice, judged(document, twice));
    expect(same.rejected).toEqual([]);
    expect(same.chosen).toHaveLength(3);
    expect(same.next!.document.text).toBe(next!.document.text);
  });

  it('keeps what holds together and names each that does not', () => {
    const document = parseDocument(TEXT);
    const transforms = [
      replacing('bad', ['arguments'], ['CMD', 'cmd']),
      replacing('good', ['arguments'], ['x &&', 'w &&']),
      replacing('worse', ['arguments'], ['RUN x', 'NOPE\nRUN x']),
      replacing('fine', ['image-ref'], ['node:20', 'node:22']),
    ];
    const { next, chosen, rejected } = runPass(document, transforms, judged(document, transforms));
    expect(next!.document.text).toBe(TEXT.replace('x &&', 'w &&').replace('node:20', 'node:22'));
    expect(chosen.map(({ id }) => id)).toEqual(['good', 'fine']);
    expect(rejected.map((one) => [one.judged.id, one.reason])).toEqual([
      ['bad', 'line 9: CMD differs in its keyword'],
      ['worse', expect.stringContaining('unknown instruction')],
    ]);
  });

  it('rejects all edits of a fix when one of them is wrong', () => {
    const document = parseDocument(TEXT);
    const transforms = [replacing('half', ['arguments'], ['x &&', 'w &&'], ['CMD', 'cmd'])];
    const { next, rejected } = runPass(document, transforms, judged(document, transforms));
    expect(next).toBeNull();
    expect(rejected).toHaveLength(1);
  });
});

describe('the lines that sentences name', () => {
  /** Says, of every CMD and RUN, the line that a sentence would name. */
  const speaker = transform('speaker', [], (document) =>
    document.instructions
      .filter(({ keyword }) => keyword === 'CMD' || keyword === 'RUN')
      .map(({ keyword, line, span }) => ({
        span,
        message: keyword,
        evidence: [],
        fix: null,
        withheld: { code: 'seen', reason: `${keyword} in line ${line}` },
      })),
  );
  const below = replacing(
    'below',
    ['arguments', 'adds-instruction'],
    ['node:20\n', 'node:20\nARG A\nARG B\nRUN true \\\n  && false\n'],
  );

  it('are those of the text that the run began with, whatever was put in above', async () => {
    const { change, findings } = await fix('FROM node:20\n\nRUN x \\\n  y\nCMD ["a"]\n', below, speaker);
    expect(change.text.split('\n').indexOf('CMD ["a"]')).toBe(8);
    const said = findings.filter(({ id }) => id === 'speaker').map(({ line, reason }) => [line, reason]);
    // The RUN that was put in stands where it was put.
    expect(said).toEqual([
      [2, 'RUN in line 2'],
      [3, 'RUN in line 3'],
      [5, 'CMD in line 5'],
    ]);
  });

  it('stay those of the first text over several passes', async () => {
    const later = replacing(
      'later',
      ['arguments', 'adds-instruction'],
      ['  && false\n', '  && false\nARG C\nARG D\n'],
    );
    const { findings } = await fix('FROM node:20\nCMD ["a"]\n', below, later, speaker);
    expect(findings.find(({ message }) => message === 'CMD')!.reason).toBe('CMD in line 2');
  });
});
