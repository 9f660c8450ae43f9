/** The flags of `dockfix verify` and of `--write --verify`, and what they mean. */
import { isAbsolute, resolve } from 'node:path';
import { UsageError, nearest } from '../core/errors.ts';
import { ENGINE_NAMES } from '../engine/engine.ts';
import type { EngineName, VolumeMount } from '../engine/engine.ts';
import type { GuardedIo } from './io.ts';

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

export interface VerifySettings {
  readonly engine: EngineName | null;
  readonly onlyBuild: boolean;
  readonly keepImages: boolean;
  readonly platform: string | null;
  readonly timeoutMs: number;
  readonly buildNetwork: 'default' | 'none';
  readonly volumes: readonly VolumeMount[];
  /** Values for containers, and for the variables of compose files. */
  readonly env: ReadonlyMap<string, string>;
  /** Those that were taken from the environment: secrets, in all likelihood. */
  readonly secrets: readonly string[];
}

const TIMEOUT_MS = 15 * 60_000;

/** Throws {@link UsageError}. */
export function verifySettings(flags: VerifyFlags, io: GuardedIo): VerifySettings {
  const { env, secrets } = environmentOf(flags.env ?? [], io);
  return {
    engine: engineOf(flags.engine),
    onlyBuild: flags.onlyBuild === true,
    keepImages: flags.keepImages === true,
    platform: platformOf(flags.platform),
    timeoutMs: flags.timeout ?? TIMEOUT_MS,
    buildNetwork: networkOf(flags.buildNetwork),
    volumes: (flags.volume ?? []).map((volume) => volumeOf(volume, io.cwd)),
    env,
    secrets,
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
