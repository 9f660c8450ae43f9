/**
 * Repeats what may succeed the second time: lost connections and the statuses that say "later". Nothing else.
 */
import type { HttpFailure, HttpResponse } from './http.ts';
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

/** A whole answer, or one whose body is still to come. */
type Sent = { readonly ok: true; readonly response: Pick<HttpResponse, 'status' | 'headers'> } | HttpFailure;

/** Calls `send` until it gives an answer that no repetition would better. */
export async function withRetry<S extends Sent>(
  send: () => Promise<S>,
  clock: Clock,
  policy: RetryPolicy = DEFAULT_RETRY,
): Promise<S> {
  for (let attempt = 1; ; attempt++) {
    const result = await send();
    const wait = waitBefore(result, attempt, clock, policy);
    if (wait === null || attempt >= policy.attempts) return result;
    await clock.sleep(wait);
  }
}

/** Milliseconds until the next attempt; null when there shall be none. */
function waitBefore(result: Sent, attempt: number, clock: Clock, policy: RetryPolicy): number | null {
  const jitter = 0.8 + clock.random() * 0.4;
  const backoff = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1)) * jitter;
  if (!result.ok) return result.retryable ? backoff : null;
  if (!RETRYABLE_STATUS.has(result.response.status)) return null;
  const asked = retryAfterMs(header(result.response, 'retry-after'), clock.now());
  if (asked === null) return backoff;
  return asked > policy.maxRetryAfterMs ? null : Math.max(asked, 0);
}

/** `Retry-After` as milliseconds from now: seconds or an HTTP date; null when it is missing or unreadable. */
export function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
