import { describe, expect, it } from 'vitest';
import { MAX_JSON_DEPTH, parseJson } from '../../src/registry/json.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('JSON from a server', () => {
  it('is read as it is', () => {
    expect(parseJson(bytes('{"a":[1,{"b":"[[[{{{\\"]]"}]}'))).toEqual({ a: [1, { b: '[[[{{{"]]' }] });
    expect(parseJson(bytes('null'))).toBeNull();
  });

  // Red when `++depth > maxDepth` in isShallow is made always false.
  it('SEC-3: is refused when it nests deeper than 64, before a parser sees it', () => {
    const nested = (depth: number): Uint8Array => bytes('['.repeat(depth) + ']'.repeat(depth));
    expect(parseJson(nested(MAX_JSON_DEPTH))).toBeDefined();
    expect(parseJson(nested(MAX_JSON_DEPTH + 1))).toBeUndefined();
    expect(parseJson(bytes('{"a":'.repeat(65) + '1' + '}'.repeat(65)))).toBeUndefined();
    expect(parseJson(bytes('['.repeat(4 * 1024 * 1024)))).toBeUndefined();
    // Brackets in strings are no depth.
    expect(parseJson(bytes(`"${'['.repeat(1000)}"`))).toBe('['.repeat(1000));
    expect(parseJson(bytes(`["\\"${'['.repeat(1000)}"]`))).toEqual([`"${'['.repeat(1000)}`]);
  });

  it.each([['{'], [''], ['nope'], ['"\\'], ['[1,]']])('is undefined for %j', (text) => {
    expect(parseJson(bytes(text))).toBeUndefined();
  });

  it('is undefined for what is no UTF-8', () => {
    expect(parseJson(Uint8Array.from([0x22, 0xff, 0xfe, 0x22]))).toBeUndefined();
  });
});
