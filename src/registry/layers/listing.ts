/**
 * The names in one layer, as a tree. A layer is a difference: besides files it says what it removes from the layers
 * below (`.wh.name`) and which directories hide everything below (`.wh..wh..opq`). Contents are not kept, so half a
 * million names fit into some tens of megabytes.
 */
import { isRecord } from '../errors.ts';
import { parseJson } from '../json.ts';
import { LayerProblem } from './limits.ts';
import { wholeNumber } from './numbers.ts';

export interface DirectoryNode {
  readonly kind: 'directory';
  mode: number;
  /** False when only something inside it was named. */
  explicit: boolean;
  /** Hides what lower layers have in it. */
  opaque: boolean;
  /** Names that are removed from the lower layers. */
  removed: Set<string> | null;
  readonly children: Map<string, Node>;
}

export interface FileNode {
  readonly kind: 'file';
  readonly mode: number;
  /** For a hard link, the name under which the archive has the content. */
  readonly sameAs: string | null;
}

export interface LinkNode {
  readonly kind: 'link';
  readonly mode: number;
  readonly target: string;
}

/** A device, a pipe, a socket. */
export interface OtherNode {
  readonly kind: 'other';
  readonly mode: number;
}

export type Node = DirectoryNode | FileNode | LinkNode | OtherNode;

/** One entry of an archive or of a table of contents. */
export interface LayerEntry {
  readonly type: 'file' | 'directory' | 'link' | 'hardlink' | 'other';
  /** As written: `./usr/bin/`, `/usr/bin`, `usr/bin`. */
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
  /** Target of a link or a hard link; else empty. */
  readonly linkName: string;
}

export interface Listing {
  readonly root: DirectoryNode;
  /** Names so far. */
  count: number;
  /** Why a name that is not here may be in the layer all the same; null in a sound layer. */
  unsure: string | null;
}

/** Links that are followed for one path: what Linux does. */
export const MAX_LINKS = 40;

export function createListing(): Listing {
  return { root: directory(false), count: 0, unsure: null };
}

function directory(explicit: boolean, mode = 0o755): DirectoryNode {
  return { kind: 'directory', mode, explicit, opaque: false, removed: null, children: new Map() };
}

/** Names between the slashes, without `.`; null when `..` leads above the root. */
export function cleanNames(path: string): string[] | null {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return null;
  }
  return names;
}

/**
 * Adds an entry the way an extractor would write it, so that a later entry replaces an earlier one.
 *
 * @returns the path where it landed, without a leading slash, or null when it adds no name.
 */
export function addEntry(
  listing: Listing,
  entry: LayerEntry,
  maxEntries: number,
  maxPath: number,
): string | null {
  if (entry.name.length > maxPath) return null;
  // Extractors refuse a name that leads out of the image; there is nothing to learn from it.
  const names = cleanNames(entry.name);
  if (names === null) return null;
  const name = names.pop();
  if (name === undefined) {
    listing.root.explicit = true;
    return null;
  }
  const place = openDirectory(listing, names, maxEntries);
  if (place === null) return null;
  if (name.startsWith('.wh.')) {
    addWhiteout(place.node, name);
    return null;
  }
  const before = place.node.children.get(name);
  const node = toNode(listing, entry, before);
  if (before?.kind === 'directory' && node !== before && holdsWhiteouts(before)) {
    // Whether they still count when the name becomes a directory again, tools do not agree on.
    listing.unsure = 'it replaces a directory in which it has whiteouts';
  }
  if (!place.node.children.has(name)) countOne(listing, maxEntries);
  place.node.children.set(name, node);
  return place.path === '' ? name : `${place.path}/${name}`;
}

function addWhiteout(parent: DirectoryNode, name: string): void {
  if (name === '.wh..wh..opq') parent.opaque = true;
  // Other names with the double prefix are bookkeeping of AUFS.
  else if (!name.startsWith('.wh..wh.')) (parent.removed ??= new Set()).add(name.slice('.wh.'.length));
}

function holdsWhiteouts(directory: DirectoryNode): boolean {
  const pending: DirectoryNode[] = [directory];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.opaque || node.removed !== null) return true;
    for (const child of node.children.values()) if (child.kind === 'directory') pending.push(child);
  }
  return false;
}

function countOne(listing: Listing, maxEntries: number): void {
  if (++listing.count > maxEntries) throw new LayerProblem(`it has more than ${maxEntries} entries`);
}

/** Most files of a layer have one of a few modes: they share a node. */
const FILES = new Map<number, FileNode>();

function fileOfMode(mode: number): FileNode {
  const known = FILES.get(mode);
  if (known) return known;
  const node: FileNode = { kind: 'file', mode, sameAs: null };
  if (FILES.size < 4096) FILES.set(mode, node);
  return node;
}

function toNode(listing: Listing, entry: LayerEntry, before: Node | undefined): Node {
  const { mode } = entry;
  switch (entry.type) {
    case 'file':
      return fileOfMode(mode);
    case 'link':
      return { kind: 'link', mode, target: entry.linkName };
    case 'other':
      return { kind: 'other', mode };
    case 'hardlink':
      return hardLink(listing, entry);
    case 'directory':
      if (before?.kind !== 'directory') return directory(true, mode);
      before.explicit = true;
      before.mode = mode;
      return before;
  }
}

/** A second name of a file of the same archive, or of a link there. */
function hardLink(listing: Listing, entry: LayerEntry): Node {
  const names = cleanNames(entry.linkName) ?? [];
  let node: Node | undefined = listing.root;
  for (const name of names) node = node?.kind === 'directory' ? node.children.get(name) : undefined;
  if (node?.kind === 'link' || node?.kind === 'other') return node;
  const path = names.join('/');
  return {
    kind: 'file',
    mode: node?.mode ?? entry.mode,
    sameAs: (node?.kind === 'file' && node.sameAs) || path,
  };
}

interface Place {
  readonly node: DirectoryNode;
  readonly path: string;
}

/** Path names that one lookup walks at most. */
export const MAX_DEPTH = 1024;

/**
 * The directory of these names, made where it is missing. Where a name is a link that the same layer made before,
 * extractors write through it; that is followed as far as this layer alone can tell where it leads.
 */
function openDirectory(listing: Listing, names: readonly string[], maxEntries: number): Place | null {
  const nodes: DirectoryNode[] = [listing.root];
  const at: string[] = [];
  const pending = [...names].reverse();
  /** Below this many pending names, they are the entry's own again and no link's. */
  let ownFrom = Infinity;
  let links = 0;
  while (pending.length > 0) {
    const name = pending.pop()!;
    const node = nodes.at(-1)!;
    const child = node.children.get(name);
    if (name === '..') {
      if (at.pop() !== undefined) nodes.pop();
    } else if (child?.kind === 'directory') {
      nodes.push(child);
      at.push(name);
    } else if (child === undefined && pending.length < ownFrom) {
      countOne(listing, maxEntries);
      const made = directory(false);
      node.children.set(name, made);
      nodes.push(made);
      at.push(name);
    } else if (child?.kind === 'link' && ++links <= MAX_LINKS && pending.length <= MAX_DEPTH) {
      ownFrom = Math.min(ownFrom, pending.length);
      if (child.target.startsWith('/')) {
        nodes.length = 1;
        at.length = 0;
      }
      const steps = child.target.split('/').filter((step) => step !== '' && step !== '.');
      for (const step of steps.reverse()) pending.push(step);
    } else {
      listing.unsure = 'it has entries below a link or a file, which tools unpack differently';
      return null;
    }
  }
  return { node: nodes.at(-1)!, path: at.join('/') };
}

function directoryAt(listing: Listing, names: readonly string[]): DirectoryNode | null {
  let node: Node = listing.root;
  for (const name of names) {
    const child: Node | undefined = node.children.get(name);
    if (child?.kind !== 'directory') return null;
    node = child;
  }
  return node;
}

// ---- on disk --------------------------------------------------------------------------------------------------

/** One row a name: path, kind, mode, and what the kind needs. A directory's row comes before its content. */
type Row = readonly [path: string, kind: string, mode: number, ...rest: unknown[]];

/** A complete listing as a document, for a cache. */
export function writeListing(listing: Listing): Uint8Array {
  const rows: Row[] = [];
  const walk = (node: DirectoryNode, path: string): void => {
    const flags = (node.explicit ? 1 : 0) + (node.opaque ? 2 : 0);
    rows.push([path, 'd', node.mode, flags, ...(node.removed ?? [])]);
    for (const [name, child] of node.children) {
      const at = path === '' ? name : `${path}/${name}`;
      if (child.kind === 'directory') walk(child, at);
      else if (child.kind === 'link') rows.push([at, 'l', child.mode, child.target]);
      else if (child.kind === 'other') rows.push([at, 'o', child.mode]);
      else rows.push(child.sameAs === null ? [at, 'f', child.mode] : [at, 'f', child.mode, child.sameAs]);
    }
  };
  walk(listing.root, '');
  return Buffer.from(JSON.stringify({ version: 1, unsure: listing.unsure, rows }));
}

/** The listing of such a document; null for anything else. */
export function readListing(bytes: Uint8Array): Listing | null {
  const document = parseJson(bytes);
  if (!isRecord(document) || document['version'] !== 1 || !Array.isArray(document['rows'])) return null;
  const { unsure } = document;
  if (unsure !== null && typeof unsure !== 'string') return null;
  const listing: Listing = { ...createListing(), unsure };
  for (const row of document['rows'] as unknown[]) if (!addRow(listing, row)) return null;
  return listing;
}

function addRow(listing: Listing, row: unknown): boolean {
  if (!Array.isArray(row)) return false;
  const [path, kind, modeValue, ...rest] = row as unknown[];
  const mode = wholeNumber(modeValue);
  if (typeof path !== 'string' || mode === null) return false;
  const names = path === '' ? [] : path.split('/');
  const name = names.pop();
  const parent = directoryAt(listing, names);
  if (parent === null || (name === undefined && kind !== 'd')) return false;
  if (name !== undefined) listing.count++;
  const [first] = rest;
  if (kind === 'd') {
    const node = name === undefined ? listing.root : directory(false);
    const flags = wholeNumber(first) ?? 0;
    node.mode = mode;
    node.explicit = flags % 2 === 1;
    node.opaque = flags >= 2;
    const removed = rest.slice(1).filter((value) => typeof value === 'string');
    if (removed.length > 0) node.removed = new Set(removed);
    if (name !== undefined) parent.children.set(name, node);
    return true;
  }
  if (kind === 'f') {
    const node =
      typeof first === 'string' ? { kind: 'file' as const, mode, sameAs: first } : fileOfMode(mode);
    parent.children.set(name!, node);
  } else if (kind === 'l' && typeof first === 'string') {
    parent.children.set(name!, { kind: 'link', mode, target: first });
  } else if (kind === 'o') parent.children.set(name!, { kind: 'other', mode });
  else return false;
  return true;
}
