/** The folders of the host that a service of a compose file mounts into its container. */
import type { ComposeMount } from '../../core/context/build-context.ts';

const MAX_MOUNTS = 100;

/**
 * What `volumes:` mounts from the host and may be written: the short form (`./src:/app`) and the long one with
 * `type: bind`. Volumes of Docker, also nameless ones, take over the owners of what the image has and are none; a target
 * that a variable decides is left out. `lineOf` counts from 1 and gets the place in the list.
 */
export function bindMounts(
  volumes: unknown,
  lineOf: (index: number) => number | null,
): readonly ComposeMount[] {
  if (!Array.isArray(volumes)) return [];
  return volumes.slice(0, MAX_MOUNTS).flatMap((entry: unknown, index) => {
    const mount = typeof entry === 'string' ? shortMount(entry) : longMount(entry);
    return mount && mount.target.startsWith('/') && !mount.target.includes('$')
      ? [{ ...mount, line: lineOf(index) }]
      : [];
  });
}

type Mount = Pick<ComposeMount, 'source' | 'target'>;

function shortMount(text: string): Mount | null {
  // A colon in `${DATA:-./data}` parts nothing.
  const [source, target, mode = ''] = text.match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
  if (source === undefined || target === undefined || !isPath(source)) return null;
  return /(?:^|,)ro(?:,|$)/.test(mode) ? null : { source, target };
}

function longMount(entry: unknown): Mount | null {
  if (typeof entry !== 'object' || entry === null) return null;
  // A map of YAML; every field is looked at before it is used.
  const { type, source, target, read_only: readOnly } = entry as Readonly<Record<string, unknown>>;
  if (type !== 'bind' || typeof source !== 'string' || typeof target !== 'string') return null;
  return readOnly === true ? null : { source, target };
}

/** A name without a slash is a volume of Docker. A variable for the whole source may be either. */
function isPath(source: string): boolean {
  return (
    /^(?:[./~]|\$\{?PWD\b)/.test(source) || /^\$\{?\w+:?-?[./~]/.test(source) || /^\$[^:]*\//.test(source)
  );
}
