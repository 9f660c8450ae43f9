import { describe, expect, it } from 'vitest';
import type { AnswerHead, HttpFailure, Sent as SentOf } from '../../src/net/http.ts';
import { retryAfterMs } from '../../src/net/retry.ts';
import { createTraffic } from '../../src/net/traffic.ts';
import { fakeClock } from '../support/clock.ts';

type Sent = SentOf<AnswerHead>;

function status(code: number, retryAfter?: string): Sent {
  const headers = new Map(retryAfter === undefined ? [] : [['retry-after', [retryAfter]]]);
  return { ok: true, response: { status: code, headers } };
}

function lost(retryable: boolean): HttpFailure {
  return { ok: false, code: 'network', reason: 'the connection was closed', retryable };
}

/** Hands out these answers, the last one for ever. */
function script(...answers: readonly Sent[]): { send: () => Promise<Sent>; calls: () => number } {
  let calls = 0;
  return { send: () => Promise.resolve(answers[Math.min(calls++, answers.length - 1)]!), calls: () => calls };
}

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('repetitions', () => {
  it.each([408, 429, 500, 502, 503, 504])('NET-10: status %i is tried again', async (code) => {
    const server = script(status(code), status(200));
    const result = await createTraffic({ clock: fakeClock() }).send('h', server.send);
    expect(result).toMatchObject({ ok: true, response: { status: 200 } });
    expect(server.calls()).toBe(2);
  });

  it.each([200, 304, 400, 401, 403, 404, 501])('NET-10: status %i is an answer', async (code) => {
    const server = script(status(code));
    await createTraffic({ clock: fakeClock() }).send('h', server.send);
    expect(server.calls()).toBe(1);
  });

  it('NET-10: a lost connection is tried 4 times with growing pauses, another failure is not', async () => {
    const clock = fakeClock();
    const traffic = createTraffic({ clock });
    const server = script(lost(true));
    expect(await traffic.send('h', server.send)).toMatchObject({ ok: false, code: 'network' });
    expect([server.calls(), clock.slept]).toEqual([4, [250, 500, 1000]]);
    const other = script(lost(false));
    await traffic.send('h', other.send);
    expect(other.calls()).toBe(1);
  });

  it('NET-10: pauses differ by up to a fifth, and never pass 30 seconds', async () => {
    for (const [random, pause] of [
      [0, 200],
      [1, 300],
    ] as const) {
      const clock = { ...fakeClock(), random: () => random };
      await createTraffic({ clock }).send('h', script(status(503), status(200)).send);
      expect(clock.slept[0]).toBeCloseTo(pause);
    }
    const clock = fakeClock();
    const retry = { attempts: 12, baseDelayMs: 250, maxDelayMs: 30_000, maxRetryAfterMs: 60_000 };
    await createTraffic({ clock, retry }).send('h', script(status(503)).send);
    expect(Math.max(...clock.slept)).toBe(30_000);
  });

  it('NET-10: Retry-After is seconds, a date, or the time itself', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(retryAfterMs('7', now)).toBe(7000);
    expect(retryAfterMs('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('Thu, 01 Jan 2020 00:00:30 GMT', now)).toBe(0);
    expect(retryAfterMs(String(now / 1000 + 90), now)).toBe(90_000);
    for (const bad of [null, '', 'soon', '-5', '1.5', '9'.repeat(50)])
      expect(retryAfterMs(bad, now)).toBeNull();
  });

  it('NET-10: a 429 pauses every request to the host, and no other host', async () => {
    const clock = fakeClock();
    const traffic = createTraffic({ clock, perHost: 1 });
    const sentAtMs: number[] = [];
    const start = clock.now();
    let calls = 0;
    const send = (): Promise<Sent> => {
      sentAtMs.push(clock.now() - start);
      return Promise.resolve(++calls === 1 ? status(429, '20') : status(200));
    };
    const elsewhere = script(status(200));
    await Promise.all([
      ...Array.from({ length: 5 }, () => traffic.send('h', send)),
      traffic.send('other', elsewhere.send).then(() => expect(clock.now()).toBe(start)),
    ]);
    expect(sentAtMs).toEqual([0, 20_000, 20_000, 20_000, 20_000, 20_000]);
  });

  it('NET-10: a pause that is too long is no pause but an end, for all who wait', async () => {
    const clock = fakeClock();
    const traffic = createTraffic({ clock, perHost: 1 });
    const server = script(status(429, '3600'));
    const results = await Promise.all(Array.from({ length: 5 }, () => traffic.send('h', server.send)));
    expect(server.calls()).toBe(1);
    for (const result of results) {
      expect(result).toMatchObject({ ok: false, code: 'rate-limited', retryAtMs: clock.now() + 3_600_000 });
    }
    expect(clock.slept).toEqual([]);
    clock.advance(3_600_001);
    expect(await traffic.send('h', script(status(200)).send)).toMatchObject({ ok: true });
  });

  it('NET-10: a host that goes on saying 429 without a time is left alone for a minute', async () => {
    const clock = fakeClock();
    const traffic = createTraffic({ clock });
    const server = script(status(429));
    const result = await traffic.send('h', server.send);
    expect(result).toMatchObject({ ok: false, code: 'rate-limited', retryAtMs: clock.now() + 60_000 });
    expect(await traffic.send('h', server.send)).toMatchObject({ code: 'rate-limited' });
    expect(server.calls()).toBe(4);
  });

  it('NET-10: a rate limit that is no valid HTTP ends all requests to the host for a minute', async () => {
    const clock = fakeClock();
    const traffic = createTraffic({ clock });
    const limited = { ok: false, code: 'rate-limited', reason: 'x', retryable: false } as const;
    const server = script(limited);
    for (let n = 0; n < 3; n++) {
      expect(await traffic.send('h', server.send)).toMatchObject({ retryAtMs: clock.now() + 60_000 });
    }
    expect(server.calls()).toBe(1);
  });

  it('ends the body of an answer that is not used', async () => {
    let destroyed = 0;
    const answers = [503, 200].map((code) => ({
      ok: true as const,
      response: { ...(status(code) as { response: object }).response, destroy: () => void destroyed++ },
    }));
    const server = script(...(answers as unknown as Sent[]));
    await createTraffic({ clock: fakeClock() }).send('h', server.send);
    expect(destroyed).toBe(1);
  });
});

describe('how many at once', () => {
  /** Runs many requests to these hosts and gives the most that were under way, by host and in all. */
  async function crowd(hosts: readonly string[], each: number): Promise<Record<string, number>> {
    const traffic = createTraffic({ clock: fakeClock() });
    const under: Record<string, number> = { all: 0 };
    const most: Record<string, number> = { all: 0 };
    const send = async (host: string): Promise<Sent> => {
      for (const key of [host, 'all']) {
        under[key] = (under[key] ?? 0) + 1;
        most[key] = Math.max(most[key] ?? 0, under[key]);
      }
      await later();
      for (const key of [host, 'all']) under[key]!--;
      return status(200);
    };
    await Promise.all(
      hosts.flatMap((host) => Array.from({ length: each }, () => traffic.send(host, () => send(host)))),
    );
    return most;
  }

  it('NET-11: 8 for one host', async () => {
    expect(await crowd(['a'], 50)).toEqual({ a: 8, all: 8 });
  });

  it('NET-11: 32 in all', async () => {
    const most = await crowd(['a', 'b', 'c', 'd', 'e', 'f'], 20);
    expect(most['all']).toBe(32);
    for (const host of ['a', 'b', 'c', 'd', 'e', 'f']) expect(most[host]).toBeLessThanOrEqual(8);
  });
});
