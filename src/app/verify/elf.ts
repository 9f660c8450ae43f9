/** What a program or a library of Linux wants to be loaded with: the dynamic section of an ELF file. Pure. */

export interface ElfFile {
  /** Names of libraries, as they are searched for. */
  readonly needed: readonly string[];
  /** Folders to search first; may hold $ORIGIN. */
  readonly paths: readonly string[];
  /** Libraries of another kind do not count: class (32 or 64 bits) and processor. */
  readonly kind: string;
}

const DYNAMIC = 2;
const LOAD = 1;
const TAG = { needed: 1, strings: 5, rpath: 15, runpath: 29 } as const;
const MAX_HEADERS = 512;
const MAX_TAGS = 4096;
const MAX_NAME = 4096;

/** Null for what is no ELF file, is damaged, or is not loaded with anything. */
export function readElf(bytes: Uint8Array): ElfFile | null {
  if (bytes.length < 64 || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46)
    return null;
  const is64 = bytes[4] === 2;
  const little = bytes[5] === 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readDynamic(view, bytes, is64, little);
  } catch (error) {
    // An offset that leads out of the file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readDynamic(view: DataView, bytes: Uint8Array, is64: boolean, little: boolean): ElfFile | null {
  const word = (at: number): number => {
    if (!is64) return view.getUint32(at, little);
    const value = Number(view.getBigUint64(at, little));
    if (!Number.isSafeInteger(value)) throw new RangeError('offset');
    return value;
  };
  const headers = word(is64 ? 32 : 28);
  const size = view.getUint16(is64 ? 54 : 42, little);
  const count = Math.min(MAX_HEADERS, view.getUint16(is64 ? 56 : 44, little));
  const segments = Array.from({ length: count }, (_, index) => {
    const at = headers + index * size;
    return {
      type: view.getUint32(at, little),
      offset: word(at + (is64 ? 8 : 4)),
      address: word(at + (is64 ? 16 : 8)),
      size: word(at + (is64 ? 32 : 16)),
    };
  });
  const dynamic = segments.find(({ type }) => type === DYNAMIC);
  if (!dynamic) return null;
  const step = is64 ? 16 : 8;
  const tags: { readonly tag: number; readonly value: number }[] = [];
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size && tags.length < MAX_TAGS; at += step) {
    // Tags of processors are large; none of them is of interest.
    const tag = is64 ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
    if (tag === 0) break;
    if (tag > TAG.runpath) continue;
    tags.push({ tag, value: word(at + step / 2) });
  }
  const address = tags.find(({ tag }) => tag === TAG.strings)?.value;
  const loaded = segments.find(
    (segment) =>
      segment.type === LOAD &&
      address !== undefined &&
      address >= segment.address &&
      address < segment.address + segment.size,
  );
  if (address === undefined || !loaded) return null;
  const strings = address - loaded.address + loaded.offset;
  const textsOf = (wanted: number): string[] =>
    tags.filter(({ tag }) => tag === wanted).map(({ value }) => textAt(bytes, strings + value));
  const needed = textsOf(TAG.needed);
  if (needed.length === 0) return null;
  const runpath = textsOf(TAG.runpath);
  const paths = (runpath.length > 0 ? runpath : textsOf(TAG.rpath)).flatMap((text) => text.split(':'));
  return {
    needed,
    paths: paths.filter((path) => path !== ''),
    kind: `${is64 ? 64 : 32}-${view.getUint16(18, little)}`,
  };
}

function textAt(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start);
  if (start >= bytes.length || end < 0 || end - start > MAX_NAME) throw new RangeError('text');
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}
