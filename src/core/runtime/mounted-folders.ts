/** Folders of the host that compose services mount where the program works: they belong to nobody in the image. */
import { runsStage } from '../context/built-stage.ts';
import type { ComposeBuild, ComposeMount } from '../context/build-context.ts';
import type { Evidence } from '../types.ts';
import { isBelow } from './final-image.ts';
import { workdirOf } from './user-question.ts';
import type { LadderInput } from './user-question.ts';

export interface MountedFolder {
  /** `compose.yaml, line 7 (web), mounts . over /app`. */
  readonly says: string;
  /** Every service that runs the image does so. */
  readonly isEverywhere: boolean;
  readonly evidence: Evidence;
}

/** The first such mount; null where there is none, or where the service has a user of its own. */
export function mountedFolder(input: LadderInput): MountedFolder | null {
  const { document, image, services } = input;
  const workdir = workdirOf(input);
  if (workdir === null || workdir === '/') return null;
  const running = services.filter((service) => runsStage(document, image.stage, service));
  const mounting = running.flatMap((service) => {
    const mount = service.user === null && service.mounts.find(({ target }) => isOver(target, workdir));
    return mount ? [{ service, mount }] : [];
  });
  const [first] = mounting;
  if (!first) return null;
  const { service, mount } = first;
  const line = mount.line === null ? {} : { line: mount.line };
  return {
    says: sentence(service, mount),
    isEverywhere: mounting.length === running.length,
    evidence: { kind: 'context', path: service.file, ...line, note: `mounts ${mount.source}` },
  };
}

function sentence({ file, service }: ComposeBuild, { line, source, target }: ComposeMount): string {
  return `${file}${line === null ? '' : `, line ${line}`} (${service}), mounts ${source} over ${target}`;
}

/** The working folder, one above it, or a folder in it. What has an ending is one file, and rarely written. */
function isOver(target: string, workdir: string): boolean {
  const folder = target.replace(/\/+$/, '');
  if (folder === '') return false;
  return isBelow(workdir, folder) || (isBelow(folder, workdir) && !/[^/]\.\w+$/.test(folder));
}
