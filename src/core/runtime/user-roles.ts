/** Answers that need no look at what is started: by what the base image is made for, and by what the file lacks. */
import type { ComposeBuild } from '../context/build-context.ts';
import type { Document } from '../document.ts';
import { filesWrittenBy, isWithheld, readShellText } from '../shell.ts';
import type { Finding } from '../types.ts';
import type { KnownBase } from './base.ts';
import type { Start } from './final-image.ts';
import { argumentSpan } from './ownership.ts';
import { userEdits } from './user-edits.ts';
import { MESSAGE } from './user-question.ts';
import type { LadderInput, Withhold } from './user-question.ts';

/** Answers that need no look at the scripts. */
export function beforeReading(
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
