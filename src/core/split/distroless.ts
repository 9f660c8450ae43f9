/**
 * An image without shell and package manager below the last stage, for those who ask for it by stack: everything in the
 * stage has to be a copy or a setting, and the start an exec form.
 */
import { plainWords } from '../arguments.ts';
import type { Document, Instruction } from '../document.ts';
import { sourceText } from '../document.ts';
import { repositoryName } from '../image-ref.ts';
import { sourceSpan } from '../lines.ts';
import { finalImageOf } from '../runtime/final-image.ts';
import type { FinalImage } from '../runtime/final-image.ts';
import { stageByName, stagesOf } from '../stages.ts';
import type { Edit, Finding, Withheld } from '../types.ts';
import { candidateOf } from './reading.ts';

export const DISTROLESS_STACKS = ['go', 'java', 'node'] as const;
type Stack = (typeof DISTROLESS_STACKS)[number];

/** Versions that are published on Debian 13. S: https://github.com/GoogleContainerTools/distroless */
const NODE = new Set(['22', '24']);
const JAVA = new Set(['17', '21', '25']);

interface Swap {
  readonly image: string;
  /** What stands in CMD and ENTRYPOINT afterwards, where that changes. */
  readonly edits: readonly Edit[];
}

/** The finding about the last stage, where its stack is among those that are asked for. */
export function judgeDistroless(document: Document, stacks: readonly string[]): Finding | null {
  const final = finalImageOf(document);
  if (!final || final.base.kind !== 'image' || stacks.length === 0 || candidateOf(document)) return null;
  const stack = stackOfBase(document, final);
  if (stack === null || !stacks.includes(stack)) return null;
  const first = final.chain[0]!;
  const word = plainWords(first.from.rest)[0]!;
  const span = sourceSpan(word, 0, word.text.length);
  const head = { span, message: 'the image has a shell and a package manager' };
  const swap = obstacleIn(document, final) ?? swapOf(document, final, stack);
  if ('code' in swap) return { ...head, evidence: [], fix: null, withheld: swap };
  return {
    ...head,
    evidence: [{ kind: 'source', span: first.from.span, note: 'the base image of the last stage' }],
    fix: {
      title: `Use ${swap.image}`,
      safety: 'unsafe',
      reason:
        'the last stage only copies and starts one program by its exec form; what that program calls or loads shows in a run',
      edits: [{ ...span, before: sourceText(document, span), text: swap.image }, ...swap.edits],
      alone: true,
    },
  };
}

function stackOfBase(document: Document, { base, stage, instructions }: FinalImage): Stack | null {
  if (base.kind !== 'image') return null;
  const name = repositoryName(base.image);
  const tag = base.image.tag ?? '';
  // Native packages of Alpine are built for another C library.
  if (name === 'docker.io/library/node' && !/alpine/.test(tag)) return 'node';
  if (name === 'docker.io/library/eclipse-temurin' && /-jre/.test(tag)) return 'java';
  const isSystem = /^docker\.io\/library\/(?:alpine|debian|busybox|ubuntu)$/.test(name);
  const source = instructions
    .map((one) => one.flags.find((flag) => flag.name === 'from')?.value?.text)
    .find((from) => from !== undefined);
  const builder = source === undefined ? null : stageByName(document, source);
  return isSystem && builder && builder !== stage && /(?:^|\/)golang(?:[:@]|$)/.test(builder.base.text)
    ? 'go'
    : null;
}

function obstacleIn(document: Document, { chain, instructions, stage }: FinalImage): Withheld | null {
  if (chain.length > 1 || stagesOf(document).some((other) => other.parent === stage)) {
    return { code: 'shared-base', reason: 'other stages are built on the same one, and may need its shell' };
  }
  const command = instructions.find(
    ({ keyword }) => keyword === 'RUN' || keyword === 'SHELL' || keyword === 'ONBUILD',
  );
  if (command)
    return {
      code: 'needs-a-shell',
      reason: `line ${command.line}: ${command.keyword} needs a shell, which the image would not have; move it to an earlier stage`,
    };
  const shell = instructions.find(
    ({ keyword, json, rest }) =>
      (keyword === 'CMD' || keyword === 'ENTRYPOINT') &&
      (json === null || /(?:^|\/)(?:ba|da|a)?sh$/.test(json[0] ?? '') || /\.sh$/.test(json[0] ?? rest.text)),
  );
  if (shell)
    return {
      code: 'shell-form-start',
      reason: `line ${shell.line}: a shell reads ${shell.keyword}, and the image would have none; start the program by its exec form`,
    };
  const probe = instructions.find(
    ({ keyword, rest }) =>
      keyword === 'HEALTHCHECK' &&
      !/^NONE\b/.test(rest.text) &&
      !/CMD\s*\[\s*"(?:node|\/nodejs\/bin\/node)"/.test(rest.text),
  );
  if (probe)
    return {
      code: 'probe-needs-tools',
      reason: `line ${probe.line}: HEALTHCHECK calls a program that the image would not have`,
    };
  const user = instructions.findLast(({ keyword }) => keyword === 'USER');
  if (user && !/^\d+(?::\d+)?$/.test(user.rest.text.trim()))
    return {
      code: 'account-is-not-there',
      reason: `line ${user.line}: the account is none of the image's; use its number`,
    };
  return null;
}

function swapOf(document: Document, { base, instructions }: FinalImage, stack: Stack): Swap | Withheld {
  const entry = instructions.findLast(({ keyword }) => keyword === 'ENTRYPOINT');
  const cmd = instructions.findLast(({ keyword }) => keyword === 'CMD');
  const start = entry ?? cmd;
  if (!start || base.kind !== 'image')
    return { code: 'no-start', reason: 'what is started is decided by the base image' };
  const tag = base.image.tag ?? '';
  const major = /^\d+/.exec(tag)?.[0] ?? '';
  const program = start.json![0] ?? '';
  if (stack === 'go') {
    if (!/^\/|^\.\//.test(program) || !isStatic(document))
      return {
        code: 'not-static',
        reason: 'whether the program is linked statically is not said (CGO_ENABLED=0)',
      };
    return { image: 'gcr.io/distroless/static-debian13', edits: [] };
  }
  const versions = stack === 'node' ? NODE : JAVA;
  if (!versions.has(major))
    return {
      code: 'version-not-published',
      reason: `there is no such image for ${stack} ${major} on Debian 13`,
    };
  if (program !== stack)
    return {
      code: 'other-program-started',
      reason: `${program} is started, and the image would have ${stack} alone`,
    };
  const image = `gcr.io/distroless/${stack === 'node' ? `nodejs${major}` : `java${major}`}-debian13`;
  // node is not in PATH there; the image's own ENTRYPOINT runs it, and runs java with -jar.
  if (stack === 'java')
    return entry ? { image, edits: [] } : dropFirst(document, image, cmd!, ['java', '-jar']);
  if (entry)
    return {
      code: 'own-entrypoint',
      reason: `line ${entry.line}: ENTRYPOINT names node, which is not in PATH there; name it in CMD`,
    };
  return dropFirst(document, image, cmd!, ['node']);
}

/** The words that the image's ENTRYPOINT says are taken out of CMD. */
function dropFirst(
  document: Document,
  image: string,
  cmd: Instruction,
  words: readonly string[],
): Swap | Withheld {
  const rest = cmd.json!.slice(words.length);
  if (words.some((word, at) => cmd.json![at] !== word) || rest.length === 0) {
    return {
      code: 'other-program-started',
      reason: `line ${cmd.line}: CMD does not begin with ${words.join(' ')} and a file`,
    };
  }
  const { start, end } = sourceSpan(cmd.rest, 0, cmd.rest.text.length);
  const text = `[${rest.map((word) => JSON.stringify(word)).join(', ')}]`;
  return { image, edits: [{ start, end, before: document.text.slice(start, end), text }] };
}

function isStatic({ text }: Document): boolean {
  return /\bCGO_ENABLED[= ]0\b/.test(text);
}
