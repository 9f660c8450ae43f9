/**
 * Answers the question of every reviewer: does it still build and run? The original is measured once, then every text
 * that might replace it.
 */
import type { Check, Verification } from '../../core/verification.ts';
import type { Clock, Engine, EngineFailure } from '../../engine/engine.ts';
import {
  compareContents,
  compareHardened,
  compareImages,
  compareRuns,
  seconds,
  startText,
} from './compare.ts';
import { measureImage, measureRun } from './measure.ts';
import type { ImageMeasure, RunMeasure } from './measure.ts';
import { EngineProblem } from './problem.ts';
import type { Subject } from './subject.ts';
import { lastBuildLines, lastLines } from './words.ts';

export interface VerifierOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Both images of a row stay, under names of their own. */
  readonly keepImages: boolean;
  /** Writes a file of the run, with folders; its absolute path. */
  writeFile(path: string, text: string): Promise<string>;
  /** Takes secrets out of what others have printed. */
  hide(text: string): string;
  /** Called when something that takes long begins. */
  progress(text: string): void;
}

export interface Verifier {
  /** Measures the original. */
  baseline(subject: Subject, text: string): Promise<Baseline>;
  /** Measures another text and compares. Never throws for what an engine says. */
  compare(subject: Subject, baseline: Baseline, text: string): Promise<Verification>;
  /** The baseline is not needed any more: its image goes. */
  forget(baseline: Baseline): Promise<void>;
}

export type Baseline =
  | {
      readonly ok: true;
      readonly text: string;
      readonly image: ImageMeasure;
      /** Null when only builds are compared. */
      readonly runs: Runs | null;
    }
  | { readonly ok: false; readonly verification: Verification };

interface Runs {
  readonly plain: RunMeasure;
  /** Null when it does not even run without the profile. */
  readonly hardened: RunMeasure | null;
}

export function createVerifier(options: VerifierOptions): Verifier {
  const { engine, clock, hide } = options;
  let images = 0;

  function row(subject: Subject, rest: Partial<Verification>): Verification {
    const { path, service, notes } = subject;
    return {
      path,
      service,
      status: 'not-judged',
      reason: '',
      checks: [],
      output: [],
      notes,
      kept: [],
      ...rest,
    };
  }

  /** An engine's failure that says nothing about the text. */
  function notJudged(subject: Subject, failure: EngineFailure, when: string): Verification {
    return row(subject, {
      reason: `${when}: ${failure.message}`,
      output: failure.kind === 'interrupted' ? [] : lastBuildLines(failure.output, hide),
    });
  }

  async function build(
    subject: Subject,
    text: string,
    which: string,
  ): Promise<{ readonly image: string; readonly elapsedMs: number } | EngineFailure> {
    const index = ++images;
    const dockerfile = await options.writeFile(`${index}/Dockerfile`, text);
    // BuildKit looks for it beside the Dockerfile.
    const ignoreFile =
      subject.ignoreText === null
        ? null
        : await options.writeFile(`${index}/Dockerfile.dockerignore`, subject.ignoreText);
    options.progress(`${nameOf(subject)}: builds ${which}`);
    const image = engine.imageName(index);
    const built = await engine.build({
      image,
      dockerfile,
      ignoreFile,
      context: subject.context,
      target: subject.target,
      args: subject.args,
      platform: subject.platform,
      network: subject.buildNetwork,
      timeoutMs: subject.timeoutMs,
    });
    return built.ok ? { image, elapsedMs: built.value.elapsedMs } : built;
  }

  /** A container is made for it, and never started. */
  function withFiles({ onlyBuild, skip }: Subject): boolean {
    return !onlyBuild && engine.canRun && !(skip.has('files') && skip.has('libraries'));
  }

  async function run(
    subject: Subject,
    image: ImageMeasure,
    before: Runs | null,
    which: string,
  ): Promise<Runs> {
    options.progress(`${nameOf(subject)}: runs ${which}`);
    const measuring = { engine, clock };
    const plain = await measureRun(subject, image, 'plain', before?.plain ?? null, measuring);
    const isPointless = plain.end === 'not-started' || (plain.end === 'exited' && plain.exitCode !== 0);
    if (isPointless || subject.skip.has('hardened')) return { plain, hardened: null };
    options.progress(`${nameOf(subject)}: runs ${which} with little left to it`);
    return { plain, hardened: await measureRun(subject, image, 'hardened', plain, measuring) };
  }

  async function guarded(
    subject: Subject,
    when: string,
    work: () => Promise<Verification>,
  ): Promise<Verification> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof EngineProblem) return notJudged(subject, error.failure, when);
      throw error;
    }
  }

  async function keep(subject: Subject, image: string, side: 'before' | 'after'): Promise<readonly string[]> {
    if (!options.keepImages) return [];
    const slug = nameOf(subject)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(-80);
    const kept = await engine.keepImage(image, `${slug || 'image'}-${side}`);
    return kept === null ? [] : [kept];
  }

  return {
    async baseline(subject, text) {
      if (subject.blocked !== null)
        return { ok: false, verification: row(subject, { reason: subject.blocked }) };
      const when = 'the original could not be looked at';
      let found: Baseline | null = null;
      const verification = await guarded(subject, when, async () => {
        const built = await build(subject, text, 'the original');
        if (!('image' in built)) return brokenBefore(subject, built);
        const image = await measureImage(subject, built, withFiles(subject), options);
        const runs = subject.onlyBuild ? null : await run(subject, image, null, 'the original');
        found = { ok: true, text, image, runs };
        return row(subject, {});
      });
      return found ?? { ok: false, verification };
    },

    async compare(subject, baseline, text) {
      if (!baseline.ok) return baseline.verification;
      if (text === baseline.text)
        return row(subject, { status: 'unchanged', reason: 'there is nothing to change' });
      return guarded(subject, 'the rewritten file could not be looked at', async () => {
        const built = await build(subject, text, 'the rewritten file');
        if (!('image' in built)) return failedBuild(subject, baseline.image, built);
        const image = await measureImage(subject, built, withFiles(subject), options);
        const before = baseline.image;
        const sides = { before, after: image };
        const checks: Check[] = [...compareImages(sides)];
        if (before.listing !== null || image.listing !== null) checks.push(...compareContents(sides));
        let output: readonly string[] = [];
        if (baseline.runs !== null) {
          const after = await run(subject, image, baseline.runs, 'the rewritten file');
          const plain = { before: baseline.runs.plain, after: after.plain };
          checks.push(...compareRuns(plain));
          if (baseline.runs.hardened !== null && after.hardened !== null)
            checks.push(compareHardened(plain, { before: baseline.runs.hardened, after: after.hardened }));
          if (weakness(baseline.runs.plain) !== '' || checks.some(({ verdict }) => verdict === 'worse'))
            output = lastLines(after.plain.output, hide);
        }
        const counted = checks.filter(({ id }) => !subject.skip.has(id));
        const isWorse = counted.some(({ verdict }) => verdict === 'worse');
        const kept = [
          ...(await keep(subject, before.image, 'before')),
          ...(await keep(subject, image.image, 'after')),
        ];
        await engine.removeImage(image.image);
        const weak = weakness(baseline.runs?.plain ?? null);
        return row(subject, {
          status: isWorse ? 'regression' : weak === '' ? 'passed' : 'not-judged',
          reason: isWorse ? reasonOf(counted) : weak,
          checks: counted.map((check) => ({
            ...check,
            notes: check.notes.flatMap((note) => lastLines(note, hide)),
          })),
          output,
          kept,
        });
      });
    },

    async forget(baseline) {
      if (baseline.ok) await engine.removeImage(baseline.image.image);
    },
  };

  function brokenBefore(subject: Subject, failure: EngineFailure): Verification {
    // What is missing around it says nothing about the file.
    if (failure.kind !== 'failed') return notJudged(subject, failure, 'the original could not be built');
    return row(subject, {
      status: 'broken-before',
      reason: 'the original does not build, so nothing can be said about the rewritten file',
      output: lastBuildLines(failure.output, hide),
    });
  }

  function failedBuild(subject: Subject, before: ImageMeasure, failure: EngineFailure): Verification {
    const isFault = failure.kind === 'failed' || failure.kind === 'timeout';
    if (!isFault) return notJudged(subject, failure, 'the rewritten file could not be built');
    const after = failure.kind === 'timeout' ? 'does not end' : 'fails';
    const notes = [`${failure.message}; the original took ${seconds(before.buildMs)}`];
    const check: Check = { id: 'build', verdict: 'worse', before: 'builds', after, notes };
    return row(subject, {
      status: 'regression',
      reason: `the rewritten file does not build (${failure.message})`,
      checks: [check],
      output: lastBuildLines(failure.output, hide),
    });
  }
}

export function nameOf({ path, service }: Pick<Subject, 'path' | 'service'>): string {
  return service === null ? path : `${path} (${service})`;
}

const WORDS: Readonly<Record<Check['id'], string>> = {
  build: 'the build',
  'build-time': 'the time to build',
  size: 'the size',
  layers: 'the layers',
  start: 'the start',
  user: 'the user',
  ports: 'the ports',
  http: 'the answers',
  health: 'the health check',
  stop: 'stopping',
  files: 'the files',
  libraries: 'shared libraries',
  hardened: 'the hardened run',
};

function reasonOf(checks: readonly Check[]): string {
  const worse = checks.filter(({ verdict }) => verdict === 'worse');
  return worse.map(({ id, before, after }) => `${WORDS[id]}: ${before} before, ${after} after`).join('; ');
}

/** Where the original does not work here, a rewritten file that does not work either proves nothing. */
function weakness(before: RunMeasure | null): string {
  if (before === null || before.end === 'up' || (before.end === 'exited' && before.exitCode === 0)) return '';
  if (before.end === 'not-started')
    return 'the engine does not start the original here (the last lines say why), so only the builds could be compared';
  return `the original ${startText(before)} here, so only the builds could be compared (--env, --volume, or verify in the configuration may give it what it lacks; --only-build asks for no more)`;
}
