/** On which release of Debian a stage is built, by the tag of its image: only what the tag says or what is closed. */
import type { Document } from './document.ts';
import { repositoryName } from './image-ref.ts';
import type { ImageRef } from './image-ref.ts';
import { suiteOfVersion } from './split/image-suites.ts';
import { suiteOf } from './split/packages.ts';
import type { Suite } from './split/packages.data.ts';
import { rootImage, rootOf } from './stages.ts';
import type { Stage } from './stages.ts';

export type DebianSuite = Suite;

/**
 * `any`: one of them, by the day it was pulled; `other`: another release, or another distribution; null: neither the tag
 * nor the name says it.
 */
export interface StageSuite {
  readonly suite: DebianSuite | 'any' | 'other' | null;
  /** The image as the file writes it. */
  readonly base: string;
}

const BY_NUMBER: ReadonlyMap<string, DebianSuite> = new Map([
  ['11', 'bullseye'],
  ['12', 'bookworm'],
  ['13', 'trixie'],
]);

/** Microsoft builds each version of .NET on one system. S: https://github.com/dotnet/dotnet-docker (documentation/supported-tags.md) */
const DOTNET: ReadonlyMap<string, DebianSuite> = new Map([
  ['6', 'bullseye'],
  ['7', 'bullseye'],
  ['8', 'bookworm'],
  ['9', 'bookworm'],
]);

/** Of these, `suiteOfVersion` knows each version whose images were built on an older Debian. */
const ON_DEBIAN = /^docker\.io\/library\/(?:golang|node|php|python|ruby|rust)$/;

const OTHER_SYSTEMS =
  /(?:^|-)(?:alpine|ubi|ubuntu|centos|oracle|azurelinux|mariner|lunar|mantic|oracular|plucky|questing|resolute|trusty|precise|windowsservercore|nanoserver)/;

/** The suite of the image below a stage. */
export function stageSuite(document: Document, stage: Stage): StageSuite {
  const image = rootImage(document, stage);
  return { suite: image && debianSuite(image), base: rootOf(stage).base.text };
}

export function debianSuite(image: ImageRef): StageSuite['suite'] {
  const name = repositoryName(image);
  const tag = image.tag ?? '';
  const said = suiteOf(tag);
  if (said !== null) return said;
  if (/(?:^|\/)ubuntu$/.test(name) || OTHER_SYSTEMS.test(tag)) return 'other';
  const number = /^v?(\d+)(?=[.-]|$)/.exec(tag)?.[1];
  if (/(?:^|\/)debian$/.test(name)) {
    if (number !== undefined) return BY_NUMBER.get(number) ?? 'other';
    return /^(?:latest|stable)?(?:-slim)?$/.test(tag) ? 'any' : null;
  }
  if (/^mcr\.microsoft\.com\/dotnet\//.test(name)) {
    return number === undefined ? null : (DOTNET.get(number) ?? 'other');
  }
  return suiteOfVersion(image, tag) ?? (ON_DEBIAN.test(name) ? 'any' : null);
}
