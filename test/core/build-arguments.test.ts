import { describe, expect, it } from 'vitest';
import {
  buildArgumentValue,
  buildArguments,
  evaluate,
  expandFrom,
  readersOf,
} from '../../src/core/build-arguments.ts';
import { parseDocument } from '../../src/core/parse.ts';

describe('the ARGs above the first FROM', () => {
  it('have names, defaults and places', () => {
    const text = 'ARG A=1 B\n# c\nARG C="x y"\nFROM a\nARG D=4\n';
    const found = buildArguments(parseDocument(text));
    expect(
      found.map(({ name, value, instruction, pair }) => [
        name,
        value,
        instruction.line,
        text.slice(pair.span.start, pair.span.end),
      ]),
    ).toEqual([
      ['A', '1', 1, 'A=1'],
      ['B', null, 1, 'B'],
      ['C', 'x y', 3, 'C="x y"'],
    ]);
  });

  it.each([
    ['ARG A=1 B=$A', '1'],
    ['ARG A=1\nARG B=${A}', '1'],
    ['ARG B=$A\nARG A=1', ''],
    ['ARG A\nARG B=$A', null],
    ['ARG A\nARG B=${A:-d}', null],
    ['ARG B=$unset', ''],
    ['ARG B=${unset:-d}', 'd'],
    ['ARG B=$TARGETARCH', null],
    ['ARG B=${BUILDPLATFORM:-linux/amd64}', null],
    ["ARG A=1\nARG B='$A'", '$A'],
    ['ARG A=1\nARG B=\\$A', '$A'],
    ['ARG A=1\nARG B="${A}.2"', '1.2'],
    ['ARG A=3.12.4\nARG B=${A%.*}', '3.12'],
    ['ARG B="x', null],
    ['ARG B=${', null],
    ['ARG B=1\nARG B=2', '2'],
    ['ARG B=1\nARG B=${B}2', '12'],
    ['ARG B=1\nARG B', null],
    ['ARG A=1\nARG B', null],
  ])('%j give B the value %j', (args, value) => {
    expect(buildArgumentValue(parseDocument(`${args}\nFROM a\n`), 'B')).toBe(value);
  });

  it('are the only ones: what a stage declares is none, and an unknown name is undefined', () => {
    const document = parseDocument('FROM a\nARG B=1\n');
    expect(buildArguments(document)).toEqual([]);
    expect(buildArgumentValue(document, 'B')).toBeUndefined();
  });

  it('are put into a FROM, unless only the build knows one of them', () => {
    const document = parseDocument('ARG R=ghcr.io\nARG T\nFROM a\n');
    expect(expandFrom(document, '${R}/x:${V:-2}')).toBe('ghcr.io/x:2');
    expect(expandFrom(document, '"${R:-docker.io}"/x')).toBe('ghcr.io/x');
    expect(expandFrom(document, 'x:$T')).toBeNull();
    expect(expandFrom(document, 'x-${TARGETARCH}')).toBeNull();
    expect(expandFrom(document, 'x:${V?no}')).toBeNull();
  });
});

describe('readers of a build argument', () => {
  function readers(text: string, name: string): string[] {
    return (readersOf(parseDocument(text)).get(name) ?? []).map(
      ({ kind, instruction, reference }) => `${instruction.line} ${kind} ${reference?.operator ?? '-'}`,
    );
  }

  it('are FROM lines, their flags, other defaults and stages that declare it again', () => {
    const text =
      'ARG A=1\nARG B=$A\nFROM --platform=$A x:${A:-2} AS b\nARG A\nARG C=$A\nRUN echo $A\nCOPY --from=$A x y\nFROM "y:$A"\n';
    expect(readers(text, 'A')).toEqual(['2 argument ', '3 from :-', '3 from-flag ', '4 stage -', '8 from ']);
    expect(readers(text, 'B')).toEqual([]);
    expect(readers(text, 'C')).toEqual([]);
  });

  it('are not places where the "$" is a plain character', () => {
    expect(readers("ARG A=1\nARG B='$A'\nFROM x:\\$A\nFROM '$A'\n", 'A')).toEqual([]);
  });

  it('are found inside other variables', () => {
    expect(readers('ARG A=1\nFROM x:${V:-${A}}\n', 'A')).toEqual(['2 from ']);
  });

  it('are not asked for where no argument is declared', () => {
    expect(readersOf(parseDocument('FROM $A\n')).size).toBe(0);
  });
});

describe('evaluate', () => {
  it('tells unknown from unset', () => {
    const lookup = (name: string): string | null | undefined =>
      name === 'K' ? 'v' : name === 'N' ? null : undefined;
    expect(evaluate('$K-$U', '\\', lookup)).toBe('v-');
    expect(evaluate('$N', '\\', lookup)).toBeNull();
    expect(evaluate('${U:-$N}', '\\', lookup)).toBeNull();
    expect(evaluate('$K"', '\\', lookup)).toBeNull();
    expect(evaluate('`$K$K', '`', lookup)).toBe('$Kv');
  });
});
