/** What is said on standard error while a run is under way, beside its problems. */
import type { FactSource } from '../app/gather.ts';
import type { Fact } from '../core/types.ts';
import { factKey } from '../facts/requests.ts';
import type { Log } from '../net/log.ts';
import { visibleLine } from '../report/visible.ts';
import type { OutputStream } from './io.ts';
import type { LogLevel } from './options.ts';

export interface RunLog extends Log {
  readonly level: LogLevel;
  /** With `--verbose`: the same source, with a line for each of its answers. */
  sayFacts(source: FactSource): FactSource;
}

/** `beforeLine` is called before anything is written: a line of progress has to go. */
export function createLog(stderr: OutputStream, level: LogLevel, beforeLine: () => void): RunLog {
  const warned = new Set<string>();
  const say = (text: string): void => {
    beforeLine();
    stderr.write(`${visibleLine(text)}\n`);
  };
  return {
    level,
    warn(text) {
      if (warned.has(text)) return;
      warned.add(text);
      say(`dockfix: warning: ${text}`);
    },
    debug: level === 'debug' ? (text) => say(`debug: ${text}`) : () => {},
    sayFacts(source) {
      if (level === 'normal') return source;
      return async (request) => {
        const fact = await source(request);
        say(`${factKey(request)}: ${outcomeOf(fact)}`);
        return fact;
      };
    },
  };
}

function outcomeOf(fact: Fact<unknown>): string {
  if (!fact.ok) return `not known (${fact.code}): ${fact.reason}`;
  const { evidence } = fact;
  return evidence.kind === 'registry' ? `${evidence.digest}, ${evidence.mediaType}` : 'known';
}
