import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/core/parse.ts';
import { expandAt, variableAt } from '../../src/core/variables.ts';

/** What `$name` holds at the last instruction: `kind value`, or undefined. */
function atEnd(text: string, name: string): string | undefined {
  const document = parseDocument(`${text}\nRUN x\n`);
  const variable = variableAt(document, document.instructions.at(-1)!, name);
  return variable && `${variable.kind} ${variable.value}`;
}

describe('a variable in a stage', () => {
  it.each([
    ['ENV A=1', 'env 1'],
    ['ENV A 1  2', 'env 1  2'],
    ['ENV A="1 2" B=3', 'env 1 2'],
    ['ENV "A"=1', 'env 1'],
    ['ENV A=1\nENV A=2', 'env 2'],
    ['ENV A=1 A=2', 'env 2'],
    ['ARG A=1', 'arg 1'],
    ['ARG B=2 A=1', 'arg 1'],
    ['ARG A=1\nARG A=2', 'arg 2'],
    ['ARG A', 'arg null'],
    ['RUN x', undefined],
    ['ARG AB=1', undefined],
  ])('%j makes A %j', (lines, value) => {
    expect(atEnd(`FROM a\n${lines}`, 'A')).toBe(value);
  });

  it.each([
    ['ENV B=1\nENV A=$B', 'env 1'],
    ['ENV B=1\nENV A=$B$B', 'env 11'],
    ['ENV A=1\nENV A=$A:2', 'env 1:2'],
    ['ARG B=1\nENV A=${B}.0', 'env 1.0'],
    ['ENV B=1\nARG A=$B', 'arg 1'],
    ['ARG B=1 A=$B', 'arg 1'],
    ['ARG B=1\nARG B=2 A=$B', 'arg 2'],
    ['ENV B=\nENV A=${B:-d}', 'env d'],
    ["ENV B=1\nENV A='$B'", 'env $B'],
    ['ENV B=1\nENV A=\\$B', 'env $B'],
    ['ENV B=/a/b\nENV A=${B##*/}', 'env b'],
    ['ENV B=aXb\nENV A=${B//X/-}', 'env a-b'],
    ['ENV B=1\nENV A=${B:+${B}2}', 'env 12'],
  ])('%j makes A %j', (lines, value) => {
    expect(atEnd(`FROM a\n${lines}`, 'A')).toBe(value);
  });

  it.each([
    ['that the base image may set', 'ENV A=$B'],
    ['that the base image may set, with a default', 'ENV A=${B:-d}'],
    ['that only the build knows', 'ARG B\nENV A=$B'],
    ['of the platform', 'ARG TARGETARCH\nENV A=$TARGETARCH'],
    ['of the platform, not declared', 'ENV A=$TARGETARCH'],
    ['that is broken', 'ENV B=1\nENV A=${B'],
    ['that must be set', 'ENV A=${B:?no}'],
  ])('is not known when it is made of one %s', (_, lines) => {
    expect(atEnd(`FROM a\n${lines}`, 'A')).toBe('env null');
  });

  it('sees only the lines above, also within one ENV of several lines', () => {
    expect(atEnd('FROM a\nENV A=1\nENV A=2 \\\n  B=$A', 'B')).toBe('env 1');
    expect(atEnd('FROM a\nENV B=$A\nENV A=1', 'B')).toBe('env null');
    const document = parseDocument('FROM a\nRUN x\nENV A=1\nRUN y\n');
    const [, before, env, behind] = document.instructions;
    expect(variableAt(document, before!, 'A')).toBeUndefined();
    expect(variableAt(document, env!, 'A')).toBeUndefined();
    expect(variableAt(document, behind!, 'A')).toMatchObject({ kind: 'env', value: '1', instruction: env });
  });

  it('is undefined before its ARG', () => {
    const document = parseDocument('FROM a\nRUN x\nARG A=1\nRUN y\n');
    expect(variableAt(document, document.instructions[1]!, 'A')).toBeUndefined();
    expect(variableAt(document, document.instructions[3]!, 'A')?.value).toBe('1');
  });
});

describe('ENV and ARG of one name', () => {
  it('is the ENV when it stands below', () => {
    expect(atEnd('FROM a\nARG A=1\nENV A=2', 'A')).toBe('env 2');
    expect(atEnd('FROM a\nARG A=1\nENV A=${A}2', 'A')).toBe('env 12');
    expect(atEnd('FROM a\nARG A\nENV A=2', 'A')).toBe('env 2');
  });

  it('is not known when the ARG stands below: builders differ', () => {
    expect(atEnd('FROM a\nENV A=2\nARG A=1', 'A')).toBe('env null');
    expect(atEnd('FROM a\nENV A=2\nARG A', 'A')).toBe('env null');
    expect(atEnd('FROM a AS s\nENV A=2\nFROM s\nARG A=1', 'A')).toBe('env null');
    expect(atEnd('FROM a\nENV A=2\nARG A=1\nENV B=$A', 'B')).toBe('env null');
  });

  it('is the ENV again when that is set once more', () => {
    expect(atEnd('FROM a\nENV A=1\nARG A=2\nENV A=3', 'A')).toBe('env 3');
  });
});

describe('a global ARG', () => {
  it('is hidden in a stage until it is declared there', () => {
    expect(atEnd('ARG A=1\nFROM a', 'A')).toBeUndefined();
    expect(atEnd('ARG A=1\nFROM a\nARG A', 'A')).toBe('arg 1');
    expect(atEnd('ARG A=1\nFROM a\nARG A=2', 'A')).toBe('arg 2');
    expect(atEnd('ARG A\nFROM a\nARG A', 'A')).toBe('arg null');
    expect(atEnd('ARG A=1\nFROM a\nARG A\nFROM b', 'A')).toBeUndefined();
  });

  it('is what FROM reads, whatever a stage declares', () => {
    const document = parseDocument('ARG A=1\nFROM x:$A\nENV A=2\nFROM y:$A\n');
    const froms = document.instructions.filter(({ keyword }) => keyword === 'FROM');
    expect(froms.map((from) => expandAt(document, from, from.rest.text))).toEqual(['x:1', 'y:1']);
    expect(expandAt(document, document.instructions[0]!, '$A')).toBe('1');
  });

  it('of the platform is known to nobody', () => {
    expect(atEnd('FROM a\nARG TARGETPLATFORM', 'TARGETPLATFORM')).toBe('arg null');
    expect(atEnd('FROM a\nARG TARGETPLATFORM=linux/amd64', 'TARGETPLATFORM')).toBe('arg null');
  });

  it('of a proxy needs no declaration', () => {
    for (const name of ['HTTP_PROXY', 'https_proxy', 'No_Proxy']) {
      expect(atEnd('FROM a', name)).toBe('arg null');
    }
    expect(atEnd('FROM a\nENV HTTP_PROXY=x', 'HTTP_PROXY')).toBe('env x');
  });
});

describe('a stage on another stage', () => {
  it('has what its parents have set, in any number of steps', () => {
    expect(atEnd('FROM a AS s\nENV A=x\nFROM s', 'A')).toBe('env x');
    expect(atEnd('FROM a AS s\nENV A=x\nFROM s AS t\nFROM t', 'A')).toBe('env x');
    expect(atEnd('FROM a AS s\nENV A=x\nFROM s\nENV B=$A.$A', 'B')).toBe('env x.x');
    expect(atEnd('FROM a AS s\nENV A=1\nENV A=2\nFROM S', 'A')).toBe('env 2');
    expect(atEnd('FROM a AS s\nENV A=1\nFROM s\nENV A=2', 'A')).toBe('env 2');
    expect(atEnd('FROM a AS s\nARG A=1\nFROM s', 'A')).toBe('arg 1');
  });

  it('has nothing of a stage that it only copies from, or that stands beside it', () => {
    expect(atEnd('FROM a AS s\nENV A=x\nFROM b\nCOPY --from=s x y', 'A')).toBeUndefined();
    expect(atEnd('FROM a AS s\nENV A=x\nFROM s\nENV A=y\nFROM s', 'A')).toBe('env x');
  });

  it('is found through a variable', () => {
    expect(atEnd('ARG BASE=s\nFROM a AS s\nENV A=x\nFROM $BASE', 'A')).toBe('env x');
  });

  it('comes to an end in a long chain, and in a file that looks like a circle', () => {
    const chain = Array.from({ length: 3000 }, (_, index) => `FROM s${index} AS s${index + 1}\n`).join('');
    expect(atEnd(`FROM a AS s0\nENV A=x\n${chain}`, 'A')).toBe('env null');
    expect(atEnd(`FROM a AS s0\nENV A=x\n${chain}ENV A=y`, 'A')).toBe('env y');
    expect(atEnd('FROM builder AS base\nENV A=1\nFROM base AS builder\nWORKDIR app', 'A')).toBe('env 1');
  });
});

describe('expandAt', () => {
  const document = parseDocument('# escape=`\nARG G=g\nFROM a\nENV A=1 P=C:\\x\nARG B\nWORKDIR $A\n');
  const last = document.instructions.at(-1)!;

  it.each([
    ['$A/x', '1/x'],
    ['"$A b"', '1 b'],
    ['`$A', '$A'],
    ['$P\\y', 'C:\\x\\y'],
    ["'$A'", '$A'],
    ['plain', 'plain'],
    ['$B', null],
    ['$G', null],
    ['$HOME', null],
    ['${A', null],
  ])('%s is %j', (text, value) => {
    expect(expandAt(document, last, text)).toBe(value);
  });
});

describe('values that double', () => {
  it('stay within bounds: what is too long is not known', () => {
    expect(atEnd(`FROM a\nENV A=xx\n${'ENV A=$A$A\n'.repeat(60)}`, 'A')).toBe('env null');
    expect(atEnd(`FROM a\nENV A=xx\n${'ENV A=$A$A\n'.repeat(10)}`, 'A')).toBe(`env ${'x'.repeat(2048)}`);
    expect(atEnd(`FROM a\nENV A=${'x'.repeat(60_000)}\nENV B="${'$A'.repeat(20_000)}"`, 'B')).toBe(
      'env null',
    );
  });
});
