/** What a label can say: of the project, of the base image, and what only a build knows. */
import { argumentNames, escapeQuoted } from './arguments.ts';
import type { BuildContext } from './context/build-context.ts';
import { describeProject } from './context/project.ts';
import type { Said } from './context/project.ts';
import type { Document } from './document.ts';
import { effectiveTag, repositoryName } from './image-ref.ts';
import { rootImage, stagesOf } from './stages.ts';
import type { Stage } from './stages.ts';
import type { Facts, OptionValues } from './types.ts';
import { variableAt } from './variables.ts';
import type { LabelKey, NewLabel } from './labels.ts';

/** What differs from build to build comes through an ARG, whose name is reused where one is there. */
export const LABEL_FEEDS: Readonly<
  Partial<Record<LabelKey, { readonly names: readonly string[]; readonly feed: string }>>
> = {
  version: {
    names: ['APP_VERSION', 'VERSION', 'IMAGE_VERSION', 'BUILD_VERSION', 'RELEASE_VERSION'],
    feed: '--build-arg NAME=1.2.3',
  },
  revision: {
    names: [
      'GIT_COMMIT',
      'VCS_REF',
      'GIT_SHA',
      'COMMIT_SHA',
      'REVISION',
      'GIT_REVISION',
      'GIT_COMMIT_SHA',
      'SOURCE_COMMIT',
      'COMMIT',
      'COMMIT_HASH',
      'GIT_HASH',
      'GITHUB_SHA',
    ],
    feed: '--build-arg NAME=$(git rev-parse HEAD)',
  },
  created: {
    names: ['BUILD_DATE', 'BUILD_TIME', 'BUILD_TIMESTAMP', 'BUILDTIME', 'CREATED', 'CREATED_AT'],
    feed: '--build-arg NAME=$(date -u +%Y-%m-%dT%H:%M:%SZ)',
  },
};

/** The base images of a file, that of the last stage first. */
export function basesOf(document: Document): readonly string[] {
  return stagesOf(document)
    .map(({ base }) => base.text)
    .reverse();
}

/** The labels of `keys` that can be filled, in that order. `options` are those of the transform. */
export function newLabels(
  document: Document,
  stage: Stage,
  context: BuildContext,
  facts: Facts,
  options: OptionValues,
  keys: readonly LabelKey[],
): readonly NewLabel[] {
  const project = describeProject(context, basesOf(document));
  const configured = (name: 'vendor' | 'authors'): Said | null => {
    const value = (options[name] as string).trim();
    return value === ''
      ? null
      : { value, evidence: { kind: 'knowledge', entry: name, source: 'configuration of dockfix' } };
  };
  const hasMaintainer = document.instructions.some(({ keyword }) => keyword === 'MAINTAINER');
  const base = baseLabels(document, stage, facts);
  const said: Readonly<Partial<Record<LabelKey, Said | null>>> = {
    title: project.title,
    description: project.description,
    source: project.source,
    url: project.source,
    documentation: project.documentation,
    licenses: project.licenses,
    // MAINTAINER becomes this label.
    authors: hasMaintainer ? null : (configured('authors') ?? project.authors),
    vendor: configured('vendor'),
    version: options['version'] === 'manifest' ? project.version : null,
    ...base,
  };
  return keys.flatMap((key): NewLabel[] => {
    const value = said[key];
    if (value)
      return [
        { key, text: escapeQuoted(value.value, document.escape), evidence: value.evidence, argument: null },
      ];
    const fed = LABEL_FEEDS[key];
    if (!fed || (key === 'version' && options['version'] === 'manifest')) return [];
    const argument = argumentFor(document, stage, fed.names);
    if (argument === null) return [];
    return [{ key, text: `\${${argument}}`, evidence: null, argument }];
  });
}

/** Only where this run has seen that the tag has the digest which FROM names: what another day says may be stale. */
function baseLabels(
  document: Document,
  stage: Stage,
  facts: Facts,
): Readonly<Partial<Record<LabelKey, Said>>> {
  const base = rootImage(document, stage);
  if (!base?.digest || base.tag === null) return {};
  // The pin asks for the tag alone. It is not asked again here: nothing is asked for a label.
  const asked = facts.get({ kind: 'digest', image: { ...base, digest: null } });
  if (!asked.ok || asked.value.digest !== base.digest) return {};
  return {
    'base.name': {
      value: `${repositoryName(base)}:${effectiveTag({ ...base, digest: null })}`,
      evidence: asked.evidence,
    },
    'base.digest': { value: base.digest, evidence: asked.evidence },
  };
}

/** The name that the file already has for it, wherever that is, else the first of the list; null when ENV takes it. */
function argumentFor(document: Document, stage: Stage, names: readonly string[]): string | null {
  const declared = new Set(
    document.instructions.flatMap((instruction) =>
      instruction.keyword === 'ARG'
        ? argumentNames(instruction.rest, document.escape).map(({ key }) => key)
        : [],
    ),
  );
  const last = stage.instructions.at(-1)!;
  // What ENV sets cannot be fed by --build-arg.
  const bases = document.instructions
    .flatMap((one) => (one.keyword === 'FROM' ? [one.rest.text] : []))
    .join(' ');
  const free = names.filter(
    (name) =>
      variableAt(document, { ...last, index: last.index + 1 }, name)?.kind !== 'env' &&
      // A version that FROM reads is that of the base image.
      !new RegExp(`\\$\\{?${name}\\b`).test(bases),
  );
  return free.find((name) => declared.has(name)) ?? free[0] ?? null;
}
