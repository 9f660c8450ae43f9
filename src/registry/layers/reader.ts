/**
 * Files in an image without pulling it. Layers are read from the top down and only as far as a question needs: a
 * layer's table of contents where it has one, its archive as a stream where that is allowed. What proves an answer is
 * said in resolve.ts.
 */
import { cleanText, isRecord } from '../errors.ts';
import type { RegistryResult } from '../errors.ts';
import { parseJson } from '../json.ts';
import type { ContentCache, Descriptor, ImageManifest } from '../registry.ts';
import type { RegistrySession, RepositoryName } from '../session.ts';
import type { BlobReader } from './blob.ts';
import { DEFAULT_LIMITS, LayerProblem, startBudget } from './limits.ts';
import type { LayerLimits } from './limits.ts';
import { addEntry, createListing, readListing, writeListing } from './listing.ts';
import type { Node } from './listing.ts';
import { createMemoryNotes } from './notes.ts';
import type { Notes } from './notes.ts';
import { resolvePath } from './resolve.ts';
import type { LayerState, Resolution } from './resolve.ts';
import { readPredicate, sbomHints } from './sbom.ts';
import type { Attestation } from './sbom.ts';
import { readArchive } from './stream.ts';
import type { TarEntry } from './tar.ts';
import { fetchToc, readTocFile, tocListing, tocPlaceOf } from './toc.ts';
import type { NativeZstd } from './unpack.ts';
import { nativeZstd } from './unpack.ts';

export type PathPresence = {
  /** A link that leads nowhere is a `no` of the kind `link`. */
  readonly present: 'yes' | 'no' | 'unknown';
  /** How it is known, for the user. */
  readonly via: string;
  /** The bytes that prove it were checked against a digest. */
  readonly verified: boolean;
  /** Where symlinks led: an absolute path, cleaned for printing. */
  readonly target?: string;
  /** Missing for devices, pipes and sockets. */
  readonly kind?: 'file' | 'directory' | 'link';
  /** Permission bits. */
  readonly mode?: number;
};

export interface FindOptions {
  /** For hints about what stays unknown. It is asked for last, since it never decides. */
  readonly attestation?: Attestation;
}

export interface LayerReader {
  /**
   * Whether paths exist in an image. Links are followed inside the image; `~`, globs and PATH mean nothing here. What
   * the layers do not prove within the limits is `unknown`, with the reason in `via`. The call fails when the registry
   * does not do its part: no connection, a refusal, bytes that do not have their digest.
   */
  find(
    repository: RepositoryName,
    manifest: ImageManifest,
    paths: readonly string[],
    options?: FindOptions,
  ): Promise<RegistryResult<ReadonlyMap<string, PathPresence>>>;
  /**
   * The content of a regular file; links are followed. Null when there is none, or when that cannot be known: `find`
   * tells which. Fails with `too-large` above `maxBytes`, and as `find` does.
   */
  readFile(
    repository: RepositoryName,
    manifest: ImageManifest,
    path: string,
    maxBytes: number,
  ): Promise<RegistryResult<Uint8Array | null>>;
  /**
   * The contents of regular files, each at most `maxBytes`: those of `paths`, and all that lie in `folder` itself, as the
   * merged layers have them. Layers are read once for all of them. What is missing in the answer is not there, or
   * cannot be read; `problem` says why where it cannot. Fails as `find` does.
   */
  readFiles(
    repository: RepositoryName,
    manifest: ImageManifest,
    wanted: { readonly paths: readonly string[]; readonly folder: string | null },
    maxBytes: number,
  ): Promise<RegistryResult<FileContents>>;
  /**
   * The statement of a type (`https://spdx.dev/Document`) that an attestation makes about an image; null where it makes
   * none, or none that can be read.
   */
  readStatement(
    attestation: Attestation,
    imageDigest: string,
    predicateType: string,
  ): Promise<RegistryResult<unknown>>;
}

export interface FileContents {
  /** By absolute path, as asked for. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Why some could not be looked for; null when all that are missing are not there. */
  readonly problem: string | null;
}

export interface LayerReaderOptions {
  /** Layers without a table of contents may be streamed: up to 256 MiB for one image. */
  readonly deep: boolean;
  readonly limits?: Partial<LayerLimits>;
  /** What was worked out of layers in earlier runs. Without it, notes are kept for this run. */
  readonly notes?: Notes;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
  /** Null for a Node without it. */
  readonly zstd?: NativeZstd | null;
}

/** What was read of a file on the way. */
type Content = Uint8Array | 'too-large';

/** One question to one image. */
interface Search {
  readonly blobs: BlobReader;
  readonly layers: readonly Descriptor[];
  readonly states: LayerState[];
  /** By layer and path in it; only when contents are wanted. */
  readonly contents: Map<string, Content>;
  /** Null when only names are wanted. */
  readonly maxBytes: number | null;
  /** Bytes of contents that may still be kept. */
  room: number;
  /** Contents of files directly in here are kept on the way; without a leading slash. */
  readonly folder?: string | null;
}

const MAX_PATHS = 1000;
const MAX_NOTED_FILE = 64 * 1024;
/** Larger listings cost more to keep than to make again. */
const MAX_NOTED_ENTRIES = 200_000;

export function createLayerReader(
  session: RegistrySession,
  cache: ContentCache,
  options: LayerReaderOptions,
): LayerReader {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const notes = options.notes ?? createMemoryNotes();
  const now = options.now ?? ((): number => performance.now());
  const zstd = options.zstd === undefined ? nativeZstd : options.zstd;
  const maxSkip = options.deep ? limits.compressedBytes : limits.skipBytes;
  const inTurn = createTurns();

  function startSearch(repository: RepositoryName, manifest: ImageManifest, maxBytes: number | null): Search {
    const { layers } = manifest;
    return {
      blobs: { session, repository, budget: startBudget(limits, now) },
      layers,
      states: layers.map(() => ({ state: 'unread' })),
      contents: new Map(),
      maxBytes,
      room: limits.contentsBytes,
    };
  }

  /** Reads layers until each path is resolved as far as the layers allow. */
  async function resolveAll(search: Search, paths: readonly string[]): Promise<Map<string, Resolution>> {
    const resolved = new Map<string, Resolution>();
    let open: readonly string[] = paths;
    while (open.length > 0) {
      let next = -1;
      for (const path of open) {
        const resolution = resolvePath(search.states, path);
        resolved.set(path, resolution);
        if (resolution.status === 'blocked') next = Math.max(next, resolution.layer);
      }
      open = open.filter((path) => resolved.get(path)!.status === 'blocked');
      if (next >= 0) await readLayer(search, next, open);
    }
    return resolved;
  }

  /** Afterwards the layer is read, unreadable, or read as far as these paths need it. */
  async function readLayer(search: Search, index: number, paths: readonly string[]): Promise<void> {
    const layer = search.layers[index]!;
    try {
      search.states[index] = await layerState(search, index, layer, paths);
    } catch (error) {
      if (!(error instanceof LayerProblem) || error.failure) throw error;
      const before = search.states[index]!;
      const listing = before.state === 'reading' && !error.damaged ? before.listing : createListing();
      search.states[index] = { state: 'unreadable', reason: error.message, listing };
    }
  }

  async function layerState(
    search: Search,
    index: number,
    layer: Descriptor,
    paths: readonly string[],
  ): Promise<LayerState> {
    if (!isFileSystemLayer(layer.mediaType)) throw new LayerProblem('it is no layer of a file system');
    const noted = await notes.get(listingKey(layer));
    const known = noted && readListing(noted);
    if (known) return { state: 'read', listing: known };
    const place = tocPlaceOf(layer);
    if (place) {
      try {
        const json = await fetchToc(search.blobs, cache, layer, place, maxSkip);
        return { state: 'read', listing: tocListing(json, search.blobs) };
      } catch (error) {
        const canStream = options.deep && error instanceof LayerProblem && error.failure === null;
        if (!canStream) throw error;
      }
    }
    if (!options.deep) {
      throw new LayerProblem('it has no table of contents, and would have to be read whole (--deep)');
    }
    return streamLayer(search, index, layer, paths);
  }

  async function streamLayer(
    search: Search,
    index: number,
    layer: Descriptor,
    paths: readonly string[],
  ): Promise<LayerState> {
    const listing = createListing();
    const reading: LayerState = { state: 'reading', listing };
    search.states[index] = reading;
    let open = paths;
    let wanted: string[] = [];
    const look = (): void => {
      const blocked: string[] = [];
      open = open.filter((path) => {
        const resolution = resolvePath(search.states, path);
        if (resolution.status === 'blocked' && resolution.layer === index) blocked.push(resolution.path);
        return resolution.status === 'blocked';
      });
      wanted = blocked;
    };
    look();
    let capturing = false;
    const whole = await readArchive(
      search.blobs,
      layer,
      {
        onEntry(entry) {
          const landed = addEntry(listing, entry, limits.entries, limits.pathLength);
          if (landed === null) return null;
          const isListed = isDirectlyIn(landed, search.folder ?? null);
          if (!isListed && !wanted.some((path) => path === landed || isBelow(landed, path))) return null;
          const isWanted = isListed || wanted.includes(landed);
          const into = isWanted ? captureInto(search, index, landed, entry) : null;
          capturing = into !== null;
          look();
          return into;
        },
        onContent: () => void (capturing = false),
        isDone: () => wanted.length === 0 && !capturing,
      },
      zstd,
    );
    if (!whole) return reading;
    if (listing.count <= MAX_NOTED_ENTRIES) await notes.put(listingKey(layer), writeListing(listing));
    return { state: 'read', listing };
  }

  /** A buffer for a file's content when it is wanted; it is in `contents` already and fills up as it is read. */
  function captureInto(search: Search, index: number, path: string, entry: TarEntry): Uint8Array | null {
    if (search.maxBytes === null || entry.type !== 'file' || entry.sparse) return null;
    const fits = entry.size <= Math.min(search.maxBytes, search.room);
    const content = fits ? Buffer.alloc(entry.size) : 'too-large';
    search.room -= fits ? entry.size : 0;
    search.contents.set(`${index}:${path}`, content);
    return content === 'too-large' ? null : content;
  }

  /** The content of a file that is known to be in this layer. */
  async function contentOf(search: Search, index: number, path: string): Promise<Content | null> {
    const kept = search.contents.get(`${index}:${path}`);
    if (kept) return kept;
    const layer = search.layers[index]!;
    const place = tocPlaceOf(layer);
    if (place) {
      const json = await fetchToc(search.blobs, cache, layer, place, maxSkip);
      const wanted = { maxBytes: Math.min(search.maxBytes ?? 0, search.room), maxSkip };
      const content = await readTocFile(search.blobs, layer, place, json, path, wanted);
      if (content !== null) {
        search.room -= content === 'too-large' ? 0 : content.length;
        return content;
      }
    }
    return options.deep ? streamFile(search, index, layer, path) : null;
  }

  async function streamFile(
    search: Search,
    index: number,
    layer: Descriptor,
    path: string,
  ): Promise<Content | null> {
    const listing = createListing();
    let done = false;
    await readArchive(
      search.blobs,
      layer,
      {
        onEntry(entry) {
          if (addEntry(listing, entry, limits.entries, limits.pathLength) !== path) return null;
          const into = captureInto(search, index, path, entry);
          done = into === null || into.length === 0;
          return into;
        },
        onContent: () => void (done = true),
        isDone: () => done,
      },
      zstd,
    );
    return search.contents.get(`${index}:${path}`) ?? null;
  }

  async function find(
    repository: RepositoryName,
    manifest: ImageManifest,
    paths: readonly string[],
    { attestation }: FindOptions = {},
  ): Promise<Map<string, PathPresence>> {
    const answers = new Map<string, PathPresence>();
    const noted = readAnswers(await notes.get(answersKey(manifest)));
    const open: string[] = [];
    for (const path of new Set(paths)) {
      const known = noted.get(path);
      if (known) answers.set(path, known);
      else if (open.length >= MAX_PATHS)
        answers.set(path, unknown(`more than ${MAX_PATHS} paths were asked for`));
      else if (path.length > limits.pathLength || path.includes('\0'))
        answers.set(path, unknown('it is no path'));
      else open.push(path);
    }
    if (open.length === 0) return answers;
    const search = startSearch(repository, manifest, null);
    for (const [path, resolution] of await resolveAll(search, open)) {
      answers.set(path, presenceOf(search.states, resolution));
    }
    await noteAnswers(manifest, noted, answers);
    if (attestation) {
      const unproven = open.filter((path) => answers.get(path)?.present === 'unknown');
      const hints =
        unproven.length === 0
          ? new Map<string, string>()
          : await sbomHints(search.blobs, cache, attestation, manifest.digest, unproven);
      for (const [path, hint] of hints) {
        const answer = answers.get(path)!;
        answers.set(path, { ...answer, via: `${answer.via}; ${hint}` });
      }
    }
    return answers;
  }

  /** What is proven stays so. Unknown is not kept: with `deep`, or later, it may become known. */
  async function noteAnswers(
    manifest: ImageManifest,
    before: ReadonlyMap<string, PathPresence>,
    answers: ReadonlyMap<string, PathPresence>,
  ): Promise<void> {
    const all = new Map([...before, ...[...answers].filter(([, { present }]) => present !== 'unknown')]);
    if (all.size === before.size) return;
    const newest = [...all].slice(-MAX_PATHS);
    await notes.put(answersKey(manifest), Buffer.from(JSON.stringify({ version: 1, answers: newest })));
  }

  async function readFile(
    repository: RepositoryName,
    manifest: ImageManifest,
    path: string,
    maxBytes: number,
  ): Promise<RegistryResult<Uint8Array | null>> {
    if (path.length > limits.pathLength || path.includes('\0')) return { ok: true, value: null };
    const key = `file 1 ${manifest.digest} ${path}`;
    const noted = await notes.get(key);
    let content: Content | null = noted;
    if (content === null) {
      const search = startSearch(repository, manifest, maxBytes);
      const resolution = (await resolveAll(search, [path])).get(path)!;
      if (resolution.status !== 'found' || resolution.node.kind !== 'file') return { ok: true, value: null };
      content = await contentOf(search, resolution.layer, resolution.node.sameAs ?? resolution.path);
    }
    if (content === 'too-large' || (content !== null && content.length > maxBytes)) {
      const reason = `${cleanText(path)} in the image is larger than ${maxBytes} bytes`;
      return { ok: false, code: 'too-large', reason, host: repository.registry };
    }
    if (content !== null && noted === null && content.length <= MAX_NOTED_FILE) await notes.put(key, content);
    return { ok: true, value: content };
  }

  async function readFiles(
    repository: RepositoryName,
    manifest: ImageManifest,
    { paths, folder }: { readonly paths: readonly string[]; readonly folder: string | null },
    maxBytes: number,
  ): Promise<FileContents> {
    const inFolder = folder === null ? null : folder.replace(/^\/+/, '');
    const search: Search = { ...startSearch(repository, manifest, maxBytes), folder: inFolder };
    const files = new Map<string, Uint8Array>();
    const tooLarge = (path: string): string =>
      `${cleanText(path)} is larger than ${maxBytes} bytes, or all files together than ${limits.contentsBytes}`;
    let problem: string | null = null;
    const readAll = async (wanted: readonly string[]): Promise<void> => {
      for (const [path, resolution] of await resolveAll(search, wanted)) {
        if (resolution.status === 'unknown') problem ??= resolution.reason;
        if (resolution.status !== 'found' || resolution.node.kind !== 'file') continue;
        const content = await contentOf(search, resolution.layer, resolution.node.sameAs ?? resolution.path);
        if (content === 'too-large') problem ??= tooLarge(path);
        else if (content === null) problem ??= `${cleanText(path)} cannot be read`;
        else files.set(path, content);
      }
    };
    await readAll(paths);
    if (inFolder !== null) {
      // That a name is in no layer is known only when every layer that has the folder was read to its end.
      const nobody = `/${inFolder}/.dockfix-is-not-here`;
      const proof = (await resolveAll(search, [nobody])).get(nobody)!;
      if (proof.status === 'unknown') problem ??= proof.reason;
      const names = new Set(search.states.flatMap((state) => namesIn(state, inFolder)));
      if (names.size > MAX_PATHS) problem ??= `${cleanText(folder!)} has more than ${MAX_PATHS} files`;
      await readAll([...names].slice(0, MAX_PATHS).map((name) => `/${inFolder}/${name}`));
    }
    return { files, problem };
  }

  return {
    readFiles: (repository, manifest, wanted, maxBytes) =>
      inTurn(manifest.digest, () =>
        asResult<FileContents>(
          async () => ({ ok: true, value: await readFiles(repository, manifest, wanted, maxBytes) }),
          (problem) => ({ ok: true, value: { files: new Map(), problem } }),
        ),
      ),
    readStatement: (attestation, imageDigest, predicateType) =>
      asResult<unknown>(
        async () => {
          const { repository } = attestation;
          const reader = { session, repository, budget: startBudget(limits, now) };
          const value = await readPredicate(reader, cache, attestation, imageDigest, predicateType);
          return { ok: true, value };
        },
        () => ({ ok: true, value: null }),
      ),
    // Two questions to one image would read the same layers twice; the second finds the notes of the first.
    find: (repository, manifest, paths, findOptions) =>
      inTurn(manifest.digest, () =>
        asResult(async () => ({ ok: true, value: await find(repository, manifest, paths, findOptions) })),
      ),
    readFile: (repository, manifest, path, maxBytes) =>
      inTurn(manifest.digest, () =>
        asResult<Uint8Array | null>(
          () => readFile(repository, manifest, path, maxBytes),
          // Nothing that can be read: `find` has the reason.
          () => ({ ok: true, value: null }),
        ),
      ),
  };
}

/** Problems end here: the registry's as failures, others by `unreadable` where nothing closer to them does. */
async function asResult<T>(
  task: () => Promise<RegistryResult<T>>,
  unreadable?: (problem: string) => RegistryResult<T>,
): Promise<RegistryResult<T>> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof LayerProblem)) throw error;
    if (error.failure) return error.failure;
    if (unreadable) return unreadable(error.message);
    throw error;
  }
}

function createTurns(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = last.get(key) ?? Promise.resolve();
    const turn = before.then(task, task);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}

const LAYER_TYPES = [
  /^application\/vnd\.oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+(?:gzip|zstd))?$/,
  /^application\/vnd\.docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd)?$/,
];

function isFileSystemLayer(mediaType: string): boolean {
  return LAYER_TYPES.some((type) => type.test(mediaType));
}

function isBelow(path: string, directory: string): boolean {
  return path.length > directory.length && path[directory.length] === '/' && path.startsWith(directory);
}

function isDirectlyIn(path: string, folder: string | null): boolean {
  return folder !== null && isBelow(path, folder) && !path.includes('/', folder.length + 1);
}

/** Names that a layer has directly in a folder. */
function namesIn(state: LayerState, folder: string): readonly string[] {
  if (state.state === 'unread') return [];
  let node: Node | undefined = state.listing.root;
  for (const name of folder.split('/')) {
    node = node?.kind === 'directory' ? node.children.get(name) : undefined;
  }
  return node?.kind === 'directory' ? [...node.children.keys()] : [];
}

function listingKey(layer: Descriptor): string {
  return `listing 1 ${layer.digest}`;
}

// ---- answers --------------------------------------------------------------------------------------------------

function unknown(via: string): PathPresence {
  return { present: 'unknown', via, verified: false };
}

function presenceOf(states: readonly LayerState[], resolution: Resolution): PathPresence {
  const count = states.length;
  const name = (layer: number): string => `layer ${layer + 1} of ${count}`;
  if (resolution.status === 'blocked') return unknown(`${name(resolution.layer)} was not read`);
  if (resolution.status === 'unknown') return unknown(`${name(resolution.layer)}: ${resolution.reason}`);
  const verified = states.slice(resolution.from).every(({ state }) => state === 'read');
  const target = resolution.followedLinks ? { target: cleanText(`/${resolution.path}`) } : {};
  if (resolution.status === 'found') {
    const { node, layer } = resolution;
    const partly = states[layer]?.state !== 'read' ? ', which was read as far as there' : '';
    return {
      present: 'yes',
      via: count === 0 ? 'it is the root' : `it is in ${name(layer)}${partly}`,
      verified,
      ...target,
      ...(node.kind === 'other' ? {} : { kind: node.kind }),
      ...(resolution.path === '' ? {} : { mode: node.mode }),
    };
  }
  const what = resolution.followedLinks ? `/${resolution.path}, where links lead, ` : 'it ';
  const via = {
    nowhere: `${what}is in none of the ${count} layers`,
    removed: `${what}is removed by ${name(resolution.layer)}`,
    'not-a-directory': `/${resolution.path} is no directory`,
    'link-loop': `its links lead in a circle at /${resolution.path}`,
  }[resolution.why];
  return {
    present: 'no',
    via: cleanText(via),
    verified,
    ...target,
    ...(resolution.lastIsLink ? { kind: 'link' } : {}),
  };
}

function answersKey(manifest: ImageManifest): string {
  return `answers 1 ${manifest.digest}`;
}

function readAnswers(bytes: Uint8Array | null): Map<string, PathPresence> {
  const answers = new Map<string, PathPresence>();
  const document = bytes && parseJson(bytes);
  if (!isRecord(document) || document['version'] !== 1 || !Array.isArray(document['answers'])) return answers;
  for (const row of document['answers'] as unknown[]) {
    if (!Array.isArray(row)) continue;
    const [path, presence] = row as unknown[];
    if (typeof path === 'string' && isPresence(presence)) answers.set(path, presence);
  }
  return answers;
}

function isPresence(value: unknown): value is PathPresence {
  if (!isRecord(value)) return false;
  const { present, via, verified, target, kind, mode } = value;
  return (
    (present === 'yes' || present === 'no') &&
    typeof via === 'string' &&
    typeof verified === 'boolean' &&
    (target === undefined || typeof target === 'string') &&
    (kind === undefined || kind === 'file' || kind === 'directory' || kind === 'link') &&
    (mode === undefined || typeof mode === 'number')
  );
}
