/** `dockfix inspect` for people and for programs. Everything that an image says of itself is shown as harmless text. */
import type { Attestation, Healthcheck, Inspection, NamedValue, Sourced } from '../core/image-facts.ts';
import { painter } from './text.ts';
import { visibleLine } from './visible.ts';

export interface InspectTextOptions {
  readonly color: boolean;
}

const LABEL_WIDTH = 14;
/** Longer values are for programs. */
const MAX_VALUE = 300;

export function inspectionText(inspection: Inspection, { color }: InspectTextOptions): string {
  const paint = painter(color);
  const { config, image, metadata } = inspection;
  /** Nothing for a row without values; further values stand below the first. */
  const row = (label: string, ...values: readonly (string | null)[]): string =>
    values
      .filter((value) => value !== null)
      .map((value, at) => `  ${paint.dim((at === 0 ? label : '').padEnd(LABEL_WIDTH))}${value}\n`)
      .join('');
  const note = (text: string): string => paint.dim(`  (${text})`);
  const sourced = (value: Sourced | null): string | null =>
    value && `${shown(value.value)}${note(value.origin)}`;

  const what = [
    row('digest', inspection.digest),
    row('kind', `${inspection.kind === 'index' ? 'index' : 'single image'}, ${format(inspection.mediaType)}`),
    row('platforms', ...platformLines(inspection)),
    row('looking at', `${shown(image.platform)}${note(REASONS[image.reason])}`),
    inspection.kind === 'index' ? row('', image.digest) : '',
    row('layers', `${image.layers}, ${size(image.bytes)} compressed`),
  ];
  const origin = [
    row('created', created(inspection, note)),
    row('version', sourced(metadata.version)),
    row('source', sourced(metadata.source)),
    row('revision', sourced(metadata.revision)),
    row('system', system(inspection, note)),
    row('attached', ...inspection.attestations.map((one) => `${attestationName(one)}${note(VIA[one.via])}`)),
  ];
  const behaviour = [
    row('user', config.user === '' ? `root${note('none is set')}` : shown(config.user)),
    row('entrypoint', command(config.entrypoint)),
    row('command', command(config.cmd)),
    row('directory', shown(config.workingDirectory)),
    row('ports', config.ports.length > 0 ? config.ports.join(', ') : 'none declared'),
    row('health check', health(config.healthcheck)),
    row('volumes', config.volumes.length > 0 ? config.volumes.map(shown).join(', ') : null),
    row('stop signal', config.stopSignal && shown(config.stopSignal)),
    row('shell', config.shell && command(config.shell)),
    row('on build', ...config.onBuild.map(shown)),
    row('environment', ...config.env.map(pair)),
    row('labels', ...config.labels.map(pair)),
    config.isCut ? row('note', paint.yellow('some of this was too long and has been cut')) : '',
  ];
  const width = Math.max(0, ...inspection.files.map(({ path }) => shown(path).length));
  const files = inspection.files.map((file, at) => {
    const answer = file.present.padEnd(7);
    const tint = { yes: paint.green, no: paint.red, unknown: paint.yellow }[file.present];
    const target = file.target === undefined ? '' : ` -> ${shown(file.target)}`;
    const how = note(
      `${shown(file.via)}${file.verified || file.present === 'unknown' ? '' : '; not verified'}`,
    );
    return row(at === 0 ? 'files' : '', `${shown(file.path).padEnd(width)}  ${tint(answer)}${target}${how}`);
  });
  const sections = [what, origin, behaviour, files]
    .map((rows) => rows.join(''))
    .filter((rows) => rows !== '');
  return `${paint.bold(shown(inspection.reference))}\n${sections.join('\n')}`;
}

/** The stable form: fields are added, never renamed. */
export function inspectionJson(inspection: Inspection, version: string): string {
  const { image, config, metadata } = inspection;
  const { isCut, ...settings } = config;
  return `${JSON.stringify(
    {
      schemaVersion: 1,
      tool: { name: 'dockfix', version },
      reference: inspection.reference,
      digest: inspection.digest,
      kind: inspection.kind,
      mediaType: inspection.mediaType,
      platforms: inspection.platforms,
      image,
      metadata,
      osRelease: inspection.osRelease,
      osReleaseProblem: inspection.osReleaseProblem,
      config: settings,
      configIsCut: isCut,
      attestations: inspection.attestations,
      files: inspection.files,
    },
    null,
    2,
  )}\n`;
}

// ---- values ---------------------------------------------------------------------------------------------------

const REASONS = {
  asked: 'as asked',
  default: 'the usual one; --platform looks at another',
  first: 'the first; --platform looks at another',
  only: 'the only one',
} as const;

const VIA = { index: 'beside the image in its index', referrers: 'refers to the image' } as const;

function shown(text: string): string {
  const line = visibleLine(text);
  return line.length > MAX_VALUE ? `${line.slice(0, MAX_VALUE - 1)}…` : line;
}

function pair({ name, value }: NamedValue): string {
  return shown(`${name}=${value}`);
}

function format(mediaType: string): string {
  return mediaType.includes('docker') ? 'Docker schema 2' : 'OCI';
}

/** As many as fit on a line, in their order. */
function platformLines({ platforms }: Inspection): readonly string[] {
  const lines: string[] = [];
  for (const { platform } of platforms) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + platform.length < 84)
      lines[lines.length - 1] = `${last}, ${shown(platform)}`;
    else lines.push(shown(platform));
  }
  return lines;
}

function created({ metadata }: Inspection, note: (text: string) => string): string {
  const fixed = metadata.fixedDate === null ? '' : `reproducible build, dated ${shown(metadata.fixedDate)}`;
  if (!metadata.created) return fixed === '' ? 'not said' : `no date${note(fixed)}`;
  const { value, origin } = metadata.created;
  const date = `${value.slice(0, 10)} ${value.slice(11, 16)} UTC`;
  return `${date}${note(fixed === '' ? origin : `${origin}; ${fixed}`)}`;
}

function system({ osRelease, osReleaseProblem }: Inspection, note: (text: string) => string): string {
  if (!osRelease) return `unknown${osReleaseProblem === null ? '' : note(shown(osReleaseProblem))}`;
  const { id, versionId, codename, prettyName } = osRelease;
  const words = [id, versionId, codename].filter((word) => word !== null).map(shown);
  return prettyName ? `${shown(prettyName)}${note(words.join(' '))}` : words.join(' ');
}

/** JSON, as a Dockerfile would have it; `[]` was set to nothing, which is not the same as unset. */
function command(words: readonly string[] | null): string {
  return words === null ? 'none' : shown(`[${words.map((word) => JSON.stringify(word)).join(', ')}]`);
}

function health(check: Healthcheck | null): string {
  if (check === null) return 'none';
  if (check.kind === 'none') return 'switched off by the image';
  const times = [
    check.intervalMs === null ? null : `every ${duration(check.intervalMs)}`,
    check.timeoutMs === null ? null : `timeout ${duration(check.timeoutMs)}`,
    check.startPeriodMs === null ? null : `after ${duration(check.startPeriodMs)}`,
    check.retries === null ? null : `${check.retries} tries`,
  ].filter((part) => part !== null);
  const line = check.kind === 'exec' ? command(check.command) : shown(check.command.join(' '));
  return times.length === 0 ? line : `${line}; ${times.join(', ')}`;
}

function duration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1000}s`;
}

function attestationName({ type }: Attestation): string {
  if (/spdx/i.test(type)) return `SBOM, ${shown(type)}`;
  if (/cyclonedx/i.test(type)) return `SBOM, ${shown(type)}`;
  if (/slsa\.dev\/provenance/i.test(type)) return `provenance, ${shown(type)}`;
  return shown(type);
}

/** `3.4 MB`, in steps of 1000. */
export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
