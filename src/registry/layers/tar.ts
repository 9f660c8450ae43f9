/**
 * Names in a tar archive, as it streams by. Understands ustar with its prefix, PAX headers, GNU's long names, sparse
 * files and numbers in base 256, and the format before all of those. Where the formats leave room, it reads what Go's
 * archive/tar reads, since that is what unpacks images.
 */
import { LayerProblem } from './limits.ts';
import type { LayerEntry } from './listing.ts';

export interface TarEntry extends LayerEntry {
  /** Bytes of content that follow. */
  readonly size: number;
  /** Those bytes are not the file's content as it is read, but parts of it with a map. */
  readonly sparse: boolean;
}

export interface TarHandlers {
  /** A buffer of the entry's size to have its content, or null to pass over it. */
  onEntry(entry: TarEntry): Uint8Array | null;
  /** The buffer that `onEntry` gave is full. */
  onContent(entry: TarEntry, content: Uint8Array): void;
  /** Content that is about to be passed over; may throw when that is too much. */
  onSize(bytes: number): void;
}

export interface TarWalker {
  /**
   * Takes the next bytes of the archive.
   *
   * @throws LayerProblem when they are no tar archive.
   */
  push(chunk: Uint8Array): void;
  /** @throws LayerProblem when the archive ends in the middle of something. */
  end(): void;
}

const BLOCK = 512;
/** Headers that carry long names; Go's limit as well. */
const MAX_META = 1024 * 1024;

const TYPES: ReadonlyMap<string, LayerEntry['type']> = new Map([
  ['0', 'file'],
  ['\0', 'file'],
  ['7', 'file'],
  ['S', 'file'],
  ['1', 'hardlink'],
  ['2', 'link'],
  ['3', 'other'],
  ['4', 'other'],
  ['5', 'directory'],
  ['6', 'other'],
]);
/** Kinds that have no content, whatever their size says. */
const HEADER_ONLY = /^[123456]$/;

/** What headers before an entry say of it. */
interface Extra {
  path?: string;
  linkPath?: string;
  size?: number;
  sparse?: true;
}

type State =
  | { readonly at: 'header' }
  /** More of the map of a sparse file in GNU's old format. */
  | { readonly at: 'sparse'; readonly entry: TarEntry }
  /** `left` bytes that nobody wants. */
  | { readonly at: 'skip' }
  | { readonly at: 'content'; readonly entry: TarEntry; readonly into: Uint8Array }
  | { readonly at: 'meta'; readonly type: string; readonly into: Uint8Array }
  | { readonly at: 'end' };

export function createTarWalker(handlers: TarHandlers): TarWalker {
  const block = Buffer.alloc(BLOCK);
  let filled = 0;
  let left = 0;
  let padding = 0;
  let zeroBlocks = 0;
  let extra: Extra = {};
  let state: State = { at: 'header' };

  /** Reads `size` bytes and the padding to the next block. */
  function read(next: State, size: number): void {
    padding = (BLOCK - (size % BLOCK)) % BLOCK;
    state = next;
    filled = 0;
    if (next.at === 'skip') left = size + padding;
    else left = size;
    if (next.at === 'skip') handlers.onSize(left);
    if (left === 0) finish();
  }

  function skip(bytes: number): void {
    state = { at: 'skip' };
    left = bytes;
    if (left === 0) state = { at: 'header' };
  }

  function finish(): void {
    const done = state;
    filled = 0;
    if (done.at === 'meta') {
      takeMeta(done.type, done.into);
      skip(padding);
    } else if (done.at === 'content') {
      skip(padding);
      handlers.onContent(done.entry, done.into);
    } else state = { at: 'header' };
  }

  function takeMeta(type: string, bytes: Uint8Array): void {
    if (type === 'L') extra.path = cString(bytes);
    else if (type === 'K') extra.linkPath = cString(bytes);
    else {
      const records = readPax(bytes);
      // POSIX applies these to all that follows, Go to nothing: what is unpacked depends on who does it.
      if (type === 'g' && Object.keys(records).length > 0) {
        throw new LayerProblem('it has a global header that renames entries, which tools read differently');
      }
      extra = { ...extra, ...records };
    }
  }

  function takeHeader(): void {
    if (isZero(block)) {
      if (++zeroBlocks === 2) state = { at: 'end' };
      return;
    }
    if (zeroBlocks > 0 || !hasValidSum(block)) throw malformed();
    const typeFlag = String.fromCharCode(block[156]!);
    const ownSize = readNumber(block, 124, 12);
    if ('xgLK'.includes(typeFlag)) {
      if (ownSize > MAX_META) throw malformed();
      read({ at: 'meta', type: typeFlag, into: new Uint8Array(ownSize) }, ownSize);
      return;
    }
    const { path = ownName(block), linkPath = text(block, 157, 100), size = ownSize, sparse = false } = extra;
    extra = {};
    const contentSize = HEADER_ONLY.test(typeFlag) ? 0 : size;
    const type = TYPES.get(typeFlag);
    // Volume labels, dumps of directories, and what other programs may have made up.
    if (type === undefined) return read({ at: 'skip' }, contentSize);
    const entry: TarEntry = {
      type: type === 'file' && path.endsWith('/') ? 'directory' : type,
      name: path,
      linkName: type === 'link' || type === 'hardlink' ? linkPath : '',
      mode: readNumber(block, 100, 8) % 0o10000,
      size: contentSize,
      sparse: typeFlag === 'S' || sparse,
    };
    if (typeFlag === 'S' && block[482] !== 0) {
      state = { at: 'sparse', entry };
      return;
    }
    takeEntry(entry);
  }

  function takeEntry(entry: TarEntry): void {
    const into = handlers.onEntry(entry);
    if (into === null || into.length !== entry.size) read({ at: 'skip' }, entry.size);
    else read({ at: 'content', entry, into }, entry.size);
  }

  function takeBlock(): void {
    filled = 0;
    if (state.at !== 'sparse') takeHeader();
    else if (block[504] === 0) takeEntry(state.entry);
  }

  return {
    push(chunk) {
      let at = 0;
      while (at < chunk.length && state.at !== 'end') {
        if (state.at === 'skip') {
          const step = Math.min(left, chunk.length - at);
          at += step;
          left -= step;
          if (left === 0) finish();
        } else if (state.at === 'header' || state.at === 'sparse') {
          const step = Math.min(BLOCK - filled, chunk.length - at);
          block.set(chunk.subarray(at, at + step), filled);
          at += step;
          filled += step;
          if (filled === BLOCK) takeBlock();
        } else {
          const step = Math.min(left, chunk.length - at);
          state.into.set(chunk.subarray(at, at + step), filled);
          at += step;
          filled += step;
          left -= step;
          if (left === 0) finish();
        }
      }
    },
    end() {
      // Some archives end without the two blocks of zeros, some without the padding of the last file.
      const between = state.at === 'header' && filled === 0;
      if (state.at !== 'end' && !between && !(state.at === 'skip' && left <= padding)) throw malformed();
    },
  };
}

function malformed(): LayerProblem {
  return new LayerProblem('it is no valid tar archive', { damaged: true });
}

function isZero(block: Uint8Array): boolean {
  for (const byte of block) if (byte !== 0) return false;
  return true;
}

/** The sum of the bytes with the sum's own field as blanks; some old programs added them as signed numbers. */
function hasValidSum(block: Uint8Array): boolean {
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < BLOCK; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : block[at]!;
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  const claimed = readNumber(block, 148, 8);
  return claimed === unsigned || claimed === signed;
}

/** Octal digits between blanks and zeros, or base 256 when the first bit is set. */
function readNumber(block: Uint8Array, start: number, length: number): number {
  let value = 0;
  if (block[start]! & 0x80) {
    // The next bit is the sign: nothing that is read here can be negative.
    if (block[start]! & 0x40) throw malformed();
    value = block[start]! & 0x3f;
    for (let at = start + 1; at < start + length; at++) value = value * 256 + block[at]!;
  } else {
    const digits = /^[ \0]*([0-7]*)[ \0]*$/.exec(
      Buffer.from(block.subarray(start, start + length)).toString('latin1'),
    );
    if (!digits) throw malformed();
    value = digits[1] === '' ? 0 : Number.parseInt(digits[1]!, 8);
  }
  if (!Number.isSafeInteger(value)) throw malformed();
  return value;
}

function ownName(block: Uint8Array): string {
  const name = text(block, 0, 100);
  // GNU's format ("ustar  ") has other things where the prefix would be.
  if (Buffer.from(block.subarray(257, 263)).toString('latin1') !== 'ustar\0') return name;
  const star = Buffer.from(block.subarray(508, 512)).toString('latin1') === 'tar\0';
  const prefix = text(block, 345, star ? 131 : 155);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function text(block: Uint8Array, start: number, length: number): string {
  return cString(block.subarray(start, start + length));
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.buffer, bytes.byteOffset, end === -1 ? bytes.length : end).toString('utf8');
}

/** Records `length key=value\n`; the length counts itself. */
function readPax(bytes: Uint8Array): Extra {
  const found: Extra = {};
  let sparseName: string | null = null;
  let at = 0;
  while (at < bytes.length) {
    const blank = bytes.indexOf(0x20, at);
    if (blank === -1 || blank - at > 10) throw malformed();
    const digits = Buffer.from(bytes.subarray(at, blank)).toString('latin1');
    const end = at + Number(digits);
    if (!/^[0-9]+$/.test(digits) || end <= blank + 1 || end > bytes.length || bytes[end - 1] !== 0x0a)
      throw malformed();
    const equals = bytes.indexOf(0x3d, blank + 1);
    if (equals === -1 || equals >= end) throw malformed();
    const key = Buffer.from(bytes.subarray(blank + 1, equals)).toString('utf8');
    const valueBytes = bytes.subarray(equals + 1, end - 1);
    at = end;
    if (key.startsWith('GNU.sparse.')) found.sparse = true;
    if (!['path', 'linkpath', 'size', 'GNU.sparse.name'].includes(key) || valueBytes.length === 0) continue;
    const value = Buffer.from(valueBytes).toString('utf8');
    if (value.includes('\0')) throw malformed();
    if (key === 'path') found.path = value;
    else if (key === 'linkpath') found.linkPath = value;
    else if (key === 'GNU.sparse.name') sparseName = value;
    else {
      if (!/^[0-9]{1,16}$/.test(value) || !Number.isSafeInteger(Number(value))) throw malformed();
      found.size = Number(value);
    }
  }
  return sparseName === null ? found : { ...found, path: sparseName };
}
