/** A full language image below the last stage, where nothing in it or started from it needs what only the full one has. */
import { baseNameOf } from '../context/build-context.ts';
import type { BuildContext } from '../context/build-context.ts';
import { startCommand } from '../context/start-command.ts';
import { filesInStage } from '../context/stage-files.ts';
import { plainWords } from '../arguments.ts';
import type { Document } from '../document.ts';
import { sourceText } from '../document.ts';
import { sourceSpan } from '../lines.ts';
import { finalImageOf } from '../runtime/final-image.ts';
import type { FinalImage } from '../runtime/final-image.ts';
import { isWithheld, shellOf } from '../shell.ts';
import { stagesOf } from '../stages.ts';
import type { FactRequest, Facts, Finding, Withheld } from '../types.ts';
import { lostPrograms } from './demands.ts';
import { slimOf, stackOf, variantOf } from './images.ts';
import type { StackName, Variant } from './images.ts';
import type { ImageRef } from '../image-ref.ts';
import { NODE_NEEDS } from './node.data.ts';
import { PYTHON_NEEDS } from './python.data.ts';
import { BUILD_PROGRAMS, PROGRAM_PACKAGES } from './packages.data.ts';
import { candidateOf, execForm, programOf } from './reading.ts';

interface Full {
  readonly image: ImageRef;
  readonly stack: StackName;
  readonly variant: Variant;
  readonly final: FinalImage;
}

/** The last stage, when it is built on a full image that has a slim variant. A file with one stage that builds is split. */
function fullBase(document: Document): Full | null {
  const final = finalImageOf(document);
  if (!final || final.base.kind !== 'image' || candidateOf(document)) return null;
  const { image } = final.base;
  const stack = stackOf(image);
  if (stack !== 'python' && stack !== 'node' && stack !== 'ruby') return null;
  const variant = variantOf(image);
  return variant.kind === 'full' ? { image, stack, variant, final } : null;
}

export function slimRequests(document: Document): readonly FactRequest[] {
  return fullBase(document) ? [{ kind: 'context' }] : [];
}

export function judgeSlim(document: Document, facts: Facts): Finding | null {
  const full = fullBase(document);
  if (!full) return null;
  const first = full.final.chain[0]!;
  const word = plainWords(first.from.rest)[0]!;
  const span = sourceSpan(word, 0, word.text.length);
  const head = {
    span,
    message: 'the image is built on the full variant, with compilers and headers that nothing here needs',
  };
  const withheld = ({ code, reason }: Withheld): Finding => ({
    span,
    message: 'the image is built on the full variant, with compilers and headers',
    evidence: [],
    fix: null,
    withheld: { code, reason },
  });
  const obstacle = obstacleIn(document, full, facts);
  if (obstacle === 'nothing-started') return null;
  if (obstacle) return withheld(obstacle);
  const before = sourceText(document, span);
  const text = slimOf(first.base.text, full.image);
  if (text === null || before !== first.base.text) {
    return withheld({
      code: 'image-in-a-variable',
      reason: `how ${first.base.text} is spelled as a slim variant is not known`,
    });
  }
  return {
    ...head,
    evidence: [{ kind: 'source', span: first.from.span, note: 'the full variant' }],
    fix: {
      title: `Use ${text}`,
      safety: 'unsafe',
      reason:
        'no command of the stage and nothing that is started calls a program that only the full image has; a library that is loaded by name shows in a run',
      edits: [{ ...span, before, text }],
      alone: true,
    },
  };
}

function obstacleIn(
  document: Document,
  { final, stack, image, variant }: Full,
  facts: Facts,
): Withheld | 'nothing-started' | null {
  const { chain, stage } = final;
  const first = chain[0]!;
  const others = stagesOf(document).filter((other) => other.parent === first && !chain.includes(other));
  if (others.length > 0)
    return {
      code: 'shared-base',
      reason: `line ${others[0]!.from.line}: another stage is built on the same one, and may build with what the full image has`,
    };
  if (!final.instructions.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT'))
    return 'nothing-started';
  const trigger = final.instructions.find(({ keyword }) => keyword === 'ONBUILD');
  if (trigger) {
    return {
      code: 'onbuild',
      reason: `line ${trigger.line}: ONBUILD runs steps in images built on this one, which may need what the full image has`,
    };
  }
  for (const instruction of final.instructions) {
    if (instruction.keyword !== 'RUN') continue;
    const shell = shellOf(document, instruction);
    const commands = isWithheld(shell) ? execForm(instruction) : shell.commands;
    if (commands === null)
      return {
        code: 'run-not-read',
        reason: `line ${instruction.line}: which programs it calls is not known`,
      };
    if (/-dev\b/.test(instruction.rest.text)) {
      return {
        code: 'installs-headers',
        reason: `line ${instruction.line} installs headers (-dev), so something is compiled in the stage that is shipped; compile it in an earlier stage and copy it`,
      };
    }
    for (const command of commands) {
      const program = programOf(command.words);
      if (
        /^(?:pip3?|poetry|pipenv|uv|npm|npx|yarn|pnpm|bundle|gem|node-gyp)$/.test(program) ||
        (/^python/.test(program) && command.words.some(({ value }) => value === 'pip'))
      ) {
        return {
          code: 'installs-in-the-last-stage',
          reason: `line ${instruction.line} installs packages in the stage that is shipped, which may have to be compiled; install in an earlier stage and copy them`,
        };
      }
      if (BUILD_PROGRAMS.test(program) || Object.hasOwn(PROGRAM_PACKAGES, program)) {
        return {
          code: 'run-needs-tools',
          reason: `line ${instruction.line} calls ${program}, which the slim image does not have`,
        };
      }
    }
  }
  const context = facts.get({ kind: 'context' });
  if (!context.ok)
    return { code: 'no-context', reason: `which files are started is not known: ${context.reason}` };
  const need = libraryNeed(context.value);
  if (need !== null) {
    return {
      code: 'needs-libraries',
      reason: `${need.path} names ${need.name}, which loads a library or starts a program that the slim image may not have; install what it needs in the last stage, and the full image is not needed`,
    };
  }
  const reading = {
    document,
    stage,
    image,
    stack,
    variant,
    suite: variant.suite,
    steps: final.instructions.map((instruction) => ({
      instruction,
      commands: null,
      workdir: null,
      user: '',
    })),
    context: context.value,
    files: filesInStage(document, stage, context.value, '/'),
    start: startCommand(document, stage, context.value, {
      entrypoint: null,
      cmd: null,
      env: new Map(),
      workingDir: '/',
    }),
  };
  const lost = lostPrograms(reading);
  if (isWithheld(lost)) return lost;
  const needed = lost[0];
  if (needed !== undefined)
    return {
      code: 'start-needs-tools',
      reason: `what is started calls a program of the package ${needed}, which the slim image does not have; install it, and the full image is not needed`,
    };
  return null;
}

/** A package of a manifest that needs something of the system. */
function libraryNeed({
  texts,
  entries,
}: BuildContext): { readonly path: string; readonly name: string } | null {
  for (const [path, text] of texts) {
    if (!entries.get(path)?.sent) continue;
    const file = baseNameOf(path);
    const isPython = /^(?:requirements[\w.-]*\.txt|pyproject\.toml|Pipfile)$/.test(file);
    if (!isPython && file !== 'package.json' && !/^Gemfile/.test(file)) continue;
    const names = isPython
      ? [...PYTHON_NEEDS.keys()]
      : file === 'package.json'
        ? Object.keys(NODE_NEEDS)
        : GEM_NEEDS;
    const name = names.find((one) =>
      new RegExp(`(?:^|["'\\s])${one.replace(/[/@.]/g, '\\$&')}(?=["'\\s=<>~!\\[;,(]|$)`, 'm').test(text),
    );
    if (name !== undefined) return { path, name };
  }
  return null;
}

const GEM_NEEDS: readonly string[] = [
  'pg',
  'mysql2',
  'sqlite3',
  'ruby-vips',
  'rmagick',
  'charlock_holmes',
  'curb',
  'rugged',
];
