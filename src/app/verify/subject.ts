/** What is built and run for one row of the matrix. */
import type { CheckId } from '../../core/verification.ts';
import type { VolumeMount } from '../../engine/engine.ts';

export interface Subject {
  /** Of the Dockerfile, as it is shown. */
  readonly path: string;
  /** Of a compose file; null when there is none. */
  readonly service: string | null;
  /** Absolute. */
  readonly context: string;
  /** The text of an ignore file that belongs to this Dockerfile alone; null when there is none. */
  readonly ignoreText: string | null;
  readonly target: string | null;
  /** Null for the engine's own. */
  readonly platform: string | null;
  readonly buildNetwork: 'default' | 'none';
  /** For each build. */
  readonly timeoutMs: number;
  /** Nothing is started. */
  readonly onlyBuild: boolean;
  readonly args: ReadonlyMap<string, string>;
  readonly env: ReadonlyMap<string, string>;
  /** In place of what the image says; null for the image's own. */
  readonly entrypoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  /** Ports that ought to listen, beside those of EXPOSE. */
  readonly ports: readonly number[];
  /** What is asked beside `/` and the paths of the image's own check. */
  readonly paths: readonly string[];
  /** Checks that do not count. */
  readonly skip: ReadonlySet<CheckId>;
  /** Volumes of this run are made anew for each start: `null` as their source. */
  readonly volumes: readonly SubjectVolume[];
  /** Others that have to be up before. */
  readonly needs: readonly NeededService[];
  /** Why it cannot be judged; null when it can. */
  readonly blocked: string | null;
  readonly notes: readonly string[];
}

export interface SubjectVolume extends Omit<VolumeMount, 'source'> {
  readonly source: string | null;
}

export interface NeededService {
  readonly name: string;
  readonly image: string;
  readonly env: ReadonlyMap<string, string>;
  readonly entrypoint: readonly string[] | null;
  readonly command: readonly string[] | null;
}
