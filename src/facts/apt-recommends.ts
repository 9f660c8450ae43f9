/**
 * What `--no-install-recommends` takes away, package by package. Knowledge, not a question to anyone: Debian's
 * package index says which packages recommend which; which of those matter is decided in scripts/apt-recommends.js.
 */
import { SOURCE, TABLE } from './apt-recommends.data.ts';

export interface RecommendedPackages {
  /** Recommended packages that something may depend on without naming them. */
  readonly lost: readonly string[];
  /** Packages of that kind that come along in any case. */
  readonly brings: readonly string[];
}

export const APT_RECOMMENDS_SOURCE = SOURCE;

/** What is known of a package; undefined for one that the table does not have. */
export function recommendedPackages(name: string): RecommendedPackages | undefined {
  return table().get(name);
}

let parsed: ReadonlyMap<string, RecommendedPackages> | null = null;

function table(): ReadonlyMap<string, RecommendedPackages> {
  parsed ??= new Map(
    TABLE.trim()
      .split('\n')
      .map((line) => {
        const [name = '', lost = '', brings = ''] = line.split(':');
        return [name, { lost: list(lost), brings: list(brings) }];
      }),
  );
  return parsed;
}

function list(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}
