/** Port numbers as they stand in flags, addresses and code of several languages. */
import type { Environment, RunWord } from './shell-words.ts';

/** A port that something says, and the variable that overrides it at run time. */
export interface SaidPort {
  /** Null when only the run knows it. */
  readonly port: number | null;
  readonly variable: string | null;
  readonly bind: 'any' | 'loopback' | 'unknown';
}

export function portNumber(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : null;
}

/** `8000`, `:8000`, `0.0.0.0:8000`, `[::]:8000`, `tcp://h:1`, `http://+:80`; a socket gives `socket`. */
export function addressPort(text: string): SaidPort | 'socket' | null {
  if (/^unix:|^\/|\.sock$/.test(text)) return 'socket';
  const bare = text.replace(/^[a-z]+:\/\//, '').replace(/[/?].*$/s, '');
  const colon = bare.lastIndexOf(':');
  const port = portNumber(bare.slice(colon + 1));
  if (port === null) return null;
  return { port, variable: null, bind: bindOf(colon < 0 ? '' : bare.slice(0, colon)) };
}

export function bindOf(host: string): SaidPort['bind'] {
  return /^(?:127\.|localhost$|\[?::1\]?$)/.test(host) ? 'loopback' : 'any';
}

/** The value of the first of some options: `--port 80`, `--port=80`, `-p 80`, `-p80`. */
export function optionValue(args: readonly RunWord[], names: readonly string[]): RunWord | null {
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    for (const name of names) {
      if (word.text === name) return args[at + 1] ?? null;
      const glued = name.startsWith('--') || name.length > 2 ? `${name}=` : name;
      if (word.text.startsWith(glued) && word.text.length > glued.length) {
        return {
          ...word,
          value: word.value === null ? null : word.value.slice(glued.length).replace(/^=/, ''),
        };
      }
    }
  }
  return null;
}

/** What a word of a command line says as an address or a port. */
export function wordPort(word: RunWord | null): SaidPort | 'socket' | null {
  if (!word) return null;
  if (word.value === null) return { port: null, variable: word.variable, bind: 'unknown' };
  const said = addressPort(word.value);
  return said === null || said === 'socket' ? said : { ...said, variable: word.variable };
}

/** What a variable says, when the image sets it. */
export function environmentPort(environment: Environment, ...names: readonly string[]): SaidPort | null {
  for (const name of names) {
    const value = environment.get(name);
    if (value === undefined || value === '') continue;
    const said = value === null ? null : addressPort(value.split(/[;,]/)[0]!);
    if (said === 'socket') continue;
    return said ? { ...said, variable: name } : { port: null, variable: name, bind: 'unknown' };
  }
  return null;
}

const ENV_READS: readonly RegExp[] = [
  // JavaScript
  /process\.env(?:\.([A-Z_][A-Z0-9_]*)|\[\s*['"]([A-Z_][A-Z0-9_]*)['"]\s*\])/,
  // Python, Ruby, PHP, Go, C#, Java: a function that takes the name
  /(?:environ\.get|getenv|Getenv|env\.fetch|ENV\.fetch|GetEnvironmentVariable|environ|ENV|env)\s*[([]\s*['"]([A-Z_][A-Z0-9_]*)['"]/,
];

/**
 * What an expression of code says: a number, a string with an address, or a variable of the environment with a
 * default. `resolve` gives the expression that a name was set to. Anything else is null.
 */
export function expressionPort(
  expression: string,
  environment: Environment,
  resolve: (name: string) => string | null = () => null,
  depth = 0,
): SaidPort | null {
  const text = expression.trim().slice(0, 300);
  const name = ENV_READS.map((pattern) => pattern.exec(text)).find((found) => found !== null);
  if (name) {
    const variable = (name[1] ?? name[2])!;
    const set = environmentPort(environment, variable);
    if (set) return set;
    const behind = text.slice(name.index + name[0].length);
    const fallback = /^[\])]?[^0-9A-Za-z]*?(?:or\b\s*)?(?:\{\s*)?['"]?:?(\d{2,5})\b/.exec(behind)?.[1];
    return { port: fallback === undefined ? null : portNumber(fallback), variable, bind: 'unknown' };
  }
  const plain = /^['"`]?((?:[\w.*+[\]-]*|\[::\]):)?(\d{1,5})['"`]?$/.exec(text);
  if (plain) {
    const port = portNumber(plain[2]!);
    return port === null ? null : { port, variable: null, bind: bindOf((plain[1] ?? '').replace(/:$/, '')) };
  }
  const wrapped = /^(?:Number|parseInt|int|str|Integer|String|\+)\s*\(?\s*(.*?)\s*(?:,\s*10\s*)?\)?$/s.exec(
    text,
  );
  if (wrapped && wrapped[1] !== text && depth < 4) {
    return expressionPort(wrapped[1]!, environment, resolve, depth + 1);
  }
  const identifier = /^(?:['"]:['"]\s*\+\s*)?([A-Za-z_$][\w$]*)$/.exec(text)?.[1];
  const value = identifier !== undefined && depth < 4 ? resolve(identifier) : null;
  return value === null ? null : expressionPort(value, environment, resolve, depth + 1);
}
