/** Credential helpers: programs `docker-credential-<suffix>` that keep secrets for Docker. How they are asked. */
import { isRecord } from '../errors.ts';
import { isToken } from './auth-file.ts';
import type { Entry } from './auth-file.ts';
import { parseJson } from './json.ts';

/** What became of a program that was run. */
export type HelperOutcome =
  | { readonly kind: 'ended'; readonly code: number | null; readonly stdout: string }
  /** No folder of PATH that may be used has it. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | { readonly kind: 'too-large'; readonly maxBytes: number }
  /** `code`: the system's, `EACCES`. */
  | { readonly kind: 'unusable'; readonly code: string };

/** Runs `<program> get` with the text as its input. Never throws. */
export type RunHelper = (program: string, input: string) => Promise<HelperOutcome>;

/** The program's name; null for a suffix that would lead out of PATH. */
export function helperProgram(suffix: string): string | null {
  return /^[A-Za-z0-9._-]{1,100}$/.test(suffix) ? `docker-credential-${suffix}` : null;
}

export type HelperAnswer =
  | Extract<Entry, { readonly kind: 'basic' | 'identity-token' }>
  | { readonly kind: 'not-found' }
  /** Continues a sentence that names the program; holds nothing of what it wrote. */
  | { readonly kind: 'failed'; readonly problem: string };

const NOT_FOUND = 'credentials not found in native keychain';
/** The user name that says "the secret is an identity token". */
const TOKEN_USER = '<token>';

export function readHelper(outcome: HelperOutcome): HelperAnswer {
  switch (outcome.kind) {
    case 'missing':
      return failed('is in no folder of PATH that may be used (folders inside the repository are not)');
    case 'timeout':
      return failed(`gave no answer in ${Math.round(outcome.afterMs / 1000)} seconds and was ended`);
    case 'too-large':
      return failed(`wrote more than ${outcome.maxBytes} bytes and was ended`);
    case 'unusable':
      return failed(`cannot be run (${outcome.code})`);
    case 'ended':
      return readAnswer(outcome.code, outcome.stdout);
  }
}

function readAnswer(code: number | null, stdout: string): HelperAnswer {
  if (code !== 0) {
    if (stdout.includes(NOT_FOUND)) return { kind: 'not-found' };
    return failed(code === null ? 'was ended by a signal' : `failed with exit code ${code}`);
  }
  const parsed = parseJson(stdout);
  const answer = parsed.ok ? parsed.value : null;
  if (!isRecord(answer)) return failed('answered with something that is no credential');
  const { Username: username, Secret: secret } = answer;
  if (typeof username !== 'string' || typeof secret !== 'string') {
    return failed('answered with something that is no credential');
  }
  if (secret === '') return { kind: 'not-found' };
  if (username === TOKEN_USER) {
    return isToken(secret) ? { kind: 'identity-token', token: secret } : failed('gave a token that is none');
  }
  return username === ''
    ? failed('gave a secret without a user')
    : { kind: 'basic', username, password: secret };
}

function failed(problem: string): HelperAnswer {
  return { kind: 'failed', problem };
}
