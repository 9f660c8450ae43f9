/** `dockfix list`: the transforms, in the order in which they are applied. */
import { transforms } from '../../transforms/index.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';

export function list(flags: { readonly json?: boolean }, io: Io): ExitCode {
  const rows = transforms.map(({ meta }) => ({ id: meta.id, safety: meta.safety, summary: meta.summary }));
  if (flags.json) {
    io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return EXIT.done;
  }
  const width = Math.max(...rows.map(({ id }) => id.length));
  const safetyWidth = Math.max(...rows.map(({ safety }) => safety.join(', ').length));
  for (const { id, safety, summary } of rows) {
    io.stdout.write(`${id.padEnd(width)}  ${safety.join(', ').padEnd(safetyWidth)}  ${summary}\n`);
  }
  return EXIT.done;
}
