/** The fix that makes an image run as somebody, with how far it can be trusted. */
import type { Finding, Safety } from '../types.ts';
import { accountsMadeBy } from './accounts.ts';
import { identityFor } from './identity.ts';
import type { Identity } from './identity.ts';
import { mountedFolder } from './mounted-folders.ts';
import type { MountedFolder } from './mounted-folders.ts';
import { nginxRecipe } from './nginx.ts';
import { appFolders, argumentSpan, unownedCopies } from './ownership.ts';
import { privateFile } from './private-files.ts';
import { developmentServer, isCompiled, isJava } from './programs.ts';
import { relocationsOf } from './relocations.ts';
import type { Blocker } from './root-needs.ts';
import { runTimeWrites } from './run-time-writes.ts';
import type { RunTimeWrites } from './run-time-writes.ts';
import type { StartTrace } from './start-trace.ts';
import { builtAndWritten, ownWorkdir, userEdits } from './user-edits.ts';
import { MESSAGE, workdirOf } from './user-question.ts';
import type { LadderInput, Withhold } from './user-question.ts';

/** The fix, or why its parts do not come together. */
export function propose(
  input: LadderInput,
  trace: StartTrace,
  withheld: Withhold,
  port: number | null,
): Finding {
  const { document, image, base, texts, profile } = input;
  const made = accountsMadeBy(document, image.instructions);
  const needs = { account: base.role !== 'caddy' && !isCompiled(trace, base.role), java: isJava(trace) };
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
  const mounted = mountedFolder(input);
  const { safety, reason } = trust(input, trace, identity, port, leftToRoot, writes, mounted);
  const programs = trace.programs[0] ?? trace.commands[0];
  return {
    span: argumentSpan(image.stage.from),
    message: MESSAGE,
    evidence: [
      ...base.evidence,
      ...identity.evidence,
      ...writes.evidence,
      ...(mounted ? [mounted.evidence] : []),
      ...(programs
        ? [
            programs.place.evidence(
              `starts ${shortened(programs.words.map((word) => word ?? '…').join(' '), 60)}`,
            ),
          ]
        : []),
    ],
    fix: { title: `Run as ${identity.user}`, safety, reason, edits },
  };
}

/** Cut at a blank, and said to be cut. */
function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = text.slice(0, length);
  return `${head.slice(0, head.lastIndexOf(' ') + 1) || head}…`;
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
  mounted: MountedFolder | null,
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
  if (mounted?.isEverywhere) {
    return {
      safety: 'display',
      reason: `${mounted.says}, which belongs to who works on the host, so the user could not write there; give the service a user of its own (user:), and dockfix will write this`,
    };
  }
  const notes = [
    ...(mounted
      ? [`${mounted.says}, where this user cannot write unless the service gets a user of its own (user:)`]
      : []),
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
