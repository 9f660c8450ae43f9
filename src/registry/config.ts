/** An image's configuration: read from JSON that anybody could have written, so everything has a limit. */
import type { Healthcheck, ImageConfig, NamedValue } from '../core/image-facts.ts';
import { isRecord } from './errors.ts';
import { parseJson } from './json.ts';

export const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

const CONFIG_TYPES = new Set([
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.config.v1+json',
]);

/** False for charts, modules, signatures and other things that registries keep beside images. */
export function isImageConfig(mediaType: string): boolean {
  return CONFIG_TYPES.has(mediaType);
}

const MAX_ENTRIES = 1000;
/** More than a kernel would take for one argument of a program is of no use to anybody. */
const MAX_TEXT = 32 * 1024;

/** Null when the bytes are no configuration at all. */
export function readConfig(bytes: Uint8Array): ImageConfig | null {
  const root = parseJson(bytes);
  if (!isRecord(root)) return null;
  const config = isRecord(root['config']) ? root['config'] : {};
  const limits = createLimits();
  const history = Array.isArray(root['history']) ? root['history'] : [];
  const read: Omit<ImageConfig, 'isCut'> = {
    os: limits.text(root['os']) || 'unknown',
    architecture: limits.text(root['architecture']) || 'unknown',
    variant: limits.text(root['variant']) || null,
    osVersion: limits.text(root['os.version']) || null,
    created: limits.text(root['created']) || null,
    user: limits.text(config['User']).trim(),
    entrypoint: limits.words(config['Entrypoint']),
    cmd: limits.words(config['Cmd']),
    ports: portsOf(limits.keys(config['ExposedPorts'])),
    healthcheck: healthcheckOf(config['Healthcheck'], limits),
    env: (limits.words(config['Env']) ?? []).flatMap(variableOf),
    labels: limits.pairs(config['Labels']),
    workingDirectory: limits.text(config['WorkingDir']) || '/',
    volumes: limits.keys(config['Volumes']),
    stopSignal: limits.text(config['StopSignal']) || null,
    onBuild: limits.words(config['OnBuild']) ?? [],
    shell: limits.words(config['Shell']),
    history: limits.words(history.map((step) => (isRecord(step) ? (step['created_by'] ?? '') : ''))) ?? [],
  };
  return { ...read, isCut: limits.hasCut() };
}

// ---- values of a limited size ---------------------------------------------------------------------------------

interface Limits {
  text(value: unknown): string;
  /** Null for what is no list. */
  words(value: unknown): readonly string[] | null;
  keys(value: unknown): readonly string[];
  pairs(value: unknown): readonly NamedValue[];
  hasCut(): boolean;
}

function createLimits(): Limits {
  let cut = false;
  const text = (value: unknown): string => {
    if (typeof value !== 'string') return '';
    if (value.length <= MAX_TEXT) return value;
    cut = true;
    return value.slice(0, MAX_TEXT);
  };
  const some = <T>(list: readonly T[]): readonly T[] => {
    if (list.length > MAX_ENTRIES) cut = true;
    return list.slice(0, MAX_ENTRIES);
  };
  const keys = (value: unknown): readonly string[] =>
    isRecord(value) ? some(Object.keys(value).sort()).map(text) : [];
  return {
    text,
    words: (value) => (Array.isArray(value) ? some(value as readonly unknown[]).map(text) : null),
    keys,
    pairs: (value) =>
      isRecord(value)
        ? some(Object.keys(value).sort()).map((name) => ({ name: text(name), value: text(value[name]) }))
        : [],
    hasCut: () => cut,
  };
}

// ---- fields ---------------------------------------------------------------------------------------------------

function variableOf(line: string): readonly NamedValue[] {
  const equals = line.indexOf('=');
  return equals > 0 ? [{ name: line.slice(0, equals), value: line.slice(equals + 1) }] : [];
}

/** `8080` means TCP. What is no port is left out. */
function portsOf(keys: readonly string[]): readonly string[] {
  return keys
    .flatMap((key) => {
      const match = /^(\d{1,5})(-\d{1,5})?(?:\/(tcp|udp|sctp))?$/.exec(key.toLowerCase());
      return match ? [`${match[1]}${match[2] ?? ''}/${match[3] ?? 'tcp'}`] : [];
    })
    .sort((a, b) => parseInt(a, 10) - parseInt(b, 10) || (a < b ? -1 : 1));
}

/** `Test: []` inherits what there is not; the times are in nanoseconds, and 0 means unset. */
function healthcheckOf(value: unknown, limits: Limits): Healthcheck | null {
  if (!isRecord(value)) return null;
  const [how, ...command] = limits.words(value['Test']) ?? [];
  if (how === 'NONE') return { kind: 'none' };
  if ((how !== 'CMD' && how !== 'CMD-SHELL') || command.length === 0) return null;
  const milliseconds = (key: string): number | null => {
    const time = value[key];
    return typeof time === 'number' && time > 0 ? Math.round(time / 1e6) : null;
  };
  const retries = value['Retries'];
  return {
    kind: how === 'CMD' ? 'exec' : 'shell',
    command,
    intervalMs: milliseconds('Interval'),
    timeoutMs: milliseconds('Timeout'),
    startPeriodMs: milliseconds('StartPeriod'),
    retries: typeof retries === 'number' && retries > 0 ? retries : null,
  };
}
