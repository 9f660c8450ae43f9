/** This machine and its processes, for the marks of a run. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessPlace } from './marks.ts';

export function realPlace(): ProcessPlace {
  const id = firstText(['/etc/machine-id', '/var/lib/dbus/machine-id']) ?? '';
  // Two containers of the same image may have the same id, and see different processes.
  const boot = firstText(['/proc/sys/kernel/random/boot_id']) ?? '';
  const space = namespaceOf();
  const machine = createHash('sha256')
    .update(JSON.stringify([id, boot, hostname(), space]))
    .digest('hex');
  return { machine: machine.slice(0, 8), startOf };
}

function namespaceOf(): string {
  try {
    return (
      readFileSync('/proc/self/status', 'utf8')
        .match(/^NSpid:\s*(.*)$/m)?.[1]
        ?.split(/\s+/)
        .length.toString() ?? ''
    );
  } catch {
    return '';
  }
}

function firstText(paths: readonly string[]): string | null {
  for (const path of paths) {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      // The next one.
    }
  }
  return null;
}

/** Where there is no /proc, a process that answers counts as the one that was meant. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the start is the 20th field behind it.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]).toString(36);
  } catch {
    if (process.platform === 'linux') return null;
  }
  try {
    process.kill(pid, 0);
    return '0';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? '0' : null;
  }
}
