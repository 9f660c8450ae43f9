/** What a .dockerignore keeps from the builder, by moby/patternmatcher's rules: root-relative, the last match wins. */
import { cleanPath } from './build-context.ts';
import { matchesPath, pathPattern } from './path-pattern.ts';
import type { PathPattern } from './path-pattern.ts';

export interface IgnoreRule {
  readonly pattern: PathPattern;
  /** `!pattern` takes back what a rule above ignores. */
  readonly takesBack: boolean;
}

const MAX_RULES = 1000;

export function readIgnoreFile(text: string): readonly IgnoreRule[] {
  const rules: IgnoreRule[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const trimmed = line.trim();
    const takesBack = trimmed.startsWith('!');
    const cleaned = cleanPath(takesBack ? trimmed.slice(1).trim() : trimmed);
    // A path that leads out of the context fits nothing in it.
    if (cleaned === null || cleaned === '') continue;
    const pattern = pathPattern(cleaned, { doubleStar: true });
    if (pattern && rules.length < MAX_RULES) rules.push({ pattern, takesBack });
  }
  return rules;
}

/** Whether a path, or a folder above it, is ignored. */
export function isIgnoredPath(rules: readonly IgnoreRule[], path: string): boolean {
  let ignored = false;
  for (const { pattern, takesBack } of rules) {
    if (takesBack === ignored && matchesPath(pattern, path, true)) ignored = !takesBack;
  }
  return ignored;
}
