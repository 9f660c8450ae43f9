/** The flags of `dockfix verify` and of `--write --verify`, and what they mean. */
import { isAbsolute, resolve } from 'node:path';
import type { OperatorVerifyConfig, VerifyConfig } from '../config/config.ts';
import { UsageError, nearest } from '../core/errors.ts';
import type { CheckId } from '../core/verification.ts';
import { ENGINE_NAMES } from '../engine/engine.ts';
import type { EngineName, VolumeMount } from '../engine/engine.ts';
import type { GuardedIo } from './io.ts';

/** For each build. */
const DEFAULT_TIMEOUT_MS = 15 * 60_000;

export interface VerifyFlags {
  engine?: string;
  onlyBuild?: boolean;
  keepImages?: boolean;
  platform?: string;
  timeout?: number;
  buildNetwork?: string;
  volume?: string[];
  env?: string[];
}

/** What holds for a whole run. */
export interface VerifySettings {
  readonly engine: EngineName | null;
  readonly keepImages: boolean;
  /** Of the flags or the operator: nothing at all is started. */
  readonly onlyBuild: boolean;
  /** Those that were taken from the environment: secrets, in all likelihood. */
  readonly secrets: readonly string[];
  /** What holds for a file, by the configuration of its repository. */
  forFile(repository: RepositoryVerify | null): FileVerifySettings;
}

/** What the nearest configuration of a repository says of the proof. */
export interface RepositoryVerify {
  /** As it is shown. */
  readonly path: string;
  readonly config: VerifyConfig;
}

export interface FileVerifySettings {
  readonly onlyBuild: boolean;
  readonly platform: string | null;
  readonly timeoutMs: number;
  readonly buildNetwork: 'default' | 'none';
  readonly volumes: readonly VolumeMount[];
  /** Values for containers, and for the variables of compose files. */
  readonly env: ReadonlyMap<string, string>;
  /** Null where nobody says it. */
  readonly args: ReadonlyMap<string, string> | null;
  readonly target: string | null;
  readonly command: readonly string[] | null;
  readonly ports: readonly number[];
  readonly paths: readonly string[];
  /** Checks that do not count. */
  readonly skip: ReadonlySet<CheckId>;
  /** Where a configuration makes the proof smaller, in the words of a note. */
  readonly notes: readonly string[];
}

/**
 * Flags win over the repository's configuration, and that over the operator's; but a repository only ever takes away:
 * its time is never longer than the operator's, and what one of both forbids or leaves out is left out.
 * Throws {@link UsageError}.
 */
export function verifySettings(
  flags: VerifyFlags,
  io: GuardedIo,
  operator: OperatorVerifyConfig = {},
): VerifySettings {
  const { env, secrets } = environmentOf(flags.env ?? [], io);
  const onlyBuild = flags.onlyBuild === true || operator.onlyBuild === true;
  const platform = platformOf(flags.platform);
  const network = flags.buildNetwork === undefined ? null : networkOf(flags.buildNetwork);
  const volumes = [
    ...(flags.volume ?? []).map((volume) => volumeOf(volume, io.cwd)),
    ...(operator.volume ?? []).map((volume) => volumeOf(volume, io.cwd)),
  ].filter(({ target }, index, all) => all.findIndex((other) => other.target === target) === index);
  return {
    engine: engineOf(flags.engine) ?? operator.engine ?? null,
    keepImages: flags.keepImages === true || operator.keepImages === true,
    onlyBuild,
    secrets,
    forFile(repository) {
      const own = repository?.config ?? {};
      const limitMs = operator.timeout ?? DEFAULT_TIMEOUT_MS;
      const forbidden = own.buildNetwork === 'none' || operator.buildNetwork === 'none';
      const args = { ...operator.args, ...own.args };
      const skip = new Set([...(operator.skip ?? []), ...(own.skip ?? [])]);
      const where = repository?.path ?? '';
      return {
        onlyBuild: onlyBuild || own.onlyBuild === true,
        platform: platform ?? own.platform ?? operator.platform ?? null,
        timeoutMs: flags.timeout ?? Math.min(limitMs, own.timeout ?? limitMs),
        buildNetwork: network ?? (forbidden ? 'none' : 'default'),
        volumes,
        env: new Map([...Object.entries({ ...operator.env, ...own.env }), ...env]),
        args: Object.keys(args).length === 0 ? null : new Map(Object.entries(args)),
        target: own.target ?? operator.target ?? null,
        command: own.command ?? operator.command ?? null,
        ports: own.ports ?? operator.ports ?? [],
        paths: own.paths ?? operator.paths ?? [],
        skip,
        notes: [
          ...(own.onlyBuild === true && !onlyBuild ? [`built and not started, as ${where} says`] : []),
          ...(skip.size > 0
            ? [
                `not compared, as ${own.skip?.length ? where : 'your configuration'} says: ${[...skip].join(', ')}`,
              ]
            : []),
        ],
      };
    },
  };
}

function engineOf(name: string | undefined): EngineName | null {
  if (name === undefined) return null;
  const engine = ENGINE_NAMES.find((known) => known === name);
  if (engine) return engine;
  const near = nearest(name, ENGINE_NAMES);
  throw new UsageError(
    'usage',
    `--engine ${name}: there is no such engine${near ? `, did you mean ${near}?` : `; there are ${ENGINE_NAMES.join(', ')}`}`,
  );
}

function platformOf(name: string | undefined): string | null {
  if (name === undefined) return null;
  if (/^[\w.+-]{1,64}(?:\/[\w.+-]{1,64}){1,2}$/.test(name) && !name.startsWith('-')) return name;
  throw new UsageError('usage', `--platform ${name}: is no platform such as linux/arm64`);
}

function networkOf(name: string | undefined): 'default' | 'none' {
  if (name === undefined || name === 'default' || name === 'none') return name ?? 'default';
  throw new UsageError('usage', `--build-network ${name}: is default or none`);
}

/** `HOST:CONTAINER[:ro]`; the only way that a folder of the machine gets into a container. */
function volumeOf(text: string, cwd: string): VolumeMount {
  const [source = '', target = '', mode = '', ...rest] = text.split(':');
  const isMode = mode === '' || mode === 'ro' || mode === 'rw';
  if (source === '' || !isAbsolute(target) || !isMode || rest.length > 0 || /[\0,\n]/.test(text))
    throw new UsageError('usage', `--volume ${text}: is no HOST:CONTAINER or HOST:CONTAINER:ro`);
  return { source: resolve(cwd, source), target, readOnly: mode === 'ro' };
}

function environmentOf(
  entries: readonly string[],
  io: GuardedIo,
): { env: ReadonlyMap<string, string>; secrets: readonly string[] } {
  const env = new Map<string, string>();
  const secrets: string[] = [];
  for (const entry of entries) {
    const [, name, value] = /^([A-Za-z_]\w{0,199})(?:=([^]*))?$/.exec(entry) ?? [];
    if (name === undefined)
      throw new UsageError('usage', `--env ${entry.split('=')[0]}: is no NAME or NAME=VALUE`);
    const found = value ?? io.env[name];
    if (found === undefined) throw new UsageError('usage', `--env ${name}: is not set here`);
    if (found.includes('\0')) throw new UsageError('usage', `--env ${name}: holds a NUL character`);
    if (value === undefined) secrets.push(found);
    env.set(name, found);
  }
  return { env, secrets };
}
