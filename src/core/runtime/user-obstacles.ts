/**
 * What stands in the way of another user in what is started: by the file, by a service of a compose file, by the
 * scripts of a server.
 */
import type { ComposeBuild } from '../context/build-context.ts';
import type { Finding } from '../types.ts';
import { variableAt } from '../variables.ts';
import { absolutePath, copyWords, isBelow, workdirsOf } from './final-image.ts';
import type { Start, StartPart } from './final-image.ts';
import { appFolders, isPlainPath } from './ownership.ts';
import { developmentServer, isIdle, strangerAmong } from './programs.ts';
import { blockerInBuild } from './build-needs.ts';
import { blockerAtStart, dropsByItself } from './root-needs.ts';
import type { StartTrace, Unread } from './start-trace.ts';
import { traceOf, workdirOf } from './user-question.ts';
import type { LadderInput, Withhold } from './user-question.ts';

/** What the one service starts that builds it, where the file itself says nothing. */
export function startWith({ services }: LadderInput, start: Start): Start {
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

const MAX_SERVICES = 20;

/** A service may start something else from the same image, which USER must not break either. */
export function obstacleOfServices(input: LadderInput, start: Start, withheld: Withhold): Finding | null {
  for (const service of input.services.slice(0, MAX_SERVICES)) {
    if (service.command === null && service.entrypoint === null) continue;
    const blocked = blockerAtStart(traceOf(input, startOfService(service, start)));
    if (blocked) return withheld(blocked.code, blocked.reason, blocked.evidence);
  }
  return null;
}

/** What stands in the way of another user, in what is started and in what the build has left. */
export function obstacleAtStart(input: LadderInput, trace: StartTrace, withheld: Withhold): Finding | null {
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
  if (workdir !== null && !isPlainPath(workdir)) {
    return withheld(
      'folder-with-special-characters',
      `the folder ${workdir} could be handed over by quoting it only; give it a name of letters, digits, - and _`,
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
export function startScriptsOf({ document, image }: LadderInput): readonly StartPart[] {
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

function notRead({ code, what, place }: Unread): readonly [code: string, reason: string] {
  switch (code) {
    case 'no-context':
      return [
        'no-build-context',
        `${place.label} starts ${what}, which is in the build context; run dockfix with it (--context)`,
      ];
    case 'script':
      return [
        'start-script-not-read',
        `${place.label} starts ${what}, whose text could not be read: it is too large, no text, or not readable for you`,
      ];
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
export function privilegedPort({ document, image, base }: LadderInput, trace: StartTrace): number | null {
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
