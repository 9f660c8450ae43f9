/** What the kernel says of a process: /proc/<pid>/net/tcp, tcp6, status and uid_map, as texts. Pure. */
import type { ListeningPort } from './engine.ts';

const LISTEN = '0A';
/** Docker's name server listens in every container of a network that it made. */
const DOCKER_DNS = '127.0.0.11';

/** The lines of both tables; one entry a port, reachable when any socket of it is. In order. */
export function listeningPorts(tables: string): readonly ListeningPort[] {
  const found = new Map<number, boolean>();
  for (const line of tables.split('\n').slice(0, 20_000)) {
    const match =
      /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /.exec(line);
    if (!match || match[3] !== LISTEN) continue;
    const address = addressOf(match[1]!);
    if (address === DOCKER_DNS) continue;
    const port = Number.parseInt(match[2]!, 16);
    const loopback = address.startsWith('127.') || address === '::1';
    found.set(port, (found.get(port) ?? true) && loopback);
  }
  return [...found].map(([port, loopback]) => ({ port, loopback })).sort((a, b) => a.port - b.port);
}

/** Words of four bytes in the order of the machine; every machine that counts here is little-endian. */
function addressOf(hex: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < hex.length; at += 8)
    for (let byte = 6; byte >= 0; byte -= 2)
      bytes.push(Number.parseInt(hex.slice(at + byte, at + byte + 2), 16));
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes.slice(12).join('.');
  return bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1 ? '::1' : 'other';
}

/** The effective uid in a text of /proc/<pid>/status, as the container counts by its uid_map. */
export function containerUid(status: string, uidMap: string): number | null {
  const match = /^Uid:\s+\d+\s+(\d+)/m.exec(status);
  if (!match) return null;
  const uid = Number(match[1]);
  for (const line of uidMap.split('\n')) {
    const [inside, outside, count] = line.trim().split(/\s+/).map(Number);
    if (inside === undefined || outside === undefined || count === undefined) continue;
    if (uid >= outside && uid < outside + count) return inside + (uid - outside);
  }
  return uidMap.trim() === '' ? uid : null;
}
