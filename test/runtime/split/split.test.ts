/**
 * The run-time proof of split-stages: every application with one stage is built and run, then rewritten, built and run
 * again. It has to answer as before, and to be smaller. It takes minutes and an engine, so it only runs when it is asked
 * for: DOCKFIX_RUNTIME=1 npm test.
 */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runDockfix } from '../../support/run.ts';
import { startBed } from '../bases.ts';
import type { Bed } from '../bases.ts';
import { startContainer } from '../container.ts';
import type { Answer, Container } from '../container.ts';
import { build, whyNoEngine } from '../engine.ts';
import type { Exchange } from '../samples.ts';
import { SPLIT_BASES } from './bases.ts';

const FOLDER = fileURLToPath(new URL('samples', import.meta.url));
const MINUTE = 60_000;
const KILLED = 137;

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

interface Built {
  readonly megabytes: number;
  readonly answers: readonly Answer[];
  readonly exitCode: number;
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
  let folder: string;
  const running: Container[] = [];
  const sizes: string[] = [];
  const savings: { readonly stack: string; readonly percent: number }[] = [];

  beforeAll(async () => {
    bed = await startBed((line) => process.stderr.write(`${line}\n`), SPLIT_BASES);
  }, 60 * MINUTE);
  afterAll(async () => {
    process.stderr.write(`${[...sizes, ...medians(savings)].join('\n')}\n`);
    await bed?.stop();
  }, 2 * MINUTE);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockfix-split-'));
  });
  afterEach(async () => {
    for (const container of running.splice(0)) await container.remove();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTE);

  const buildAndAsk = async (name: string, sample: SplitSample): Promise<Built> => {
    const image = `dockfix-sample:${name}`;
    // Packages of the distribution come from the archive that made the base images.
    const ran = await build(bed.engine, { folder, tag: image, network: 'host', timeoutMs: 10 * MINUTE });
    if (ran.code !== 0) throw new Error(`it does not build:\n${`${ran.stdout}\n${ran.stderr}`.slice(-4000)}`);
    const bytes = await bed.engine.mustDocker(['image', 'inspect', '--format', '{{.Size}}', image]);
    const container = await startContainer(bed.engine, { image });
    if ('failure' in container) throw new Error(`it does not start: ${container.failure}`);
    running.push(container);
    const answers = await container.ask(sample.port, sample.requests);
    const logs = await container.logs();
    sample.requests.forEach(({ status, says }, index) => {
      const answer = answers[index]!;
      expect(answer.status, `${JSON.stringify(answer)}\n${logs}`).toBe(status);
      if (says !== undefined) expect(answer.body).toContain(says);
    });
    const { exitCode } = await container.stop();
    return { megabytes: Number(bytes) / 1e6, answers, exitCode };
  };

  it.each(samples.map((sample) => [sample.name, sample] as const))(
    '%s answers and ends as before, and is smaller',
    async (name, sample) => {
      cpSync(sample.folder, folder, { recursive: true, filter: (path) => !path.endsWith('sample.json') });
      const original = readFileSync(join(folder, 'Dockerfile'), 'utf8');
      const before = await buildAndAsk(`${name}-before`, sample);

      const config = join(folder, '..', `${folder.split('/').at(-1)}.yaml`);
      writeFileSync(config, bed.config);
      const words = ['--config', config, '--no-cache', '--unsafe', '--only', 'split-stages', '--json'];
      const judged = await runDockfix([...words, 'Dockerfile'], folder);
      // The tool's own report.
      const report = JSON.parse(judged.stdout) as {
        files: { findings: { status: string; reason: string }[] }[];
      };
      const [finding] = report.files[0]!.findings;
      await runDockfix([...words, '--write', '--yes', 'Dockerfile'], folder);
      rmSync(config);
      const text = readFileSync(join(folder, 'Dockerfile'), 'utf8');
      if (sample.withheld !== undefined) {
        expect(text).toBe(original);
        expect(JSON.stringify(finding)).toContain(sample.withheld);
        sizes.push(
          `${sample.stack}\t${name}\t${before.megabytes.toFixed(0)} MB\twithheld: ${sample.withheld}`,
        );
        return;
      }
      expect(text, JSON.stringify(finding)).not.toBe(original);
      const after = await buildAndAsk(`${name}-after`, sample);
      expect(after.answers).toEqual(before.answers);
      // What the engine had to kill may end by itself now.
      if (before.exitCode !== KILLED) expect(after.exitCode).toBe(before.exitCode);
      expect(after.megabytes).toBeLessThan(before.megabytes);
      const percent = 100 * (1 - after.megabytes / before.megabytes);
      savings.push({ stack: sample.stack, percent });
      sizes.push(
        `${sample.stack}\t${name}\t${before.megabytes.toFixed(0)} MB\t${after.megabytes.toFixed(0)} MB\t-${percent.toFixed(1)}%`,
      );
    },
    20 * MINUTE,
  );
});
