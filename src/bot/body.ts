/**
 * The texts of a pull request. They follow from what is known and from nothing else (no time of a run), so the same
 * proposal always has the same text. Whatever others wrote goes through markdown.ts.
 */
import { describeDuration } from '../core/duration.ts';
import type { ConfiguredImage, ImagePackages } from '../core/image-facts.ts';
import type { ForgeFeatures } from '../forge/forge.ts';
import type { UpdateDetails } from './details.ts';
import { diffConfigs } from './image-diff.ts';
import { cell, code, link } from './markdown.ts';
import { writeMetadata } from './metadata.ts';
import type { PlannedGroup } from './plan.ts';
import { IGNORE_LABEL, REBUILD_BOX, RECREATE } from './reconcile.ts';
import type { BotSettings } from './settings.ts';
import { sourceChange } from './source-link.ts';

/** What people can do where they read it. */
export type TextFeatures = Pick<ForgeFeatures, 'labels' | 'comments' | 'maxBodyCharacters'>;

export interface PullTexts {
  readonly title: string;
  readonly body: string;
  readonly commitMessage: string;
}

const SHOWN_PACKAGES = 30;
const MAX_PACKAGES = 500;

export function pullTexts(
  group: PlannedGroup,
  details: readonly UpdateDetails[],
  settings: BotSettings,
  features: TextFeatures,
): PullTexts {
  const title = titleOf(group, details, settings);
  const changes = group.changes.map(({ key, path, from, to }) => ({ key, path, from, to }));
  const metadata = writeMetadata({ group: group.id, fingerprint: group.fingerprint, title, changes });
  const body = fitted(details, metadata, settings, features);
  return { title, body, commitMessage: commitMessage(title, details) };
}

// ---- titles -------------------------------------------------------------------------------------------------------------

function titleOf(
  group: PlannedGroup,
  details: readonly UpdateDetails[],
  { commitPrefix }: BotSettings,
): string {
  const names = [...new Set(details.map(({ name }) => plainName(name)))];
  const what = names.length === 1 ? names[0]! : `${names.length} images`;
  const [first] = details;
  if (group.isUrgent) return `${commitPrefix}: update ${what}, a pinned digest no longer exists`;
  if (group.kind === 'pin')
    return names.length === 1
      ? `${commitPrefix}: pin ${what} to its digest`
      : `${commitPrefix}: pin ${what} to their digests`;
  const digests = new Set(details.map(({ to }) => to));
  return digests.size === 1 && names.length === 1
    ? `${commitPrefix}: update ${what} digest to ${hex(first!.to, 7)}`
    : `${commitPrefix}: update digests of ${what}`;
}

/** Titles and subjects are no Markdown: only what a reference can hold. */
function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9._:/[\]-]+/g, '').slice(0, 120);
}

function commitMessage(title: string, details: readonly UpdateDetails[]): string {
  const lines = details.map(({ name, from, to }) => `- ${plainName(name)}: ${from ?? 'not pinned'} -> ${to}`);
  const trailers = details.map(({ key, to }) => `Image: ${plainName(key)}@${to}`);
  return `${title}\n\n${[...new Set(lines)].join('\n')}\n\n${[...new Set(trailers)].join('\n')}\n`;
}

// ---- the body ---------------------------------------------------------------------------------------------------------------

/** Full, or without what is longest and needed least, until the forge takes it. */
function fitted(
  details: readonly UpdateDetails[],
  metadata: string,
  settings: BotSettings,
  features: TextFeatures,
): string {
  const maxCharacters = features.maxBodyCharacters;
  const assemble = (sections: readonly string[]): string =>
    `${[introduction(details), table(details), ...sections, howTo(details, settings, features), metadata].join('\n\n')}\n`;
  for (const level of [3, 2, 1] as const) {
    const body = assemble(details.map((one) => section(one, level)));
    if (body.length <= maxCharacters) return body;
  }
  const short = assemble(['Details are left out, because they are longer than this forge takes.']);
  return short.length <= maxCharacters ? short : `${metadata}\n`;
}

function introduction(details: readonly UpdateDetails[]): string {
  if (details.some(({ isUrgent }) => isUrgent)) {
    return '**A pinned digest no longer exists in its registry: builds fail until this is merged.**';
  }
  if (details.every(({ from }) => from === null)) {
    return 'This pins images to the digests that their tags have today. The build stays the same, until somebody changes it.';
  }
  return 'Tags have moved since their digests were pinned.';
}

function table(details: readonly UpdateDetails[]): string {
  const rows = details.flatMap((one) =>
    one.uses.map(({ path, line, stage }) => {
      const where = `${cell(`${path}:${line}`)}${stage === null ? '' : ` (stage ${cell(stage, 60)})`}`;
      const from = one.from === null ? 'none' : code(hex(one.from, 12));
      return `| ${cell(one.name)} | ${where} | ${from} → ${code(hex(one.to, 12))} | ${reasonOf(one)} |`;
    }),
  );
  const shown = rows.slice(0, 100);
  if (rows.length > shown.length) shown.push(`| … | ${rows.length - shown.length} more places | | |`);
  return ['| Image | Where | Digest | Why |', '| --- | --- | --- | --- |', ...shown].join('\n');
}

function reasonOf({ from, isUrgent }: UpdateDetails): string {
  if (isUrgent) return 'pinned digest is gone';
  return from === null ? 'first pin' : 'tag moved';
}

type Level = 1 | 2 | 3;

function section(one: UpdateDetails, level: Level): string {
  const facts = [
    ...one.notes.map((note) => `**Note:** ${code(note)}`),
    ...dates(one),
    ...(one.from === null ? [] : [...source(one), ...base(one), ...platforms(one), ...size(one)]),
  ];
  const parts = [`### ${code(one.name)}`, facts.map((fact) => `- ${fact}`).join('\n')];
  if (one.from !== null) {
    parts.push(config(one, level));
    parts.push(packages(one, level));
  }
  parts.push(digests(one));
  return parts.filter(Boolean).join('\n\n');
}

function dates({ after, firstSeenMs, pushedAtMs }: UpdateDetails): readonly string[] {
  const metadata = after?.metadata;
  const built = metadata?.created
    ? `${code(metadata.created.value.slice(0, 19))} (${metadata.created.origin})`
    : metadata?.fixedDate
      ? 'unknown (the build is reproducible and has a fixed date)'
      : 'unknown';
  const seen = firstSeenMs === null ? 'unknown' : day(firstSeenMs);
  const matured =
    pushedAtMs === null
      ? ''
      : `; pushed ${day(pushedAtMs)}${firstSeenMs === null || firstSeenMs <= pushedAtMs ? '' : `, ${describeDuration(firstSeenMs - pushedAtMs)} before`}`;
  return [`Built: ${built}`, `First seen by dockfix: ${seen}${matured}`];
}

function source({ before, after }: UpdateDetails): readonly string[] {
  const change = sourceChange(before?.metadata ?? null, after?.metadata ?? null);
  const { source: page, compare, revisionBefore, revisionAfter, isRebuild } = change;
  const short = (revision: string | null): string =>
    revision === null ? 'unknown' : code(revision.slice(0, 12));
  const where = page === null ? 'Source: unknown' : `Source: ${link(page, page)}`;
  if (isRebuild)
    return [
      where,
      `**Same revision** (${short(revisionAfter)}): a rebuild only, its base image or packages have changed`,
    ];
  const what = `Revision: ${short(revisionBefore)} → ${short(revisionAfter)}`;
  return [where, compare === null ? what : `${what}: ${link('compare', compare)}`];
}

function base({ before, after, osBefore, osAfter }: UpdateDetails): readonly string[] {
  const label = (image: ConfiguredImage | null, name: string): string =>
    image?.config.labels.find((one) => one.name === `org.opencontainers.image.base.${name}`)?.value ?? '';
  const lines: string[] = [];
  const [nameBefore, nameAfter] = [label(before, 'name'), label(after, 'name')];
  const [digestBefore, digestAfter] = [label(before, 'digest'), label(after, 'digest')];
  if (nameBefore + nameAfter + digestBefore + digestAfter !== '') {
    const text = (name: string, digest: string): string =>
      `${code(name || 'unknown')}${digest === '' ? '' : ` ${code(digest.replace(/^sha256:/, '').slice(0, 12))}`}`;
    const same = nameBefore === nameAfter && digestBefore === digestAfter;
    lines.push(
      same
        ? `Base: ${text(nameAfter, digestAfter)}, the same`
        : `Base: ${text(nameBefore, digestBefore)} → ${text(nameAfter, digestAfter)}`,
    );
  }
  if (osBefore || osAfter) {
    const name = (os: typeof osAfter): string => (os === null ? 'unknown' : code(os.prettyName ?? os.id));
    const [from, to] = [name(osBefore), name(osAfter)];
    lines.push(from === to ? `Distribution: ${to}, the same` : `Distribution: ${from} → ${to}`);
  }
  return lines;
}

function platforms({ before, after }: UpdateDetails): readonly string[] {
  if (!before || !after) return ['Platforms: unknown'];
  const old = new Map(before.platforms.map(({ platform, digest }) => [platform, digest]));
  const now = new Map(after.platforms.map(({ platform, digest }) => [platform, digest]));
  const added = [...now.keys()].filter((platform) => !old.has(platform));
  const removed = [...old.keys()].filter((platform) => !now.has(platform));
  const changed = [...now].filter(([platform, digest]) => old.has(platform) && old.get(platform) !== digest);
  const list = (names: readonly string[]): string =>
    names
      .slice(0, 20)
      .map((name) => code(name, 60))
      .join(', ');
  // What follows is of one image of each index.
  const isOneOfMany = now.size > 1 || old.size > 1;
  const same = before.manifestDigest === after.manifestDigest ? ', whose own image is the same' : '';
  return [
    `Platforms: ${changed.length} of ${now.size} changed` +
      (added.length > 0 ? `; added ${list(added)}` : '') +
      (removed.length > 0 ? `; **removed ${list(removed)}**` : ''),
    ...(isOneOfMany && isComparable(before, after)
      ? [`Compared below: the images for ${code(after.platform, 60)}${same}`]
      : []),
  ];
}

function size({ contentBefore, contentAfter, after }: UpdateDetails): readonly string[] {
  if (!contentBefore || !contentAfter) return [];
  const sum = ({ layers }: ImagePackages): number => layers.reduce((bytes, layer) => bytes + layer.bytes, 0);
  const [from, to] = [sum(contentBefore), sum(contentAfter)];
  const old = new Set(contentBefore.layers.map(({ digest }) => digest));
  const shared = contentAfter.layers.filter(({ digest }) => old.has(digest)).length;
  const delta = to === from ? 'unchanged' : `${to > from ? '+' : '−'}${megabytes(Math.abs(to - from))}`;
  const where = after === null ? '' : ` for ${code(after.platform, 60)}`;
  return [
    `Size${where}: ${megabytes(to)} compressed (${delta}), ${shared} of ${contentAfter.layers.length} layers shared`,
  ];
}

function isComparable(before: ConfiguredImage, after: ConfiguredImage): boolean {
  return before.platform === after.platform;
}

function config({ before, after }: UpdateDetails, level: Level): string {
  if (!before || !after) return 'Configuration: unknown, it could not be read.';
  if (!isComparable(before, after))
    return `Configuration: not compared, the old digest has no image for ${code(after.platform, 60)}.`;
  const changes = diffConfigs(before.config, after.config);
  if (changes.length === 0) return 'Configuration: unchanged.';
  const length = level === 1 ? 60 : 200;
  const value = (text: string | null): string => (text === null ? 'none' : code(text, length));
  const rows = changes.slice(0, level === 1 ? 20 : 100).map(({ field, from, to, isCritical }) => {
    const name = isCritical ? `**${code(field)}**` : code(field);
    return `- ${name}: ${value(from)} → ${value(to)}`;
  });
  if (rows.length < changes.length) rows.push(`- … and ${changes.length - rows.length} more`);
  const isCritical = changes.some((change) => change.isCritical);
  const title = isCritical
    ? '**Configuration changed; what runs or as whom is among it:**'
    : 'Configuration changed:';
  return [title, '', ...rows].join('\n');
}

function packages({ packages: delta, contentBefore, contentAfter }: UpdateDetails, level: Level): string {
  if (!contentBefore || !contentAfter) return 'Packages: unknown.';
  if (!delta) {
    if (contentBefore.packages && contentAfter.packages)
      return `Packages: not compared; one list is from ${code(contentBefore.via)}, the other from ${code(contentAfter.via)}.`;
    const missing = contentAfter.packages === null ? contentAfter : contentBefore;
    return `Packages: unknown (${code(missing.via)}).`;
  }
  const rows = [
    ...delta.updated.map(({ name, from, to }) => `- ${code(name, 80)} ${code(from, 80)} → ${code(to, 80)}`),
    ...delta.added.map(({ name, version }) => `- added ${code(name, 80)} ${code(version, 80)}`),
    ...delta.removed.map(({ name, version }) => `- removed ${code(name, 80)} ${code(version, 80)}`),
  ];
  const count = `${delta.updated.length} updated, ${delta.added.length} added, ${delta.removed.length} removed`;
  const head = `Packages (from ${code(contentAfter.via)}): ${rows.length === 0 ? 'the same' : count}.`;
  if (rows.length === 0 || level === 1) return head;
  const shown = rows.slice(0, SHOWN_PACKAGES);
  const rest = level === 3 ? rows.slice(SHOWN_PACKAGES, MAX_PACKAGES) : [];
  const hidden = rows.length - shown.length - rest.length;
  if (hidden > 0) (rest.length > 0 ? rest : shown).push(`- … and ${hidden} more`);
  const more = rest.length > 0 ? ['', ...details(`${rest.length} more packages`, rest.join('\n'))] : [];
  return [head, '', ...shown, ...more].join('\n');
}

function digests({ key, from, to }: UpdateDetails): string {
  const lines = [
    ...(from === null ? [] : [`- from ${code(from)}`]),
    `- to ${code(to)}`,
    `- look at it yourself: ${code(`docker buildx imagetools inspect ${plainName(key)}@${to}`, 400)}`,
  ];
  return details('Full digests', lines.join('\n')).join('\n');
}

/** The summary is our own words. */
function details(summary: string, content: string): readonly string[] {
  return ['<details>', `<summary>${summary}</summary>`, '', content, '', '</details>'];
}

function howTo(
  updates: readonly UpdateDetails[],
  { snoozeMs }: BotSettings,
  { labels, comments }: TextFeatures,
): string {
  // Where there is no forge, the branch is all that there is of a pull request.
  const refuse = labels
    ? 'Close it to refuse these digests'
    : 'Merge the branch to take these digests, delete it to refuse them';
  const snooze =
    snoozeMs === 0
      ? `${refuse}; the next one comes when the tag moves again.`
      : `${refuse}; newer ones wait for ${describeDuration(snoozeMs)}.`;
  const isPin = updates.every(({ from }) => from === null);
  const follows = `The branch follows its tag as long as nobody else commits to it. ${snooze}`;
  const command = comments ? ` or the comment ${code(RECREATE)}` : '';
  const label =
    `The label ${code(IGNORE_LABEL)} on the closed pull request keeps it away until the label is ` +
    `taken off; a new title${command} brings it back.`;
  const sentences = [
    ...(isPin ? [] : [follows]),
    ...(labels ? [label] : isPin ? [`${refuse}.`] : []),
    `Everything else is set under ${code('bot')} in ${code('.dockfixrc.yaml')}.`,
  ];
  return ['---', '', `- [ ] ${REBUILD_BOX}`, '', sentences.join(' ')].join('\n');
}

// ---- small things ------------------------------------------------------------------------------------------------------------

function hex(digest: string, length: number): string {
  return digest.replace(/^sha\d+:/, '').slice(0, length);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
