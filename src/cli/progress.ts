/** A line on a terminal that says what takes long; nothing anywhere else. */
import type { OutputStream } from './io.ts';

export interface Progress {
  show(text: string): void;
  clear(): void;
}

const EVERY_MS = 80;

export function createProgress(stream: OutputStream, wanted: boolean): Progress {
  if (!stream.isTerminal || !wanted) return { show: () => {}, clear: () => {} };
  let shown = false;
  let last = 0;
  return {
    show(text) {
      const now = Date.now();
      if (now - last < EVERY_MS) return;
      last = now;
      shown = true;
      stream.write(`\r\x1b[K${text}`);
    },
    clear() {
      if (shown) stream.write('\r\x1b[K');
      shown = false;
    },
  };
}
