/**
 * nginx as another user than root: its pid file and its caches must be somewhere it may write, and `user` means
 * nothing then. With the configuration of the image this can be arranged in the Dockerfile; an own nginx.conf has
 * to say it itself.
 */
import type { Document } from '../document.ts';
import { firstProgram } from '../apt.ts';
import { isWithheld, shellOf } from '../shell.ts';
import type { Withheld } from '../types.ts';
import { absolutePath, copyWords, workdirsOf } from './final-image.ts';
import type { FinalImage } from './final-image.ts';
import type { ImageTexts } from './start-trace.ts';

const MAIN = '/etc/nginx/nginx.conf';

/** Takes out `user` and moves the pid file, in the configuration that comes with the image. */
const MOVE_PID = `sed -i 's,^user .*,,; s,^pid .*,pid /tmp/nginx.pid;,' ${MAIN}`;
const OWN = 'chown -R 101:0 /var/cache/nginx /etc/nginx';
const OPEN = 'chmod -R g+w /var/cache/nginx /etc/nginx';

/** The commands that prepare an nginx image, or why they would not do. */
export function nginxRecipe(
  document: Document,
  image: FinalImage,
  texts: ImageTexts,
): readonly string[] | Withheld {
  const workdirs = workdirsOf(document, image, null);
  let ownMain = false;
  for (const instruction of image.instructions) {
    if (instruction.keyword === 'RUN') {
      const script = shellOf(document, instruction);
      if (isWithheld(script)) continue;
      const edits = script.commands.some(
        (command) =>
          /^(?:mv|cp|ln|tee|install|curl|wget)$/.test(firstProgram(command)) &&
          command.words.some(({ text }) => text.includes(MAIN)),
      );
      if (edits) {
        return {
          code: 'nginx-conf-made-by-run',
          reason: `line ${instruction.line} makes ${MAIN}; COPY it from the build context, so that it can be read`,
        };
      }
    }
    if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') continue;
    const words = copyWords(document, instruction);
    const target =
      words.at(-1) === null ? null : absolutePath(workdirs.get(instruction) ?? null, words.at(-1)!);
    if (target === null || !target.startsWith('/etc/nginx')) continue;
    const names = words.slice(0, -1).map((word) => word ?? '');
    if (target === MAIN) ownMain = true;
    else if (
      target === '/etc/nginx' &&
      names.some((name) => !/\.d\/?$|templates\/?$|\.(?:crt|pem|key|types|params)$/.test(name))
    ) {
      ownMain =
        texts.text(MAIN) !== null || !texts.hasContext || names.some((name) => /nginx\.conf$/.test(name));
    }
  }
  const privateKey = keyIn(texts);
  if (privateKey) return privateKey;
  if (!ownMain) return [MOVE_PID, OWN, OPEN];
  const main = texts.text(MAIN);
  if (!main) {
    return {
      code: 'nginx-conf-not-read',
      reason: `the file brings its own ${MAIN}, which could not be read; run dockfix with the build context (--context)`,
    };
  }
  return forOwnConfiguration(main);
}

function forOwnConfiguration({
  text,
  path,
}: {
  readonly text: string;
  readonly path: string;
}): readonly string[] | Withheld {
  const pid = /^[ \t]*pid\s+([^;\s]+)\s*;/m.exec(text)?.[1];
  const log = /^[ \t]*(?:access|error)_log\s+(\/(?!dev\/)[^;\s]+)/m.exec(text)?.[1];
  if (log && !/^\/tmp\/|^\/var\/log\/nginx\/(?:access|error)\.log$/.test(log)) {
    return {
      code: 'nginx-log-file',
      reason: `${path} writes its log to ${log}, which belongs to root; log to /dev/stdout and /dev/stderr`,
    };
  }
  // `sed` of the recipe does nothing to a line that is indented or not there.
  const isPlain = pid !== undefined && /^pid\s/m.test(text);
  if (pid?.startsWith('/tmp/')) return [OWN, OPEN];
  if (isPlain) return [MOVE_PID, OWN, OPEN];
  return {
    code: 'nginx-pid-of-root',
    reason: `${path} leaves the pid file in /run, which belongs to root; add "pid /tmp/nginx.pid;" at its top`,
  };
}

/** A key that only root can read is the one thing that a worker does not need and the master does. */
function keyIn(texts: ImageTexts): Withheld | null {
  for (const path of texts.paths) {
    if (!path.startsWith('/etc/nginx/')) continue;
    const file = texts.text(path);
    const key = file && /^[ \t]*ssl_certificate_key\s+([^;\s]+)/m.exec(file.text)?.[1];
    if (!file || !key) continue;
    return {
      code: 'nginx-private-key',
      reason: `${file.path} reads the key ${key}, which must be readable for uid 101 where it is mounted or copied`,
    };
  }
  return null;
}
