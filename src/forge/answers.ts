/** What an answer of a forge means, and words for it that a person may read. */
import type { Log } from '../net/log.ts';
import { forgeFailure } from './forge.ts';
import type { ForgeFailure, ForgeFailureCode, ForgeResult } from './forge.ts';

/** A server's word about a refusal: one line, printable, short. */
export function cleaned(text: string): string {
  const line = text
    .slice(0, 2000)
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

/** `doing` completes "… while dockfix was …": `reading a commit`. */
export function statusFailure(host: string, status: number, said: string, doing: string): ForgeFailure {
  const words = cleaned(said);
  const quote = words === '' ? '' : `: "${words}"`;
  return forgeFailure(codeOf(status, said), `${host} answered ${status} to ${doing}${quote}${hint(status)}`);
}

function codeOf(status: number, said: string): ForgeFailureCode {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'denied';
    case 404:
    case 410:
      return 'not-found';
    case 413:
      return 'too-large';
    case 400:
    case 405:
    case 406:
    case 409:
    case 422:
    case 423:
      return /too (?:long|large)/i.test(said) ? 'too-large' : 'rejected';
    default:
      return 'forge-error';
  }
}

function hint(status: number): string {
  if (status === 401) return '; the credential is missing, wrong or expired';
  if (status === 403) return '; the credential lacks a permission for this';
  return '';
}

/** Milliseconds since 1970 of a forge's date; null for none. */
export function dateMs(text: unknown): number | null {
  const ms = typeof text === 'string' ? Date.parse(text.slice(0, 40)) : NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** Runs what reads answers of a server; one of another shape than documented is a failure and never an exception. */
export function createGuard(
  host: string,
  log: Log,
): <T>(task: () => Promise<ForgeResult<T>>) => Promise<ForgeResult<T>> {
  return async (task) => {
    try {
      return await task();
    } catch (error) {
      log.debug(`an answer could not be read: ${error instanceof Error ? error.name : 'unknown'}`);
      return forgeFailure('forge-error', `${host} gave an answer that could not be read`);
    }
  };
}

/** Asks once and keeps the answer; a failure is asked again. */
export function askOnce<T>(ask: () => Promise<ForgeResult<T>>): () => Promise<ForgeResult<T>> {
  let asked: Promise<ForgeResult<T>> | null = null;
  return async () => {
    asked ??= ask();
    const answer = await asked;
    if (!answer.ok) asked = null;
    return answer;
  };
}
