/** Reads one stage for a split, or says which of the general gates it does not pass. */
import { baseNameOf } from '../context/build-context.ts';
import { filesInStage } from '../context/stage-files.ts';
import { startCommand } from '../context/start-command.ts';
import type { BaseConfig } from '../context/start-command.ts';
import type { Document, Instruction } from '../document.ts';
import { memo, sourceText } from '../document.ts';
import { imageOf, userSettings, workdirsOf } from '../runtime/final-image.ts';
import { isWithheld, shellOf } from '../shell.ts';
import { stagesOf } from '../stages.ts';
import type { FactRequest, Facts, Withheld } from '../types.ts';
import { stackOf, variantOf } from './images.ts';
import type { StackName, Variant } from './images.ts';
import type { ImageRef } from '../image-ref.ts';
import type { Suite } from './packages.data.ts';
import { isUvImage } from './uv-python.ts';
import type { Reading, Step } from './words.ts';

/** A file with one stage on the image of a stack; everything else is not looked at any further. */
export interface Candidate {
  readonly image: ImageRef;
  readonly stack: StackName;
  readonly variant: Variant;
}

/** Cheap: by the FROM line and the words of the RUNs. Null when nothing of a stack is built in the file. */
export const candidateOf = memo((document: Document): Candidate | null => {
  const [stage, ...others] = stagesOf(document);
  if (!stage || others.length > 0) return null;
  const { base } = imageOf(document, stage);
  if (base.kind !== 'image') return null;
  // uv's own image is one of Python where a project is installed on it; it has no smaller variant of its own.
  const stack = stackOf(base.image) ?? (isUvImage(base.image) ? 'python' : null);
  if (stack === null) return null;
  const builds = stage.instructions.some(
    (one) => one.keyword === 'RUN' && BUILDS[stack].test(scriptOf(document, one)),
  );
  return builds ? { image: base.image, stack, variant: variantOf(base.image) } : null;
});

/** The text of a RUN with the body of `RUN <<EOF`. */
function scriptOf(document: Document, { heredocs, rest }: Instruction): string {
  return heredocs[0] ? `${rest.text}\n${sourceText(document, heredocs[0].body)}` : rest.text;
}

/** What a RUN has in it that builds or installs for a stack. */
const BUILDS: Readonly<Record<StackName, RegExp>> = {
  go: /\bgo\s+(?:build|install|run)\b|\bmake\b/,
  rust: /\bcargo\b/,
  java: /\b(?:mvnw?|gradlew?)\b/,
  dotnet: /\bdotnet\s+(?:publish|build|restore)\b/,
  python: /\b(?:pip3?|poetry|pipenv|uv)\b/,
  node: /\b(?:npm|yarn|pnpm)\b/,
  php: /\bcomposer\b/,
  ruby: /\bbundle\b/,
};

/** The registry is asked for the suite only where its packages are needed. */
export function suiteRequest({ image }: Candidate): FactRequest & { kind: 'os-release' } {
  return { kind: 'os-release', image, platform: null };
}

/** What {@link readStage} asks for: the context, and the suite where the file installs -dev packages without saying it. */
export function splitRequests(document: Document): readonly FactRequest[] {
  const candidate = candidateOf(document);
  if (!candidate) return [];
  const context: FactRequest = { kind: 'context' };
  const { variant } = candidate;
  if (variant.kind !== 'full' && variant.kind !== 'slim') return [context];
  // What Rust makes is linked to the C library of its suite, whatever is installed.
  const decides = candidate.stack === 'rust' || /-dev\b/.test(document.text);
  return variant.suite === null && decides ? [context, suiteRequest(candidate)] : [context];
}

/** Everything a plan needs to know, or the gate that the file does not pass. */
export function readStage(document: Document, candidate: Candidate, facts: Facts): Reading | Withheld {
  const { image, stack, variant } = candidate;
  const stage = stagesOf(document)[0]!;
  if (variant.kind === 'windows') {
    return { code: 'windows', reason: 'Windows images are split by other rules; dockfix has none for them' };
  }
  if (/onbuild/.test(image.tag ?? '') || stage.instructions.some(({ keyword }) => keyword === 'ONBUILD')) {
    return {
      code: 'onbuild',
      reason: 'ONBUILD runs steps in images built on this one, which a new stage would change',
    };
  }
  const exec = stage.instructions.find(
    ({ keyword, json }) => keyword === 'SHELL' && !/(?:ba|da|a)?sh$/.test(json?.[0] ?? ''),
  );
  if (exec)
    return {
      code: 'other-shell',
      reason: `line ${exec.line}: SHELL names a shell that dockfix does not read`,
    };
  const context = facts.get({ kind: 'context' });
  if (!context.ok)
    return { code: 'no-context', reason: `which files are built is not known: ${context.reason}` };
  const target = context.value.builds.find((build) => build.target !== null && build.target !== stage.name);
  if (target) {
    return {
      code: 'built-by-target',
      reason: `${target.file} builds the target ${target.target}, which is not this stage`,
    };
  }
  const workdir = WORKDIRS[stack] ?? '/';
  const inherited = serverOf(image, stack);
  const base: BaseConfig = { entrypoint: null, cmd: inherited, env: new Map(), workingDir: workdir };
  const ownStart = stage.instructions.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  if (!ownStart && inherited === null) {
    return {
      code: 'no-start',
      reason:
        'neither CMD nor ENTRYPOINT says what is started, so what it needs to run is not known; add one',
    };
  }
  return {
    document,
    stage,
    image,
    stack,
    variant,
    suite: variant.suite ?? suiteByRegistry(candidate, facts),
    steps: stepsOf(document, stage.instructions.slice(1), workdir),
    context: context.value,
    files: filesInStage(document, stage, context.value, workdir),
    start: startCommand(document, stage, context.value, base),
  };
}

/** The server that PHP's images start by themselves, behind an entry point that hands over to it. S: their Dockerfiles. */
function serverOf({ tag }: ImageRef, stack: StackName): readonly string[] | null {
  if (stack !== 'php') return null;
  const kind = /(?:^|-)(apache|fpm)(?=-|$)/.exec(tag ?? '')?.[1];
  return kind === undefined ? null : [kind === 'apache' ? 'apache2-foreground' : 'php-fpm'];
}

function suiteByRegistry(candidate: Candidate, facts: Facts): Suite | 'other' | null {
  const os = facts.get(suiteRequest(candidate));
  if (!os.ok) return null;
  if (os.value.id !== 'debian') return 'other';
  const major = os.value.versionId?.split('.', 1)[0];
  return major === '11' ? 'bullseye' : major === '12' ? 'bookworm' : major === '13' ? 'trixie' : 'other';
}

/** Where the images of a stack start, where that is not the root. S: their Dockerfiles. */
const WORKDIRS: Partial<Record<StackName, string>> = { go: '/go', php: '/var/www/html' };

function stepsOf(document: Document, instructions: readonly Instruction[], workdir: string): readonly Step[] {
  const image = imageOf(document, stagesOf(document)[0]!);
  const workdirs = workdirsOf(document, image, workdir);
  const users = new Map(
    userSettings(document, instructions).map(({ instruction, value, text }) => [instruction, value ?? text]),
  );
  let user = '';
  return instructions.map((instruction) => {
    user = users.get(instruction) ?? user;
    const shell = instruction.keyword === 'RUN' ? shellOf(document, instruction) : null;
    const commands = shell === null ? null : isWithheld(shell) ? execForm(instruction) : shell.commands;
    return { instruction, commands, workdir: workdirs.get(instruction) ?? null, user };
  });
}

/** `RUN ["chmod", "+x", "a"]` as a command. */
export function execForm({ json, span }: Instruction): Step['commands'] {
  if (!json || json.length === 0) return null;
  const words = json.map((value) => ({ value, text: value, span }));
  return [{ words, assignments: [], redirects: false, span, inSubstitution: false }];
}

/** The program of a command without its folder; `''` when a variable decides it. */
export function programOf(words: readonly { readonly value: string | null }[]): string {
  return baseNameOf(words[0]?.value ?? '');
}
