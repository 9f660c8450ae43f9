/**
 * Recipes for health checks that people copy, and that fail in the images they are copied into: none of them ever
 * comes out of a fix, and each of them is found where it stands.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../src/core/parse.ts';
import { readCheck } from '../../../src/core/healthcheck.ts';
import { FIXTURES, readCases } from '../../fixtures.ts';

const added = readCases('add-healthcheck').filter(({ input, expected }) => input !== expected);
const fixed = readCases('fix-healthcheck').filter(({ input, expected }) => input !== expected);

function checksIn(text: string): readonly ReturnType<typeof readCheck>[] {
  return parseDocument(text)
    .instructions.filter(({ keyword }) => keyword === 'HEALTHCHECK')
    .map(readCheck);
}

describe('what add-healthcheck writes', () => {
  it.each(added.map(({ name, expected }) => [name, expected] as const))(
    'has no known trap: %s',
    (_, text) => {
      const [check] = checksIn(text);
      expect(check?.form).toBe('exec');
      expect(check!.flags.map(({ name }) => name)).toEqual([
        'interval',
        'timeout',
        'start-period',
        'retries',
      ]);
      expect(check!.command.text).not.toMatch(/localhost|--spider|--head|"-I"|HEAD|\|\| true|exit 0/);
      expect(check!.command.text).toMatch(/127\.0\.0\.1/);
    },
  );

  it('stands in front of ENTRYPOINT and CMD and behind EXPOSE where it can', () => {
    for (const { name, expected } of added) {
      const keywords = parseDocument(expected).instructions.map(({ keyword }) => keyword);
      const at = keywords.lastIndexOf('HEALTHCHECK');
      expect(keywords.slice(at).includes('EXPOSE'), name).toBe(false);
    }
  });
});

describe('the texts that people copy', () => {
  it.each([
    ['curl where there is none', 'curl-that-is-not-there'],
    ['curl on Alpine', 'curl-on-alpine'],
    ['curl that only the builder has', 'curl-only-in-the-builder'],
    ['localhost for the wget of Alpine', 'localhost-on-alpine'],
    ['HEAD for FastAPI', 'head-request-to-fastapi'],
    ['a port variable that is not set', 'port-variable-without-a-default'],
    ['a port variable in exec form', 'variable-in-exec-form'],
    ['--start-interval', 'start-interval'],
    ['|| exit 0', 'never-fails'],
    ['exit code 2', 'reserved-exit-code'],
  ])('are repaired: %s', (_, name) => {
    const found = fixed.find((one) => one.name === name);
    expect(found).toBeDefined();
    expect(checksIn(found!.expected)).not.toEqual(checksIn(found!.input));
  });

  it('have a case each, with its findings', () => {
    for (const name of readdirSync(join(FIXTURES, 'fix-healthcheck'))) {
      expect(
        () => readFileSync(join(FIXTURES, 'fix-healthcheck', name, 'findings.json')),
        name,
      ).not.toThrow();
    }
  });
});
