/**
 * What building and running images needs of a container engine. Shapes only: the engines behind their command lines
 * are in this room, tests hand in their own. Nothing here throws for what an engine says; a failure is a value.
 */

export type EngineName = 'docker' | 'podman' | 'buildah';

export const ENGINE_NAMES: readonly EngineName[] = ['docker', 'podman', 'buildah'];

/**
 * - `failed`: the engine did what was asked and it did not work.
 * - `timeout`: it was ended after its time. `interrupted`: the person has asked to stop.
 * - `unreachable`: the engine is not there, or no longer. `network`, `disk`, `memory`, `login`: what it needs is missing.
 */
export type FailureKind =
  'failed' | 'timeout' | 'interrupted' | 'unreachable' | 'network' | 'disk' | 'memory' | 'login';

export interface EngineFailure {
  readonly ok: false;
  readonly kind: FailureKind;
  /** One sentence. */
  readonly message: string;
  /** The last of what was printed, as it was printed: to be cleaned before anybody sees it. */
  readonly output: string;
}

export type EngineResult<T> = { readonly ok: true; readonly value: T } | EngineFailure;

export interface BuildRequest {
  /** Of this run, see {@link Engine.imageName}. */
  readonly image: string;
  /** Absolute. */
  readonly dockerfile: string;
  /** Absolute; the file of what is not sent, where it is not the context's `.dockerignore`. */
  readonly ignoreFile: string | null;
  /** Absolute. */
  readonly context: string;
  readonly target: string | null;
  readonly args: ReadonlyMap<string, string>;
  readonly platform: string | null;
  /** `none`: RUN has no network. */
  readonly network: 'default' | 'none';
  readonly timeoutMs: number;
}

export interface BuiltImage {
  readonly elapsedMs: number;
}

/** What the image says of itself. */
export interface ImageConfig {
  readonly id: string;
  readonly sizeBytes: number;
  readonly layers: number;
  /** As USER says it; empty for root. */
  readonly user: string;
  readonly workdir: string;
  readonly env: ReadonlyMap<string, string>;
  /** TCP ports of EXPOSE, in order. */
  readonly ports: readonly number[];
  /** The command of HEALTHCHECK, null without one. */
  readonly healthcheck: readonly string[] | null;
}

export interface VolumeMount {
  /** A folder of the machine (absolute), or the name of a volume of this run. */
  readonly source: string;
  /** Absolute. */
  readonly target: string;
  readonly readOnly: boolean;
}

export interface RunRequest {
  readonly image: string;
  readonly platform: string | null;
  /** A network of this run; null for none at all. */
  readonly network: string | null;
  /** Names under which others in the network find it. */
  readonly aliases: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  /** In place of the image's own; null for the image's own. */
  readonly entrypoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  readonly volumes: readonly VolumeMount[];
  /** Read-only root, /tmp in memory, no capabilities, no new privileges. */
  readonly hardened: boolean;
  /** The image's own check is asked every second. */
  readonly watchesHealth: boolean;
}

export interface ContainerState {
  readonly running: boolean;
  /** As the machine of the engine counts; 0 when it has ended. */
  readonly pid: number;
  readonly exitCode: number;
  /** What the engine says why it did not start; often empty. */
  readonly error: string;
  readonly outOfMemory: boolean;
  readonly health: 'starting' | 'healthy' | 'unhealthy' | null;
  /** What the last check printed. */
  readonly healthOutput: string;
}

/** A socket that waits for TCP connections. */
export interface ListeningPort {
  readonly port: number;
  /** Only the container itself can reach it. */
  readonly loopback: boolean;
}

/** What a server answered to GET: its status, or why there was none. */
export type HttpAnswer =
  | { readonly kind: 'status'; readonly status: number }
  /** Something answers, in another language. */
  | { readonly kind: 'not-http' }
  | { readonly kind: 'silent' };

export interface StopResult {
  readonly elapsedMs: number;
  readonly exitCode: number;
  /** The signal was not enough. */
  readonly killed: boolean;
}

/** An engine in the hands of one run: everything that it makes carries the run's mark. */
export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  /** False for an engine that only builds. */
  readonly canRun: boolean;
  /** What is limited, as a clause for the report. */
  readonly limits: string;

  /** The name of the run's image number `index`. */
  imageName(index: number): string;
  build(request: BuildRequest): Promise<EngineResult<BuiltImage>>;
  imageConfig(image: string): Promise<EngineResult<ImageConfig>>;
  /** Whether an image of this name is at hand, without asking any registry. */
  hasImage(image: string): Promise<boolean>;
  removeImage(image: string): Promise<void>;
  /** Gives the image a second name that outlives the run: `dockfix-kept:<tag>`; null when that failed. */
  keepImage(image: string, tag: string): Promise<string | null>;

  /** Makes a network that leads nowhere else; its name. */
  createNetwork(): Promise<EngineResult<string>>;
  removeNetwork(network: string): Promise<void>;
  createVolume(): Promise<EngineResult<string>>;
  /** Makes a container that is not started yet; its id. */
  create(request: RunRequest): Promise<EngineResult<string>>;
  start(container: string): Promise<EngineResult<null>>;
  state(container: string): Promise<EngineResult<ContainerState>>;
  /** The last `maxBytes` of what it printed. */
  logs(container: string, maxBytes: number): Promise<string>;
  /** Its files as a tar archive, in pieces; `take` may throw to end it. */
  exportFiles(container: string, take: (piece: Uint8Array) => void): Promise<EngineResult<null>>;
  /** uid of the first process as the container counts; null when it cannot be seen from here. */
  uid(container: string, state: ContainerState): Promise<number | null>;
  /** Listening ports; null when they cannot be seen from here. */
  ports(container: string, state: ContainerState): Promise<readonly ListeningPort[] | null>;
  /** GET of each path; null when the container cannot be reached from here. */
  ask(
    container: string,
    state: ContainerState,
    questions: readonly { readonly port: ListeningPort; readonly path: string }[],
  ): Promise<readonly HttpAnswer[] | null>;
  stop(container: string, graceMs: number): Promise<EngineResult<StopResult>>;
  remove(container: string): Promise<void>;

  /** Removes everything of this run; gives what could not be removed. Works after an interruption as well. */
  cleanUp(): Promise<readonly string[]>;
}

/** Time, for those who wait. */
export interface Clock {
  nowMs(): number;
  /** Resolves early, and is no failure, when the person has asked to stop. */
  pause(ms: number): Promise<void>;
}
