/** What can be checked of the samples without an engine: that each says all that the runner needs, and says it right. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseDockerfile } from '../../src/index.ts';
import { BASE_NAMES } from './bases.ts';
import { readSamples } from './samples.ts';

const exchange = {
  method: z.string().optional(),
  path: z.string().startsWith('/'),
  body: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  status: z.int().min(100).max(599),
  says: z.string().optional(),
};
const words = z.array(z.string().min(1));
const verdict = z.enum(['fixed', 'withheld', 'none']).nullable();
const sample = z.strictObject({
  name: z.string(),
  folder: z.string(),
  about: z.string().min(10),
  probe: z.union([
    z.strictObject({ ...exchange, port: z.int().min(1).max(65535) }),
    z.strictObject({ exec: words.min(1), says: z.string() }),
    z.strictObject({ log: z.string().min(1) }),
  ]),
  also: z.array(z.strictObject(exchange)).optional(),
  portAfter: z.int().optional(),
  uid: z.int().min(0),
  stops: z.boolean().nullable(),
  health: z.enum(['healthy', 'unhealthy']).nullable().optional(),
  run: words.optional(),
  modes: z.record(z.string(), z.string().regex(/^[0-7]{3}$/)).optional(),
  rewrite: z.partialRecord(
    z.enum(['add-user', 'use-numeric-user', 'set-copy-owner', 'add-healthcheck', 'fix-healthcheck']),
    verdict,
  ),
  hardened: z.union([
    z.literal(false),
    z.strictObject({ run: words.optional(), also: z.boolean().optional() }),
  ]),
  naive: z
    .record(
      z.string().regex(/^naive[a-z-]*\.Dockerfile$/),
      z.strictObject({
        breaks: z.enum(['build', 'start', 'answer', 'health']),
        says: z.string(),
        why: z.string().min(10),
        run: words.optional(),
      }),
    )
    .optional(),
});

const samples = readSamples();

describe('the samples of the run-time proof', () => {
  it('are at least thirty, and say what they are for', () => {
    expect(samples.length).toBeGreaterThanOrEqual(30);
    expect(new Set(samples.map(({ about }) => about)).size).toBe(samples.length);
  });

  it.each(samples.map((one) => [one.name, one] as const))(
    '%s has a description of the right shape',
    (_, one) => {
      expect(sample.safeParse(one).error?.message).toBeUndefined();
      for (const path of Object.keys(one.modes ?? {}))
        expect(existsSync(join(one.folder, path)), path).toBe(true);
    },
  );

  it.each(samples.map((one) => [one.name, one] as const))(
    '%s has exactly the Dockerfiles it speaks of',
    (_, one) => {
      const files = readdirSync(one.folder).filter((name) => name.endsWith('.Dockerfile'));
      expect(files.filter((name) => name !== 'rewritten.Dockerfile').sort()).toEqual(
        Object.keys(one.naive ?? {}).sort(),
      );
      for (const file of ['Dockerfile', ...files]) {
        const text = readFileSync(join(one.folder, file), 'utf8');
        const document = parseDockerfile(text);
        const froms = document.instructions.filter(({ keyword }) => keyword === 'FROM');
        expect(froms.length, file).toBeGreaterThan(0);
        // A frontend would have to be pulled, and nothing is pulled here.
        expect(text, file).not.toMatch(/^#\s*syntax\s*=/im);
        for (const name of text.matchAll(/^FROM (\S+)/gm)) {
          expect(['scratch', ...BASE_NAMES], `${file} of ${one.name}`).toContain(name[1]);
        }
      }
    },
  );

  it('show at least eight forced lines that break', () => {
    const naive = samples.flatMap((one) => Object.values(one.naive ?? {}));
    expect(naive.length).toBeGreaterThanOrEqual(8);
    expect(new Set(naive.map(({ breaks }) => breaks))).toEqual(
      new Set(['build', 'start', 'answer', 'health']),
    );
  });
});
