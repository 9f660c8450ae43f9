/**
 * Where a path leads in the merged view of an image's layers, and when that is proven.
 *
 * A path is walked name by name, as the kernel does, and each name is looked up in the layers from the top down:
 *
 * - The first layer that has the name decides what it is. That is a proof although lower layers were not read: they
 *   can only have what this one replaces. So `/usr/bin/curl` is proven by a layer with the file, if each layer above
 *   was read whole, has neither it nor a whiteout of it, and nothing but directories on the way to it.
 * - A directory on the way counts from the topmost layer that has it. That a lower layer has a link there
 *   (`bin -> usr/bin`) no longer matters once an upper one has a directory of that name.
 * - For `/bin/curl`, `bin` is looked up first. If the topmost layer that has it has a link, the walk goes on at
 *   `usr/bin/curl` from the top layer again: each layer may have its part of the way.
 * - A whiteout, an opaque directory, or a file in the place of a directory ends the search below that layer: "no".
 *   Any other "no" needs every layer, read to its end.
 * - A layer that cannot be read ends every search that has to pass through it: "unknown".
 * - A directory that is only implied (`a/b` without an entry `a`) proves what is in it. Where a lower layer has a link
 *   or a file in its place, unpackers differ, and what is not in the upper layer is unknown.
 *
 * A layer of which only a part was read can prove what it has, not what it lacks. An archive might name a path a second
 * time further on and replace it; no tool that makes layers writes such archives, and answers out of a part of a layer
 * are marked as not verified.
 */
import { MAX_DEPTH, MAX_LINKS } from './listing.ts';
import type { DirectoryNode, FileNode, Listing, OtherNode } from './listing.ts';

export type LayerState =
  | { readonly state: 'unread' }
  /** `reading`: more entries may come. `read`: these are all, and they were checked against a digest. */
  | { readonly state: 'reading' | 'read'; readonly listing: Listing }
  /** `listing`: what was read before it was given up; often nothing. */
  | { readonly state: 'unreadable'; readonly reason: string; readonly listing: Listing };

/** `from` is the lowest layer that was looked at, `layer` the one that decided; both count from the bottom, from 0. */
export type Resolution =
  | {
      readonly status: 'found';
      readonly node: DirectoryNode | FileNode | OtherNode;
      /** Without links and without a leading slash. */
      readonly path: string;
      readonly followedLinks: boolean;
      readonly layer: number;
      readonly from: number;
    }
  | {
      readonly status: 'absent';
      readonly why: 'nowhere' | 'removed' | 'not-a-directory' | 'link-loop';
      readonly path: string;
      readonly followedLinks: boolean;
      /** The name itself is a link; what it leads to is missing. */
      readonly lastIsLink: boolean;
      /** The layer that removes it or has something else in its place. */
      readonly layer: number;
      readonly from: number;
    }
  /** `layer` would have to be read, or read on, to say what `path` is. */
  | { readonly status: 'blocked'; readonly layer: number; readonly path: string }
  /** `layer` cannot be read, or contradicts itself. */
  | { readonly status: 'unknown'; readonly layer: number; readonly reason: string };

type Found = {
  readonly node: Exclude<ReturnType<DirectoryNode['children']['get']>, undefined>;
  readonly layer: number;
};
type Lookup =
  | ({ readonly status: 'found' } & Found)
  /** `layer` is the lowest one that was looked at. */
  | { readonly status: 'absent'; readonly why: 'nowhere' | 'removed'; readonly layer: number }
  | Extract<Resolution, { status: 'blocked' | 'unknown' }>;

/** Resolves an absolute path; a path without a leading slash starts at the root all the same. Links are followed. */
export function resolvePath(layers: readonly LayerState[], path: string): Resolution {
  const at: string[] = [];
  const pending = steps(path).reverse();
  let links = 0;
  let lastIsLink = false;
  let from = layers.length;
  let layer = layers.length - 1;
  let node: DirectoryNode | FileNode | OtherNode = SOME_DIRECTORY;
  for (let walked = 0; pending.length > 0; walked++) {
    if (walked > MAX_DEPTH || at.length > MAX_DEPTH / 4) {
      return { status: 'unknown', layer, reason: 'the path leads through too many directories' };
    }
    const name = pending.pop()!;
    if (name === '..') {
      at.pop();
      node = SOME_DIRECTORY;
      continue;
    }
    const found = lookUp(layers, [...at, name]);
    if (found.status === 'blocked' || found.status === 'unknown') return found;
    from = Math.min(from, found.layer);
    ({ layer } = found);
    const gone = { status: 'absent', followedLinks: links > 0, lastIsLink, layer, from } as const;
    if (found.status === 'absent') return { ...gone, why: found.why, path: [...at, name].join('/') };
    if (found.node.kind === 'link') {
      if (pending.length === 0) lastIsLink = true;
      if (++links > MAX_LINKS)
        return { ...gone, why: 'link-loop', lastIsLink, path: [...at, name].join('/') };
      if (found.node.target.startsWith('/')) at.length = 0;
      // An empty target leads nowhere; no extractor can make such a link.
      if (found.node.target === '') return { ...gone, why: 'nowhere', path: [...at, name].join('/') };
      for (const step of steps(found.node.target).reverse()) pending.push(step);
      node = SOME_DIRECTORY;
      continue;
    }
    at.push(name);
    ({ node } = found);
    if (node.kind !== 'directory' && pending.length > 0) {
      return { ...gone, why: 'not-a-directory', path: at.join('/') };
    }
  }
  return { status: 'found', node, path: at.join('/'), followedLinks: links > 0, layer, from };
}

/** Stands for a directory that is known to be one without another look at it: the root, or a parent. */
const SOME_DIRECTORY: DirectoryNode = {
  kind: 'directory',
  mode: 0o755,
  explicit: false,
  opaque: false,
  removed: null,
  children: new Map(),
};

function steps(path: string): string[] {
  return path.split('/').filter((step) => step !== '' && step !== '.');
}

/** One name below directories that the caller has looked up before: no part of the way is a link. */
function lookUp(layers: readonly LayerState[], names: readonly string[]): Lookup {
  const path = names.join('/');
  /** Depths at which a layer above has an entry for the directory itself. */
  const settled = new Set<number>();
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const state = layers[layer]!;
    if (state.state === 'unread') return { status: 'blocked', layer, path };
    const step = lookIn(state.listing, names, settled);
    if (step.node) return { status: 'found', node: step.node, layer };
    if (step.replaced !== null) {
      return settled.has(step.replaced)
        ? { status: 'absent', why: 'nowhere', layer }
        : {
            status: 'unknown',
            layer,
            reason: 'it has a link or a file where a layer above implies a directory',
          };
    }
    if (state.state === 'reading') return { status: 'blocked', layer, path };
    if (state.state === 'unreadable') return { status: 'unknown', layer, reason: state.reason };
    if (state.listing.unsure !== null) return { status: 'unknown', layer, reason: state.listing.unsure };
    if (step.hidesLower) return { status: 'absent', why: 'removed', layer };
  }
  return { status: 'absent', why: 'nowhere', layer: 0 };
}

interface Step {
  readonly node: Found['node'] | null;
  /** Depth at which this layer has no directory but something else. */
  readonly replaced: number | null;
  readonly hidesLower: boolean;
}

function lookIn(listing: Listing, names: readonly string[], settled: Set<number>): Step {
  let node = listing.root;
  let hidesLower = false;
  for (let depth = 0; depth < names.length; depth++) {
    const name = names[depth]!;
    // What the layer itself has stays, whichever of the two comes first in its archive.
    if (node.opaque || node.removed?.has(name)) hidesLower = true;
    const child = node.children.get(name);
    if (child === undefined) break;
    if (depth === names.length - 1) return { node: child, replaced: null, hidesLower };
    if (child.kind !== 'directory') return { node: null, replaced: depth, hidesLower };
    if (child.explicit) settled.add(depth);
    node = child;
  }
  return { node: null, replaced: null, hidesLower };
}
