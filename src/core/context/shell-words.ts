/** Words of a shell command as the container sees them: quotes removed, variables replaced by what is set. */

export type Environment = ReadonlyMap<string, string | null>;

export interface RunWord {
  /** As written. */
  readonly text: string;
  /** What the program gets when nobody sets variables at `docker run`; null when only the run decides it. */
  readonly value: string | null;
  /** The one variable that it depends on, when there is one; whoever sets it at run time changes the value. */
  readonly variable: string | null;
}

/** Replaces quotes, escapes, `$V`, `${V}`, `${V:-x}` and `${V-x}`; everything else makes the value unknown. */
export function expandWord(text: string, environment: Environment): RunWord {
  let value = '';
  let isKnown = true;
  const variables = new Set<string>();
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === "'") {
      if (char === "'") quote = '';
      else value += char;
    } else if (char === "'" && quote === '') quote = "'";
    else if (char === '"') quote = quote === '"' ? '' : '"';
    else if (char === '\\') {
      const next = text[++at] ?? '';
      value += quote === '"' && !'"\\$`\n'.includes(next) ? `\\${next}` : next;
    } else if (char === '`' || (char === '$' && text[at + 1] === '(')) {
      isKnown = false;
      break;
    } else if (char === '$') {
      const found = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?-)([^{}$`"']*))?\})/.exec(
        text.slice(at, at + 300),
      );
      if (!found) {
        isKnown &&= !/^\$[{\d@*#?!-]/.test(text.slice(at, at + 2));
        value += char;
        continue;
      }
      const name = found[1] ?? found[2]!;
      variables.add(name);
      const set = environment.get(name);
      const isMissing = set === undefined || (set === '' && found[3] === ':-');
      if (!isMissing && set !== null) value += set;
      else if (set !== null && found[3] !== undefined) value += found[4]!;
      // Not set anywhere: whoever starts the container sets it, or it is empty.
      else isKnown = false;
      at += found[0].length - 1;
    } else value += char;
  }
  return {
    text,
    value: isKnown ? value : null,
    variable: variables.size === 1 ? [...variables][0]! : null,
  };
}
