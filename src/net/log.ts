/** Where rooms below the command line say what a user may want to know; `main` decides what is shown. */
export interface Log {
  /** Something the user should hear of, once for each text. */
  warn(text: string): void;
  /** For `--debug`: one request, one decision. */
  debug(text: string): void;
}

export const silent: Log = { warn: () => {}, debug: () => {} };
