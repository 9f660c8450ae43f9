/** Waits until a container is up: it listens where it ought to, or has run for a while, or has ended. */
import type { Clock, ContainerState, Engine, ListeningPort } from '../../engine/engine.ts';
import { must } from './problem.ts';

export interface Patience {
  /** Ports that ought to listen. */
  readonly ports: readonly number[];
  /** Whether all of them have to; else any that listen for a while will do. */
  readonly needsAll: boolean;
  /** For a container that listens nowhere. */
  readonly watchedMs: number;
  /** For one that ought to. */
  readonly limitMs: number;
}

export interface Up {
  readonly state: ContainerState;
  /** Null when they cannot be seen. */
  readonly ports: readonly ListeningPort[] | null;
}

const POLL_MS = 250;
/** A process that is going to fail does so within this time, mostly. */
const LEAST_MS = 2500;
/** How long the same ports are to listen before they count as all of them. */
const STABLE_MS = 1500;
/** And when others ought to. */
const OTHERS_MS = 6000;

export async function waitUntilUp(
  engine: Engine,
  clock: Clock,
  container: string,
  patience: Patience,
): Promise<Up> {
  const startedMs = clock.nowMs();
  let seen = '';
  let sinceMs = startedMs;
  for (;;) {
    const state = must(await engine.state(container));
    if (!state.running) return { state, ports: null };
    const ports = await engine.ports(container, state);
    const nowMs = clock.nowMs();
    const elapsedMs = nowMs - startedMs;
    const key = (ports ?? []).map(({ port }) => port).join(' ');
    if (key !== seen) [seen, sinceMs] = [key, nowMs];
    const hasAll =
      patience.ports.length > 0 &&
      patience.ports.every((port) => ports?.some((found) => found.port === port));
    const stableMs = nowMs - sinceMs;
    const isUp =
      ports === null || ports.length === 0
        ? elapsedMs >= (patience.ports.length > 0 && ports !== null ? patience.limitMs : patience.watchedMs)
        : hasAll
          ? stableMs >= POLL_MS
          : patience.needsAll
            ? elapsedMs >= patience.limitMs
            : stableMs >= (patience.ports.length > 0 ? OTHERS_MS : STABLE_MS);
    if (isUp && elapsedMs >= LEAST_MS) return { state, ports };
    await clock.pause(POLL_MS);
  }
}
