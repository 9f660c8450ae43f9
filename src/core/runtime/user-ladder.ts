/**
 * Whether and how an image can run as another user than root: one question after another, the first that stops it
 * gives the answer. Every "no" has a code of its own and says what would change it.
 */
import type { ComposeBuild } from '../context/build-context.ts';
import type { Document } from '../document.ts';
import type { Evidence, Finding, Safety, Span } from '../types.ts';
import { filesWrittenBy, isWithheld, readShellText } from '../shell.ts';
import { variableAt } from '../variables.ts';
import { accountsMadeBy } from './accounts.ts';
import type { KnownBase } from './base.ts';
import {
  absolutePath,
  copyWords,
  isBelow,
  isRoot,
  startOf,
  userSettings,
  workdirsOf,
} from './final-image.ts';
import type { FinalImage, Start, StartPart, UserSetting } from './final-image.ts';
import { identityFor } from './identity.ts';
import type { Identity, Profile } from './identity.ts';
import { nginxRecipe } from './nginx.ts';
import { appFolders, unownedCopies } from './ownership.ts';
import { developmentServer, isCompiled, isIdle, isJava, strangerAmong } from './programs.ts';
import { blockerAtStart, blockerInBuild, dropsByItself } from './root-needs.ts';
import type { Blocker } from './root-needs.ts';
import { privateFile } from './private-files.ts';
import { relocationsOf } from './relocations.ts';
import { runTimeWrites } from './run-time-writes.ts';
import type { RunTimeWrites } from './run-time-writes.ts';
import { traceStart } from './start-trace.ts';
import type { ImageTexts, StartTrace, Unread } from './start-trace.ts';
import { argumentSpan } from './ownership.ts';
import { builtAndWritten, ownWorkdir, userEdits } from './user-edits.ts';

export interface LadderInput {
  readonly document: Document;
  readonly image: FinalImage;
  readonly base: KnownBase;
  readonly texts: ImageTexts;
  /** Services of compose files that build this Dockerfile. */
  readonly services: readonly ComposeBuild[];
  readonly profile: Profile;
}

const MESSAGE = 'the container starts as root';

/** The finding about the user of an image; null when there is nothing to say. */
export function judgeUser(input: LadderInput): Finding | null {
  const { document, image, base } = input;
  const settings = userSettings(document, image.instructions);
  const last = settings.at(-1);
  const withheld = withholder(input, last);
  if (!last && isForOthers(input)) return null;
  const foreign = notForThis(input);
  if (foreign?.[0] === 'lambda') {
    // Its user is no file's owner.
    const hidden = privateFile(document, image, input.texts, [], base.workdir);
    if (hidden)
      return withheld(hidden.code, `Lambda runs it as a user of its own; ${hidden.reason}`, hidden.evidence);
  }
  if (foreign) return last && last.value !== null && !isRoot(last.value) ? null : withheld(...foreign);
  if (last && last.value === null) {
    return isKnownToBase(base, last.text)
      ? null
      : withheld(
          'user-from-build',
          `line ${last.instruction.line} takes the user from a variable that only the build sets; give its ARG a default`,
        );
  }
  if (last && !isRoot(last.value!)) return null;
  if (last) return afterRoot(input, settings, last);
  if (base.role === 'non-root' || !isRoot(base.user)) return null;
  return judgeStart(input, withheld);
}

/**
 * Nothing is started from it: files for other builds or for `--output`, or a base with tools, whose user is chosen by
 * whoever builds on it.
 */
function isForOthers({ image, base, services }: LadderInput): boolean {
  const { entrypoint, cmd } = startOf(image, base);
  if (entrypoint?.instruction || cmd?.instruction || services.length > 0) return false;
  if (image.base.kind === 'scratch') return true;
  if (base.role !== 'language' && base.role !== 'system' && base.role !== 'unknown') return false;
  return !image.instructions.some(({ keyword }) => keyword === 'COPY' || keyword === 'ADD');
}

type Withhold = (code: string, reason: string, evidence?: readonly Evidence[]) => Finding;

function withholder({ image, base }: LadderInput, last: UserSetting | undefined): Withhold {
  const at = last?.instruction ?? image.stage.from;
  return (code, reason, evidence = []) => ({
    span: last ? at.span : argumentSpan(at),
    message: MESSAGE,
    evidence: [...base.evidence, ...evidence],
    fix: null,
    withheld: { code, reason },
  });
}

/** `USER $APP_UID`: the base image sets it. */
function isKnownToBase({ readyText }: KnownBase, text: string): boolean {
  return readyText !== null && text.replace(/[{}]/g, '').split(':', 1)[0] === readyText;
}

// ---- not for this tool ----------------------------------------------------------------------------------------

function notForThis({ image, base }: LadderInput): readonly [code: string, reason: string] | null {
  if (base.role === 'windows' || /^windows(?:\/|$)/i.test(image.platform ?? '')) {
    return ['windows', 'Windows containers have other accounts and rights; try USER ContainerUser by hand'];
  }
  if (base.role === 'lambda') {
    return [
      'lambda',
      'Lambda runs every image as a user of its own, whatever USER says, so there is nothing to set',
    ];
  }
  if (base.role === 'functions') {
    return ['azure-functions', 'the Azure Functions host decides the user, so there is nothing to set'];
  }
  return null;
}

// ---- explicit root --------------------------------------------------------------------------------------------

/** `USER root` is the last word: somebody forgot to go back, or wants it so. */
function afterRoot(input: LadderInput, settings: readonly UserSetting[], last: UserSetting): Finding {
  const { document, image, base } = input;
  const withheld = withholder(input, last);
  const earlier = settings.findLast(({ value }) => value !== null && !isRoot(value));
  const back = earlier?.text ?? (isRoot(base.user) ? null : base.user);
  if (back === null) {
    return withheld(
      'root-asked-for',
      `line ${last.instruction.line} asks for root; take it out if nothing needs it, and dockfix will look for a user`,
    );
  }
  const start = startOf(image, base);
  const hasOwnStart = Boolean(start.entrypoint?.instruction ?? start.cmd?.instruction);
  if (hasOwnStart || earlier) {
    const obstacle = obstacleAtStart(input, traceOf(input, start), withheld);
    if (obstacle) return obstacle;
  }
  const identity: Identity = {
    user: back,
    owner: back,
    uid: null,
    creation: [],
    home: null,
    because: '',
    evidence: [],
  };
  const { edits } = userEdits(document, image, {
    identity,
    profile: 'default',
    hasShell: false,
    baseWorkdir: base.workdir,
    recipe: [],
    ownsFiles: false,
    relocations: [],
    ownFolders: [],
    writtenFolders: [],
  });
  const isSafe = !earlier && base.isInspected && !hasOwnStart;
  return {
    span: last.instruction.span,
    message: 'the file switches to root and does not go back',
    evidence: [
      ...base.evidence,
      { kind: 'source', span: last.instruction.span, note: 'switches to root' },
      ...(earlier
        ? [{ kind: 'source' as const, span: earlier.instruction.span, note: 'the user before' }]
        : []),
    ],
    fix: {
      title: `Go back to the user ${back}`,
      safety: isSafe ? 'safe' : 'unsafe',
      reason: earlier
        ? `line ${earlier.instruction.line} ran as ${back}; what is started may need root all the same`
        : isSafe
          ? `the base image itself starts as ${back}, and everything behind line ${last.instruction.line} stays in front of it`
          : base.isInspected
            ? `the base image itself starts as ${back}; what this file starts instead may need root all the same`
            : `by the knowledge table the base image starts as ${back}; ask its registry, or build and run it`,
      edits,
    },
  };
}

// ---- what is started ------------------------------------------------------------------------------------------

function judgeStart(input: LadderInput, withheld: Withhold): Finding {
  const { image, base, profile } = input;
  const asked = input.services.find(({ user }) => user !== null && isRoot(user));
  if (asked) {
    return withheld(
      'root-asked-for',
      `${asked.file} (${asked.service}) asks for root; take its user out if nothing needs it`,
    );
  }
  const start = startWith(input, startOf(image, base));
  const stopped = beforeReading(input, start, withheld);
  if (stopped) return stopped;

  const trace = traceOf(input, start);
  const scripts = base.role === 'nginx' && !start.entrypoint?.instruction ? startScriptsOf(input) : [];
  for (const entrypoint of scripts) {
    const obstacle = obstacleAtStart(input, traceOf(input, { entrypoint, cmd: null }), withheld);
    if (obstacle) return obstacle;
  }
  const obstacle = obstacleAtStart(input, trace, withheld) ?? obstacleOfServices(input, start, withheld);
  if (obstacle) return obstacle;
  const port = privilegedPort(input, trace);
  if (port !== null && profile !== 'default') {
    return withheld(
      'privileged-port',
      `it listens on port ${port}, which ${profile === 'openshift' ? 'OpenShift' : 'Kubernetes'} may keep for root; let it listen above 1023`,
    );
  }
  return propose(input, trace, withheld, port);
}

/** What the one service starts that builds it, where the file itself says nothing. */
function startWith({ services }: LadderInput, start: Start): Start {
  if (start.entrypoint?.instruction || start.cmd?.instruction) return start;
  const starts = services.filter(({ command, entrypoint }) => command !== null || entrypoint !== null);
  const [one, other] = starts;
  const said = ({ command, entrypoint }: ComposeBuild): string => JSON.stringify([entrypoint, command]);
  if (!one || (other && starts.some((service) => said(service) !== said(one)))) return start;
  return startOfService(one, start);
}

function startOfService(service: ComposeBuild, start: Start): Start {
  const part = (words: readonly string[] | null): StartPart | null =>
    words === null ? null : { form: 'exec', words, instruction: null, service };
  const cmd = part(service.command);
  // An entrypoint of its own takes away the CMD of the image.
  return service.entrypoint === null
    ? { entrypoint: start.entrypoint, cmd: cmd ?? start.cmd }
    : { entrypoint: part(service.entrypoint), cmd };
}

/** A service may start something else from the same image, which USER must not break either. */
function obstacleOfServices(input: LadderInput, start: Start, withheld: Withhold): Finding | null {
  for (const service of input.services.slice(0, MAX_SERVICES)) {
    if (service.command === null && service.entrypoint === null) continue;
    const blocked = blockerAtStart(traceOf(input, startOfService(service, start)));
    if (blocked) return withheld(blocked.code, blocked.reason, blocked.evidence);
  }
  return null;
}

const MAX_SERVICES = 20;

function workdirOf({ document, image, base }: LadderInput): string | null {
  const last = image.instructions.at(-1);
  return (last ? workdirsOf(document, image, base.workdir).get(last) : null) ?? base.workdir;
}

function traceOf(input: LadderInput, start: Start): StartTrace {
  return traceStart(input.document, start, { texts: input.texts, workdir: workdirOf(input) });
}

/** What stands in the way of another user, in what is started and in what the build has left. */
function obstacleAtStart(input: LadderInput, trace: StartTrace, withheld: Withhold): Finding | null {
  const { document, image, base } = input;
  const workdir = workdirOf(input);
  const drops = dropsByItself(trace);
  if (drops) {
    return withheld(
      'entrypoint-drops-privileges',
      `${drops.place.label} starts as root and then switches to another user itself, which USER would take away`,
      [drops.place.evidence('switches users')],
    );
  }
  const blocker = blockerAtStart(trace) ?? blockerInBuild(document, image, trace);
  if (blocker) return withheld(blocker.code, blocker.reason, blocker.evidence);
  if (workdir !== null && /^\/root(?:\/|$)/.test(workdir)) {
    return withheld(
      'works-in-home',
      'it runs in /root, which only root can enter; set WORKDIR to a folder such as /app',
    );
  }
  const unread = trace.unread[0];
  if (unread) return withheld(...notRead(unread));
  if (base.role === 'language' || base.role === 'system' || base.role === 'unknown') {
    if (isIdle(trace)) {
      return withheld(
        'waits-for-commands',
        'it starts a shell or only waits, so what people run in it is not known',
      );
    }
    const stranger = developmentServer(trace)
      ? null
      : strangerAmong(document, image, appFolders(document, image, base.workdir), trace, workdir);
    if (stranger) {
      const name = stranger.words[0] ?? '';
      return withheld(
        'program-not-known',
        `where ${name} writes when it runs is not known; start it once with --user 10001:10001 --read-only to see`,
        [stranger.place.evidence('starts it')],
      );
    }
  }
  return null;
}

/** Scripts that the entry point of nginx runs before it starts the server. */
function startScriptsOf({ document, image }: LadderInput): readonly StartPart[] {
  const workdirs = workdirsOf(document, image, null);
  return image.instructions.flatMap((instruction) => {
    if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return [];
    const words = copyWords(document, instruction);
    const target = absolutePath(workdirs.get(instruction) ?? null, words.at(-1) ?? '?');
    if (target === null || !isBelow(target, '/docker-entrypoint.d')) return [];
    const paths = /\.(?:env)?sh$/.test(target)
      ? [target]
      : words.slice(0, -1).map((word) => `${target}/${(word ?? '?').replace(/^.*\//, '')}`);
    return paths
      .filter((path) => /\.(?:env)?sh$/.test(path))
      .map((path) => ({ form: 'exec', words: ['sh', path], instruction }));
  });
}

/** Answers that need no look at the scripts. */
function beforeReading(
  { document, image, base, profile, services }: LadderInput,
  start: Start,
  withheld: Withhold,
): Finding | null {
  const hasOwnStart =
    start.entrypoint?.instruction ||
    start.cmd?.instruction ||
    start.cmd?.service ||
    start.entrypoint?.service;
  const isTrigger = image.base.kind === 'image' && /(?:^|-)onbuild\b/.test(image.base.image.tag ?? '');
  if (base.onBuild.length > 0 || isTrigger) {
    return withheld(
      'onbuild-in-base',
      'the base image adds instructions of its own to every build (ONBUILD), and they may need root',
    );
  }
  if (
    image.instructions.some(
      ({ keyword, json }) => keyword === 'SHELL' && !/(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(json?.[0] ?? ''),
    )
  ) {
    return withheld('other-shell', 'SHELL names a shell that dockfix does not write for');
  }
  // GitHub reads the file and not the image: the labels may stand in any stage.
  if (
    document.instructions.some(
      ({ keyword, rest }) => keyword === 'LABEL' && rest.text.includes('com.github.actions.'),
    )
  ) {
    return withheld(
      'github-action',
      'GitHub runs actions as root, so that they can write to the workspace that it mounts',
    );
  }
  switch (base.role) {
    case 'development':
      return withheld(
        'development-container',
        'a development container works on files of the host, whose owner is the one to be',
      );
    case 'host-access':
      return withheld(
        'needs-docker-socket',
        'it works on the socket of the container engine, which belongs to root',
      );
    case 'root-by-need':
      return withheld('root-by-need', 'what this image does needs root');
    case 'tool':
      return withheld(
        'command-line-tool',
        'a command line tool usually works on mounted files, whose owner is the one to be',
      );
    case 'site-in-volume':
      return withheld(
        'site-in-volume',
        'its entry point copies the site into a volume as root; its workers run as www-data already',
      );
    case 'php-apache':
      return hasOwnStart && start.entrypoint?.instruction
        ? null
        : withheld(
            'workers-drop-privileges',
            'Apache starts as root and serves as www-data; to leave root out it has to listen above port 1023',
          );
    case 'httpd':
      return withheld(
        'workers-drop-privileges',
        'httpd starts as root and serves as another user; to leave root out it has to listen above port 1023 and log elsewhere',
      );
    case 'drops-privileges':
      return judgeDropping({ document, image, base, profile }, start, withheld);
    default:
  }
  const isServer = base.role !== 'language' && base.role !== 'system' && base.role !== 'unknown';
  if (hasOwnStart || (isServer && (start.entrypoint || start.cmd))) return null;
  return withheld(...nothingStarted(services));
}

/** Why nothing is started by this image; each has another remedy. */
function nothingStarted(services: readonly ComposeBuild[]): readonly [code: string, reason: string] {
  const [service] = services;
  if (service) {
    return [
      'start-command-in-compose',
      `what is started stands in ${service.file} (${service.service}) and not here; say it with CMD, so that every container starts the same`,
    ];
  }
  return [
    'no-start-command',
    'neither CMD nor ENTRYPOINT says what is started; name it here, and not only where the container is made',
  ];
}

/** Entry points of databases and the like: they start as root, hand over the data folder, and switch users. */
function judgeDropping(
  { document, image, base, profile }: Pick<LadderInput, 'document' | 'image' | 'base' | 'profile'>,
  { entrypoint, cmd }: Start,
  withheld: Withhold,
): Finding {
  if (entrypoint?.instruction) {
    return withheld(
      'entrypoint-replaced',
      `line ${entrypoint.instruction.line} replaces the entry point that would drop privileges; call it at the end of your own`,
    );
  }
  if (cmd?.instruction && base.guard !== null) {
    const words = cmd.form === 'exec' ? cmd.words : ['/bin/sh', '-c', cmd.words[0]!];
    if (!base.guard.test(words[0]!) && !words[0]!.startsWith('-')) {
      return restoreExec(document, cmd.instruction, words, base, withheld);
    }
  }
  if (profile !== 'default' && base.ready) {
    const { uid, gid } = base.ready;
    const user = profile === 'openshift' ? `${uid}:0` : `${uid}:${gid}`;
    const { edits } = userEdits(document, image, {
      identity: { user, owner: user, uid, creation: [], home: null, because: '', evidence: [] },
      profile,
      hasShell: false,
      baseWorkdir: base.workdir,
      recipe: [],
      ownsFiles: false,
      relocations: [],
      ownFolders: [],
      writtenFolders: [],
    });
    return {
      span: argumentSpan(image.stage.from),
      message: MESSAGE,
      evidence: base.evidence,
      fix: {
        title: `Run as ${user}`,
        safety: 'unsafe',
        reason: `volumes have to belong to group ${profile === 'openshift' ? 0 : gid} (fsGroup), because nothing hands them over any more`,
        edits,
      },
    };
  }
  return withheld(
    'entrypoint-drops-privileges',
    'its entry point starts as root, hands the data folder over and switches to another user itself, so USER would only break volumes',
  );
}

/** `CMD sh -c "redis-server …"` skips the guard of the entry point: the server stays root. */
function restoreExec(
  document: Document,
  cmd: NonNullable<Start['cmd']>['instruction'] & object,
  words: readonly string[],
  base: KnownBase,
  withheld: Withhold,
): Finding {
  const text = /^(?:\/bin\/)?(?:ba)?sh$/.test(words[0]!) && words[1] === '-c' ? words[2] : undefined;
  const script = text === undefined ? null : readShellText(text);
  const command =
    script && !isWithheld(script) && script.commands.length === 1 && filesWrittenBy(text!).length === 0
      ? script.commands[0]!
      : null;
  const plain = command?.words.map(({ value }) => value) ?? [];
  const exec = plain[0] === 'exec' ? plain.slice(1) : plain;
  const isPlain =
    command !== null &&
    command.assignments.length === 0 &&
    !command.redirects &&
    exec.length > 0 &&
    exec.every((word) => word !== null) &&
    base.guard!.test(exec[0]!) &&
    text!.trim().endsWith(command.words.at(-1)!.text);
  if (!isPlain) {
    return withheld(
      'start-skips-guard',
      `line ${cmd.line} starts something that the entry point does not know, so nothing drops privileges; start the server itself, in exec form`,
      [{ kind: 'source', span: cmd.span, note: 'the entry point looks at its first word' }],
    );
  }
  const span = argumentSpan(cmd);
  return {
    span: cmd.span,
    message: 'the server runs as root, because its start command hides it from the entry point',
    evidence: [
      ...base.evidence,
      { kind: 'source', span: cmd.span, note: 'the entry point looks at its first word' },
    ],
    fix: {
      title: `Start ${exec[0]!} itself`,
      safety: 'unsafe',
      reason:
        'the entry point then hands the data folder over and switches users; what the shell did before is gone',
      edits: [
        {
          ...span,
          before: document.text.slice(span.start, span.end),
          text: `[${exec.map((word) => JSON.stringify(word)).join(', ')}]`,
        },
      ],
    },
  };
}

function notRead({ code, what, place }: Unread): readonly [code: string, reason: string] {
  switch (code) {
    case 'no-context':
      return [
        'no-build-context',
        `${place.label} starts ${what}, which is in the build context; run dockfix with it (--context)`,
      ];
    case 'script':
      return ['start-script-not-read', `${place.label} starts ${what}, whose text is too large or no text`];
    case 'script-missing':
      return [
        'start-script-not-found',
        `${place.label} starts ${what}, which no COPY brings from the build context; COPY it from there, so that it can be read`,
      ];
    case 'package-script':
      return [
        'package-script-not-read',
        `${place.label} starts ${what}, which was not found in the build context`,
      ];
    case 'task-runner':
      return [
        'task-runner',
        `${place.label} starts ${what}, whose tasks are not read; start the program itself`,
      ];
    case 'variable':
      return [
        'start-from-variable',
        `at ${place.label} a variable decides what is started; write the program's name`,
      ];
    case 'shell':
      return ['start-not-readable', `${what} at ${place.label} is no shell text that can be read`];
    case 'depth':
      return ['start-too-deep', `${place.label} starts ${what} through too many other scripts`];
  }
}

/** A port below 1024 that it listens on, by EXPOSE or by what servers do. */
function privilegedPort({ document, image, base }: LadderInput, trace: StartTrace): number | null {
  const exposed = image.instructions.flatMap((instruction) => {
    if (instruction.keyword !== 'EXPOSE') return [];
    return instruction.rest.text.split(/\s+/).flatMap((word) => {
      const name = /^\$\{?(\w+)\}?/.exec(word)?.[1];
      const text = name ? (variableAt(document, instruction, name)?.value ?? '') : word;
      return /^\d+/.test(text) ? [Number.parseInt(text, 10)] : [];
    });
  });
  const low = exposed.find((port) => port > 0 && port < 1024);
  if (low !== undefined) return low;
  if (exposed.length === 0 && (base.role === 'nginx' || base.role === 'caddy')) return 80;
  for (const { words } of trace.commands) {
    const found = words.join(' ').match(/(?:0\.0\.0\.0:|--port[= ]|\s-p |\s:)(\d{2,3})(?=\s|$)/);
    if (found) return Number(found[1]);
  }
  return null;
}

// ---- the proposal ---------------------------------------------------------------------------------------------

function propose(input: LadderInput, trace: StartTrace, withheld: Withhold, port: number | null): Finding {
  const { document, image, base, texts, profile } = input;
  const made = accountsMadeBy(document, image.instructions);
  const needs = { account: base.role !== 'caddy' && !isCompiled(trace), java: isJava(trace) };
  const identity = identityFor(base, made, needs, profile);
  if ('code' in identity) return withheld(identity.code, identity.reason);
  const recipe =
    base.role === 'nginx' ? nginxRecipe(document, image, texts) : railsRecipe(input, trace, identity);
  if ('code' in recipe) return withheld(recipe.code, recipe.reason);
  const writes = writesOf(input, trace);
  if ('code' in writes) return withheld(writes.code, writes.reason, writes.evidence);
  const owned =
    base.role === 'nginx'
      ? []
      : unownedCopies(document, image, appFolders(document, image, base.workdir), base.workdir);
  const hidden = privateFile(document, image, texts, owned, base.workdir);
  if (hidden) return withheld(hidden.code, hidden.reason, hidden.evidence);
  const runsNext = trace.commands.some(({ words }) => words[0] === 'next' && words[1] !== 'build');
  const { edits, leftToRoot } = userEdits(document, image, {
    identity,
    profile,
    hasShell: base.hasShell,
    baseWorkdir: base.workdir,
    recipe,
    ownsFiles: base.role !== 'nginx',
    relocations: relocationsOf(document, image, trace),
    ownFolders: writes.folders,
    writtenFolders: runsNext ? builtAndWritten(document, image) : [],
  });
  const { safety, reason } = trust(input, trace, identity, port, leftToRoot, writes);
  const programs = trace.programs[0] ?? trace.commands[0];
  return {
    span: argumentSpan(image.stage.from),
    message: MESSAGE,
    evidence: [
      ...base.evidence,
      ...identity.evidence,
      ...writes.evidence,
      ...(programs
        ? [
            programs.place.evidence(
              `starts ${programs.words
                .map((word) => word ?? '…')
                .join(' ')
                .slice(0, 60)}`,
            ),
          ]
        : []),
    ],
    fix: { title: `Run as ${identity.user}`, safety, reason, edits },
  };
}

/** Rails writes below its folder, also where a RUN has made these folders as root. */
function railsRecipe(
  { document, image, base }: LadderInput,
  { commands }: StartTrace,
  { owner }: Identity,
): readonly string[] {
  const isRails = commands.some(({ words }) =>
    words.some((word) => word === 'rails' || word?.endsWith('bin/rails')),
  );
  if (!isRails || !base.hasShell || ownWorkdir(document, image, base.workdir) === null) return [];
  return ['mkdir -p log storage tmp', `chown -R ${owner} log storage tmp`];
}

function trust(
  { image, base }: LadderInput,
  trace: StartTrace,
  identity: Identity,
  port: number | null,
  leftToRoot: readonly string[],
  writes: RunTimeWrites,
): { readonly safety: Safety; readonly reason: string } {
  if (image.base.kind === 'unknown') {
    return {
      safety: 'display',
      reason: 'the base image is known only to the build; give its ARG a default to have this written',
    };
  }
  if (!base.isInspected && (base.role === 'unknown' || base.mark === 'K')) {
    return {
      safety: 'display',
      reason: 'nothing proves what the base image has; its registry could not be asked',
    };
  }
  const server = developmentServer(trace);
  if (server) {
    return {
      safety: 'display',
      reason: `${server.place.label} starts a server for development, whose files are usually mounted from the host and belong to who works there`,
    };
  }
  const notes = [
    ...(port !== null
      ? [`port ${port} needs an engine that lets everybody use it (Docker since 20.10)`]
      : []),
    ...(leftToRoot.length > 0
      ? [`it cannot write to ${leftToRoot.join(', ')}, because the image has no shell to hand that over`]
      : []),
  ];
  return {
    safety: 'unsafe',
    reason: [
      identity.because,
      base.role === 'nginx' ? 'the commands above it give nginx what it writes to' : assumed(writes),
      ...notes,
    ].join('; '),
  };
}

/** What the fix takes for granted. */
function assumed({ searched, unread }: RunTimeWrites): string {
  if (searched === 0) return 'none of its sources was read, so that it writes nowhere else is assumed';
  const read =
    searched === 1 ? 'the one source that was read names' : `the ${searched} sources that were read name`;
  const open = unread === 0 ? '' : `, ${unread} ${unread === 1 ? 'was' : 'were'} not read`;
  return `${read} no other folder to write to${open}; what is put together while it runs is not known`;
}

/** Servers that own their files already write where they always do. */
function writesOf(input: LadderInput, trace: StartTrace): RunTimeWrites | Blocker {
  const { document, image, base, texts } = input;
  if (base.role === 'nginx') return { folders: [], evidence: [], searched: 0, unread: 0 };
  return runTimeWrites({
    document,
    image,
    texts,
    trace,
    workdir: workdirOf(input),
    baseWorkdir: base.workdir,
    hasShell: base.hasShell,
  });
}

/** Where a finding about the whole image is shown. */
export function imageSpan({ stage }: FinalImage): Span {
  return argumentSpan(stage.from);
}
