/**
 * Which programs a probe can count on in the image of a stage. What counts, in this order: what the file itself
 * installs, removes or runs in that stage; what the container starts with; what the registry says of the base image's
 * files; what the knowledge table says of the base. Only the last one is hearsay.
 */
import { aptCall, firstProgram } from '../../core/apt.ts';
import { plainWords } from '../../core/arguments.ts';
import type { Document, Instruction } from '../../core/document.ts';
import { lineAt } from '../../core/document.ts';
import { chainInstructions } from '../../core/healthcheck.ts';
import type { ConfiguredImage, FilePresence, ImageFiles } from '../../core/image-facts.ts';
import { isWithheld, shellOf } from '../../core/shell.ts';
import type { ShellCommand } from '../../core/shell.ts';
import type { Stage } from '../../core/stages.ts';
import type { Evidence, Fact } from '../../core/types.ts';
import type { BaseImageHint, Tool } from '../base-images.ts';

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
  const history = stageHistory(input.document, input.stage);
  return {
    presence: (program) => presenceOf(input, history, program),
  };
}

const HOW = { ran: 'runs it', copied: 'copies it', installed: 'installs it' } as const;

function presenceOf(input: ProgramsInput, history: History, program: string): Presence {
  const own = history.events.get(program)?.at(-1);
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
  const started = input.started.get(program);
  if (started) return present(started.program, true, 'the container starts with it', started.evidence, null);
  return inBase(input, history, program);
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

function inBase(input: ProgramsInput, history: History, program: string): Presence {
  const { files, hint, stage } = input;
  const unknown = (how: string): Presence => ({ state: 'unknown', how });
  if (isScratch(stage)) {
    if (history.opaque !== null) return unknown(history.opaque);
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
      if (history.opaque !== null) return unknown(history.opaque);
      const how = 'the base image does not have it and no line installs it';
      return absent(program, history.packages.length === 0, how, files.evidence);
    }
  }
  if (!hint) return unknown('nothing is known of the base image');
  if (hint.mark === 'K') return unknown('what is known of the base image was not checked');
  const { tools, missing, os } = hint.facts;
  const name = toolsNamed(program).find((tool) => tools.includes(tool) && (tool !== 'nc' || os === 'alpine'));
  if (name !== undefined) {
    // Distroless images keep it outside the path.
    const path = name === 'node' && os === 'distroless' ? '/nodejs/bin/node' : program;
    return present(
      path,
      false,
      'the base image is known to have it',
      hint.evidence,
      name === 'busybox-wget' || (name === 'nc' && busyboxByBase(input) === true),
    );
  }
  if (program === 'nc' && os === 'alpine' && tools.includes('busybox-wget')) {
    return present(program, false, 'the base image is known to have busybox', hint.evidence, true);
  }
  if (!toolsNamed(program).some((tool) => missing.includes(tool))) {
    return unknown('it is not known whether the base image has it');
  }
  if (history.opaque !== null) return unknown(history.opaque);
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

/** The stage whose FROM names an image. */
export function rootOf(stage: Stage): Stage {
  let at = stage;
  for (let depth = 0; at.parent && depth < 1000; depth++) at = at.parent;
  return at;
}

function isBusyboxLink({ target }: FilePresence): boolean | null {
  return target === undefined ? null : /(?:^|\/)busybox$/.test(target);
}

/** Alpine's own programs are busybox; what apk installs beside them is not. */
function busyboxByBase({ hint }: ProgramsInput): boolean | null {
  if (!hint || hint.mark === 'K') return null;
  return hint.facts.os === 'alpine' || hint.facts.os === 'busybox';
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

// ---- what the file does -----------------------------------------------------------------------------------------

interface ProgramEvent {
  readonly kind: 'installed' | 'removed' | 'ran' | 'copied';
  readonly line: number;
  /** Nothing around it (a condition, a variable, an alternative) leaves open whether it happens. */
  readonly isCertain: boolean;
  readonly evidence: Evidence;
}

interface History {
  readonly events: ReadonlyMap<string, readonly ProgramEvent[]>;
  /** Names of all packages that are installed. */
  readonly packages: readonly string[];
  /** A clause that says what may have brought programs unseen; null when everything was read. */
  readonly opaque: string | null;
}

/** Packages whose programs matter to probes, in any distribution. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  curl: ['curl'],
  'curl-minimal': ['curl'],
  wget: ['wget'],
  python3: ['python3'],
  'python3-minimal': ['python3'],
  'python3-full': ['python3'],
  'python-is-python3': ['python', 'python3'],
  python: ['python'],
  nodejs: ['node'],
  'nodejs-current': ['node'],
  'nodejs-lts': ['node'],
  npm: ['node'],
  php: ['php'],
  'php-cli': ['php'],
  ruby: ['ruby'],
  'ruby-full': ['ruby'],
  bash: ['bash'],
  netcat: ['nc'],
  'netcat-openbsd': ['nc'],
  'netcat-traditional': ['nc'],
  'postgresql-client': ['pg_isready'],
  'redis-tools': ['redis-cli'],
  redis: ['redis-cli'],
};

interface PackageCall {
  readonly verb: 'install' | 'remove';
  readonly names: readonly string[];
  /** A variable among the names. */
  readonly isOpen: boolean;
}

const known = new WeakMap<Stage, History>();

function stageHistory(document: Document, stage: Stage): History {
  let history = known.get(stage);
  if (!history) known.set(stage, (history = readHistory(document, stage)));
  return history;
}

function readHistory(document: Document, stage: Stage): History {
  const events = new Map<string, ProgramEvent[]>();
  const packages: string[] = [];
  let opaque: string | null = null;
  const groups = new Map<string, readonly string[]>();
  const add = (program: string, event: ProgramEvent): void => {
    const list = events.get(program);
    if (list) list.push(event);
    else events.set(program, [event]);
  };
  for (const instruction of chainInstructions(stage)) {
    const { line } = instruction;
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      const copied = copiedPrograms(instruction);
      for (const program of copied.programs) {
        add(program, { kind: 'copied', line, isCertain: true, evidence: sourceOf(instruction, 'copies it') });
      }
      if (copied.opaque) opaque ??= `line ${line} copies files that may hold programs`;
    }
    if (instruction.keyword !== 'RUN') continue;
    const script = shellOf(document, instruction);
    if (isWithheld(script)) {
      opaque ??= `line ${line} runs something that was not read`;
      continue;
    }
    // What is read as shell text was run by a shell.
    add('sh', { kind: 'ran', line, isCertain: true, evidence: sourceOf(instruction, 'a shell runs it') });
    const isOpen = /(?:^|[\s;&|(])(?:if|case|while|until|for)\s|\|\|/.test(script.logical.text);
    for (const command of script.commands) {
      if (command.inSubstitution) continue;
      const evidence: Evidence = {
        kind: 'source',
        span: command.span,
        note: `line ${lineAt(document, command.span.start)}`,
      };
      const call = packageCall(command, groups);
      if (call?.verb === 'install') {
        packages.push(...call.names);
        for (const name of call.names) {
          for (const program of programsIn(name))
            add(program, { kind: 'installed', line, isCertain: !isOpen, evidence });
        }
        if (call.isOpen) opaque ??= `line ${line} installs packages that a variable names`;
        continue;
      }
      if (call) {
        const removed = call.isOpen ? [...events.keys()] : call.names.flatMap(programsIn);
        for (const program of removed)
          add(program, { kind: 'removed', line, isCertain: !call.isOpen && !isOpen, evidence });
        continue;
      }
      const program = firstProgram(command);
      if (program === 'apt-mark' && command.words.some(({ text }) => text === 'auto')) {
        // What is marked so goes with the next autoremove.
        for (const name of events.keys()) add(name, { kind: 'removed', line, isCertain: false, evidence });
      } else if (program === 'rm' || program === 'unlink') {
        for (const name of removedFiles(command))
          add(name, { kind: 'removed', line, isCertain: false, evidence });
      } else if (Object.hasOwn(RUNS, program) && !isOpen) {
        add(RUNS[program]!, { kind: 'ran', line, isCertain: true, evidence });
      }
      if (isOpaque(program, command)) opaque ??= `line ${line} runs ${program}, which may install anything`;
    }
  }
  return { events, packages, opaque };
}

/** What a command that went well shows to be there: itself, or the program that it is a script of. */
const RUNS: Readonly<Record<string, string>> = {
  curl: 'curl',
  wget: 'wget',
  python: 'python',
  python3: 'python3',
  node: 'node',
  npm: 'node',
  npx: 'node',
  yarn: 'node',
  corepack: 'node',
  php: 'php',
  composer: 'php',
  ruby: 'ruby',
  bundle: 'ruby',
  bash: 'bash',
};

function programsIn(name: string): readonly string[] {
  if (Object.hasOwn(PACKAGES, name)) return PACKAGES[name]!;
  return /^postgresql\d*-client$|^postgresql-client-\d+$/.test(name) ? ['pg_isready'] : [];
}

/** The call of a package manager that a command is. `groups` remembers apk's virtual packages. */
function packageCall(command: ShellCommand, groups: Map<string, readonly string[]>): PackageCall | null {
  const apt = aptCall(command);
  if (apt) {
    const names = apt.packages.map(({ value }) => value?.replace(/[=/:].*$/, '') ?? null);
    const verb = apt.subcommand.value ?? '';
    if (verb === 'install' || verb === 'reinstall') return callOf('install', names);
    return verb === 'purge' || verb === 'remove' ? callOf('remove', names) : null;
  }
  const program = firstProgram(command);
  const manager = Object.hasOwn(MANAGERS, program) ? MANAGERS[program]! : null;
  if (!manager) return null;
  const at = command.words.findIndex(({ value }) => value?.endsWith(program) === true);
  const words = command.words.slice(at + 1);
  const verbAt = words.findIndex(({ text }) => !text.startsWith('-'));
  const verb = words[verbAt]?.value ?? '';
  const isInstall = manager.install.includes(verb);
  if (!isInstall && !manager.remove.includes(verb)) return null;
  const names: (string | null)[] = [];
  let group: string | null = null;
  for (let index = verbAt + 1; index < words.length; index++) {
    const { text, value } = words[index]!;
    if (text === '-t' || text === '--virtual') group = words[++index]?.value ?? '';
    else if (text.startsWith('--virtual=')) group = text.slice('--virtual='.length);
    else if (/^(?:-X|--repository|--repositories-file|-p|--root|--enablerepo|--setopt)$/.test(text)) index++;
    else if (!text.startsWith('-')) names.push(value?.replace(/[=<>~@].*$/, '') ?? null);
  }
  if (isInstall) {
    const call = callOf('install', names);
    if (group !== null) groups.set(group, call.names);
    return call;
  }
  return callOf(
    'remove',
    names.flatMap((name) => (name === null ? [null] : [...(groups.get(name) ?? [name])])),
  );
}

const MANAGERS: Readonly<
  Record<string, { readonly install: readonly string[]; readonly remove: readonly string[] }>
> = {
  apk: { install: ['add'], remove: ['del'] },
  yum: { install: ['install'], remove: ['remove', 'erase', 'autoremove'] },
  dnf: { install: ['install'], remove: ['remove', 'erase', 'autoremove'] },
  microdnf: { install: ['install'], remove: ['remove', 'erase'] },
  tdnf: { install: ['install'], remove: ['remove', 'erase'] },
  zypper: { install: ['install', 'in'], remove: ['remove', 'rm'] },
};

function callOf(verb: 'install' | 'remove', names: readonly (string | null)[]): PackageCall {
  return { verb, names: names.filter((name) => name !== null), isOpen: names.includes(null) };
}

function removedFiles({ words }: ShellCommand): readonly string[] {
  return words.flatMap(({ text }) => {
    const found = /^\/(?:usr\/(?:local\/)?)?s?bin\/([\w.-]+)$/.exec(text);
    return found ? [found[1]!] : [];
  });
}

/** Programs that may bring others: downloads that are run, scripts, installers. */
function isOpaque(program: string, { words }: ShellCommand): boolean {
  if (/\.sh$/.test(program) || program === '.' || program === 'source') return true;
  if (/^(?:sh|bash|ash|dash)$/.test(program)) return true;
  if (
    /^(?:nix-env|brew|pacman|emerge|install_packages|dpkg|rpm|tar|unzip|busybox|ansible-playbook|make|conda|mamba|micromamba)$/.test(
      program,
    )
  )
    return true;
  return words[0]?.value === null && program === '';
}

/** `COPY --from=x /usr/bin/curl /usr/bin/`: a program by its own name. A folder of programs may hold any. */
function copiedPrograms(instruction: Instruction): {
  readonly programs: readonly string[];
  readonly opaque: boolean;
} {
  const words = instruction.json ?? plainWords(instruction.rest).map(({ text }) => text);
  const to = words.at(-1) ?? '';
  const programs: string[] = [];
  let opaque = false;
  for (const source of words.slice(0, -1)) {
    const name = source.slice(source.lastIndexOf('/') + 1);
    const target = /\/$/.test(to) ? `${to}${name}` : to;
    const found = /^\/(?:usr\/(?:local\/)?)?bin\/(curl|node|python3?|ruby|php|bun|deno|wget|busybox)$/.exec(
      target,
    );
    if (found && name === found[1]) programs.push(found[1]);
    else if (
      /^\/(?:(?:usr(?:\/local)?(?:\/s?bin)?|s?bin)\/?)?$/.test(to) &&
      isFolderLike(instruction, source)
    )
      opaque = true;
  }
  return { programs, opaque };
}

/** What is copied onto a system folder is a folder's content, from where nobody has looked. */
function isFolderLike(instruction: Instruction, source: string): boolean {
  // ADD unpacks an archive, whatever its name.
  if (instruction.keyword === 'ADD') return true;
  const fromElsewhere = instruction.flags.some(({ name }) => name === 'from');
  return (
    /\/$|\/\.$|^\.$|^\/$|\*/.test(source) ||
    (fromElsewhere && !/\.[a-z]+$/.test(source)) ||
    /rootfs|root$|usr$|bin$/.test(source)
  );
}

function sourceOf(instruction: Instruction, note: string): Evidence {
  return { kind: 'source', span: instruction.span, note };
}
