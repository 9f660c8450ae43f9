/**
 * The run-time proof of split-stages, by the command that everybody has for it: every application with one stage goes
 * through `dockfix verify`, which builds and runs it before and after. Nothing may be worse; the image has to be smaller
 * and to say what the application says. It takes minutes and an engine, so it only runs when it is asked for:
 * DOCKFIX_RUNTIME=1 npm test.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapLimited } from '../../../src/app/fix-files.ts';
import type { Verification } from '../../../src/core/verification.ts';
import { parseReport } from '../../report/schema.ts';
import { parseVerification } from '../../report/verify-schema.ts';
import { runDockfix } from '../../support/run.ts';
import { startBed } from '../bases.ts';
import type { Bed } from '../bases.ts';
import { startContainer } from '../container.ts';
import type { Answer } from '../container.ts';
import { whyNoEngine } from '../engine.ts';
import type { Exchange } from '../samples.ts';
import { SPLIT_BASES } from './bases.ts';

const FOLDER = fileURLToPath(new URL('samples', import.meta.url));
const MINUTE = 60_000;
/** A proof waits most of its time. */
const AT_ONCE = 4;

/** `sample.json` of an application. */
interface SplitSample {
  readonly about: string;
  readonly stack: string;
  readonly port: number;
  readonly requests: readonly Exchange[];
  /** The code with which it is left as it is; without one it is split. */
  readonly withheld?: string;
}

const samples = readdirSync(FOLDER)
  .sort()
  .map((name) => {
    // The sample's own description.
    const data = JSON.parse(readFileSync(join(FOLDER, name, 'sample.json'), 'utf8')) as SplitSample;
    return { ...data, name, folder: join(FOLDER, name) };
  });

/** One a stack: reading the files of the large images takes longer than all else, so the others go without. */
const WITH_FILES: ReadonlySet<string> = new Set(
  [...samples]
    .filter(({ withheld }) => withheld === undefined)
    .reverse()
    .reduce((found, { stack, name }) => found.set(stack, name), new Map<string, string>())
    .values(),
);

/** What became of a sample. */
interface Proven {
  readonly exit: number;
  /** What could not be read as a report. */
  readonly said: string;
  readonly row: Verification | null;
  readonly beforeBytes: number;
  readonly afterBytes: number;
  /** Of the rewritten image. */
  readonly answers: readonly Answer[];
  readonly logs: string;
}

/** How much smaller the images are in the median, by stack and in all. */
function medians(
  savings: readonly { readonly stack: string; readonly percent: number }[],
): readonly string[] {
  const stacks = [...new Set(savings.map(({ stack }) => stack)), 'all'];
  return stacks.map((stack) => {
    const found = savings
      .filter((one) => stack === 'all' || one.stack === stack)
      .map(({ percent }) => percent);
    const sorted = found.sort((a, b) => a - b);
    const middle =
      (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
    return `${stack}: ${sorted.length} images, ${middle.toFixed(1)}% smaller in the median`;
  });
}

const why = process.env['DOCKFIX_RUNTIME'] === '1' ? whyNoEngine() : 'set DOCKFIX_RUNTIME=1';
const title = why === null ? 'images split, built and run' : `images split, built and run (skipped: ${why})`;

describe.skipIf(why !== null)(title, () => {
  let bed: Bed;
  const root = mkdtempSync(join(tmpdir(), 'dockfix-split-'));
  const proven = new Map<string, Proven | Error>();
  const sizes: string[] = [];
  const savings: { readonly stack: string; readonly percent: number }[] = [];

  beforeAll(async () => {
    bed = await startBed((line) => process.stderr.write(`${line}\n`), SPLIT_BASES);
    // Packages of the distribution come from the archive that made the base images, by the network of the machine.
    const shim = `#!/bin/sh\n[ "$1" = build ] && shift && set -- build --network=host "$@"\nexec "${bed.engine.client}" "$@"\n`;
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(root, 'bin', 'docker'), shim, { mode: 0o755 });
    await mapLimited(samples, AT_ONCE, async (sample) => {
      proven.set(sample.name, await prove(sample).catch((error: unknown) => error as Error));
    });
  }, 60 * MINUTE);
  afterAll(async () => {
    process.stderr.write(`${[...sizes.sort(), ...medians(savings)].join('\n')}\n`);
    rmSync(root, { recursive: true, force: true });
    await bed?.stop();
  }, 2 * MINUTE);

  /** Nothing of it stays in the engine. */
  const prove = async (
    sample: SplitSample & { readonly folder: string; readonly name: string },
  ): Promise<Proven> => {
    const { engine } = bed;
    const folder = join(root, 'work', sample.name);
    cpSync(sample.folder, folder, { recursive: true, filter: (path) => !path.endsWith('sample.json') });
    const paths = sample.requests.filter(({ method = 'GET' }) => method === 'GET').map(({ path }) => path);
    const config = join(root, `${sample.name}.yaml`);
    const skip = WITH_FILES.has(sample.name) ? [] : ['files', 'libraries'];
    const proof = { timeout: '10m', ports: [sample.port], paths, skip };
    writeFileSync(config, `${bed.config}verify: ${JSON.stringify(proof)}\n`);
    const words = ['--config', config, '--no-cache', '--only', 'split-stages', '--json'];
    const env = { ...engine.env, PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}` };
    const ran = await runDockfix(['verify', ...words, '--keep-images', sample.name], join(root, 'work'), env);
    const said = `${ran.stdout}\n${ran.stderr}`;
    const row = ran.stdout === '' ? null : parseVerification(ran.stdout).rows[0]!;
    const [before, after] = row?.kept ?? [];
    const nothing = { exit: ran.exit, said, row, beforeBytes: 0, afterBytes: 0, answers: [], logs: '' };
    if (before === undefined || after === undefined) return nothing;
    const bytesOf = async (image: string): Promise<number> =>
      Number(await engine.mustDocker(['image', 'inspect', '--format', '{{.Size}}', image]));
    const container = await startContainer(engine, { image: after });
    try {
      if ('failure' in container) return { ...nothing, logs: container.failure };
      const answers = await container.ask(sample.port, sample.requests);
      const logs = await container.logs();
      return {
        ...nothing,
        beforeBytes: await bytesOf(before),
        afterBytes: await bytesOf(after),
        answers,
        logs,
      };
    } finally {
      if (!('failure' in container)) await container.remove();
      await engine.docker(['rmi', before, after]);
    }
  };

  it.each(
    samples.filter(({ withheld }) => withheld === undefined).map((sample) => [sample.name, sample] as const),
  )(
    '%s passes every check of its proof, answers as it should, and is smaller',
    (name, { stack, requests }) => {
      const found = proven.get(name)!;
      if (found instanceof Error) throw found;
      const { row, answers, logs, beforeBytes, afterBytes } = found;
      expect(row, found.said).toMatchObject({ status: 'passed', service: null });
      expect(found.exit).toBe(0);
      const checks = new Map(row!.checks.map((check) => [check.id, check]));
      expect(checks.get('start')).toMatchObject({ verdict: 'same', before: 'stays up' });
      expect(checks.get('size')).toMatchObject({ verdict: 'better' });
      const wanted = ['ports', 'http', 'stop', 'hardened'] as const;
      for (const id of WITH_FILES.has(name) ? [...wanted, 'libraries' as const] : wanted)
        expect(['same', 'better'], `${id}: ${JSON.stringify(checks.get(id))}`).toContain(
          checks.get(id)!.verdict,
        );
      requests.forEach(({ status, says }, index) => {
        const answer = answers[index]!;
        expect(answer?.status, `${JSON.stringify(answer)}\n${logs}`).toBe(status);
        if (says !== undefined) expect(answer.body).toContain(says);
      });
      expect(afterBytes).toBeLessThan(beforeBytes);
      const percent = 100 * (1 - afterBytes / beforeBytes);
      savings.push({ stack, percent });
      const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
      sizes.push(
        `${stack}\t${name}\t${megabytes(beforeBytes)}\t${megabytes(afterBytes)}\t-${percent.toFixed(1)}%`,
      );
    },
  );

  it.each(
    samples.filter(({ withheld }) => withheld !== undefined).map((sample) => [sample.name, sample] as const),
  )(
    '%s is not split, and its proof has nothing to do',
    async (name, { stack, withheld }) => {
      const found = proven.get(name)!;
      if (found instanceof Error) throw found;
      expect(found).toMatchObject({ exit: 0, row: { status: 'unchanged' } });
      const config = join(root, `${name}.yaml`);
      const words = ['--config', config, '--no-cache', '--unsafe', '--only', 'split-stages', '--json'];
      const { files } = parseReport((await runDockfix(words, join(root, 'work', name))).stdout);
      expect(files[0]!.findings).toMatchObject([{ id: 'split-stages', status: 'withheld', code: withheld }]);
      sizes.push(`${stack}\t${name}\twithheld: ${withheld}`);
    },
    MINUTE,
  );
});
