/** Builds one text and looks at what came out: the image, its files, and how it runs. */
import type {
  Clock,
  ContainerState,
  Engine,
  HttpAnswer,
  ImageConfig,
  ListeningPort,
  StopResult,
} from '../../engine/engine.ts';
import { createListingReader } from './listing.ts';
import type { Listing } from './listing.ts';
import { missingLibraries } from './libraries.ts';
import type { MissingLibrary } from './libraries.ts';
import { EngineProblem, must } from './problem.ts';
import type { Subject } from './subject.ts';
import { openSurroundings } from './surroundings.ts';
import { waitUntilUp } from './wait.ts';

export interface ImageMeasure {
  readonly image: string;
  readonly buildMs: number;
  readonly config: ImageConfig;
  /** Null when nothing was run, or the archive could not be read. */
  readonly listing: Listing | null;
  readonly missing: readonly MissingLibrary[];
}

/** An answer with its question. */
export interface Asked {
  readonly port: number;
  readonly path: string;
  readonly answer: HttpAnswer;
}

export interface RunMeasure {
  /** Up until it was stopped, ended by itself, or never started. */
  readonly end: 'up' | 'exited' | 'not-started';
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** From the start until it listens, or ends. */
  readonly upMs: number;
  readonly uid: number | null;
  readonly ports: readonly ListeningPort[] | null;
  readonly http: readonly Asked[] | null;
  readonly health: 'none' | 'healthy' | 'unhealthy' | 'starting';
  readonly healthOutput: string;
  readonly stop: StopResult | null;
  /** What it printed, or why it did not start; as it was printed. */
  readonly output: string;
}

export interface MeasureOptions {
  readonly engine: Engine;
  readonly clock: Clock;
}

/** How long a container may take to stop before it is killed: what engines allow by default. */
export const GRACE_MS = 10_000;
const HEALTH_MS = 60_000;
const ANSWERS_MS = 15_000;
const POLL_MS = 250;
const LOG_BYTES = 64 * 1024;
/** So long it has to stay up, at least. */
const STAYS_MS = 5000;
/** For a container that listens nowhere and is not expected to. */
const WATCHED_MS = 8000;
/** For one that ought to listen. */
const EXPECTED_MS = 40_000;

/** How much a container is left: as it is, or with little left to it and without a look at health and stopping. */
export type RunKind = 'plain' | 'hardened';

/** Throws {@link EngineProblem} for what is the engine's fault; what the container does wrong is a measure. */
export async function measureRun(
  subject: Subject,
  { image, config }: ImageMeasure,
  kind: RunKind,
  expected: RunMeasure | null,
  { engine, clock }: MeasureOptions,
): Promise<RunMeasure> {
  const isPlain = kind === 'plain';
  const hasCheck = isPlain && config.healthcheck !== null;
  const around = await openSurroundings(subject, { engine, clock });
  try {
    const container = must(
      await engine.create({
        image,
        platform: subject.platform,
        network: around.network,
        aliases: subject.service === null ? [] : [subject.service],
        env: subject.env,
        entrypoint: subject.entrypoint,
        command: subject.command,
        volumes: around.volumes,
        hardened: !isPlain,
        watchesHealth: hasCheck,
      }),
    );
    const measure = await watch(container);
    await engine.remove(container);
    return measure;
  } finally {
    await around.close();
  }

  async function watch(container: string): Promise<RunMeasure> {
    const startedMs = clock.nowMs();
    const started = await engine.start(container);
    if (!started.ok) {
      if (started.kind !== 'failed') throw new EngineProblem(started);
      return { ...NOTHING, end: 'not-started', output: started.output };
    }
    const wanted = expected?.ports?.map(({ port }) => port) ?? [...subject.ports, ...config.ports];
    const up = await waitUntilUp(engine, clock, container, {
      ports: wanted,
      needsAll: expected !== null,
      watchedMs: expected?.ports?.length === 0 ? Math.max(WATCHED_MS, expected.upMs) : WATCHED_MS,
      limitMs: Math.max(EXPECTED_MS, 3 * (expected?.upMs ?? 0)),
    });
    const upMs = clock.nowMs() - startedMs;
    if (!up.state.running) return ended(container, up.state, upMs);
    const uid = await engine.uid(container, up.state);
    const http = await answers(container, up.state, up.ports ?? [], expected?.http ?? null);
    const health = hasCheck ? await waitForHealth(container) : up.state;
    // Some fail only when they first do what they are there for.
    if (isPlain) await clock.pause(Math.max(0, startedMs + STAYS_MS - clock.nowMs()));
    const now = must(await engine.state(container));
    if (!now.running) return ended(container, now, clock.nowMs() - startedMs);
    const stop = isPlain ? must(await engine.stop(container, GRACE_MS)) : null;
    return {
      end: 'up',
      exitCode: stop?.exitCode ?? 0,
      outOfMemory: false,
      upMs,
      uid,
      ports: up.ports,
      http,
      health: hasCheck ? (health.health ?? 'starting') : 'none',
      healthOutput: health.healthOutput,
      stop,
      output: await engine.logs(container, LOG_BYTES),
    };
  }

  async function ended(container: string, state: ContainerState, upMs: number): Promise<RunMeasure> {
    const { exitCode, outOfMemory, error } = state;
    const output = `${await engine.logs(container, LOG_BYTES)}\n${error}`;
    return { ...NOTHING, end: 'exited', exitCode, outOfMemory, upMs, output };
  }

  /** Asks until the answers are as expected, or at least there are some. */
  async function answers(
    container: string,
    state: ContainerState,
    ports: readonly ListeningPort[],
    before: readonly Asked[] | null,
  ): Promise<readonly Asked[] | null> {
    const paths = questionPaths(subject, config, before);
    const questions = ports.flatMap((port) => paths.map((path) => ({ port, path })));
    if (questions.length === 0) return [];
    for (const endMs = clock.nowMs() + ANSWERS_MS; ; await clock.pause(POLL_MS)) {
      const found = await engine.ask(container, state, questions);
      if (found === null) return null;
      const asked = questions.map(({ port, path }, index): Asked => ({
        port: port.port,
        path,
        answer: found[index] ?? { kind: 'silent' },
      }));
      const isDone =
        before === null
          ? asked.every(({ answer }) => answer.kind !== 'silent')
          : before.every((wanted) => asked.some((got) => isSameAnswer(wanted, got)));
      if (isDone || clock.nowMs() >= endMs) return asked;
    }
  }

  async function waitForHealth(container: string): Promise<ContainerState> {
    for (const endMs = clock.nowMs() + HEALTH_MS; ; await clock.pause(POLL_MS)) {
      const state = must(await engine.state(container));
      if (state.health === 'healthy' || !state.running || clock.nowMs() >= endMs) return state;
      if (state.health === 'unhealthy') return state;
    }
  }
}

const NOTHING: RunMeasure = {
  end: 'exited',
  exitCode: 0,
  outOfMemory: false,
  upMs: 0,
  uid: null,
  ports: null,
  http: null,
  health: 'none',
  healthOutput: '',
  stop: null,
  output: '',
};

export function isSameAnswer(a: Asked, b: Asked): boolean {
  return a.port === b.port && a.path === b.path && answerText(a.answer) === answerText(b.answer);
}

export function answerText(answer: HttpAnswer): string {
  return answer.kind === 'status'
    ? String(answer.status)
    : answer.kind === 'not-http'
      ? 'no HTTP'
      : 'no answer';
}

/** `/`, what the person names, and the paths that the image's own check asks; the second run asks what the first one was asked. */
function questionPaths(
  { paths }: Subject,
  { healthcheck }: ImageConfig,
  before: readonly Asked[] | null,
): readonly string[] {
  if (before !== null) return [...new Set(before.map(({ path }) => path))];
  const found = new Set(['/', ...paths]);
  const text = (healthcheck ?? []).join(' ').slice(0, 4000);
  for (const match of text.matchAll(/https?:\/\/[\w.[\]:-]{1,200}(\/[\w./%~+=&?@:-]{0,200})/g))
    found.add(match[1]!);
  return [...found].slice(0, paths.length + 4);
}

/** The archive of an image's files is read from a container that is never started. Throws {@link EngineProblem}. */
export async function measureImage(
  { platform }: Pick<Subject, 'platform'>,
  { image, elapsedMs: buildMs }: { readonly image: string; readonly elapsedMs: number },
  withFiles: boolean,
  { engine }: Pick<MeasureOptions, 'engine'>,
): Promise<ImageMeasure> {
  const config = must(await engine.imageConfig(image));
  const listing = withFiles ? await readFiles(image, platform, engine) : null;
  const libraryPath = config.env.get('LD_LIBRARY_PATH') ?? '';
  return { image, buildMs, config, listing, missing: listing ? missingLibraries(listing, libraryPath) : [] };
}

async function readFiles(image: string, platform: string | null, engine: Engine): Promise<Listing | null> {
  const created = await engine.create({
    image,
    platform,
    network: null,
    aliases: [],
    env: new Map(),
    entrypoint: null,
    // An image without a command cannot be made a container of; this one is never started.
    command: ['/'],
    volumes: [],
    hardened: false,
    watchesHealth: false,
  });
  const container = must(created);
  const reader = createListingReader();
  let broken: Error | null = null;
  const exported = await engine.exportFiles(container, (piece) => {
    try {
      reader.push(piece);
    } catch (error) {
      broken = error as Error;
      throw error;
    }
  });
  await engine.remove(container);
  if (!exported.ok && broken === null) throw new EngineProblem(exported);
  if (broken !== null) return null;
  try {
    return reader.end();
  } catch {
    return null;
  }
}
