import { describe, expect, it } from 'vitest';
import { repositoryName } from '../../src/core/image-ref.ts';
import { imageUses } from '../../src/core/image-uses.ts';
import { parseDocument } from '../../src/core/parse.ts';

/** `kind line "text at the span" -> image`, or the code that blocks it. */
function uses(text: string): string[] {
  const document = parseDocument(text);
  return imageUses(document).map(({ kind, span, image, blocked, instruction, raw }) => {
    expect(image === null, raw).toBe(blocked !== null);
    if (blocked) expect(blocked.reason).not.toBe('');
    const what = image
      ? `${repositoryName(image)}${image.tag === null ? '' : `:${image.tag}`}${image.digest === null ? '' : '@'}`
      : `(${blocked!.code})`;
    return `${kind} ${instruction?.line ?? '-'} ${JSON.stringify(text.slice(span.start, span.end))} ${what}`;
  });
}

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('a literal name', () => {
  it.each([
    ['FROM node\n', ['from 1 "node" docker.io/library/node']],
    ['FROM "node:20" AS x\n', ['from 1 "node:20" docker.io/library/node:20']],
    [`FROM node:20@${DIGEST}\n`, [`from 1 "node:20@${DIGEST}" docker.io/library/node:20@`]],
    [
      'FROM --platform=linux/amd64 \\\n  ghcr.io/a/b:1 \\\n  AS x\n',
      ['from 1 "ghcr.io/a/b:1" ghcr.io/a/b:1'],
    ],
    ['FROM no\\\nde:20\n', ['from 1 "no\\\\\\nde:20" docker.io/library/node:20']],
    ['FROM scratch\n', []],
    ['FROM Scratch\n', ['from 1 "Scratch" (invalid-reference)']],
    ['FROM a AS b\nFROM b\n', ['from 1 "a" docker.io/library/a']],
    ['FROM b\nFROM a AS b\n', ['from 1 "b" docker.io/library/b', 'from 2 "a" docker.io/library/a']],
    ['FROM x//y\n', ['from 1 "x//y" (invalid-reference)']],
    ['FROM {{base}}\n', ['from 1 "{{base}}" (invalid-reference)']],
  ])('%j', (text, found) => {
    expect(uses(text)).toEqual(found);
  });
});

describe('# syntax', () => {
  it.each([
    [
      '# syntax=docker/dockerfile:1\nFROM scratch\n',
      ['syntax - "docker/dockerfile:1" docker.io/docker/dockerfile:1'],
    ],
    ['# escape=\\\n#Syntax = a/b --x\nFROM scratch\n', ['syntax - "a/b" docker.io/a/b']],
    ['# x\n# syntax=a/b\nFROM scratch\n', []],
    ['# syntax=$A\nFROM scratch\n', ['syntax - "$A" (invalid-reference)']],
  ])('%j', (text, found) => {
    expect(uses(text)).toEqual(found);
  });
});

describe('COPY --from and RUN --mount', () => {
  it.each([
    ['COPY --from=nginx:1 x y', ['copy-from 2 "nginx:1" docker.io/library/nginx:1']],
    ['COPY --chown=1 --from="nginx:1" x y', ['copy-from 2 "nginx:1" docker.io/library/nginx:1']],
    ['COPY --from=s x y', []],
    ['COPY --from=S x y', []],
    ['COPY --from=0 x y', []],
    ['COPY --from=7 x y', []],
    ['COPY --from= x y', []],
    ['COPY --from=$A x y', ['copy-from 2 "$A" (variable-not-expanded)']],
    ['COPY --from=a:${B} x y', ['copy-from 2 "a:${B}" (variable-not-expanded)']],
    ['COPY --from=A!B x y', ['copy-from 2 "A!B" (invalid-reference)']],
    ['ADD --from=nginx x y', []],
    ['RUN --mount=type=bind,from=nginx:1,target=/x y', ['mount-from 2 "nginx:1" docker.io/library/nginx:1']],
    [
      'RUN --mount=type=bind,from=a --mount=from=b,target=/x y',
      ['mount-from 2 "a" docker.io/library/a', 'mount-from 2 "b" docker.io/library/b'],
    ],
    ['RUN --mount=type=bind,from=s y', []],
    ['RUN --mount=type=bind,from=scratch y', []],
    ['RUN --mount=type=cache,target=/x y', []],
    ['RUN --mount=from=$A y', ['mount-from 2 "$A" (variable-not-expanded)']],
    ['ONBUILD COPY --from=nginx x y', ['copy-from 2 "nginx" (onbuild-reference)']],
    ['ONBUILD COPY --from=s x y', ['copy-from 2 "s" (onbuild-reference)']],
    ['ONBUILD RUN --mount=from=nginx y', ['mount-from 2 "nginx" (onbuild-reference)']],
    ['COPY --from=ng\\\ninx x y', ['copy-from 2 "ng\\\\\\ninx" docker.io/library/nginx']],
  ])('%j', (text, found) => {
    expect(uses(`FROM scratch AS s\n${text}\n`)).toEqual(found);
  });

  it('may name a stage that comes later: it is none of the images', () => {
    expect(uses('FROM scratch\nCOPY --from=later x y\nFROM scratch AS later\n')).toEqual([]);
  });
});

describe('an ARG that is the whole name', () => {
  it.each([
    ['ARG I=node:20\nFROM $I\n', 'argument 1 "node:20" docker.io/library/node:20'],
    ['ARG I=node:20\nFROM ${I}\n', 'argument 1 "node:20" docker.io/library/node:20'],
    ['ARG I="node:20"\nFROM "${I}" AS x\n', 'argument 1 "node:20" docker.io/library/node:20'],
    ['ARG A=1 I=node \\\n  B=2\nFROM $I\n', 'argument 1 "node" docker.io/library/node'],
    ['ARG I=node:20\nFROM $I AS a\nFROM --platform=x $I\n', 'argument 1 "node:20" docker.io/library/node:20'],
    ['ARG I=A!\nFROM $I\n', 'argument 1 "A!" (invalid-reference)'],
  ])('%j is edited at its default', (text, found) => {
    expect(uses(text)).toEqual([found]);
  });

  it('knows the FROM lines that it feeds, and a platform that is written out', () => {
    const document = parseDocument('ARG I=node\nFROM --platform=linux/arm64 $I AS a\nFROM $I\n');
    const [use] = imageUses(document);
    expect(use!.readers.map(({ line }) => line)).toEqual([2, 3]);
    expect(use!.platform).toBe('linux/arm64');
  });

  it('is none when its default is scratch or a stage', () => {
    expect(uses('ARG I=scratch\nFROM $I\n')).toEqual([]);
    expect(uses('FROM ${I:-scratch}\n')).toEqual([]);
    expect(uses('ARG I=s\nFROM scratch AS s\nFROM $I\n')).toEqual([]);
  });
});

describe('an ARG that is the tag', () => {
  it.each([
    ['ARG V=20\nFROM node:$V\n', 'argument-tag 1 "20" docker.io/library/node:20'],
    ['ARG V="20"\nFROM ghcr.io/a/b:${V}\n', 'argument-tag 1 "20" ghcr.io/a/b:20'],
    [`ARG V=20@${DIGEST}\nFROM node:$V\n`, `argument-tag 1 "20@${DIGEST}" docker.io/library/node:20@`],
    ['ARG V=-20\nFROM node:$V\n', 'from 2 "node:$V" (invalid-reference)'],
    ['ARG V=20@sha256:00\nFROM node:$V\n', 'from 2 "node:$V" (invalid-reference)'],
    ['ARG V=20\nFROM A!:$V\n', 'from 2 "A!:$V" (invalid-reference)'],
  ])('%j', (text, found) => {
    expect(uses(text)).toEqual([found]);
  });
});

describe('a name with variables that cannot be edited', () => {
  it.each([
    ['broken-variable', 'ARG A=1\nFROM x:${A\n'],
    ['broken-variable', 'ARG A=1\nFROM x:${A!}\n'],
    ['broken-variable', 'FROM x:$\n'],
    ['broken-variable', "ARG A=node\nFROM '$A'\n"],
    ['broken-variable', 'ARG A=node\nFROM \\$A\n'],
    ['broken-variable', 'ARG A=node B=x\nFROM $A"\\$B"\n'],
    ['several-variables', 'ARG A=1 B=2\nFROM $A:$B\n'],
    ['several-variables', 'ARG A=1\nFROM x:${A}-${A}\n'],
    ['several-variables', 'ARG A=1\nFROM x:${B:-${A}}\n'],
    ['variable-operator', 'ARG A=node\nFROM ${A:-debian}\n'],
    ['variable-operator', 'ARG A=1.2.3\nFROM x:${A%.*}\n'],
    ['undeclared-argument', 'FROM $A\n'],
    ['undeclared-argument', 'FROM x:$TARGETARCH\n'],
    ['undeclared-argument', 'FROM scratch AS a\nARG A=node\nFROM $A\n'],
    ['argument-declared-twice', 'ARG A=1\nARG A=2\nFROM x:$A\n'],
    ['argument-without-default', 'ARG A\nFROM $A\n'],
    ['argument-without-default', 'ARG A=\nFROM x:$A\n'],
    ['argument-without-default', 'ARG A=""\nFROM $A\n'],
    ['argument-of-arguments', 'ARG B=1\nARG A=x:$B\nFROM $A\n'],
    ['argument-read-in-stage', 'ARG A=1\nFROM x:$A\nARG A\n'],
    ['argument-read-in-stage', 'ARG A=node\nFROM $A\nARG A=x\n'],
    ['argument-read-elsewhere', 'ARG A=1\nARG B=$A\nFROM x:$A\n'],
    ['argument-read-elsewhere', 'ARG A=node\nFROM --platform=$A $A\n'],
    ['variable-registry', 'ARG A=ghcr.io\nFROM $A/a/b:1\n'],
    ['variable-in-tag', 'ARG A=20\nFROM node:$A-slim\n'],
    ['variable-in-tag', 'ARG A=20\nFROM node:v${A}\n'],
    ['variable-in-name', 'ARG A=b\nFROM a/$A:1\n'],
    ['variable-in-name', 'ARG A=b\nFROM $A:1\n'],
    ['variable-in-name', 'ARG A=b\nFROM localhost:5000/$A\n'],
    ['argument-feeds-two-names', 'ARG A=1\nFROM localhost:$A/x\nFROM x:$A\n'],
  ])('%s: %j', (code, text) => {
    const blocked = uses(text).filter((use) => use.includes('('));
    expect(blocked.at(-1)).toContain(`(${code})`);
  });

  it.each([
    ['ARG A=1\nFROM x:$A AS s\nFROM y:$A\n', ['from 2 "x:$A"', 'from 3 "y:$A"']],
    ['ARG A=node\nFROM $A AS s\nFROM $A:1\n', ['from 2 "$A"', 'from 3 "$A:1"']],
    ['ARG A=node\nFROM x:$A AS s\nFROM $A\n', ['from 2 "x:$A"', 'from 3 "$A"']],
  ])('argument-feeds-two-names, on both of them: %j', (text, found) => {
    expect(uses(text)).toEqual(found.map((use) => `${use} (argument-feeds-two-names)`));
  });

  it('points at the name as written, in the FROM', () => {
    const text = 'FROM \\\n  "x:$A" AS y\n';
    const [use] = imageUses(parseDocument(text));
    expect(text.slice(use!.span.start, use!.span.end)).toBe('x:$A');
    expect(use).toMatchObject({ raw: 'x:$A', readers: [], platform: null });
  });
});

describe('all uses (REF-5)', () => {
  it('come in the order of the file, each ARG once', () => {
    const text =
      '# syntax=a/b:1\nARG I=node:20\nFROM $I AS x\nCOPY --from=nginx a b\nFROM $I\nRUN --mount=from=alpine,target=/y z\nFROM scratch\n';
    expect(uses(text)).toEqual([
      'syntax - "a/b:1" docker.io/a/b:1',
      'argument 2 "node:20" docker.io/library/node:20',
      'copy-from 4 "nginx" docker.io/library/nginx',
      'mount-from 6 "alpine" docker.io/library/alpine',
    ]);
  });

  it('have the platform of their FROM when it is written out', () => {
    const platforms = imageUses(
      parseDocument('FROM --platform=linux/amd64 a\nFROM --platform=$BUILDPLATFORM b\nFROM c\n'),
    ).map(({ platform }) => platform);
    expect(platforms).toEqual(['linux/amd64', null, null]);
  });

  it('come to an end, however often an ARG is read', () => {
    const from = (line: string): string => line.repeat(20_000);
    expect(uses(`ARG A=node\n${from('FROM $A\n')}`)).toHaveLength(1);
    expect(uses(`ARG A=1\n${from('FROM x:$A\n')}`)).toHaveLength(20_000);
  });
});
