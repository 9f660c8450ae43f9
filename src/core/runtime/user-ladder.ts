/**
 * Whether and how an image can run as another user than root: one question after another, the first that stops it
 * gives the answer. Every "no" has a code of its own and says what would change it.
 */
import type { Finding } from '../types.ts';
import type { KnownBase } from './base.ts';
import { isRoot, startOf, userSettings } from './final-image.ts';
import type { UserSetting } from './final-image.ts';
import type { Identity } from './identity.ts';
import { privateFile } from './private-files.ts';
import { userEdits } from './user-edits.ts';
import {
  obstacleAtStart,
  obstacleOfServices,
  privilegedPort,
  startScriptsOf,
  startWith,
} from './user-obstacles.ts';
import { propose } from './user-proposal.ts';
import { traceOf, withholder } from './user-question.ts';
import type { LadderInput, Withhold } from './user-question.ts';
import { beforeReading } from './user-roles.ts';

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
  if (foreign && last && last.value !== null && !isRoot(last.value)) return null;
  // Windows has no root, and whether its user is the administrator is the base image's to say.
  if (foreign?.[0] === 'windows') return { ...withheld(...foreign), message: 'no USER says who runs it' };
  if (foreign) return withheld(...foreign);
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

/** `USER $APP_UID`: the base image sets it. */
function isKnownToBase({ readyText }: KnownBase, text: string): boolean {
  return readyText !== null && text.replace(/[{}]/g, '').split(':', 1)[0] === readyText;
}

function notForThis({ image, base }: LadderInput): readonly [code: string, reason: string] | null {
  const isWindows =
    base.role === 'windows' ||
    /^windows(?:\/|$)/i.test(image.platform ?? '') ||
    image.instructions.some(
      ({ keyword, json }) => keyword === 'SHELL' && /^(?:powershell|cmd)(?:\.exe)?$/i.test(json?.[0] ?? ''),
    );
  if (isWindows) {
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
