/** What a container needs around it: a network of its own that leads nowhere, fresh volumes, and other services. */
import type { Clock, Engine, VolumeMount } from '../../engine/engine.ts';
import { EngineProblem, must } from './problem.ts';
import type { Subject } from './subject.ts';
import { waitUntilUp } from './wait.ts';

export interface Surroundings {
  /** Null when the engine can make none: then there is no network at all. */
  readonly network: string | null;
  readonly volumes: readonly VolumeMount[];
  close(): Promise<void>;
}

/** Throws {@link EngineProblem}; what was made until then goes when the run is cleaned up. */
export async function openSurroundings(
  subject: Subject,
  { engine, clock }: { readonly engine: Engine; readonly clock: Clock },
): Promise<Surroundings> {
  const made = await engine.createNetwork();
  if (!made.ok && (made.kind === 'unreachable' || made.kind === 'interrupted')) throw new EngineProblem(made);
  const network = made.ok ? made.value : null;
  const containers: string[] = [];
  const volumes: VolumeMount[] = [];
  for (const { source, target, readOnly } of subject.volumes)
    volumes.push({ source: source ?? must(await engine.createVolume()), target, readOnly });
  for (const { name, image, env, entrypoint, command } of subject.needs) {
    const container = must(
      await engine.create({
        image,
        platform: null,
        network,
        aliases: [name],
        env,
        entrypoint,
        command,
        volumes: [],
        hardened: false,
        watchesHealth: false,
      }),
    );
    containers.push(container);
    must(await engine.start(container));
    await waitUntilUp(engine, clock, container, {
      ports: [],
      needsAll: false,
      watchedMs: 5000,
      limitMs: 30_000,
    });
  }
  return {
    network,
    volumes,
    async close() {
      for (const container of containers) await engine.remove(container);
      // Engines have few networks to give. Volumes go at the end of the run.
      if (network !== null) await engine.removeNetwork(network);
    },
  };
}
