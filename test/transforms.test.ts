/**
 * The harness: every transform, alone, on every fixture case of its folder, in all variants. A new transform gets
 * all of this by its folder and its line in transforms/index.ts.
 */
import { describe, expect, it } from 'vitest';
import { fixDocument } from '../src/app/fix-text.ts';
import { fixtureContext, fixtureGatherer } from '../src/app/fixture.ts';
import { applyEdits, invertEdits } from '../src/core/edit.ts';
import { defaultOptions } from '../src/core/options.ts';
import { parseDocument } from '../src/core/parse.ts';
import type { FixedText } from '../src/core/outcome.ts';
import type { Transform } from '../src/core/types.ts';
import { transforms } from '../transforms/index.ts';
import { VARIANTS, readCases } from './fixtures.ts';
import type { FixtureCase } from './fixtures.ts';

const knownIds = new Set(transforms.map(({ meta }) => meta.id));

function fix(transform: Transform, fixture: FixtureCase, text: string): Promise<FixedText> {
  const options = { ...defaultOptions(transform), ...fixture.options.options };
  const document = parseDocument(text);
  return fixDocument(document, {
    transforms: [{ transform, options }],
    knownIds,
    level: fixture.options.unsafe ? 'unsafe' : 'safe',
    preview: true,
    gatherer: fixtureGatherer(
      fixture.facts,
      fixture.context ? () => fixtureContext(fixture.context!)(document) : null,
    ),
  });
}

describe.each(transforms.map((transform) => [transform.meta.id, transform] as const))(
  '%s',
  (id, transform) => {
    const cases = readCases(id);

    describe.each(cases.map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
      for (const variant of VARIANTS) {
        if (fixture.options.skipVariants?.[variant.name]) continue;
        const input = variant.apply(fixture.input);
        const expected = variant.apply(fixture.expected);
        if (input === null || expected === null) continue;

        it(`gives the expected text ${variant.name}, once and for all`, async () => {
          const result = await fix(transform, fixture, input);
          expect(result.change.text).toBe(expected);
          expect(result.bugs).toEqual([]);

          const again = await fix(transform, fixture, expected);
          expect(again.change.text).toBe(expected);
          expect(again.bugs).toEqual([]);

          expect(applyEdits(input, result.change.edits)).toBe(expected);
          expect(applyEdits(expected, invertEdits(input, result.change.edits))).toBe(input);
        });
      }

      it('finds what findings.json says, each with a fix or a reason', async () => {
        const { findings } = await fix(transform, fixture, fixture.input);
        const found = findings.map(({ line, status, code, safety }) => ({ line, status, code, safety }));
        expect(found).toEqual(fixture.findings.map((wanted) => expect.objectContaining(wanted)));
        for (const finding of findings) {
          expect(finding.reason, finding.message).not.toBe('');
          expect(finding.safety === null, finding.message).toBe(finding.code !== null);
          if (finding.safety !== null) expect(transform.meta.safety).toContain(finding.safety);
        }
      });
    });

    it('has a case that changes something and one that leaves everything', () => {
      expect(cases.some(({ input, expected }) => input !== expected)).toBe(true);
      const left = cases.filter(({ name }) => name.startsWith('leaves-'));
      expect(left.length).toBeGreaterThan(0);
      for (const { name, input, expected } of left) expect(expected, name).toBe(input);
    });

    it('reaches every safety level that it declares', async () => {
      const reached = new Set<string>();
      for (const fixture of cases) {
        const { findings } = await fix(transform, fixture, fixture.input);
        for (const { safety } of findings) if (safety !== null) reached.add(safety);
      }
      expect([...reached].sort()).toEqual([...transform.meta.safety].sort());
    });

    it('shows a change in its example', () => {
      const example = cases.find(({ name }) => name === transform.meta.example);
      expect(example).toBeDefined();
      expect(example!.expected).not.toBe(example!.input);
    });
  },
);

describe('the list of transforms', () => {
  it('has ids that start with a verb and are used once', () => {
    const ids = transforms.map(({ meta }) => meta.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids)
      expect(id).toMatch(/^(?:add|avoid|clean|fix|pin|replace|set|split|update|use)-[a-z-]+$/);
  });
});
