/** What Go, Rust and Java have in common: one file is started that the build has made, by an exec form. */
import { sourceSpan } from '../lines.ts';
import { isWithheld } from '../shell.ts';
import type { Edit, Withheld } from '../types.ts';
import { absolutePath } from '../runtime/final-image.ts';
import { startupOf } from './startup.ts';
import { lastOf } from './steps.ts';
import type { Reading } from './words.ts';

export interface Started {
  /** The program as it is written. */
  readonly words: readonly string[];
  /** Its absolute path; null for a bare name that PATH decides. */
  readonly path: string | null;
  /** A shell form that is made an exec form, for an image without a shell. */
  readonly edits: readonly Edit[];
}

/** The one program of CMD and ENTRYPOINT, for an image that has no shell. */
export function startedFile(reading: Reading, needsExec: boolean): Started | Withheld {
  const { steps, start } = reading;
  const startup = startupOf(reading);
  if (isWithheld(startup)) return startup;
  if (isWithheld(start))
    return { code: 'start-not-read', reason: `what is started is not known: ${start.reason}` };
  const entry = lastOf(steps, 'ENTRYPOINT')?.instruction;
  const cmd = lastOf(steps, 'CMD')?.instruction;
  const first = entry ?? cmd!;
  const edits: Edit[] = [];
  let words: readonly string[];
  if (first.json) words = first.json;
  // Where there is a shell, it may go on reading what it read.
  else if (!needsExec) words = start.words.map(({ value, text }) => value ?? text);
  else {
    const { text } = first.rest;
    if (/[$&|;<>*?~()\\`'"#[\]{}=]/.test(text.trim())) {
      return {
        code: 'shell-form-start',
        reason: `line ${first.line}: a shell reads ${first.keyword}, and the image that the program would run in has none; use the exec form, ${first.keyword} ["program"]`,
      };
    }
    words = text.trim().split(/\s+/);
    if (entry && cmd)
      return {
        code: 'shell-form-start',
        reason: `line ${first.line}: a shell reads ENTRYPOINT and leaves CMD out; which words the program gets without it is not known`,
      };
    const { start: from, end } = sourceSpan(first.rest, 0, first.rest.text.length);
    const before = reading.document.text.slice(from, end);
    edits.push({
      start: from,
      end,
      before,
      text: `[${words.map((word) => JSON.stringify(word)).join(', ')}]`,
    });
  }
  if (needsExec && (start.scripts.length > 0 || start.before.length > 0)) {
    return {
      code: 'start-script',
      reason: 'a shell script starts the program, and the image that it would run in has no shell',
    };
  }
  const program = words[0] ?? '';
  const workdir = lastOf(steps, first.keyword)!.workdir;
  const path = program.includes('/') ? absolutePath(workdir, program) : null;
  return { words, path, edits };
}
