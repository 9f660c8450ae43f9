import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../src/core/edit.ts';
import { brokenInvariant } from '../../src/core/invariants.ts';
import { parseDocument } from '../../src/core/parse.ts';
import type { Edit, Footprint } from '../../src/core/types.ts';

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

/** Turns the first `before` of a text into `after`, by an edit of no more than what differs. */
function edit(text: string, before: string, after: string): Edit {
  const at = text.indexOf(before);
  if (at < 0) throw new Error(`${JSON.stringify(before)} is not in the text`);
  let head = 0;
  while (head < Math.min(before.length, after.length) && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const [start, end] = [at + head, at + before.length - tail];
  return { start, end, before: text.slice(start, end), text: after.slice(head, after.length - tail) };
}

interface Change {
  readonly edit: Edit;
  readonly footprint: readonly Footprint[];
}

function judge(text: string, ...changes: readonly Change[]): string | null {
  const byPlace = new Map(changes.map(({ edit: one }) => [`${one.start} ${one.end} ${one.text}`, one]));
  const edits = [...byPlace.values()];
  return brokenInvariant(parseDocument(text), parseDocument(applyEdits(text, edits)), edits, changes);
}

const DIGEST = `@sha256:${'a'.repeat(64)}`;
const FILE = `# syntax=docker/dockerfile:1
# top

ARG BASE=node:20
FROM \${BASE} AS build
COPY --from=nginx:1 --chown=1:1 a  b

RUN x && \\
    # inside
    y
RUN <<EOF
body
EOF
  # indented
ONBUILD RUN z
CMD ["a"]
`;

describe('each footprint', () => {
  it.each<[Footprint, string, string, string]>([
    ['image-ref', 'a digest behind the default of an ARG', 'node:20', `node:20${DIGEST}`],
    ['image-ref', 'another tag in COPY --from', 'nginx:1', 'nginx:2'],
    ['image-ref', 'a digest in the syntax directive', 'dockerfile:1', `dockerfile:1${DIGEST}`],
    ['directive', 'another repository in the syntax directive', 'docker/dockerfile', 'acme/dockerfile'],
    ['keyword', 'a keyword in another case', 'CMD', 'cmd'],
    ['flags', 'another value of a flag', '1:1', '2:2'],
    ['flags', 'a new flag', 'RUN x', 'RUN --network=none x'],
    ['flags', 'a flag less', '--chown=1:1 ', ''],
    ['arguments', 'another command', 'x &&', 'w &&'],
    ['arguments', 'another source', 'a  b', 'c  b'],
    ['arguments', 'another body of a heredoc', 'body', 'soul'],
    ['arguments', 'a longer body of a heredoc', 'body\n', 'body\nsoul\n'],
    ['arguments', 'another trigger', 'ONBUILD RUN z', 'ONBUILD RUN w'],
    ['arguments', 'another JSON string', '["a"]', '["b"]'],
    ['arguments', 'another name for an ARG beside the image', 'BASE=node:20', 'BASE=node:20 X=1'],
    ['whitespace', 'a blank less between arguments', 'a  b', 'a b'],
    ['whitespace', 'a blank more behind the keyword', 'CMD [', 'CMD  ['],
    ['whitespace', 'a line break more', 'a  b', 'a \\\n b'],
    ['whitespace', 'another indentation in a continuation', '\n    y', '\n  y'],
    ['whitespace', 'blanks at the end of an instruction', 'CMD ["a"]', 'CMD ["a"]  '],
    ['whitespace', 'a blank line less between instructions', 'b\n\nRUN', 'b\nRUN'],
    ['whitespace', 'a blank line more at the end', '["a"]\n', '["a"]\n\n'],
    ['whitespace', 'a missing final line feed', '["a"]\n', '["a"]'],
    ['whitespace', 'an indented instruction', '\nRUN <<', '\n  RUN <<'],
    ['whitespace', 'a BOM', '# syntax', '\uFEFF# syntax'],
    ['whitespace', 'another indentation of a comment', '  # indented', '# indented'],
    ['comment', 'another comment', '# top', '# bottom'],
    ['comment', 'a comment less', '# top\n', ''],
    ['comment', 'a comment more', '# top', '# top\n# more'],
    ['comment', 'another comment inside an instruction', '# inside', '# outside'],
    ['comment', 'an indented comment less', '  # indented\n', ''],
    ['adds-instruction', 'an instruction more, above', 'CMD', 'USER u\nCMD'],
    ['adds-instruction', 'an instruction more, below', '["a"]', '["a"]\nUSER u'],
    ['adds-instruction', 'an instruction more at the end', '["a"]\n', '["a"]\nUSER u\n'],
    ['removes-instruction', 'an instruction less', 'ONBUILD RUN z\n', ''],
    ['removes-instruction', 'the last instruction less', 'CMD ["a"]\n', ''],
    ['removes-instruction', 'two instructions less', 'ONBUILD RUN z\nCMD ["a"]\n', ''],
  ])('%s lets through %s, and nothing else does', (footprint, _, before, after) => {
    const one = edit(FILE, before, after);
    // An image in a directive may change with either.
    const isSyntax = before.startsWith('d');
    const others = ALL.filter((part) => part !== footprint && !(isSyntax && part === 'directive'));
    expect(judge(FILE, { edit: one, footprint: [footprint] })).toBeNull();
    expect(judge(FILE, { edit: one, footprint: others })).toMatch(/\w/);
    expect(judge(FILE, { edit: one, footprint: [] })).toMatch(/\w/);
  });

  it.each<[readonly Footprint[], string, string, string]>([
    [['keyword', 'arguments'], 'another instruction', 'CMD ["a"]', 'ENTRYPOINT ["b"]'],
    [['flags', 'arguments'], 'flags and arguments at once', '--chown=1:1 a  b', '--chown=2:2 c d'],
    [['comment', 'arguments'], 'a comment and the command below it', '# inside\n    y', '# outside\n    w'],
    [
      ['removes-instruction', 'comment'],
      'an instruction with its comments',
      'RUN x && \\\n    # inside\n    y\n',
      '',
    ],
  ])('%j together let through %s', (footprints, _, before, after) => {
    const one = edit(FILE, before, after);
    expect(judge(FILE, { edit: one, footprint: footprints })).toBeNull();
    for (const missing of footprints) {
      const rest = ALL.filter((part) => part !== missing);
      expect(judge(FILE, { edit: one, footprint: rest }), missing).toMatch(/\w/);
    }
  });
});

describe('what no footprint lets through', () => {
  it.each([
    ['a directive more', '# top', '# escape=\\\n# top'],
    ['a directive less', '# syntax=docker/dockerfile:1\n', ''],
    ['another directive', 'syntax=docker/dockerfile:1', 'check=skip=all'],
    ['a carriage return in a file without any', '\n\nARG', '\r\n\nARG'],
  ])('%s', (_, before, after) => {
    expect(judge(FILE, { edit: edit(FILE, before, after), footprint: ALL })).toMatch(/\w/);
  });

  it('another stage below a FROM', () => {
    const text = 'FROM a AS b\nFROM c AS d\nFROM b\n';
    const toOther = { start: text.length - 2, end: text.length - 1, before: 'b', text: 'd' };
    expect(judge(text, { edit: toOther, footprint: ALL })).toContain('built from something else');
    expect(judge(text, { edit: edit(text, 'AS b', 'AS x'), footprint: ALL })).toContain(
      'built from something else',
    );
  });
});

describe('an image', () => {
  it.each([
    ['FROM node:20\n', 'node', 'evil'],
    ['FROM node:20\n', 'node:20', 'ghcr.io/node:20'],
    ['FROM a/b\n', 'a/b', 'a/c'],
    ['FROM scratch\nCOPY --from=nginx x y\n', 'nginx', 'httpd'],
    ['FROM scratch\nRUN --mount=from=a,target=/x y\n', 'from=a', 'from=b'],
    ['ARG I=node\nFROM $I\n', 'node', 'evil'],
    ['ARG V=1\nFROM node:$V\n', '=1', '=1\nFROM evil'],
    ['# syntax=a/b:1\nFROM scratch\n', 'a/b', 'a/c'],
    ['FROM $I\n', '$I', 'evil'],
    ['ARG A=x\nFROM $A:1\n', '$A:1', 'evil:1'],
  ])('never becomes another one by an image-ref alone: %j', (text, before, after) => {
    expect(judge(text, { edit: edit(text, before, after), footprint: ['image-ref'] })).toMatch(/\w/);
  });

  it.each([
    ['FROM node\n', 'node', `node:latest${DIGEST}`],
    ['FROM node:20\n', 'node:20', `docker.io/library/node:20${DIGEST}`],
    ['FROM node:20 AS b\nFROM b\n', ':20', ':22'],
    ['ARG V=1\nFROM node:$V\n', '=1', `=1${DIGEST}`],
    ['FROM "node" \\\n AS b\n', 'node', `node${DIGEST}`],
    ['ONBUILD ', '', ''],
  ])('may get a tag and a digest: %j', (text, before, after) => {
    const file = text === 'ONBUILD ' ? 'FROM node\nONBUILD COPY --from=0 x y\n' : text;
    expect(judge(file, { edit: edit(file, before, after), footprint: ['image-ref'] })).toBeNull();
  });

  it('may become another one where the arguments may differ, and only there', () => {
    const text = 'FROM node:20\nRUN x\nFROM nginx:1\n';
    const swap = edit(text, 'nginx:1', 'httpd:1');
    const command = { edit: edit(text, 'RUN x', 'RUN y'), footprint: ['arguments' as const] };
    expect(judge(text, { edit: swap, footprint: ['arguments', 'image-ref'] })).toBeNull();
    expect(judge(text, command, { edit: swap, footprint: ['image-ref'] })).toContain(
      'docker.io/library/nginx',
    );
  });
});

describe('edits of several transforms', () => {
  const text = 'FROM a\n\nRUN x\n# c\nRUN y\nUSER u\n';

  it('are each held to their own footprint', () => {
    const adds = {
      edit: edit(text, 'USER u', 'WORKDIR /w\nUSER u'),
      footprint: ['adds-instruction' as const],
    };
    const comments = { edit: edit(text, '# c', '# d'), footprint: ['comment' as const] };
    const blanks = { edit: edit(text, 'a\n\n', 'a\n'), footprint: ['whitespace' as const] };
    expect(judge(text, adds, comments, blanks)).toBeNull();
    const more = (footprint: readonly Footprint[], before: string, after: string): Change => ({
      edit: edit(text, before, after),
      footprint,
    });
    expect(judge(text, adds, more(['arguments'], 'RUN x', 'RUN x\nRUN z'))).toContain('was added');
    expect(judge(text, comments, more(['arguments'], 'RUN x', '# new\nRUN x'))).toContain(
      'comment was added',
    );
    expect(judge(text, blanks, more(['arguments'], 'x\n# c', 'z\n\n# c'))).toContain('blank lines');
    expect(judge(text, adds, comments, more(['arguments'], 'RUN x\n', ''))).toContain('RUN is gone');
  });

  it('may be the same edit', () => {
    const one = edit(text, 'RUN x', 'RUN x && z');
    const adds = edit(text, 'USER u', 'WORKDIR /w\nUSER u');
    expect(
      judge(
        text,
        { edit: one, footprint: ['arguments'] },
        { edit: { ...one }, footprint: ['arguments'] },
        { edit: adds, footprint: ['adds-instruction'] },
        { edit: { ...adds }, footprint: ['adds-instruction'] },
      ),
    ).toBeNull();
  });
});

describe('line endings', () => {
  const crlf = 'FROM a\r\nRUN x \\\r\n  y\r\n';
  const mixed = 'FROM a\r\nRUN x \\\n  y\n';

  it.each([
    ['a line feed in a CRLF file', crlf, 'x \\', 'x \\\n  && z \\'],
    ['a carriage return less in a CRLF file', crlf, '\\\r\n', '\\\n'],
    ['a carriage return less at the end of a CRLF file', crlf, 'y\r\n', 'y\n'],
    ['CRLF in a file of line feeds', 'FROM a\nRUN x\n', 'x', 'x \\\r\n y'],
    ['CRLF in a file of one line', 'FROM a', 'a', 'a\r\nRUN x'],
  ])('are not mixed: %s', (_, text, before, after) => {
    expect(judge(text, { edit: edit(text, before, after), footprint: ALL })).toContain('line ending');
  });

  it.each([
    ['CRLF in a CRLF file', crlf, 'x \\', 'x \\\r\n  && z \\'],
    ['either in a file that has both', mixed, 'x \\', 'x \\\r\n  && z \\'],
    ['either in a file that has both', mixed, 'x \\', 'x \\\n  && z \\'],
    ['a line feed in a file of one line', 'FROM a', 'a', 'a\nRUN x'],
  ])('may be %s', (_, text, before, after) => {
    expect(judge(text, { edit: edit(text, before, after), footprint: ALL })).toBeNull();
  });
});
