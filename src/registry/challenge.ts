/** `WWW-Authenticate`: one header may hold several challenges, and several headers may come. */

export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const MAX_LENGTH = 8192;
const MAX_VALUES = 16;

/**
 * All challenges in order. A word that is followed by another word or by nothing starts a challenge, a word that
 * is followed by `=` is a parameter of the one before.
 */
export function parseChallenges(values: readonly string[]): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (const value of values.slice(0, MAX_VALUES)) {
    const text = value.slice(0, MAX_LENGTH);
    const token = /[\s,]*([^\s,="]+)\s*(?:(=)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;
    for (let match = token.exec(text); match; match = token.exec(text)) {
      const [, word, equals, quoted, bare] = match;
      if (!equals) challenges.push({ scheme: word!.toLowerCase(), parameters: new Map() });
      else
        challenges.at(-1)?.parameters.set(word!.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
    }
  }
  return challenges;
}
