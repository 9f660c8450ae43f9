/**
 * How requests share the network: so many at once to one host and in all, repeated where that may help, and none to a
 * host that has asked to be left alone.
 */
import { discard } from './http.ts';
import type { AnswerHead, HttpFailure, Sent } from './http.ts';
import { silent } from './log.ts';
import type { Log } from './log.ts';
import { DEFAULT_RETRY, judgeAttempt } from './retry.ts';
import type { Clock, RetryPolicy } from './retry.ts';

export interface Traffic {
  /**
   * Calls `transmit` until it gives an answer that no repetition would better. A 429 pauses all requests to the host;
   * a host that goes on with it, or wants a longer pause than the policy allows, gives `rate-limited`, and so do all
   * requests to it until its time has come.
   */
  send<S extends Sent<AnswerHead>>(
    host: string,
    transmit: () => Promise<S>,
    policy?: RetryPolicy,
  ): Promise<S | HttpFailure>;
}

export interface TrafficOptions {
  readonly clock: Clock;
  /** Requests under way at once to one host; 8. */
  readonly perHost?: number;
  /** In all; 32. */
  readonly inAll?: number;
  readonly retry?: RetryPolicy;
  readonly log?: Log;
}

/** How long a host is left alone that says "too many" again and again, without saying for how long. */
const UNTOLD_PAUSE_MS = 60_000;

interface HostState {
  readonly gate: Gate;
  pausedUntilMs: number;
  /** Set together with the pause when nobody shall wait for its end. */
  refuses: boolean;
}

export function createTraffic(options: TrafficOptions): Traffic {
  const { clock, log = silent } = options;
  const all = createGate(options.inAll ?? 32);
  const hosts = new Map<string, HostState>();

  function stateOf(host: string): HostState {
    let state = hosts.get(host);
    if (!state) {
      state = { gate: createGate(options.perHost ?? 8), pausedUntilMs: 0, refuses: false };
      hosts.set(host, state);
    }
    return state;
  }

  function pause(state: HostState, ms: number, refuses: boolean): void {
    const until = clock.now() + ms;
    if (until > state.pausedUntilMs) state.pausedUntilMs = until;
    state.refuses ||= refuses;
  }

  /** Waits for the host's pause and for a place; the failure when the pause is not to be waited for. */
  async function admit<T>(state: HostState, task: () => Promise<T>): Promise<T | HttpFailure> {
    for (;;) {
      const left = state.pausedUntilMs - clock.now();
      if (left > 0 && state.refuses) return rateLimited(state.pausedUntilMs);
      if (left > 0) await clock.sleep(left);
      else state.refuses = false;
      const leaveHost = await state.gate.enter();
      const leaveAll = await all.enter();
      try {
        // While this one waited for its place, another one may have been told to slow down.
        if (state.pausedUntilMs <= clock.now()) return await task();
      } finally {
        leaveAll();
        leaveHost();
      }
    }
  }

  return {
    async send<S extends Sent<AnswerHead>>(
      host: string,
      transmit: () => Promise<S>,
      policy = options.retry ?? DEFAULT_RETRY,
    ): Promise<S | HttpFailure> {
      const state = stateOf(host);
      for (let attempt = 1; ; attempt++) {
        const result = await admit(state, transmit);
        const verdict = judgeAttempt(result, attempt, clock, policy);
        const last = verdict.kind !== 'wait' || attempt >= policy.attempts;
        if (!result.ok && result.code === 'rate-limited') {
          if (result.retryAtMs === undefined) pause(state, UNTOLD_PAUSE_MS, true);
          return { ...result, retryAtMs: result.retryAtMs ?? state.pausedUntilMs };
        }
        if (result.ok && result.response.status === 429 && verdict.kind !== 'done') {
          // The last attempt has nothing to wait for, but the others should not begin theirs.
          pause(state, last && verdict.kind === 'wait' ? UNTOLD_PAUSE_MS : verdict.ms, last);
          if (last) {
            discard(result.response);
            return rateLimited(state.pausedUntilMs);
          }
        }
        if (last) return result;
        if (result.ok) discard(result.response);
        const why = result.ok ? `status ${result.response.status}` : result.reason;
        log.debug(`${host}: ${why}; attempt ${attempt + 1} in ${Math.round(verdict.ms)} ms`);
        await clock.sleep(verdict.ms);
      }
    },
  };
}

function rateLimited(retryAtMs: number): HttpFailure {
  return {
    ok: false,
    code: 'rate-limited',
    reason: 'it limits the number of requests',
    retryable: false,
    retryAtMs,
  };
}

interface Gate {
  /** Resolves, in order of asking, with the function that gives the place back. */
  enter(): Promise<() => void>;
}

function createGate(width: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else inside--;
  };
  return {
    async enter() {
      if (inside >= width) await new Promise<void>((resolve) => waiting.push(resolve));
      else inside++;
      return leave;
    },
  };
}
