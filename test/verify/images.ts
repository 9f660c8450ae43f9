/** Small ELF files and archives, made byte by byte. */

export interface ElfOptions {
  readonly needed: readonly string[];
  readonly runpath?: string;
  readonly rpath?: string;
}

/** A file for 64-bit little-endian processors whose only content is what it wants to be loaded with. */
export function elf({ needed, runpath, rpath }: ElfOptions): Uint8Array {
  const strings: string[] = [''];
  const at = (text: string): number => {
    const offset = strings.join('\0').length + 1;
    strings.push(text);
    return offset;
  };
  const entries: [number, number][] = needed.map((name) => [1, at(name)]);
  if (runpath !== undefined) entries.push([29, at(runpath)]);
  if (rpath !== undefined) entries.push([15, at(rpath)]);
  const table = Buffer.from(`${strings.join('\0')}\0`);
  const dynamicAt = 64 + 2 * 56;
  const tableAt = dynamicAt + (entries.length + 2) * 16;
  entries.push([5, 0x400000 + tableAt], [0, 0]);
  const bytes = Buffer.alloc(tableAt + table.length);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(62, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(2, 56);
  const segment = (index: number, type: number, offset: number, address: number, size: number): void => {
    const start = 64 + index * 56;
    bytes.writeUInt32LE(type, start);
    bytes.writeBigUInt64LE(BigInt(offset), start + 8);
    bytes.writeBigUInt64LE(BigInt(address), start + 16);
    bytes.writeBigUInt64LE(BigInt(size), start + 32);
  };
  segment(0, 1, 0, 0x400000, bytes.length);
  segment(1, 2, dynamicAt, 0x400000 + dynamicAt, entries.length * 16);
  entries.forEach(([tag, value], index) => {
    bytes.writeBigUInt64LE(BigInt(tag), dynamicAt + index * 16);
    bytes.writeBigUInt64LE(BigInt(value), dynamicAt + index * 16 + 8);
  });
  bytes.set(table, tableAt);
  return bytes;
}

export type TarFile =
  | { readonly path: string; readonly content?: Uint8Array | string; readonly mode?: number }
  | { readonly path: string; readonly link: string };

export function tar(files: readonly TarFile[]): Uint8Array {
  const blocks = files.flatMap((file) => {
    const content = 'link' in file ? Buffer.alloc(0) : Buffer.from(file.content ?? '');
    const isFolder = file.path.endsWith('/');
    const header = Buffer.alloc(512);
    header.write(file.path, 0);
    header.write(
      ('link' in file ? 0o777 : (file.mode ?? (isFolder ? 0o755 : 0o644))).toString(8).padStart(7, '0'),
      100,
    );
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write('link' in file ? '2' : isFolder ? '5' : '0', 156);
    if ('link' in file) header.write(file.link, 157);
    header.write('ustar\x0000', 257, 'latin1');
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
