/**
 * The run-time proof: every sample is built and run as it is, with the line that a careless hand would add, with a
 * rewrite by hand that is known to be right, and with dockfix's own rewrite. It takes minutes and an engine, so it only
 * runs when it is asked for: DOCKFIX_RUNTIME=1 npm test.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { transforms } from '../../transforms/index.ts';
import { runDockfix } from '../support/run.ts';
import { BASE_NAMES, startBed } from './bases.ts';
import type { Bed } from './bases.ts';
import { pause } from './commands.ts';
import { startContainer } from './container.ts';
import type { Answer, Container, StartOptions } from './container.ts';
import { build, whyNoEngine } from './engine.ts';
import { copySample, readSamples, rewrittenFile } from './samples.ts';
import type { Exchange, Naive, Sample, Verdict } from './samples.ts';

const HARDENING = ['add-user', 'use-numeric-user', 'set-copy-owner', 'add-healthcheck', 'fix-healthcheck'];
const IDS = HARDENING.filter((id) => transforms.some(({ meta }) => meta.id === id));
const STOPS_WITHIN_MS = 2000;
const MINUTE = 60_000;

const why = process.env['DOCKFIX_RUNTIME'] === '1' ? whyNoEngine() : 'set DOCKFIX_RUNTIME=1';
const title = why === null ? 'images built and run' : `images built and run (skipped: ${why})`;

describe.skipIf(why !== null)(title, () => {
  let bed: Bed;
  let folder: string;
  const running: Container[] = [];

  beforeAll(async () => {
    bed = await startBed((line) => process.stderr.write(`${line}\n`));
  }, 60 * MINUTE);
  afterAll(() => bed?.stop(), 2 * MINUTE);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockfix-runtime-'));
  });
  afterEach(async () => {
    for (const container of running.splice(0)) await container.remove();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTE);

  /** Builds what is in the folder; gives the image, or what the build said. */
  const buildHere = async (name: string): Promise<{ image: string } | { failure: string }> => {
    const image = `dockfix-sample:${name.toLowerCase()}`;
    const ran = await build(bed.engine, { folder, tag: image });
    return ran.code === 0 ? { image } : { failure: `${ran.stdout}\n${ran.stderr}` };
  };

  const buildWell = async (name: string): Promise<string> => {
    const built = await buildHere(name);
    if ('failure' in built) throw new Error(`it does not build:\n${built.failure.slice(-3000)}`);
    return built.image;
  };

  const start = async (options: StartOptions): Promise<Container | { failure: string }> => {
    const container = await startContainer(bed.engine, options);
    if ('id' in container) running.push(container);
    return container;
  };

  const startWell = async (options: StartOptions): Promise<Container> => {
    const container = await start(options);
    if ('failure' in container) throw new Error(`it does not start: ${container.failure}`);
    return container;
  };

  /** Null when everything is answered as the sample says, else what was different. */
  const wrongAnswer = async (
    sample: Sample,
    container: Container,
    port: number | null,
    withOthers = true,
  ): Promise<string | null> => {
    const { probe } = sample;
    if ('port' in probe) {
      const exchanges = [probe, ...(withOthers ? (sample.also ?? []) : [])];
      const answers = await container.ask(port ?? probe.port, exchanges);
      const wrong = exchanges.findIndex((exchange, index) => !fits(exchange, answers[index]));
      if (wrong === -1) return null;
      const { method = 'GET', path } = exchanges[wrong]!;
      return `${method} ${path}: ${JSON.stringify(answers[wrong])}\n${await container.logs()}`;
    }
    for (const end = Date.now() + MINUTE; ; await pause(100)) {
      const seen =
        'log' in probe ? { code: 0, output: await container.logs() } : await container.exec(probe.exec);
      if (seen.code === 0 && seen.output.includes('log' in probe ? probe.log : probe.says)) return null;
      if (!(await container.state()).running || Date.now() > end) {
        return `${JSON.stringify(seen)}\n${await container.logs()}`;
      }
    }
  };

  const exposedPorts = async (image: string): Promise<number[]> => {
    const text = await bed.engine.mustDocker([
      'image',
      'inspect',
      '--format',
      '{{json .Config.ExposedPorts}}',
      image,
    ]);
    return Object.keys((JSON.parse(text) as object | null) ?? {}).map((port) => Number.parseInt(port, 10));
  };

  /** Everything that a rewrite promises. */
  const proveRewrite = async (
    sample: Sample,
    image: string,
    promised: { nonRoot: boolean; healthy: boolean },
  ): Promise<void> => {
    const moved = sample.portAfter !== undefined && (await exposedPorts(image)).includes(sample.portAfter);
    const port = moved ? sample.portAfter! : null;
    const container = await startWell({ image, args: sample.run ?? [] });
    expect(await wrongAnswer(sample, container, port)).toBeNull();
    const uid = await container.uid();
    if (promised.nonRoot) expect(uid, 'uid of the first process').not.toBe(0);
    else expect(uid, 'uid of the first process').toBe(sample.uid);
    if (promised.healthy) {
      const { health, healthOutput } = await container.health();
      expect(health, healthOutput).toBe('healthy');
    }
    if (sample.stops === true) await expectToStop(container);
    await container.remove();
    if (sample.hardened === false || !promised.nonRoot) return;
    const hardened = await startWell({
      image,
      hardened: true,
      args: [...(sample.run ?? []), ...(sample.hardened.run ?? [])],
    });
    expect(await wrongAnswer(sample, hardened, port, sample.hardened.also ?? true), 'hardened').toBeNull();
    if (promised.healthy) {
      const { health, healthOutput } = await hardened.health();
      expect(health, `hardened: ${healthOutput}`).toBe('healthy');
    }
  };

  it(
    'the registry of the bed tells dockfix about every base image, and a pinned one builds',
    async () => {
      const file = join(folder, 'Dockerfile');
      writeFileSync(file, BASE_NAMES.map((name) => `FROM ${name}\n`).join(''));
      const config = join(folder, 'operator.yaml');
      writeFileSync(config, bed.config);
      const pin = ['--config', config, '--no-cache', '--only', 'pin-image-digest', '--write', '--yes'];
      expect(await runDockfix([...pin, 'Dockerfile'], folder)).toMatchObject({ exit: 0, stderr: '' });
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      expect(lines.filter((line) => !/@sha256:[0-9a-f]{64}$/.test(line))).toEqual([]);
      expect(lines).toHaveLength(BASE_NAMES.length);
      writeFileSync(file, `${lines.find((line) => line.startsWith('FROM alpine:'))!}\nRUN id\n`);
      await buildWell('pinned');
    },
    3 * MINUTE,
  );

  describe.each(readSamples().map((sample) => [sample.name, sample] as const))('%s', (name, sample) => {
    it(
      'as it is: it builds, starts, answers and stops as its description says',
      async () => {
        copySample(sample, folder);
        const container = await startWell({
          image: await buildWell(name),
          args: sample.run ?? [],
          failsCheck: sample.health === 'unhealthy',
        });
        expect(await wrongAnswer(sample, container, null)).toBeNull();
        expect(await container.uid()).toBe(sample.uid);
        if (sample.health === undefined) expect((await container.state()).health).toBeNull();
        else if (sample.health !== null) expect((await container.health()).health).toBe(sample.health);
        if (sample.stops === true) await expectToStop(container);
        if (sample.stops === false)
          expect((await container.stop()).elapsedMs).toBeGreaterThan(STOPS_WITHIN_MS);
      },
      3 * MINUTE,
    );

    it.each(Object.entries(sample.naive ?? {}))(
      'with %s: it breaks',
      async (file, naive) => {
        copySample(sample, folder, file);
        const { broke, said } = await howItBreaks(sample, naive);
        expect(broke, `${naive.why}; ${said.slice(-1500)}`).toBe(naive.breaks);
        expect(said).toContain(naive.says);
      },
      3 * MINUTE,
    );

    const byHand = rewrittenFile(sample);
    if (byHand !== null) {
      it(
        'rewritten by hand: it answers as before, not as root, healthy, and stops',
        async () => {
          copySample(sample, folder, byHand);
          const text = readFileSync(join(folder, 'Dockerfile'), 'utf8');
          await proveRewrite(sample, await buildWell(name), {
            nonRoot: sample.rewrite['add-user'] !== 'withheld' && sample.uid === 0,
            healthy: /^HEALTHCHECK /m.test(text),
          });
        },
        3 * MINUTE,
      );
    }

    if (IDS.length > 0) {
      it(
        'rewritten by dockfix: it answers as before, and every fix keeps its promise',
        async () => {
          copySample(sample, folder);
          const { text, verdicts } = await rewrite();
          for (const id of IDS) {
            const expected = sample.rewrite[id] ?? null;
            if (expected !== null) expect(verdicts[id], `${id}\n${text}`).toBe(expected);
          }
          if (!Object.values(verdicts).includes('fixed')) return;
          await proveRewrite(sample, await buildWell(name), {
            nonRoot: verdicts['add-user'] === 'fixed',
            healthy: verdicts['add-healthcheck'] === 'fixed' || verdicts['fix-healthcheck'] === 'fixed',
          });
        },
        5 * MINUTE,
      );
    }
  });

  /** Runs the hardening transforms that there are over the copy, with the registry that knows the base images. */
  const rewrite = async (): Promise<{ text: string; verdicts: Readonly<Record<string, Verdict>> }> => {
    const config = join(folder, '..', `${folder.split('/').at(-1)}.yaml`);
    writeFileSync(config, bed.config);
    try {
      const words = [
        '--config',
        config,
        '--no-cache',
        '--unsafe',
        '--json',
        ...IDS.flatMap((id) => ['--only', id]),
      ];
      const judged = await runDockfix([...words, 'Dockerfile'], folder);
      // The tool's own report.
      const report = JSON.parse(judged.stdout) as {
        files: { findings: { id: string; status: string }[] }[];
        errors: unknown[];
      };
      expect(report.errors).toEqual([]);
      const written = await runDockfix([...words, '--write', '--yes', 'Dockerfile'], folder);
      expect(written, written.stderr).toMatchObject({ exit: 0 });
      const again = await runDockfix([...words, '--check', 'Dockerfile'], folder);
      expect(again.exit, 'a second run changes nothing').toBe(0);
      const findings = report.files.flatMap((file) => file.findings);
      const verdicts = IDS.map((id): [string, Verdict] => {
        const statuses = findings.filter((finding) => finding.id === id).map(({ status }) => status);
        if (statuses.includes('fixed')) return [id, 'fixed'];
        return [id, statuses.includes('withheld') ? 'withheld' : 'none'];
      });
      return {
        text: readFileSync(join(folder, 'Dockerfile'), 'utf8'),
        verdicts: Object.fromEntries(verdicts),
      };
    } finally {
      rmSync(config, { force: true });
    }
  };

  /** Where it shows first that the line was wrong, and what was said there. */
  const howItBreaks = async (sample: Sample, naive: Naive): Promise<{ broke: string; said: string }> => {
    const built = await buildHere(`${sample.name}-naive`);
    if ('failure' in built) return { broke: 'build', said: built.failure };
    const container = await start({
      image: built.image,
      args: [...(sample.run ?? []), ...(naive.run ?? [])],
      failsCheck: true,
    });
    if ('failure' in container) return { broke: 'start', said: container.failure };
    const different = await wrongAnswer(sample, container, null);
    if (different !== null) {
      return { broke: (await container.state()).running ? 'answer' : 'start', said: different };
    }
    const { health, healthOutput } = await container.health();
    return { broke: health === 'unhealthy' ? 'health' : 'nowhere', said: healthOutput };
  };
});

function fits(exchange: Exchange, answer: Answer | undefined): boolean {
  return answer?.status === exchange.status && answer.body.includes(exchange.says ?? '');
}

async function expectToStop(container: Container): Promise<void> {
  const { elapsedMs, killed, exitCode } = await container.stop();
  expect(killed, `exit code ${exitCode} after ${Math.round(elapsedMs)} ms`).toBe(false);
  expect(elapsedMs, 'milliseconds until it stopped').toBeLessThan(STOPS_WITHIN_MS);
}
