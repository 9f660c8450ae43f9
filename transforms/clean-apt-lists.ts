import {
  appendCommand,
  aptCall,
  effectOnLists,
  firstProgram,
  isWithheld,
  mountFields,
  shellOf,
  shippedStages,
  sourceText,
  stagesOf,
} from '../src/transform-api.ts';
import type {
  Document,
  Evidence,
  Finding,
  Instruction,
  ShellCommand,
  ShellScript,
  Stage,
  Transform,
  Withheld,
} from '../src/transform-api.ts';

const CLEAN = 'rm -rf /var/lib/apt/lists/*';

export const cleanAptLists: Transform = {
  meta: {
    id: 'clean-apt-lists',
    summary: 'Delete the apt package lists in the RUN that fetched them',
    why:
      '`apt-get update` leaves about 20 MB of package lists in the layer. A later RUN cannot take them out again, ' +
      'so they have to go in the same one.',
    safety: ['safe', 'unsafe'],
    footprint: ['arguments'],
    example: 'one-line',
    references: ['https://docs.docker.com/build/building/best-practices/#apt-get'],
  },

  inspect(document) {
    const shipped = shippedStages(document);
    const fetching = stagesOf(document)
      .filter((stage) => shipped.has(stage))
      .flatMap((stage) => stage.instructions)
      .flatMap((instruction) => fetchIn(document, instruction));
    if (fetching.length === 0) return [];
    const laterUses = usesBelow(document);
    return fetching.map((fetch) => judge(document, fetch, laterUses.get(fetch.instruction) ?? NO_USE));
  },
};

/** A RUN that leaves package lists behind. */
interface Fetch {
  readonly instruction: Instruction;
  readonly script: ShellScript;
  /** The `apt-get update` whose lists are still there when the RUN ends. */
  readonly command: ShellCommand;
}

function fetchIn(document: Document, instruction: Instruction): readonly Fetch[] {
  if (instruction.keyword !== 'RUN' || !sourceText(document, instruction.span).includes('apt')) return [];
  if (keepsLists(instruction)) return [];
  const script = shellOf(document, instruction);
  if (isWithheld(script)) return [];
  const command = lastFetch(script);
  return command ? [{ instruction, script, command }] : [];
}

function judge(document: Document, { instruction, script, command: fetch }: Fetch, later: LaterUse): Finding {
  const evidence: Evidence[] = [{ kind: 'source', span: fetch.span, note: 'fetches the package lists' }];
  const message = 'the apt package lists stay in the layer';
  const withhold = (withheld: Withheld): Finding => ({
    span: fetch.span,
    message,
    evidence,
    fix: null,
    withheld,
  });

  if (later.needs) {
    evidence.push({ kind: 'source', span: later.needs.span, note: 'uses the lists' });
    return withhold(neededLater(instruction, script, later.needs));
  }
  const command = aptCall(fetch)?.sudo ? `sudo ${CLEAN}` : CLEAN;
  const edit = appendCommand(document, instruction, script, command);
  if (isWithheld(edit)) return withhold(edit);
  const opaque = later.opaque;
  if (opaque) evidence.push({ kind: 'source', span: opaque.span, note: 'runs a script that was not read' });
  return {
    span: fetch.span,
    message,
    evidence,
    fix: {
      title: `Delete them: ${command}`,
      safety: opaque ? 'unsafe' : 'safe',
      reason: opaque
        ? `line ${opaque.line} runs a script that may install packages without updating first`
        : 'nothing below in this stage or in a stage built on it uses the lists before they are fetched again',
      edits: [edit],
    },
  };
}

/** Which of the ways to keep lists for later this is; each has another remedy. */
function neededLater(instruction: Instruction, script: ShellScript, needs: Instruction): Withheld {
  const { line } = needs;
  if (needs.stage !== instruction.stage) {
    return {
      code: 'needed-in-a-stage-built-on-it',
      reason: `line ${line}, in a stage built on this one, installs without its own apt-get update`,
    };
  }
  const installsItself = script.commands.some((command) => effectOnLists(command) === 'needs');
  if (installsItself) {
    return {
      code: 'needed-by-a-later-install',
      reason: `line ${line} installs without its own apt-get update; give it one, or install everything here`,
    };
  }
  if (needs.index === instruction.index + 1) {
    return {
      code: 'update-alone-before-install',
      reason: `line ${line} installs with these lists; put both into one RUN, where they can be deleted again`,
    };
  }
  return {
    code: 'update-alone-far-above-install',
    reason: `line ${line} still installs with these lists; move the apt-get update into that RUN`,
  };
}

function lastFetch(script: ShellScript): ShellCommand | null {
  let fetch: ShellCommand | null = null;
  for (const command of script.commands) {
    if (command.inSubstitution) continue;
    const effect = effectOnLists(command);
    if (effect === 'fetches') fetch = command;
    if (effect === 'deletes') fetch = null;
  }
  return fetch;
}

/** With a mount over the lists they are not in the layer. */
function keepsLists(instruction: Instruction): boolean {
  return instruction.flags.some((flag) => {
    if (flag.name !== 'mount') return false;
    return mountFields(flag.value?.text ?? '').some(
      ({ key, value }) =>
        ['target', 'dst', 'destination'].includes(key) &&
        /^\/var(?:\/lib(?:\/apt(?:\/lists)?)?)?\/?$/.test(value),
    );
  });
}

// ---- who needs the lists later --------------------------------------------------------------------------------

/** What happens to the lists below a place before they are fetched again. */
interface LaterUse {
  /** The first instruction that needs them. */
  readonly needs: Instruction | null;
  /** An instruction that runs a script which was not read. */
  readonly opaque: Instruction | null;
}

const NO_USE: LaterUse = { needs: null, opaque: null };

/** For every instruction what happens below it, in its stage and in the stages built on it. One pass, upward. */
function usesBelow(document: Document): ReadonlyMap<Instruction, LaterUse> {
  const below = new Map<Instruction, LaterUse>();
  const inChildren = new Map<Stage, LaterUse>();
  for (const stage of [...stagesOf(document)].reverse()) {
    let later = inChildren.get(stage) ?? NO_USE;
    for (const instruction of [...stage.instructions].reverse()) {
      below.set(instruction, later);
      const { effect, runsScript } = useOfLists(document, instruction);
      const ends = effect !== null;
      const needs = effect === 'needs' ? instruction : ends ? null : later.needs;
      const opaque = runsScript ? instruction : ends ? null : later.opaque;
      if (ends || runsScript) later = { needs, opaque };
    }
    // A stage stands below the one it is built on, so this is known before the parent's turn comes.
    if (stage.parent) {
      const siblings = inChildren.get(stage.parent) ?? NO_USE;
      inChildren.set(stage.parent, {
        needs: later.needs ?? siblings.needs,
        opaque: later.opaque ?? siblings.opaque,
      });
    }
  }
  return below;
}

/** What an instruction does with the lists first, and whether a script that was not read runs before that. */
interface ListUse {
  readonly effect: 'needs' | 'fetches' | null;
  readonly runsScript: boolean;
}

function useOfLists(document: Document, outer: Instruction): ListUse {
  const instruction = outer.trigger ?? outer;
  if (instruction.keyword !== 'RUN') return { effect: null, runsScript: false };
  if (instruction.json) {
    const callsApt = instruction.json.some((word) => /\bapt(?:-get|itude)?\b/.test(word));
    return { effect: callsApt ? 'needs' : null, runsScript: false };
  }
  const script = shellOf(document, instruction);
  if (isWithheld(script)) return { effect: null, runsScript: true };
  let runsScript = false;
  for (const command of script.commands) {
    const effect = effectOnLists(command);
    if (effect === 'needs' || effect === 'fetches') return { effect, runsScript };
    runsScript ||= runsUnreadScript(command);
  }
  return { effect: null, runsScript };
}

/** Scripts that build tools bring along; they do not install packages of the system. */
const KNOWN_SCRIPTS = new Set([
  'configure',
  'gradlew',
  'mvnw',
  'autogen.sh',
  'manage.py',
  'artisan',
  'buildconf',
]);
const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'source', '.', 'eval']);
const PROVISIONERS = new Set([
  'ansible',
  'ansible-playbook',
  'chef-client',
  'chef-solo',
  'puppet',
  'salt-call',
]);

function runsUnreadScript(command: ShellCommand): boolean {
  const first = command.words[0]!;
  if (first.value === null) return true;
  const program = firstProgram(command);
  if (SHELLS.has(program) || PROVISIONERS.has(program)) return true;
  if (KNOWN_SCRIPTS.has(program)) return false;
  const isLocal = /^\.{1,2}\/|^[^/]+\/|^\/(?:tmp|root|home|build|app|src|opt|scripts?)\//.test(first.value);
  return isLocal ? !/\/(?:bin|sbin)\/[^/]+$/.test(first.value) : /\.(?:sh|bash)$/.test(first.value);
}
