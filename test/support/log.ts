/** A log that remembers. */
import type { Log } from '../../src/net/log.ts';

export interface RecordingLog extends Log {
  readonly warnings: string[];
  readonly debugged: string[];
}

export function recordingLog(): RecordingLog {
  const warnings: string[] = [];
  const debugged: string[] = [];
  return {
    warnings,
    debugged,
    warn: (text) => void warnings.push(text),
    debug: (text) => void debugged.push(text),
  };
}
