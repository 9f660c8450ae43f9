/** What may succeed the second time, and when to try: lost connections and the statuses that say "later". */
import type { AnswerHead, Sent } from './http.ts';
import { header } from './http.ts';

export interface RetryPolicy {
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** A server that wants a longer pause is given up on. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 4,
  baseDelayMs: 250,
  maxDelayMs: 30_000,
  maxRetryAfterMs: 60_000,
};

const RETRYABLE_STATUS = new Set([408, 429, 500, 502, 503, 504]);

export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** 0 to 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
};

/** `wait`: try again after that pause. `give-up`: the server wants a pause too long to wait for. */
export type RetryVerdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'give-up'; readonly ms: number };

/** What to do after the attempt with this number, counted from 1. */
export function judgeAttempt(
  result: Sent<AnswerHead>,
  attempt: number,
  clock: Clock,
  policy: RetryPolicy,
): RetryVerdict {
  const jitter = 0.8 + clock.random() * 0.4;
  const backoff = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1)) * jitter;
  if (!result.ok) return result.retryable ? { kind: 'wait', ms: backoff } : { kind: 'done' };
  if (!RETRYABLE_STATUS.has(result.response.status)) return { kind: 'done' };
  const asked = retryAfterMs(header(result.response, 'retry-after'), clock.now());
  if (asked === null) return { kind: 'wait', ms: backoff };
  return asked > policy.maxRetryAfterMs ? { kind: 'give-up', ms: asked } : { kind: 'wait', ms: asked };
}

/**
 * `Retry-After` as milliseconds from now: seconds or an HTTP date; null when it is missing or unreadable. Some
 * servers send the time in seconds since 1970 instead.
 */
export function retryAfterMs(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d{1,12}$/.test(text)) {
    const seconds = Number(text);
    return seconds > 1_000_000_000 ? Math.max(0, seconds * 1000 - nowMs) : seconds * 1000;
  }
  if (!/^[A-Za-z]{3}/.test(text)) return null;
  const date = Date.parse(text.slice(0, 64));
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
