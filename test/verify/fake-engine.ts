/** An engine and a clock that exist only in memory: what an image does is read from the text of its Dockerfile. */
import { readFileSync } from 'node:fs';
import type {
  Clock,
  ContainerState,
  Engine,
  EngineFailure,
  HttpAnswer,
  ImageConfig,
  ListeningPort,
  RunRequest,
} from '../../src/engine/engine.ts';
import type { Subject } from '../../src/app/verify/subject.ts';

/** What a container of an image does. */
export interface Behaviour {
  readonly config?: Partial<ImageConfig>;
  /** Ends by itself after this time. */
  readonly ends?: { readonly afterMs: number; readonly code: number; readonly says: string };
  readonly ports?: readonly ListeningPort[] | null;
  readonly uid?: number | null;
  readonly answer?: (path: string, port: number) => HttpAnswer;
  /** After two seconds. */
  readonly health?: 'healthy' | 'unhealthy';
  readonly stop?: { readonly elapsedMs: number; readonly exitCode: number; readonly killed: boolean };
  /** Instead, in the hardened profile. */
  readonly hardened?: Behaviour;
  readonly files?: Uint8Array;
}

export interface FakeEngineOptions {
  /** By the text of the Dockerfile: how its image behaves, or why it is not built. */
  image(text: string): Behaviour | EngineFailure;
  readonly hasImage?: (name: string) => boolean;
}

export interface FakeEngine {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Everything that was asked for, in order. */
  readonly calls: string[];
  readonly requests: RunRequest[];
  /** Names of what is there now. */
  readonly alive: Set<string>;
  /** From now on everything fails like this. */
  break(failure: EngineFailure | null): void;
}

export const EMPTY_ARCHIVE = new Uint8Array(1024);

export function failure(kind: EngineFailure['kind'], output = ''): EngineFailure {
  return { ok: false, kind, message: `the build ${kind}`, output };
}

export function createFakeEngine({ image, hasImage = () => false }: FakeEngineOptions): FakeEngine {
  let now = 0;
  let made = 0;
  let broken: EngineFailure | null = null;
  const calls: string[] = [];
  const requests: RunRequest[] = [];
  const alive = new Set<string>();
  const images = new Map<string, Behaviour>();
  const containers = new Map<string, { behaviour: Behaviour; startedMs: number }>();
  const clock: Clock = {
    nowMs: () => now,
    pause: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const make = (kind: string): string => {
    const name = `${kind}-${++made}`;
    alive.add(name);
    return name;
  };
  const answer = async <T>(
    call: string,
    value: () => T,
  ): Promise<{ readonly ok: true; readonly value: T } | EngineFailure> => {
    calls.push(call);
    return Promise.resolve(broken ?? { ok: true, value: value() });
  };
  const behaviourOf = (container: string): Behaviour => containers.get(container)!.behaviour;
  const stateOf = (container: string): ContainerState => {
    const { behaviour, startedMs } = containers.get(container)!;
    const hasEnded = behaviour.ends !== undefined && now - startedMs >= behaviour.ends.afterMs;
    const checked = now - startedMs < 2000 ? 'starting' : (behaviour.health ?? 'healthy');
    return {
      running: !hasEnded,
      pid: hasEnded ? 0 : 1,
      exitCode: hasEnded ? behaviour.ends!.code : 0,
      error: '',
      outOfMemory: false,
      health: behaviour.config?.healthcheck ? checked : null,
      healthOutput: behaviour.health === 'unhealthy' ? 'connection refused' : '',
    };
  };
  const engine: Engine = {
    name: 'docker',
    version: '1.0',
    canRun: true,
    limits: 'no limits',
    imageName: (index) => `image-${index}`,
    build(request) {
      calls.push(`build ${request.image}`);
      if (broken) return Promise.resolve(broken);
      const found = image(readFileSync(request.dockerfile, 'utf8'));
      if ('kind' in found) return Promise.resolve(found);
      images.set(request.image, found);
      alive.add(request.image);
      return Promise.resolve({ ok: true, value: { elapsedMs: 1000 } });
    },
    imageConfig: (name) =>
      answer('imageConfig', () => ({
        id: name,
        sizeBytes: 100_000_000,
        layers: 3,
        user: '',
        workdir: '/app',
        env: new Map(),
        ports: [],
        healthcheck: null,
        ...images.get(name)!.config,
      })),
    hasImage: (name) => Promise.resolve(hasImage(name)),
    removeImage(name) {
      alive.delete(name);
      return Promise.resolve();
    },
    keepImage: (_, tag) => Promise.resolve(`dockfix-kept:${tag}`),
    createNetwork: () => answer('createNetwork', () => make('network')),
    removeNetwork(name) {
      alive.delete(name);
      return Promise.resolve();
    },
    createVolume: () => answer('createVolume', () => make('volume')),
    create: (request) =>
      answer(`create ${request.image}`, () => {
        requests.push(request);
        const container = make('container');
        const behaviour = images.get(request.image) ?? {};
        containers.set(container, {
          behaviour: request.hardened ? { ...behaviour, ...behaviour.hardened } : behaviour,
          startedMs: Infinity,
        });
        return container;
      }),
    start: (container) =>
      answer('start', () => {
        containers.get(container)!.startedMs = now;
        return null;
      }),
    state: (container) => answer('state', () => stateOf(container)),
    logs: (container) => Promise.resolve(behaviourOf(container).ends?.says ?? ''),
    exportFiles: (container, take) =>
      answer('export', () => {
        take(behaviourOf(container).files ?? EMPTY_ARCHIVE);
        return null;
      }).catch(() => failure('failed')),
    uid: (container) => Promise.resolve(behaviourOf(container).uid ?? 0),
    ports: (container) => {
      const { ports } = behaviourOf(container);
      return Promise.resolve(ports === undefined ? [] : ports);
    },
    ask: (container, _, questions) => {
      const { answer: ask = (): HttpAnswer => ({ kind: 'status', status: 200 }) } = behaviourOf(container);
      return Promise.resolve(questions.map(({ port, path }) => ask(path, port.port)));
    },
    stop: (container) =>
      answer('stop', () => behaviourOf(container).stop ?? { elapsedMs: 100, exitCode: 0, killed: false }),
    remove(container) {
      alive.delete(container);
      return Promise.resolve();
    },
    cleanUp: () => Promise.resolve([]),
  };
  return {
    engine,
    clock,
    calls,
    requests,
    alive,
    break: (why) => {
      broken = why;
    },
  };
}

export function subject(changes: Partial<Subject> = {}): Subject {
  return {
    path: 'Dockerfile',
    service: null,
    context: '/context',
    ignoreText: null,
    target: null,
    platform: null,
    buildNetwork: 'default',
    timeoutMs: 60_000,
    onlyBuild: false,
    args: new Map(),
    env: new Map(),
    entrypoint: null,
    command: null,
    ports: [],
    paths: [],
    skip: new Set(),
    volumes: [],
    needs: [],
    blocked: null,
    notes: [],
    ...changes,
  };
}
