/** Output of programs, made fit to be kept and shown. */

const MAX_LINES = 20;
const MAX_LINE = 300;
/** Colours and cursor movements; then every other control or direction character. */
const SEQUENCES = /\x1b(?:\[[0-?]{0,40}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)?|.)/g;
const CONTROLS = /[^\P{C}\t]/gu;

/** What BuildKit says of its own doings, and nobody of the build. */
const PROGRESS =
  /^#\d+ (?:sha256:[0-9a-f]|DONE\b|CACHED\b|transferring |resolve |extracting |exporting |\[internal\])|^#\d+\s*$|^-+$/;

/** The last lines of a build that say something. */
export function lastBuildLines(output: string, hide: (text: string) => string): readonly string[] {
  return lastLines(output, hide, Infinity)
    .filter((line) => !PROGRESS.test(line))
    .slice(-MAX_LINES);
}

/** The last lines that say something. `hide` takes secrets out. */
export function lastLines(
  output: string,
  hide: (text: string) => string,
  count = MAX_LINES,
): readonly string[] {
  return hide(output.slice(-64 * 1024).replace(SEQUENCES, ''))
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(CONTROLS, '').trimEnd())
    .filter((line) => line !== '')
    .slice(-count)
    .map((line) => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line));
}
