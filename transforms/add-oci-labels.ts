import {
  LABEL_FEEDS,
  LABEL_KEYS,
  LABEL_PREFIX,
  basesOf,
  builtStage,
  describeProject,
  labelEdits,
  labelRepairs,
  labelsOf,
  labelsSetByCi,
  newLabels,
} from '../src/transform-api.ts';
import type {
  Document,
  Evidence,
  Facts,
  Finding,
  Label,
  OptionValues,
  Stage,
  Transform,
} from '../src/transform-api.ts';

const DEFAULT_KEYS = LABEL_KEYS.filter((key) => key !== 'url');

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
      describe: `Which labels to add, without ${LABEL_PREFIX} in front.`,
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
    return [...labelRepairs(document, stage, labels), ...additions(document, stage, labels, facts, options)];
  },
};

const FOR_DEVELOPERS = /(?:^|\/)(?:\.devcontainer\/|\.gitpod\.dockerfile$)/i;

function additions(
  document: Document,
  stage: Stage,
  labels: ReadonlyMap<string, Label>,
  facts: Facts,
  options: OptionValues,
): readonly Finding[] {
  const wanted = LABEL_KEYS.filter((key) => (options['keys'] as readonly string[]).includes(key));
  const missing = wanted.filter((key) => !labels.has(LABEL_PREFIX + key));
  if (missing.length === 0) return [];
  const span = stage.from.span;
  const message = 'the image does not say what it is: its labels are missing';
  const fact = facts.get({ kind: 'context' });
  if (!fact.ok) {
    const reason = `the project around it is not known: ${fact.reason}`;
    return [{ span, message, evidence: [], fix: null, withheld: { code: fact.code, reason } }];
  }
  const { value: context } = fact;
  if (FOR_DEVELOPERS.test(`${context.folder}/${context.dockerfile ?? ''}`)) {
    const reason = 'it is an image to develop in, which nobody publishes';
    return [{ span, message, evidence: [], fix: null, withheld: { code: 'development-container', reason } }];
  }
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
  const edits = labelEdits(document, stage, added);
  const fed = added.flatMap(({ key, argument }) =>
    argument === null ? [] : [LABEL_FEEDS[key]!.feed.replace('NAME', argument)],
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
