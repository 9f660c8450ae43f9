/**
 * Which programs a probe can count on in the image of a stage. What counts, in this order: what the file itself
 * installs, removes or runs in that stage; what the container starts with; what the registry says of the base image's
 * files; what the knowledge table says of the base. Only the last one is hearsay.
 */
import type { Document } from '../../core/document.ts';
import type { ConfiguredImage, FilePresence, ImageFiles } from '../../core/image-facts.ts';
import { rootOf } from '../../core/stages.ts';
import type { Stage } from '../../core/stages.ts';
import type { Evidence, Fact } from '../../core/types.ts';
import type { BaseImageHint, Tool } from '../base-images.ts';
import { programsInStage } from './stage-programs.ts';
import type { StagePrograms } from './stage-programs.ts';

export type Presence =
  | {
      readonly state: 'present' | 'absent';
      /** Read in the file or asked of the registry; else hearsay of the table. */
      readonly firstHand: boolean;
      /** A clause: `line 4 installs it`. */
      readonly how: string;
      readonly evidence: Evidence;
      /** How a command names it. */
      readonly program: string;
      /** `wget` is a link to busybox, as far as that is known. */
      readonly isBusybox: boolean | null;
    }
  | { readonly state: 'unknown'; readonly how: string };

export interface ProgramsInput {
  readonly document: Document;
  readonly stage: Stage;
  readonly files: Fact<ImageFiles> | null;
  readonly config: Fact<ConfiguredImage> | null;
  readonly hint: BaseImageHint | null;
  /** Programs that the container's own command starts. */
  readonly started: ReadonlyMap<string, StartedProgram>;
}

export interface StartedProgram {
  /** How it is written: its name, or a path outside the usual folders. */
  readonly program: string;
  readonly evidence: Evidence;
}

export interface Programs {
  presence(program: string): Presence;
}

/** Folders of the usual PATH. */
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const COMMON = ['/usr/local/bin', '/usr/bin', '/bin'];
const PROBE_PROGRAMS = [
  'curl',
  'wget',
  'python3',
  'python',
  'node',
  'php',
  'ruby',
  'bash',
  'nc',
  'sh',
  'busybox',
  'bun',
  'deno',
];
/** Only Alpine has it, and only Alpine's busybox is known to be built with `nc -z`. */
const ALPINE_RELEASE = '/etc/alpine-release';
const OTHER_PATHS = [
  ALPINE_RELEASE,
  '/nodejs/bin/node',
  '/usr/local/bin/pg_isready',
  '/usr/bin/pg_isready',
  '/usr/local/bin/redis-cli',
  '/usr/bin/redis-cli',
];

/** The paths that a base image is asked for. */
export const PROBE_PATHS: readonly string[] = [
  ...PROBE_PROGRAMS.flatMap((program) => COMMON.map((folder) => `${folder}/${program}`)),
  ...OTHER_PATHS,
].sort();

export function programsOf(input: ProgramsInput): Programs {
  const history = programsInStage(input.document, input.stage);
  const known = new Map<string, Presence>();
  return {
    presence(program) {
      let presence = known.get(program);
      if (!presence) known.set(program, (presence = presenceOf(input, history, program)));
      return presence;
    },
  };
}

const HOW = { ran: 'runs it', copied: 'copies it', installed: 'installs it' } as const;

function presenceOf(input: ProgramsInput, history: StagePrograms, program: string): Presence {
  const started = input.started.get(program);
  if (started && !history.mayRemove(program)) return startedWith(started);
  const own = history.eventsOf(program).at(-1);
  if (own?.kind === 'removed') {
    return own.isCertain
      ? absent(program, true, `line ${own.line} removes it`, own.evidence)
      : { state: 'unknown', how: `line ${own.line} may remove it` };
  }
  if (own?.isCertain) {
    const how = `line ${own.line} ${HOW[own.kind]}`;
    const isBusybox = own.kind === 'ran' ? busyboxByBase(input) : false;
    return present(program, true, how, own.evidence, isBusybox);
  }
  return started ? startedWith(started) : inBase(input, history, program);
}

function startedWith({ program, evidence }: StartedProgram): Presence {
  return present(program, true, 'the container starts with it', evidence, null);
}

function present(
  program: string,
  firstHand: boolean,
  how: string,
  evidence: Evidence,
  isBusybox: boolean | null,
): Presence {
  return { state: 'present', firstHand, how, evidence, program, isBusybox };
}

function absent(program: string, firstHand: boolean, how: string, evidence: Evidence): Presence {
  return { state: 'absent', firstHand, how, evidence, program, isBusybox: null };
}

function inBase(input: ProgramsInput, history: StagePrograms, program: string): Presence {
  const { files, hint, stage } = input;
  const unknown = (how: string): Presence => ({ state: 'unknown', how });
  if (isScratch(stage)) {
    const opaque = history.opaque();
    if (opaque !== null) return unknown(opaque);
    const evidence: Evidence = {
      kind: 'source',
      span: rootOf(stage).from.span,
      note: 'nothing is in it at first',
    };
    return absent(program, true, 'the image is made from scratch', evidence);
  }
  if (files?.ok) {
    const asked = files.value.files.filter(({ path }) => path.slice(path.lastIndexOf('/') + 1) === program);
    const found = asked.find((file) => file.present === 'yes');
    if (found && program === 'nc' && !isAlpine(files.value.files)) {
      return unknown('its nc may not know how to only connect');
    }
    if (found) {
      const how = `the base image has ${found.path}`;
      const isBusybox = isBusyboxLink(found) ?? busyboxByBase(input);
      return present(nameOf(found.path), true, how, files.evidence, isBusybox);
    }
    if (isMissing(input, asked)) {
      const opaque = history.opaque();
      if (opaque !== null) return unknown(opaque);
      const how = 'the base image does not have it and no line installs it';
      return absent(program, !history.installsPackages(), how, files.evidence);
    }
  }
  if (!hint) return unknown('nothing is known of the base image');
  if (hint.mark === 'K') return unknown('what is known of the base image was not checked');
  const { tools, missing, family } = hint.facts;
  const name = toolsNamed(program).find(
    (tool) => tools.includes(tool) && (tool !== 'nc' || family === 'alpine'),
  );
  if (name !== undefined) {
    // Distroless images keep it outside the path.
    const path = name === 'node' && family === 'distroless' ? '/nodejs/bin/node' : program;
    return present(
      path,
      false,
      'the base image is known to have it',
      hint.evidence,
      name === 'busybox-wget' || (name === 'nc' && busyboxByBase(input) === true),
    );
  }
  if (program === 'nc' && family === 'alpine' && tools.includes('busybox-wget')) {
    return present(program, false, 'the base image is known to have busybox', hint.evidence, true);
  }
  if (!toolsNamed(program).some((tool) => missing.includes(tool))) {
    return unknown(`whether the base image has ${program} is not known`);
  }
  const opaque = history.opaque();
  if (opaque !== null) return unknown(opaque);
  return absent(
    program,
    false,
    'the base image is known not to have it and no line installs it',
    hint.evidence,
  );
}

/** The names of the table for a program. */
function toolsNamed(program: string): readonly Tool[] {
  if (program === 'wget') return ['busybox-wget', 'wget'];
  return [program as Tool];
}

function isAlpine(files: readonly FilePresence[]): boolean {
  return files.some(({ path, present: state }) => path === ALPINE_RELEASE && state === 'yes');
}

/** A program in a usual folder is found by its name. */
function nameOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 || FOLDERS.includes(path.slice(0, slash)) ? path.slice(slash + 1) : path;
}

/** Asked for in every usual folder, found in none, and nothing else is on the path. */
function isMissing({ config }: ProgramsInput, asked: readonly FilePresence[]): boolean {
  return asked.length >= COMMON.length && asked.every((file) => file.present === 'no') && isUsualPath(config);
}

function isScratch(stage: Stage): boolean {
  return rootOf(stage).base.text === 'scratch';
}

function isBusyboxLink({ target }: FilePresence): boolean | null {
  return target === undefined ? null : /(?:^|\/)busybox$/.test(target);
}

/** Alpine's own programs are busybox; what apk installs beside them is not. */
function busyboxByBase({ hint }: ProgramsInput): boolean | null {
  if (!hint || hint.mark === 'K') return null;
  return hint.facts.family === 'alpine' || hint.facts.family === 'busybox';
}

/** Nothing is looked up in folders that were not asked for, apart from those that hold one program's own files. */
function isUsualPath(config: Fact<ConfiguredImage> | null): boolean {
  if (!config?.ok) return false;
  const path = config.value.config.env.findLast(({ name }) => name === 'PATH')?.value;
  return (
    path === undefined ||
    path.split(':').every((folder) => FOLDERS.includes(folder) || OWN_FOLDERS.test(folder))
  );
}

const OWN_FOLDERS =
  /^\/(?:opt\/java|usr\/local\/(?:go|cargo|bundle|tomcat|openjdk-\d+|sbin)|go|usr\/lib\/jvm|opt\/venv)(?:\/|$)/;
