/**
 * What `--no-install-recommends` takes away, package by package. Knowledge, not a question to anyone: Debian's
 * package indexes say which packages recommend which; which of those matter is decided in scripts/apt-recommends.js.
 */
import type { DebianSuite } from '../core/debian-suite.ts';
import { TABLE } from './apt-recommends.data.ts';

export interface RecommendedPackages {
  /** Recommended packages that something may depend on without naming them. */
  readonly lost: readonly string[];
  /** Packages of that kind that come along in any case. */
  readonly brings: readonly string[];
}

const RELEASES: Readonly<Record<DebianSuite, string>> = { bullseye: '11', bookworm: '12', trixie: '13' };

/** Which indexes the answer for a suite comes from. */
export function recommendsSource(suite: DebianSuite | 'any' | null): string {
  return suite === null || suite === 'any'
    ? 'package indexes of Debian 11, 12 and 13, main, amd64'
    : `package index of Debian ${RELEASES[suite]} (${suite}), main, amd64`;
}

/**
 * What is known of a package; undefined for one that the table does not have, or for `any` not in every suite. Without
 * a suite: what it loses in any of them, and what it brings in all of them that have it.
 */
export function recommendedPackages(
  name: string,
  suite: DebianSuite | 'any' | null,
): RecommendedPackages | undefined {
  const rows = table().get(name);
  if (suite !== null && suite !== 'any') return rows?.get(suite);
  if (!rows || (suite === 'any' && rows.size < Object.keys(RELEASES).length)) return undefined;
  const all = [...rows.values()];
  return {
    lost: [...new Set(all.flatMap(({ lost }) => lost))],
    brings: all[0]!.brings.filter((other) => all.every(({ brings }) => brings.includes(other))),
  };
}

type Rows = ReadonlyMap<string, ReadonlyMap<string, RecommendedPackages>>;
let parsed: Rows | null = null;

function table(): Rows {
  return (parsed ??= readTable());
}

function readTable(): Rows {
  const rows = new Map<string, Map<string, RecommendedPackages>>();
  let suites: readonly string[] = [];
  for (const line of TABLE.trim().split('\n')) {
    if (line.startsWith('[')) {
      suites = line.slice(1, -1).split(' ');
      continue;
    }
    const [name = '', lost = '', brings = ''] = line.split(':');
    const row: RecommendedPackages = { lost: list(lost), brings: list(brings) };
    const ofName = rows.get(name) ?? new Map<string, RecommendedPackages>();
    for (const suite of suites) ofName.set(suite, row);
    rows.set(name, ofName);
  }
  return rows;
}

function list(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}
