/**
 * What the instructions of a stage, and of the stages it is FROM, do to the programs of its image. Shell texts are
 * read only where their words say that they matter to what is asked.
 */
import { firstProgram } from '../../core/apt.ts';
import { plainWords } from '../../core/arguments.ts';
import type { Document, Instruction } from '../../core/document.ts';
import { shownLine } from '../../core/document.ts';
import { isRunByPosixShell, isWithheld, shellOf } from '../../core/shell.ts';
import type { ShellCommand } from '../../core/shell.ts';
import { chainInstructions } from '../../core/stages.ts';
import type { Stage } from '../../core/stages.ts';
import type { Evidence } from '../../core/types.ts';
import { NAMES_MANAGER, packageCall, programsIn } from './package-calls.ts';
import type { PackageCall } from './package-calls.ts';

export interface ProgramEvent {
  readonly kind: 'installed' | 'removed' | 'ran' | 'copied';
  readonly line: number;
  /** Nothing around it (a condition, a variable, an alternative) leaves open whether it happens. */
  readonly isCertain: boolean;
  readonly evidence: Evidence;
}

export interface StagePrograms {
  /** What happens to a program, the last event last. */
  eventsOf(program: string): readonly ProgramEvent[];
  /** Whether some line may take a program away. False costs no reading of shell texts. */
  mayRemove(program: string): boolean;
  /** A line installs packages, which may bring programs with them. */
  installsPackages(): boolean;
  /** A clause that says what may have brought programs unseen; null when everything was read. */
  opaque(): string | null;
}

const known = new WeakMap<Stage, StagePrograms>();

export function programsInStage(document: Document, stage: Stage): StagePrograms {
  let programs = known.get(stage);
  if (!programs) known.set(stage, (programs = createStagePrograms(document, stage)));
  return programs;
}

function createStagePrograms(document: Document, stage: Stage): StagePrograms {
  const instructions = chainInstructions(stage);
  const runs = instructions.filter(({ keyword }) => keyword === 'RUN');
  const events = new Map<string, readonly ProgramEvent[]>();
  let opaque: { readonly how: string | null } | null = null;
  let installs: boolean | null = null;
  return {
    eventsOf(program) {
      let found = events.get(program);
      if (!found) events.set(program, (found = readEvents(document, instructions, program)));
      return found;
    },
    mayRemove: (program) =>
      runs.some(({ rest, heredocs }) => heredocs.length > 0 || TAKES_AWAY.test(rest.text)) &&
      runs.some((instruction) => isNamedIn(instruction, program)),
    installsPackages: () =>
      (installs ??= runs.some(
        (instruction) =>
          NAMES_MANAGER.test(instruction.rest.text) &&
          actsOf(document, instruction)?.some(({ call }) => call?.verb === 'install') === true,
      )),
    opaque: () => (opaque ??= { how: firstOpaque(document, instructions) }).how,
  };
}

/** Words of a RUN that may decide about a program, where they are more than its name. */
const WORDS: Readonly<Record<string, RegExp>> = {
  node: /node|np[mx]|yarn|corepack/,
  php: /php|composer/,
  ruby: /ruby|bundle/,
  python3: /python/,
  nc: /\bnc\b|netcat/,
  pg_isready: /pg_isready|postgresql/,
  'redis-cli': /redis/,
};
const TAKES_AWAY = /\b(?:rm|unlink|del|purge|remove|erase|autoremove|apt-mark)\b/;

function isNamedIn({ rest, heredocs }: Instruction, program: string): boolean {
  if (heredocs.length > 0) return true;
  return Object.hasOwn(WORDS, program) ? WORDS[program]!.test(rest.text) : rest.text.includes(program);
}

/** What may take away what an earlier line has brought, without naming it. */
const REMOVES = /\b(?:apk|apt-get|apt|aptitude|yum|dnf|microdnf|tdnf|zypper|apt-mark)\b/;

function readEvents(
  document: Document,
  instructions: readonly Instruction[],
  program: string,
): readonly ProgramEvent[] {
  const events: ProgramEvent[] = [];
  /** The groups of apk that the program was installed in. */
  const groups = new Set<string>();
  for (const instruction of instructions) {
    const { keyword, line, rest } = instruction;
    if (
      (keyword === 'COPY' || keyword === 'ADD') &&
      rest.text.includes(program) &&
      copiedPrograms(instruction).programs.includes(program)
    ) {
      events.push({ kind: 'copied', line, isCertain: true, evidence: sourceOf(instruction, 'copies it') });
    }
    if (keyword !== 'RUN') continue;
    if (program === 'sh') {
      if (isRunByPosixShell(document, instruction))
        events.push({
          kind: 'ran',
          line,
          isCertain: true,
          evidence: sourceOf(instruction, 'a shell runs it'),
        });
      continue;
    }
    if (!isNamedIn(instruction, program) && !(events.length > 0 && REMOVES.test(rest.text))) continue;
    for (const act of actsOf(document, instruction) ?? []) {
      const event = eventOf(act, program, groups, events.length > 0);
      if (event) events.push({ ...event, line });
    }
  }
  return events;
}

/** What one command of a RUN does that may matter. */
interface Act {
  readonly command: ShellCommand;
  readonly program: string;
  readonly call: PackageCall | null;
  /** A condition or an alternative in its RUN leaves open whether it happens. */
  readonly isOpen: boolean;
  readonly evidence: Evidence;
}

const acts = new WeakMap<Instruction, readonly Act[]>();

/** The commands of a RUN; null when they cannot be read. */
function actsOf(document: Document, instruction: Instruction): readonly Act[] | null {
  let found = acts.get(instruction);
  if (found) return found;
  const script = shellOf(document, instruction);
  if (isWithheld(script)) return null;
  const isOpen = /(?:^|[\s;&|(])(?:if|case|while|until|for)\s|\|\|/.test(script.logical.text);
  found = script.commands
    .filter(({ inSubstitution }) => !inSubstitution)
    .map((command) => ({
      command,
      program: firstProgram(command),
      call: packageCall(command),
      isOpen,
      evidence: {
        kind: 'source',
        span: command.span,
        note: `line ${shownLine(document, command.span.start)}`,
      },
    }));
  acts.set(instruction, found);
  return found;
}

function eventOf(
  { command, program, call, isOpen, evidence }: Act,
  wanted: string,
  groups: Set<string>,
  isThere: boolean,
): Omit<ProgramEvent, 'line'> | null {
  if (call?.verb === 'install') {
    if (!call.names.some((name) => programsIn(name).includes(wanted))) return null;
    if (call.group !== null) groups.add(call.group);
    return { kind: 'installed', isCertain: !isOpen, evidence };
  }
  if (call) {
    const isNamed = call.names.some((name) => groups.has(name) || programsIn(name).includes(wanted));
    if (!isNamed && !(call.isOpen && isThere)) return null;
    return { kind: 'removed', isCertain: !call.isOpen && !isOpen, evidence };
  }
  if (program === 'apt-mark' && command.words.some(({ text }) => text === 'auto')) {
    // What is marked so goes with the next autoremove.
    return isThere ? { kind: 'removed', isCertain: false, evidence } : null;
  }
  if (program === 'rm' || program === 'unlink') {
    return removedFiles(command).includes(wanted) ? { kind: 'removed', isCertain: false, evidence } : null;
  }
  return !isOpen && Object.hasOwn(RUNS, program) && RUNS[program] === wanted
    ? { kind: 'ran', isCertain: true, evidence }
    : null;
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

function removedFiles({ words }: ShellCommand): readonly string[] {
  return words.flatMap(({ text }) => {
    const found = /^\/(?:usr\/(?:local\/)?)?s?bin\/([\w.-]+)$/.exec(text);
    return found ? [found[1]!] : [];
  });
}

// ---- what may bring anything --------------------------------------------------------------------------------------

/** Without one of these words no command of a RUN can be one that {@link isOpaque} names. */
const OPAQUE_WORDS =
  /\$|\.sh\b|\b(?:sh|bash|ash|dash|source|nix-env|brew|pacman|emerge|install_packages|dpkg|rpm|tar|unzip|busybox|ansible-playbook|make|conda|mamba|micromamba)\b|(?:^|[\s;&|(])\.\s/;

function firstOpaque(document: Document, instructions: readonly Instruction[]): string | null {
  for (const instruction of instructions) {
    const { keyword, line, rest, json, heredocs } = instruction;
    if ((keyword === 'COPY' || keyword === 'ADD') && copiedPrograms(instruction).opaque)
      return `line ${line} copies files that may hold programs`;
    if (keyword !== 'RUN') continue;
    if (json === null && heredocs.length === 0 && !OPAQUE_WORDS.test(rest.text)) {
      if (isRunByPosixShell(document, instruction)) continue;
    }
    const found = actsOf(document, instruction);
    if (found === null) return `line ${line} runs something that was not read`;
    for (const { call, program, command } of found) {
      if (call?.verb === 'install' && call.isOpen)
        return `line ${line} installs packages that a variable names`;
      if (!call && isOpaque(program, command))
        return `line ${line} runs ${program === '' ? 'a program that a variable names' : program}, which may install anything`;
    }
  }
  return null;
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
