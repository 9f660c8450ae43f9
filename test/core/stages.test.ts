import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/core/parse.ts';
import { fromNames, mountFields, shippedStages, stageByName, stagesOf } from '../../src/core/stages.ts';

function parents(text: string): (number | null)[] {
  return stagesOf(parseDocument(text)).map(({ parent }) => parent?.index ?? null);
}

describe('stages', () => {
  it('have a name, a base and their instructions', () => {
    const document = parseDocument('ARG A=x\nFROM --platform=p "no"de:20 AS Build\nRUN x\nUSER y\nFROM $A\n');
    expect(
      stagesOf(document).map(({ index, name, from, base, instructions }) => [
        index,
        name,
        from.line,
        base.text,
        instructions.map(({ keyword }) => keyword),
      ]),
    ).toEqual([
      [0, 'Build', 2, 'node:20', ['FROM', 'RUN', 'USER']],
      [1, null, 5, '$A', ['FROM']],
    ]);
  });

  it.each([
    ['by name', 'FROM a AS b\nFROM b\n', [null, 0]],
    ['by name in any case', 'FROM a AS Build\nFROM bUILD\n', [null, 0]],
    ['by name in quotes', 'FROM a AS b\nFROM "b"\n', [null, 0]],
    ['by a variable with a default', 'ARG V=b\nFROM a AS b\nFROM ${V}\n', [null, 0]],
    ['by a default in the FROM', 'FROM a AS b\nFROM ${V:-b}\n', [null, 0]],
    ['the last one of a name', 'FROM a AS b\nFROM c AS b\nFROM b\n', [null, null, 1]],
    ['over itself: its own name is not known yet', 'FROM a AS a\n', [null]],
    ['over itself, when there is another one', 'FROM x AS a\nFROM a AS a\nFROM a\n', [null, 0, 1]],
    ['not by a name further down', 'FROM b\nFROM a AS b\n', [null, null]],
    ['not by a number', 'FROM a\nFROM 0\n', [null, null]],
    ['not by a name with a tag', 'FROM a AS b\nFROM b:1\n', [null, null]],
    ['not by a variable that only the build knows', 'ARG V\nFROM a AS b\nFROM $V\n', [null, null]],
    ['not by what only looks like a variable', "ARG V=b\nFROM a AS b\nFROM '$V'\n", [null, null]],
    ['not by a variable of a stage', 'FROM a AS b\nARG V=b\nFROM $V\n', [null, null]],
  ])('stand on another one %s', (_, text, found) => {
    expect(parents(text)).toEqual(found);
  });

  it('never form a circle', () => {
    expect(parents('FROM builder AS base\nFROM base AS builder\nWORKDIR app\n')).toEqual([null, 0]);
  });
});

describe('stageByName', () => {
  const document = parseDocument('FROM a AS One\nFROM b AS two\nFROM c AS ONE\n');

  it.each([
    ['two', 1],
    ['TWO', 1],
    ['one', 2],
    ['0', 0],
    ['2', 2],
    ['+1', 1],
    ['3', null],
    ['-1', null],
    ['three', null],
    ['', null],
    ['1a', null],
  ])('%s is stage %s', (name, index) => {
    expect(stageByName(document, name)?.index ?? null).toBe(index);
  });
});

describe('mountFields', () => {
  it.each([
    [
      'type=bind,from=b,target=/x',
      [
        ['type', 'bind'],
        ['from', 'b'],
        ['target', '/x'],
      ],
    ],
    [
      'type=bind, From = b',
      [
        ['type', 'bind'],
        ['from', ' b'],
      ],
    ],
    [
      '"from=a,b",target=/x',
      [
        ['from', 'a,b'],
        ['target', '/x'],
      ],
    ],
    ['type=cache,readonly', [['type', 'cache']]],
    ['from=', [['from', '']]],
    ['from=a=b', [['from', 'a=b']]],
    ['', []],
    [',,', []],
  ])('%j', (value, fields) => {
    expect(mountFields(value).map((field) => [field.key, field.value])).toEqual(fields);
    for (const { value: text, start } of mountFields(value)) {
      expect(value.slice(start, start + text.length)).toBe(text);
    }
  });
});

describe('fromNames', () => {
  it.each([
    ['COPY --from=b x y', ['b']],
    ['COPY --chown=1 --from="b" x y', ['b']],
    ['RUN --mount=type=bind,from=b --mount=from=c,target=/x y', ['b', 'c']],
    ['ONBUILD COPY --from=b x y', ['b']],
    ['RUN --mount=type=cache,target=/x y', []],
    ['COPY --link x y', []],
  ])('%s', (text, names) => {
    expect(fromNames(parseDocument(`FROM a\n${text}\n`).instructions[1]!)).toEqual(names);
  });
});

describe('the stages that are shipped', () => {
  function shipped(text: string): number[] {
    return [...shippedStages(parseDocument(text))].map(({ index }) => index).sort();
  }

  it.each([
    ['the only one', 'FROM a\n', [0]],
    ['the last one, and not the one that hands over files', 'FROM a AS b\nFROM c\nCOPY --from=b x y\n', [1]],
    ['not one that hands over files by its number', 'FROM a\nFROM c\nCOPY --from=0 x y\n', [1]],
    ['not one that hands over files in another case', 'FROM a AS B\nFROM c\nCOPY --from=b x y\n', [1]],
    ['not one that is mounted', 'FROM a AS b\nFROM c\nRUN --mount=type=bind,from=b x\n', [1]],
    ['the parents of the last one', 'FROM a AS b\nFROM b AS c\nFROM c\n', [0, 1, 2]],
    ['a parent that also hands over files', 'FROM a AS b\nFROM b\nCOPY --from=b x y\n', [0, 1]],
    ['a leaf for --target, with its parents', 'FROM a AS base\nFROM base AS test\nFROM base\n', [0, 1, 2]],
    [
      'a leaf for --target beside one that is discarded',
      'FROM a AS b\nFROM x AS test\nCOPY --from=b x y\nFROM c\nCOPY --from=b x y\n',
      [1, 2],
    ],
    [
      'not a chain of stages that hand over files',
      'FROM a AS b\nFROM c AS d\nCOPY --from=b x y\nFROM e\nCOPY --from=d x y\n',
      [2],
    ],
    ['the last one although another one names it', 'FROM a AS b\nCOPY --from=c x y\nFROM d AS c\n', [0, 1]],
    ['one that copies from itself', 'FROM a AS b\nCOPY --from=b x y\nFROM c\n', [0, 1]],
  ])('%s', (_, text, found) => {
    expect(shipped(text)).toEqual(found);
  });
});
