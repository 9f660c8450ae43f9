/** Generated Dockerfiles: everything that a person writes, in combinations that nobody does. */
import fc from 'fast-check';

interface Style {
  readonly escape: '\\' | '`';
  readonly newline: fc.Arbitrary<string>;
}

const word = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
const blanks = fc.constantFrom(' ', '  ', '\t', ' \t ');
const image = fc.constantFrom(
  'node',
  'node:20',
  'ghcr.io/acme/app:1.2',
  'localhost:5000/x',
  'scratch',
  '${BASE}',
  'é',
);
const shellWord = fc.oneof(
  word,
  fc.constantFrom(
    '"a  b"',
    "'c # d'",
    '$HOME',
    '${A:-b}',
    'a\\ b',
    '$(date)',
    '*',
    'é😀',
    '2>&1',
    "it\\'s",
    '|',
    'a#b',
  ),
);

function keyword(name: string): fc.Arbitrary<string> {
  const mixed = name[0] + name.slice(1).toLowerCase();
  return fc.constantFrom(name, name, name, name.toLowerCase(), mixed);
}

/** What stands between two words: blanks, or a continuation with comments and blank lines in it. */
function gap({ escape, newline }: Style): fc.Arbitrary<string> {
  const filler = fc.constantFrom('', '  ', '# note', '  # it\'s "odd" \\', '\t#', '# x = y');
  const continuation = fc
    .tuple(
      blanks,
      fc.constantFrom('', ' ', '\t'),
      newline,
      fc.array(fc.tuple(filler, newline), { maxLength: 3 }),
      blanks,
    )
    .map(([before, behind, end, lines, indent]) => {
      return before + escape + behind + end + lines.map((line) => line.join('')).join('') + indent;
    });
  return fc.oneof({ weight: 3, arbitrary: blanks }, { weight: 1, arbitrary: continuation });
}

/** Words with gaps between them, the first one glued to nothing. */
function sentence(style: Style, words: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  const [first, ...rest] = words;
  return fc
    .tuple(first!, ...rest.flatMap((one) => [gap(style), one]))
    .map((parts) => (parts as string[]).join(''));
}

function some(one: fc.Arbitrary<string>, least: number, most: number): fc.Arbitrary<fc.Arbitrary<string>[]> {
  return fc.integer({ min: least, max: most }).map((count) => Array.from({ length: count }, () => one));
}

function heredoc(style: Style): fc.Arbitrary<string> {
  const head = fc.constantFrom(
    'RUN <<EOF',
    'run <<"EOF" cat',
    "COPY --link <<'EOF' /x",
    'ADD <<-EOF /x',
    'ONBUILD RUN <<EOF',
  );
  const line = fc.constantFrom('', '  x', '# no comment', 'RUN y', 'a \\', '"', '\ty', 'EOF x', ' EOF', 'é`');
  return fc
    .tuple(head, fc.array(fc.tuple(line, style.newline), { maxLength: 4 }), style.newline)
    .map(([first, body, end]) => first + end + body.map((one) => one.join('')).join('') + 'EOF');
}

function instruction(style: Style): fc.Arbitrary<string> {
  const pair = fc
    .tuple(word, fc.constantFrom('1', '"a  b"', "'x'", '$A', `a${style.escape} b`))
    .map((parts) => parts.join('='));
  const plain = (name: string, words: fc.Arbitrary<fc.Arbitrary<string>[]>): fc.Arbitrary<string> =>
    words.chain((list) => sentence(style, [keyword(name), ...list]));
  const flags = fc.constantFrom('--from=base', '--chown="1:1"', '--link', '--');
  return fc.oneof(
    { weight: 4, arbitrary: plain('RUN', some(shellWord, 1, 6)) },
    { weight: 2, arbitrary: plain('ENV', some(pair, 1, 3)) },
    { weight: 2, arbitrary: heredoc(style) },
    plain('LABEL', some(pair, 1, 3)),
    plain('ENV', fc.constant([word, shellWord])),
    plain('ARG', some(fc.oneof(pair, word), 1, 2)),
    plain('COPY', fc.constant([flags, word, word])),
    plain('EXPOSE', some(fc.constantFrom('80', '443/tcp'), 1, 2)),
    plain('WORKDIR', fc.constant([word])),
    plain('USER', fc.constant([word])),
    fc.constantFrom(
      'CMD ["node", "a  b"]',
      'cmd ["a"] # x',
      'ENTRYPOINT [ "a\\n" ]',
      'SHELL ["/bin/sh","-c"]',
    ),
    fc.constantFrom(
      'ONBUILD COPY . .',
      'HEALTHCHECK NONE',
      'HEALTHCHECK --interval=1s CMD ["x"]',
      'MAINTAINER me <a@b>',
    ),
  );
}

/** A line that is no instruction. */
const between = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', '  ', '\t') },
  fc.constantFrom('# comment', '   # indented', '#', '# a=b', '# escape=`', '# dockfix: nothing', '#é😀'),
);

/** Texts that parse, in one kind of line ending or in both, with and without BOM and final line feed. */
export const dockerfile: fc.Arbitrary<string> = fc
  .record({
    escape: fc.constantFrom('\\' as const, '`' as const),
    newline: fc.constantFrom(fc.constant('\n'), fc.constant('\r\n'), fc.constantFrom('\n', '\r\n')),
    bom: fc.constantFrom('', '', '\uFEFF'),
    syntax: fc.boolean(),
  })
  .chain(({ escape, newline, bom, syntax }) => {
    const style = { escape, newline };
    const indented = fc
      .tuple(fc.constantFrom('', '', '  ', '\t'), instruction(style))
      .map((parts) => parts.join(''));
    const from = image.chain((name) =>
      fc.oneof(
        sentence(style, [keyword('FROM'), fc.constant(name)]),
        sentence(style, [
          keyword('FROM'),
          fc.constant('--platform=linux/amd64'),
          fc.constant(name),
          fc.constantFrom('AS', 'as'),
          word,
        ]),
      ),
    );
    const stage = fc
      .tuple(from, fc.array(fc.oneof({ weight: 2, arbitrary: indented }, between), { maxLength: 6 }))
      .map(([first, rest]) => [first, ...rest]);
    const head = [
      ...(syntax ? ['# syntax=docker/dockerfile:1'] : []),
      ...(escape === '`' ? ['# escape=`'] : []),
    ];
    return fc
      .tuple(
        fc.array(between, { maxLength: 2 }),
        fc.array(fc.constantFrom('ARG BASE=node:20', 'ARG X'), { maxLength: 1 }),
        fc.array(stage, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
      )
      .chain(([above, globals, stages, ends]) => {
        // Only a real directive may stand where directives are read.
        const comments = above.map((line) => (/escape/.test(line) ? '# c' : line));
        const lines = [...head, ...comments, ...globals, ...stages.flat()];
        return fc.array(newline, { minLength: lines.length, maxLength: lines.length }).map((ends_) => {
          const text = lines.map((line, index) => line + ends_[index]!).join('');
          return bom + (ends ? text : text.replace(/\r?\n$/, ''));
        });
      });
  });
