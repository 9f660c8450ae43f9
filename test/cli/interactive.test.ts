/** `--write` in front of a person. */
import { describe, expect, it } from 'vitest';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { FIXABLE, FIXED, createSandbox } from './fake-io.ts';

/** Three fixes, one of them on the line that another one fixes as well. */
const THREE =
  'FROM debian:12\nMAINTAINER Jane\nRUN apt-get update && apt-get install -y curl ca-certificates\n';
const ASK = ['--offline', '--write'];

/** What is on the screen without colours. */
function plain(text: string): string {
  return text.replace(/\x1b\[\d*m/g, '');
}

describe('the question', () => {
  it('comes after the diff, and y writes', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const { exit, screen } = await box.run(ASK, {
      terminal: true,
      answers: [
        () => {
          expect(box.read('Dockerfile')).toBe(FIXABLE);
          return 'y';
        },
      ],
    });
    expect(exit).toBe(0);
    expect(plain(screen)).toBe(
      `Dockerfile
  line 2  replace-maintainer  safe    MAINTAINER is deprecated [MAINTAINER sets nothing but the author field]
--- a/Dockerfile
+++ b/Dockerfile
@@ -1,2 +1,2 @@
 FROM scratch
-MAINTAINER Jane <jane@example.com>
+LABEL org.opencontainers.image.authors="Jane <jane@example.com>"

Write Dockerfile? [y]es, [n]o, [e]ach fix, [a]ll files, [q]uit: y
Dockerfile: written
1 file: 1 written.
`,
    );
    expect(box.read('Dockerfile')).toBe(FIXED);
  });

  it('is not asked with --yes, without a terminal, or for another format than text', async () => {
    for (const [argv, terminal] of [
      [[...ASK, '--yes'], true],
      [ASK, false],
      [[...ASK, '--json'], true],
      [[...ASK, '--format', 'patch'], true],
    ] as const) {
      const box = createSandbox();
      box.write('Dockerfile', FIXABLE);
      const { questions } = await box.run(argv, { terminal });
      expect(questions, argv.join(' ')).toEqual([]);
      expect(box.read('Dockerfile')).toBe(FIXED);
    }
  });

  it('leaves the file at n, and that is no failure', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const { exit, screen } = await box.run(ASK, { terminal: true, answers: ['n'] });
    expect(exit).toBe(0);
    expect(plain(screen)).toContain('Dockerfile: not written\n1 file: nothing written.\n');
    expect(box.read('Dockerfile')).toBe(FIXABLE);
  });

  it('is repeated until the answer is one of those offered', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const { questions } = await box.run(ASK, { terminal: true, answers: ['', 'maybe', ' YES '] });
    expect(questions).toHaveLength(3);
    expect(box.read('Dockerfile')).toBe(FIXED);
  });

  it('is asked for every file that would change, and for no other', async () => {
    const box = createSandbox();
    for (const name of ['a', 'c']) box.write(`${name}/Dockerfile`, FIXABLE);
    box.write('b/Dockerfile', 'FROM scratch\n');
    const { questions } = await box.run(ASK, { terminal: true, answers: ['n', 'y'] });
    expect(questions.map((question) => /^Write (\S+)\?/.exec(question)![1])).toEqual([
      'a/Dockerfile',
      'c/Dockerfile',
    ]);
    expect(box.read('a/Dockerfile')).toBe(FIXABLE);
    expect(box.read('c/Dockerfile')).toBe(FIXED);
  });

  it('is not asked again after a for all files, whose diffs are still shown', async () => {
    const box = createSandbox();
    for (const name of ['a', 'b', 'c']) box.write(`${name}/Dockerfile`, FIXABLE);
    const { questions, screen } = await box.run(ASK, { terminal: true, answers: ['n', 'a'] });
    expect(questions).toHaveLength(2);
    expect(plain(screen)).toContain('--- a/c/Dockerfile');
    expect(box.read('a/Dockerfile')).toBe(FIXABLE);
    expect(box.read('b/Dockerfile')).toBe(FIXED);
    expect(box.read('c/Dockerfile')).toBe(FIXED);
  });

  it('ends the run at q and at the end of input, and what was written stays', async () => {
    for (const last of ['q', null]) {
      const box = createSandbox();
      for (const name of ['a', 'b', 'c']) box.write(`${name}/Dockerfile`, FIXABLE);
      const { exit, questions, screen } = await box.run(ASK, { terminal: true, answers: ['y', last] });
      expect(exit).toBe(0);
      expect(questions).toHaveLength(2);
      expect(plain(screen)).not.toContain('c/Dockerfile');
      expect(['a', 'b', 'c'].map((name) => box.read(`${name}/Dockerfile`))).toEqual([
        FIXED,
        FIXABLE,
        FIXABLE,
      ]);
    }
  });

  it('does not let a hostile file name or diff touch the terminal', async () => {
    const box = createSandbox();
    box.write('\x1b[2J\nx.Dockerfile', 'FROM scratch\nMAINTAINER \x1b]0;owned\x07 \u202eevil\n');
    const { screen, questions } = await box.run([...ASK, '--no-color'], {
      terminal: true,
      answers: ['e', 'n'],
    });
    expect(screen).not.toMatch(/[\x1b\x07\u202e]/);
    expect(questions[0]).toContain('Write \\u{1b}[2J\\u{a}x.Dockerfile?');
    expect(screen).toContain('MAINTAINER \\u{1b}]0;owned\\u{7} \\u{202e}evil');
  });

  it('refuses a file that was changed while it was asked about', async () => {
    const box = createSandbox();
    const file = box.write('Dockerfile', FIXABLE);
    const { exit, stderr } = await box.run(ASK, {
      terminal: true,
      answers: [
        () => {
          writeFileSync(file, 'FROM other\n');
          return 'y';
        },
      ],
    });
    expect(exit).toBe(3);
    expect(stderr).toContain('Dockerfile: was changed by someone else meanwhile; it was left alone');
    expect(box.read('Dockerfile')).toBe('FROM other\n');
  });
});

it('does not write through a link that was put in the place of a file meanwhile', async () => {
  const box = createSandbox();
  const outside = createSandbox();
  const target = outside.write('target', FIXABLE);
  const file = box.write('Dockerfile', FIXABLE);
  const { exit, stderr } = await box.run(ASK, {
    terminal: true,
    answers: [
      () => {
        rmSync(file);
        symlinkSync(target, file);
        return 'y';
      },
    ],
  });
  expect(exit).toBe(3);
  expect(stderr).toContain(`Dockerfile: is a symbolic link to ${target}`);
  expect(outside.read('target')).toBe(FIXABLE);
});

describe('each fix', () => {
  it('is asked about by itself, with its line, its transform and what it does', async () => {
    const box = createSandbox();
    box.write('Dockerfile', THREE);
    const { questions } = await box.run(ASK, { terminal: true, answers: ['e', 'y', 'y', 'y'] });
    expect(questions.slice(1).map((question) => question.replace(/:.*/s, ''))).toEqual([
      '  line 2  replace-maintainer',
      '  line 3  clean-apt-lists',
      '  line 3  avoid-recommended-packages',
    ]);
    for (const question of questions.slice(1)) expect(question).toMatch(/\? \[y\/n\]: $/);
  });

  it.each([
    ['replace-maintainer', ['y', 'n', 'n']],
    ['clean-apt-lists', ['n', 'y', 'n']],
    ['avoid-recommended-packages', ['n', 'n', 'y']],
    ['replace-maintainer,avoid-recommended-packages', ['y', 'n', 'y']],
    ['replace-maintainer,clean-apt-lists,avoid-recommended-packages', ['y', 'yes', 'Y']],
  ])('writes what a run with only %s writes, after %j', async (only, answers) => {
    const asked = createSandbox();
    asked.write('Dockerfile', THREE);
    await asked.run(ASK, { terminal: true, answers: ['e', ...answers] });
    const alone = createSandbox();
    alone.write('Dockerfile', THREE);
    await alone.run([...ASK, '--only', only]);
    expect(asked.read('Dockerfile')).toBe(alone.read('Dockerfile'));
    expect(asked.read('Dockerfile')).not.toBe(THREE);
  });

  it('leaves the file when every fix is refused', async () => {
    const box = createSandbox();
    box.write('Dockerfile', THREE);
    const { exit, screen } = await box.run(ASK, { terminal: true, answers: ['each', 'n', '', 'no'] });
    expect(exit).toBe(0);
    expect(plain(screen)).toContain('Dockerfile: not written');
    expect(box.read('Dockerfile')).toBe(THREE);
  });

  it('writes nothing when the input ends between two fixes', async () => {
    const box = createSandbox();
    box.write('Dockerfile', THREE);
    box.write('x/Dockerfile', FIXABLE);
    const { questions } = await box.run(ASK, { terminal: true, answers: ['e', 'y', null] });
    expect(questions).toHaveLength(3);
    expect(box.read('Dockerfile')).toBe(THREE);
    expect(box.read('x/Dockerfile')).toBe(FIXABLE);
  });
});

it('shows progress on a terminal only, and wipes it away', async () => {
  const { createProgress } = await import('../../src/cli/progress.ts');
  const writes: string[] = [];
  const stream = (isTerminal: boolean) => ({ write: (text: string) => void writes.push(text), isTerminal });
  for (const progress of [createProgress(stream(false), true), createProgress(stream(true), false)]) {
    progress.show('looking up images 1/2');
    progress.clear();
  }
  expect(writes).toEqual([]);
  const progress = createProgress(stream(true), true);
  progress.show('looking up images 1/2');
  progress.clear();
  progress.clear();
  expect(writes).toEqual(['\r\x1b[Klooking up images 1/2', '\r\x1b[K']);
});
