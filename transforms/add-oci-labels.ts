import {
  argumentNames,
  builtStage,
  describeProject,
  stagesOf,
  effectiveTag,
  escapeQuoted,
  expandFrom,
  keyValuePairs,
  labelsSetByCi,
  lineEndingAt,
  lineStartAt,
  parseImageRef,
  repositoryName,
  sourceText,
  unquote,
  variableAt,
} from '../src/transform-api.ts';
import type {
  BuildContext,
  Document,
  Edit,
  Evidence,
  Facts,
  Finding,
  ImageRef,
  Instruction,
  OptionValues,
  Said,
  Stage,
  Transform,
} from '../src/transform-api.ts';

const PREFIX = 'org.opencontainers.image.';

/** In the order in which they are written. */
const KEYS = [
  'title',
  'description',
  'source',
  'url',
  'documentation',
  'licenses',
  'authors',
  'vendor',
  'version',
  'revision',
  'created',
  'base.name',
  'base.digest',
] as const;
type Key = (typeof KEYS)[number];

const DEFAULT_KEYS = KEYS.filter((key) => key !== 'url');

/** What differs from build to build comes through an ARG, whose name is reused where one is there. */
const FED: Readonly<Partial<Record<Key, { readonly names: readonly string[]; readonly feed: string }>>> = {
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

export const addOciLabels: Transform = {
  meta: {
    id: 'add-oci-labels',
    summary: 'Label the image with what it is, where it comes from and what it was built from',
    why:
      'An image without labels does not say whose it is: nobody who finds it in a registry, a cluster or a scan report ' +
      'can tell its source, its licence or the commit it was built from. Registries and scanners read the labels of ' +
      'the OCI image specification. Labels of the base image are inherited and speak of the base image.',
    safety: ['safe'],
    footprint: ['arguments', 'adds-instruction', 'whitespace'],
    example: 'from-package-json',
    references: [
      'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
      'https://docs.docker.com/build/building/best-practices/#label',
    ],
  },
  options: {
    keys: {
      type: 'list',
      default: DEFAULT_KEYS,
      describe: `Which labels to add, without ${PREFIX} in front.`,
    },
    vendor: { type: 'string', default: '', describe: 'Name of the organisation, for the label vendor.' },
    authors: { type: 'string', default: '', describe: 'Who to turn to, in place of what the manifest says.' },
    version: {
      type: 'choice',
      choices: ['argument', 'manifest'],
      default: 'argument',
      describe: 'Take the version from a build argument, or write down the one that the manifest has today.',
    },
  },

  needs: () => [{ kind: 'context' }],

  inspect(document, facts, options) {
    const fact = facts.get({ kind: 'context' });
    const stage = builtStage(document, fact.ok ? fact.value : null);
    const labels = labelsOf(document, stage);
    return [...repairs(document, stage, labels), ...additions(document, stage, labels, facts, options)];
  },
};

/** The base images of a file, that of the last stage first. */
function basesOf(document: Document): readonly string[] {
  return stagesOf(document)
    .map(({ base }) => base.text)
    .reverse();
}

// ---- what is there ----------------------------------------------------------------------------------------------

interface Label {
  readonly instruction: Instruction;
  /** The value with quotes removed and variables kept. */
  readonly value: string;
  /** Where the value stands, quotes included. */
  readonly start: number;
  readonly end: number;
}

/** The labels of a stage and of the stages it is FROM, by their full keys; the last one wins. */
function labelsOf(document: Document, stage: Stage): ReadonlyMap<string, Label> {
  const found = new Map<string, Label>();
  let depth = 0;
  for (let at: Stage | null = stage; at && depth < 1000; at = at.parent, depth++) {
    const own = new Map<string, Label>();
    for (const instruction of at.instructions) {
      if (instruction.keyword !== 'LABEL') continue;
      const pairs = keyValuePairs(instruction.rest, document.escape);
      if ('error' in pairs) continue;
      for (const { key, value, span } of pairs) {
        const text = value?.text ?? '';
        own.set(key.replace(/["']/g, ''), {
          instruction,
          value: value ? unquote(value, document.escape).text : '',
          start: span.end - text.length,
          end: span.end,
        });
      }
    }
    for (const [key, label] of own) if (!found.has(key)) found.set(key, label);
  }
  return found;
}

// ---- labels that say something wrong ----------------------------------------------------------------------------

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

function repairs(document: Document, stage: Stage, labels: ReadonlyMap<string, Label>): readonly Finding[] {
  return [...createdRepair(document, stage, labels), ...baseRepair(document, stage, labels)];
}

/** `ARG BUILD_DATE=unknown` makes a label that no reader can take for a time. */
function createdRepair(
  document: Document,
  stage: Stage,
  labels: ReadonlyMap<string, Label>,
): readonly Finding[] {
  const label = labels.get(`${PREFIX}created`);
  if (!label || label.instruction.stage !== stage.index) return [];
  const name = /^\$(?:\{(\w+)\}|(\w+))$/
    .exec(label.value)
    ?.slice(1)
    .find((part) => part !== undefined);
  const span = { start: label.start, end: label.end };
  if (name === undefined) {
    if (label.value === '' || label.value.includes('$') || RFC_3339.test(label.value)) return [];
    return [
      {
        span,
        message: `the label created says ${shown(label.value)}, which is no time`,
        evidence: [{ kind: 'source', span, note: 'readers expect a time as in RFC 3339' }],
        fix: null,
        withheld: {
          code: 'created-is-no-time',
          reason: 'only the build knows when it runs; feed the label from an ARG: created="${BUILD_DATE}"',
        },
      },
    ];
  }
  const variable = variableAt(document, label.instruction, name);
  const source = variable?.kind === 'arg' ? variable.instruction : null;
  const pair = source
    ? argumentNames(source.rest, document.escape).find(({ key }) => key === name)
    : undefined;
  if (!source || !pair?.value || !variable?.value || RFC_3339.test(variable.value)) return [];
  const { start, end } = { start: pair.span.end - pair.value.text.length, end: pair.span.end };
  const finding = {
    span: { start, end },
    message: `without --build-arg ${name}, the label created says ${shown(variable.value)}, which is no time`,
    evidence: [{ kind: 'source', span, note: `the label reads ${name}` }] as const,
  };
  const others = stage.instructions.some(
    (other) =>
      other !== label.instruction &&
      other !== source &&
      new RegExp(`\\b${name}\\b`).test(sourceText(document, other.span)),
  );
  if (others || source.stage !== stage.index || sourceText(document, { start, end }) !== pair.value.text) {
    const reason = `${name} is used in other places too, which may count on its default; give it an empty one`;
    return [{ ...finding, fix: null, withheld: { code: 'argument-used-elsewhere', reason } }];
  }
  return [
    {
      ...finding,
      fix: {
        title: `Give ${name} an empty default`,
        safety: 'safe',
        reason: 'nothing but the label reads it, and an empty label says that the time is not known',
        edits: [{ start, end, before: pair.value.text, text: '""' }],
      },
    },
  ];
}

/** A base label that names another digest than FROM does. */
function baseRepair(
  document: Document,
  stage: Stage,
  labels: ReadonlyMap<string, Label>,
): readonly Finding[] {
  const label = labels.get(`${PREFIX}base.digest`);
  const base = baseOf(document, stage);
  if (!label || !base?.digest || label.value === base.digest || label.value.includes('$')) return [];
  const span = { start: label.start, end: label.end };
  const before = sourceText(document, span);
  return [
    {
      span,
      message: `the label base.digest names another image than FROM does`,
      evidence: [{ kind: 'source', span: stage.from.span, note: 'the base that the image is built from' }],
      fix: {
        title: 'Write the digest of FROM into the label',
        safety: 'safe',
        reason: 'the label is only true when it names the digest that FROM names',
        edits: [{ ...span, before, text: `"${base.digest}"` }],
      },
    },
  ];
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}

/** The image that the final stage comes from, where FROM names it without variables. */
function baseOf(document: Document, stage: Stage): ImageRef | null {
  let root = stage;
  for (let depth = 0; root.parent && depth < 1000; depth++) root = root.parent;
  const name = root.base.text.includes('$') ? expandFrom(document, root.base.text) : root.base.text;
  const image = name === null ? null : parseImageRef(name);
  return image === null || 'error' in image ? null : image;
}

// ---- labels that are missing ------------------------------------------------------------------------------------

interface NewLabel {
  readonly key: Key;
  /** As it is written between the quotes. */
  readonly text: string;
  readonly evidence: Evidence | null;
  /** The ARG that feeds it. */
  readonly argument: string | null;
}

function additions(
  document: Document,
  stage: Stage,
  labels: ReadonlyMap<string, Label>,
  facts: Facts,
  options: OptionValues,
): readonly Finding[] {
  const wanted = KEYS.filter((key) => (options['keys'] as readonly string[]).includes(key));
  const missing = wanted.filter((key) => !labels.has(PREFIX + key));
  if (missing.length === 0) return [];
  const span = stage.from.span;
  const message = 'the image does not say what it is: its labels are missing';
  const fact = facts.get({ kind: 'context' });
  if (!fact.ok) {
    const reason = `the project around it is not known: ${fact.reason}`;
    return [{ span, message, evidence: [], fix: null, withheld: { code: fact.code, reason } }];
  }
  const { value: context } = fact;
  const byCi = labelsSetByCi(context);
  const left = missing.filter((key) => !byCi.has(key));
  const added = newLabels(document, stage, context, facts, options, left);
  if (added.length === 0) {
    const first = missing.map((key) => byCi.get(key)).find((evidence) => evidence !== undefined);
    // With labels of its own, or nothing to say, it is as complete as it can be.
    if (!first || labels.size > 0) return [];
    const reason = `${where(first)} sets them on every image it builds; those of the Dockerfile would be overwritten`;
    return [{ span, message, evidence: [first], fix: null, withheld: { code: 'set-by-ci', reason } }];
  }
  const isTold = added.some(({ key, argument }) => argument === null && !key.startsWith('base.'));
  if (!isTold && !Object.values(describeProject(context, basesOf(document))).some((said) => said !== null)) {
    if (labels.size > 0) return [];
    const reason =
      'neither a manifest beside it, nor a remote of the checkout, nor a licence says what it is; with one of them the labels can be filled';
    return [
      {
        span,
        message,
        evidence: [fact.evidence],
        fix: null,
        withheld: { code: 'project-not-known', reason },
      },
    ];
  }
  const edits = editsFor(document, stage, added);
  const fed = added.flatMap(({ key, argument }) =>
    argument === null ? [] : [FED[key]!.feed.replace('NAME', argument)],
  );
  const evidence = [
    ...new Map(
      added.flatMap((label) =>
        label.evidence ? [[JSON.stringify(label.evidence), label.evidence] as const] : [],
      ),
    ).values(),
  ];
  return [
    {
      span,
      message: labels.size > 0 ? `the image does not say its ${list(added.map(({ key }) => key))}` : message,
      evidence,
      fix: {
        title: `Add ${added.length === 1 ? 'the label' : 'the labels'} ${list(added.map(({ key }) => key))}`,
        safety: 'safe',
        reason: `labels change nothing that runs${fed.length > 0 ? `; build with ${fed.join(' ')}` : ''}`,
        edits,
      },
    },
  ];
}

function where(evidence: Evidence): string {
  return evidence.kind === 'context'
    ? `${evidence.path}${evidence.line === undefined ? '' : `:${evidence.line}`}`
    : 'the CI';
}

function list(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function newLabels(
  document: Document,
  stage: Stage,
  context: BuildContext,
  facts: Facts,
  options: OptionValues,
  keys: readonly Key[],
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
  const said: Readonly<Partial<Record<Key, Said | null>>> = {
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
    const fed = FED[key];
    if (!fed || (key === 'version' && options['version'] === 'manifest')) return [];
    const argument = argumentFor(document, stage, fed.names);
    if (argument === null) return [];
    return [{ key, text: `\${${argument}}`, evidence: null, argument }];
  });
}

/** Only where this run has seen that the tag has the digest which FROM names: what another day says may be stale. */
function baseLabels(document: Document, stage: Stage, facts: Facts): Readonly<Partial<Record<Key, Said>>> {
  const base = baseOf(document, stage);
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

// ---- where they go ----------------------------------------------------------------------------------------------

/** What stands below these is built anew when they change. */
const LAYERS = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR', 'ONBUILD']);

function editsFor(document: Document, stage: Stage, added: readonly NewLabel[]): readonly Edit[] {
  const { instructions } = stage;
  const lastLayer = instructions.filter(({ keyword }) => LAYERS.has(keyword)).at(-1)?.index ?? -1;
  const extended = instructions.filter((instruction) => isExtendable(document, instruction)).at(-1);
  const isBelow = extended !== undefined && extended.index > lastLayer;
  const byArgument = added.filter(({ argument }) => argument !== null);
  const fixed = added.filter(({ argument }) => argument === null);
  if (!extended) return [newBlock(document, stage, added)];
  if (byArgument.length === 0) return [extension(document, extended, fixed)];
  if (!isBelow) {
    // An ARG above a RUN would make it run again for every commit.
    const block = newBlock(document, stage, byArgument);
    return fixed.length === 0 ? [block] : [extension(document, extended, fixed), block];
  }
  const missing = argumentLines(document, stage, byArgument, extended.index, extended);
  const edits = [extension(document, extended, added)];
  if (missing === '') return edits;
  const at = lineStartAt(document, extended.span.start);
  return [{ start: at, end: at, before: '', text: missing }, ...edits];
}

/** `LABEL key value` and empty ones cannot be extended by a pair. */
function isExtendable(document: Document, instruction: Instruction): boolean {
  if (instruction.keyword !== 'LABEL') return false;
  const pairs = keyValuePairs(instruction.rest, document.escape);
  return !('error' in pairs) && pairs.length > 0 && !pairs[0]!.legacy;
}

/** New pairs behind the last one of a LABEL, each on a line of its own, in its author's indentation. */
function extension(document: Document, label: Instruction, added: readonly NewLabel[]): Edit {
  const pairs = keyValuePairs(label.rest, document.escape);
  const last = 'error' in pairs ? null : pairs.at(-1)!;
  const at = last!.span.end;
  const lineStart = lineStartAt(document, last!.span.start);
  const before = document.text.slice(lineStart, last!.span.start);
  const own = lineStart > label.span.start && before.trim() === '';
  const indent = own
    ? before
    : ' '.repeat(label.keywordSpan.end - lineStartAt(document, label.span.start) + 1);
  const lineBreak = ` ${document.escape}${lineEndingAt(document, at)}${indent}`;
  return { start: at, end: at, before: '', text: added.map((one) => `${lineBreak}${pair(one)}`).join('') };
}

function pair({ key, text }: NewLabel): string {
  return `${PREFIX}${key}="${text}"`;
}

/** ARG lines for the arguments that are not in force at an instruction of the stage. */
function argumentLines(
  document: Document,
  stage: Stage,
  added: readonly NewLabel[],
  before: number,
  near: Instruction,
): string {
  const inForce = new Set(
    stage.instructions.flatMap((instruction) =>
      instruction.keyword === 'ARG' && instruction.index < before
        ? argumentNames(instruction.rest, document.escape).map(({ key }) => key)
        : [],
    ),
  );
  const global = new Set(
    document.instructions.flatMap((instruction) =>
      instruction.stage < 0 ? argumentNames(instruction.rest, document.escape).map(({ key }) => key) : [],
    ),
  );
  const keyword = isLowerCase(document, near) ? 'arg' : 'ARG';
  const lineEnding = lineEndingAt(document, near.span.start);
  const names = [...new Set(added.map(({ argument }) => argument!))].filter((name) => !inForce.has(name));
  // An ARG above FROM keeps its default when it is named again.
  return names.map((name) => `${keyword} ${name}${global.has(name) ? '' : '=""'}${lineEnding}`).join('');
}

function isLowerCase(document: Document, { keywordSpan }: Instruction): boolean {
  const keyword = sourceText(document, keywordSpan);
  return keyword === keyword.toLowerCase();
}

/** A new LABEL at the end of the stage, above the CMD and ENTRYPOINT that close it. */
function newBlock(document: Document, stage: Stage, added: readonly NewLabel[]): Edit {
  const { instructions } = stage;
  let first = instructions.length;
  while (first > 1 && /^(?:CMD|ENTRYPOINT)$/.test(instructions[first - 1]!.keyword)) first--;
  const next = instructions[first];
  const previous = instructions[first - 1]!;
  const byArgument = added.filter(({ argument }) => argument !== null);
  const lines = argumentLines(document, stage, byArgument, next?.index ?? Infinity, previous);
  const keyword = isLowerCase(document, previous) ? 'label' : 'LABEL';
  const lineEnding = lineEndingAt(document, previous.span.start);
  const lineBreak = ` ${document.escape}${lineEnding}      `;
  const block = `${lines}${keyword} ${added.map(pair).join(lineBreak)}`;
  if (!next) {
    const { end } = previous.span;
    const gap = hasBlankLines(document, stage) ? lineEnding : '';
    return { start: end, end, before: '', text: `${lineEnding}${gap}${block}` };
  }
  const at = startWithComments(document, previous, next);
  const isSpaced = isBlank(document, at);
  return { start: at, end: at, before: '', text: `${block}${lineEnding}${isSpaced ? lineEnding : ''}` };
}

/** Where an instruction starts together with the comment lines directly above it. */
function startWithComments(document: Document, previous: Instruction, next: Instruction): number {
  let at = lineStartAt(document, next.span.start);
  for (const { span } of [...document.comments].reverse()) {
    if (span.start < previous.span.end || span.start > at) continue;
    const start = lineStartAt(document, span.start);
    if (document.text.slice(span.end, at).replace(/\r?\n/, '') !== '') break;
    at = start;
  }
  return at;
}

/** Whether the line above is blank. */
function isBlank(document: Document, at: number): boolean {
  return at >= 2 && /\n[ \t]*\r?\n$/.test(document.text.slice(Math.max(0, at - 200), at));
}

function hasBlankLines(document: Document, { instructions }: Stage): boolean {
  const last = instructions.at(-1)!;
  return instructions.length > 1 && isBlank(document, lineStartAt(document, last.span.start));
}
