/** What a command may touch of the process around it; tests hand in their own. */

export interface OutputStream {
  write(text: string): void;
  readonly isTerminal: boolean;
}

export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Reads standard input to its end, at most `maxBytes` plus one. */
  readStdin(maxBytes: number): Promise<Uint8Array>;
  readonly stdinIsTerminal: boolean;
  /** Asks a person; null when there is nobody to ask or the input has ended. */
  ask(question: string): Promise<string | null>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** True once the person has asked to stop. */
  interrupted(): boolean;
}

/** The real process. */
export function processIo(): Io {
  let interrupted = false;
  process.once('SIGINT', () => {
    interrupted = true;
  });
  return {
    stdout: outputStream(process.stdout),
    stderr: outputStream(process.stderr),
    readStdin,
    stdinIsTerminal: process.stdin.isTTY === true,
    ask: (question) =>
      ask(question, () => {
        interrupted = true;
      }),
    env: process.env,
    cwd: process.cwd(),
    interrupted: () => interrupted,
  };
}

function outputStream(stream: NodeJS.WriteStream): OutputStream {
  // A reader that has seen enough (`| head`) is no error.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write: (text) => {
      if (text !== '' && stream.writable) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
  };
}

async function readStdin(maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  return Buffer.concat(chunks);
}

async function ask(question: string, interrupt: () => void): Promise<string | null> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(null));
    // At a question, the terminal hands Ctrl-C to readline and the process gets no signal.
    lines.once('SIGINT', () => {
      interrupt();
      lines.close();
    });
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
