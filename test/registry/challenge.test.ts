import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../src/registry/challenge.ts';

function plain(values: readonly string[]): unknown {
  return parseChallenges(values).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('WWW-Authenticate', () => {
  it('is read with quotes, escapes and bare values (AUTH-1)', () => {
    expect(plain(['Bearer realm="https://a.test/t?x=1,2", Service=plain ,scope="a \\"b\\" c"'])).toEqual([
      ['bearer', { realm: 'https://a.test/t?x=1,2', service: 'plain', scope: 'a "b" c' }],
    ]);
  });

  it('may hold several challenges, in one header or in several (AUTH-1)', () => {
    expect(plain(['Bearer realm="r",scope="*",Basic realm="b"', 'Negotiate'])).toEqual([
      ['bearer', { realm: 'r', scope: '*' }],
      ['basic', { realm: 'b' }],
      ['negotiate', {}],
    ]);
  });

  it('survives nonsense', () => {
    expect(plain(['', ' , ,, ', '=', '"'.repeat(1000), 'a=b'])).toEqual([]);
    expect(parseChallenges(['x,'.repeat(100_000)]).length).toBeLessThan(5000);
  });
});
