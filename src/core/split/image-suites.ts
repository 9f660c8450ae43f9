/**
 * On which Debian the official images of a closed version were built: one that had a successor before the next Debian
 * came out, and was never built again. S: the release dates of the versions, and the images' change logs.
 */
import { suiteOf } from './packages.ts';
import type { ImageRef } from '../image-ref.ts';

type Version = readonly number[];

/** `since` a version of the same line, up to the next row; `null`: more than one Debian, by the day it was pulled. */
interface Row {
  readonly since: Version;
  readonly suite: ReturnType<typeof suiteOf>;
}

const row = (since: Version, suite: Row['suite']): Row => ({ since, suite });

/** By repository and line, oldest row first. A line is the first number, or the first two where that is given. */
const PATCHES: Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>> = {
  'library/python': {
    '3.7': [row([3, 7, 0], 'other'), row([3, 7, 12], 'bullseye'), row([3, 7, 17], 'bookworm')],
    '3.8': [row([3, 8, 0], 'other'), row([3, 8, 12], 'bullseye'), row([3, 8, 17], 'bookworm')],
    '3.9': [row([3, 9, 0], 'other'), row([3, 9, 7], 'bullseye'), row([3, 9, 17], null)],
    '3.10': [row([3, 10, 0], 'bullseye'), row([3, 10, 12], null)],
    '3.11': [row([3, 11, 0], 'bullseye'), row([3, 11, 4], null)],
  },
  'library/node': {
    '18': [row([18, 0, 0], 'bullseye'), row([18, 16, 1], 'bookworm')],
    '20': [row([20, 0, 0], 'bullseye'), row([20, 3, 1], null)],
  },
  'library/ruby': {
    '3.0': [row([3, 0, 0], 'other'), row([3, 0, 3], 'bullseye'), row([3, 0, 6], 'bookworm')],
    '3.1': [row([3, 1, 0], 'bullseye'), row([3, 1, 4], null)],
    '3.2': [row([3, 2, 0], 'bullseye'), row([3, 2, 2], null)],
  },
  'library/php': {
    '8.0': [row([8, 0, 0], 'other'), row([8, 0, 10], 'bullseye'), row([8, 0, 29], 'bookworm')],
    '8.1': [row([8, 1, 0], 'bullseye'), row([8, 1, 20], null)],
    '8.2': [row([8, 2, 0], 'bullseye'), row([8, 2, 7], null)],
  },
};

/** Rust has a new minor every six weeks, and only the newest one is built again. */
const RUST: readonly Row[] = [
  row([1, 0], 'other'),
  row([1, 56], 'bullseye'),
  row([1, 70], null),
  row([1, 71], 'bookworm'),
  row([1, 89], null),
  row([1, 91], 'trixie'),
  row([1, Infinity], null),
];

/** The first version whose images are built on bookworm when the tag names no suite. */
const SINCE: Readonly<Record<string, Version>> = {
  'library/python': [3, 7],
  'library/node': [18, 0],
  'library/ruby': [3, 0],
  'library/php': [8, 1],
  'library/golang': [1, 19],
};

/** The suite of an image whose tag does not say it; null where that is not certain, `other` for one without a table. */
export function suiteOfVersion({ repository }: ImageRef, tag: string): ReturnType<typeof suiteOf> {
  const found = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?=-|$)/.exec(tag);
  if (!found) {
    const isOldName = /^(?:argon|boron|carbon|dubnium|erbium|fermium|gallium)(?=-|$)/.test(tag);
    return repository === 'library/node' && isOldName ? 'other' : null;
  }
  // Without its last numbers a tag moves to the newest version of its line.
  const version = found.slice(1).map((part) => (part === undefined ? Infinity : Number(part)));
  if (repository === 'library/rust') return last(RUST, version);
  const lines = PATCHES[repository];
  const line = lines?.[`${version[0]}.${version[1]}`] ?? lines?.[`${version[0]}`];
  if (line) return last(line, version);
  const since = SINCE[repository];
  return since && isBelow(version, since) ? 'other' : null;
}

function last(rows: readonly Row[], version: Version): Row['suite'] {
  return rows.findLast(({ since }) => !isBelow(version, since))?.suite ?? null;
}

function isBelow(left: Version, right: Version): boolean {
  for (const [at, part] of right.entries()) {
    const own = left[at] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}
