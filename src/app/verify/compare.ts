/** What two measurements say about a rewrite, check by check. Pure. */
import type { Check, CheckId, CheckVerdict } from '../../core/verification.ts';
import { compareFiles } from './files.ts';
import { newlyMissing } from './libraries.ts';
import { answerText, isSameAnswer } from './measure.ts';
import type { Asked, ImageMeasure, RunMeasure } from './measure.ts';

/** Both sides of one image. */
export interface Sides<T> {
  readonly before: T;
  readonly after: T;
}

/** Names of files that are shown. */
const SHOWN = 10;

export function compareImages({ before, after }: Sides<ImageMeasure>): readonly Check[] {
  const checks = [
    check('build', 'same', 'builds', 'builds'),
    // Caches make the second build faster or slower by chance.
    check('build-time', 'same', seconds(before.buildMs), seconds(after.buildMs)),
    compareSizes(before.config.sizeBytes, after.config.sizeBytes),
    check(
      'layers',
      before.config.layers === after.config.layers ? 'same' : 'changed',
      String(before.config.layers),
      String(after.config.layers),
    ),
  ];
  return checks;
}

export function compareContents({ before, after }: Sides<ImageMeasure>): readonly Check[] {
  if (before.listing === null || after.listing === null) {
    const note = ['the files of one of the images could not be read'];
    return [check('files', 'unknown', '?', '?', note), check('libraries', 'unknown', '?', '?', note)];
  }
  const { vanished, changedMode, leftOut } = compareFiles(
    before.listing,
    after.listing,
    before.config.workdir,
  );
  const notes = [
    ...shown(vanished.map((path) => `gone: /${path}`)),
    ...shown(changedMode.map((item) => `mode: /${item.path} ${octal(item.before)} → ${octal(item.after)}`)),
    ...[...leftOut].map(([reason, count]) => `not looked at (${reason}): ${count}`),
  ];
  const isSame = vanished.length === 0 && changedMode.length === 0;
  const files = check(
    'files',
    isSame ? 'same' : 'changed',
    `${before.listing.files.size}`,
    isSame
      ? `${after.listing.files.size}`
      : [
          ...(vanished.length > 0 ? [`${vanished.length} gone`] : []),
          ...(changedMode.length > 0 ? [`${changedMode.length} with another mode`] : []),
        ].join(', '),
    notes,
  );
  const missing = newlyMissing(before.missing, after.missing, before.listing);
  const libraries = check(
    'libraries',
    missing.length > 0 ? 'worse' : 'same',
    before.missing.length === 0 ? 'all found' : `${before.missing.length} missing`,
    after.missing.length === 0 ? 'all found' : `${after.missing.length} missing`,
    shown(missing.map(({ file, library }) => `/${file} needs ${library}, which is not there any more`)),
  );
  return [files, libraries];
}

export function compareRuns({ before, after }: Sides<RunMeasure>): readonly Check[] {
  const start = compareStart(before, after);
  if (before.end !== 'up' || after.end !== 'up') return [start];
  return [
    start,
    compareUsers(before.uid, after.uid),
    comparePorts(before, after),
    compareHttp(before.http, after.http),
    compareHealth(before, after),
    compareStop(before, after),
  ];
}

function compareStart(before: RunMeasure, after: RunMeasure): Check {
  const isSame = before.end === after.end && (before.end === 'up' || before.exitCode === after.exitCode);
  const worked = (run: RunMeasure): boolean =>
    run.end === 'up' || (run.end === 'exited' && run.exitCode === 0);
  const verdict = isSame ? 'same' : worked(before) ? 'worse' : worked(after) ? 'better' : 'changed';
  return check('start', verdict, startText(before), startText(after));
}

export function startText(run: RunMeasure): string {
  if (run.end === 'up') return 'stays up';
  if (run.end === 'not-started') return 'is not started';
  return run.outOfMemory ? 'ran out of memory' : `ends with ${run.exitCode}`;
}

function compareUsers(before: number | null, after: number | null): Check {
  if (before === null || after === null) return check('user', 'unknown', uidText(before), uidText(after));
  const verdict = before === after ? 'same' : before === 0 ? 'better' : after === 0 ? 'worse' : 'changed';
  return check('user', verdict, uidText(before), uidText(after));
}

function uidText(uid: number | null): string {
  return uid === null ? '?' : uid === 0 ? 'root' : String(uid);
}

function comparePorts(before: RunMeasure, after: RunMeasure): Check {
  if (before.ports === null || after.ports === null)
    return check('ports', 'unknown', '?', '?', ['they cannot be seen from here']);
  const reachable = (run: RunMeasure): readonly number[] =>
    (run.ports ?? []).filter(({ loopback }) => !loopback).map(({ port }) => port);
  const all = (run: RunMeasure): readonly number[] => (run.ports ?? []).map(({ port }) => port);
  const lost = [
    ...all(before).filter((port) => !all(after).includes(port)),
    ...reachable(before).filter((port) => all(after).includes(port) && !reachable(after).includes(port)),
  ];
  // A port above the usual ones that only the container sees changes from start to start.
  const named = lost.filter((port) => reachable(before).includes(port) || port < 32_768);
  const isSame = portsText(before) === portsText(after);
  const verdict = named.length > 0 ? 'worse' : isSame ? 'same' : 'changed';
  return check('ports', verdict, portsText(before), portsText(after));
}

function portsText({ ports }: RunMeasure): string {
  const texts = (ports ?? []).map(({ port, loopback }) => (loopback ? `${port} (inside)` : String(port)));
  return texts.length === 0 ? 'none' : texts.length > 6 ? `${texts.length} ports` : texts.join(', ');
}

function compareHttp(before: readonly Asked[] | null, after: readonly Asked[] | null): Check {
  if (before === null || after === null)
    return check('http', 'unknown', '?', '?', ['the container cannot be reached from here']);
  if (before.length === 0)
    return check('http', 'same', 'nothing to ask', after.length === 0 ? 'nothing to ask' : httpText(after));
  const lost = before.filter(
    (wanted) => wanted.answer.kind !== 'silent' && !after.some((got) => isSameAnswer(wanted, got)),
  );
  const worked = lost.filter(({ answer }) => answer.kind !== 'status' || answer.status < 500);
  const verdict = worked.length > 0 ? 'worse' : lost.length > 0 ? 'changed' : 'same';
  const notes = lost.map(({ port, path, answer }) => {
    const now = after.find((asked) => asked.port === port && asked.path === path)?.answer ?? {
      kind: 'silent',
    };
    return `GET :${port}${path}: ${answerText(answer)} → ${answerText(now)}`;
  });
  return check('http', verdict, httpText(before), httpText(after), notes);
}

function httpText(asked: readonly Asked[]): string {
  const texts = asked.map(({ port, path, answer }) => `:${port}${path} ${answerText(answer)}`);
  return texts.length > 4 ? `${texts.slice(0, 4).join(', ')}, …` : texts.join(', ') || 'nothing to ask';
}

const HEALTH_RANK = { unhealthy: 0, starting: 1, none: 2, healthy: 3 } as const;

function compareHealth(before: RunMeasure, after: RunMeasure): Check {
  const isUndecided = after.health === 'starting' && before.health !== 'healthy';
  const difference = HEALTH_RANK[after.health] - HEALTH_RANK[before.health];
  const verdict = isUndecided ? 'unknown' : difference === 0 ? 'same' : difference > 0 ? 'better' : 'worse';
  const notes =
    verdict === 'worse' && after.healthOutput !== ''
      ? [`the check says: ${oneLine(after.healthOutput)}`]
      : [];
  return check('health', verdict, healthText(before), healthText(after), notes);
}

function healthText({ health }: RunMeasure): string {
  return health === 'none' ? 'no check' : health === 'starting' ? 'undecided' : health;
}

function compareStop(before: RunMeasure, after: RunMeasure): Check {
  if (before.stop === null || after.stop === null) return check('stop', 'unknown', '?', '?');
  const good = (run: RunMeasure): boolean => !run.stop!.killed;
  const isSame = good(before) === good(after) && before.stop.exitCode === after.stop.exitCode;
  const verdict = isSame
    ? 'same'
    : good(before) && !good(after)
      ? 'worse'
      : good(before)
        ? 'changed'
        : 'better';
  return check('stop', verdict, stopText(before), stopText(after));
}

function stopText({ stop }: RunMeasure): string {
  return stop!.killed ? 'has to be killed' : `${stop!.exitCode} in ${seconds(stop!.elapsedMs)}`;
}

/** Whether the containers do in the hardened profile what they did without it. */
export function compareHardened(plain: Sides<RunMeasure>, hardened: Sides<RunMeasure>): Check {
  const before = hardenedText(plain.before, hardened.before);
  const after = hardenedText(plain.after, hardened.after);
  const verdict =
    before === after ? 'same' : before === WORKS ? 'worse' : after === WORKS ? 'better' : 'changed';
  return check('hardened', verdict, before, after);
}

const WORKS = 'works';

function hardenedText(plain: RunMeasure, hardened: RunMeasure): string {
  if (hardened.end !== plain.end || (plain.end !== 'up' && plain.exitCode !== hardened.exitCode))
    return startText(hardened);
  const lost = (plain.ports ?? []).some(
    ({ port, loopback }) => !loopback && !hardened.ports?.some((found) => found.port === port),
  );
  if (lost) return 'does not listen';
  const isOther = (plain.http ?? []).some(
    (wanted) => wanted.answer.kind !== 'silent' && !hardened.http?.some((got) => isSameAnswer(wanted, got)),
  );
  return isOther ? 'answers otherwise' : WORKS;
}

// ---- words ------------------------------------------------------------------------------------------------------

function check(
  id: CheckId,
  verdict: CheckVerdict,
  before: string,
  after: string,
  notes: readonly string[] = [],
): Check {
  return { id, verdict, before, after, notes };
}

export function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

export function megabytes(bytes: number): string {
  const mb = bytes / 1_000_000;
  return mb < 10 ? `${mb.toFixed(1)} MB` : `${Math.round(mb)} MB`;
}

function percent(before: number, after: number): string {
  const change = Math.round((100 * (after - before)) / before);
  return change === 0 ? '' : ` (${change > 0 ? '+' : '−'}${Math.abs(change)}%)`;
}

/** Not every engine tells. */
function compareSizes(before: number, after: number): Check {
  if (before === 0 || after === 0) return check('size', 'unknown', '?', '?');
  const now = `${megabytes(after)}${percent(before, after)}`;
  return check('size', sizeVerdict(before, after), megabytes(before), now);
}

/** A few bytes of metadata are no difference. */
function sizeVerdict(before: number, after: number): CheckVerdict {
  if (Math.abs(after - before) <= Math.max(100_000, before / 200)) return 'same';
  return after < before ? 'better' : 'changed';
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function oneLine(text: string): string {
  return text.trim().split('\n')[0]!.slice(0, 200);
}

function shown(lines: readonly string[]): readonly string[] {
  return lines.length > SHOWN ? [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} more`] : lines;
}
