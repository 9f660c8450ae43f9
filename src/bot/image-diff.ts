/** What differs between the configurations of two images, in the order in which a reviewer wants to know. */
import type { ConfiguredImage, Healthcheck, ImageConfig, NamedValue } from '../core/image-facts.ts';

export interface FieldChange {
  readonly field: string;
  /** Null: there was none. */
  readonly from: string | null;
  readonly to: string | null;
  /** It decides what runs, or as whom, or what is put into our own build. */
  readonly isCritical: boolean;
}

/** Variables that decide what is run or loaded; that of a version moves with every release. */
const DECIDES =
  /^Env (?:PATH|ENV|BASH_ENV|LD_[A-Z_]+|NODE_OPTIONS|NODE_PATH|PYTHON(?:PATH|HOME|STARTUP)|PERL5(?:LIB|OPT)|RUBY(?:LIB|OPT)|(?:JDK_|_)?JAVA_(?:TOOL_)?OPTIONS)$/;

const SECRET_NAME = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|AUTH/i;

export function diffConfigs(before: ImageConfig, after: ImageConfig): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  const compare = (field: string, from: string | null, to: string | null, isCritical = false): void => {
    if (from !== to) changes.push({ field, from, to, isCritical });
  };
  compare('User', before.user || 'root', after.user || 'root', true);
  compare('Entrypoint', words(before.entrypoint), words(after.entrypoint), true);
  compare('OnBuild', lines(before.onBuild), lines(after.onBuild), true);
  compare('Cmd', words(before.cmd), words(after.cmd), true);
  compareNamed('Env', before.env, after.env, (field, from, to) =>
    compare(field, from, to, DECIDES.test(field)),
  );
  compare('ExposedPorts', lines(before.ports), lines(after.ports));
  compare('Healthcheck', check(before.healthcheck), check(after.healthcheck));
  compare('Volumes', lines(before.volumes), lines(after.volumes));
  compare('WorkingDir', before.workingDirectory || '/', after.workingDirectory || '/');
  compare('StopSignal', before.stopSignal, after.stopSignal);
  compare('Shell', words(before.shell), words(after.shell));
  const isOci = ({ name }: NamedValue): boolean => name.startsWith('org.opencontainers.image.');
  compareNamed('Label', before.labels.filter(isOci), after.labels.filter(isOci), compare);
  return changes;
}

/** Labels that are another one in every build and say nothing of how the image works. */
const ROUTINE = /^Label org\.opencontainers\.image\.(?:created|revision|version|base\.digest)$/;

/** Nothing has changed but bytes: an update that a machine may merge. */
export function isRoutine(before: ConfiguredImage, after: ConfiguredImage): boolean {
  const platforms = ({ platforms: all }: ConfiguredImage): string =>
    all
      .map(({ platform }) => platform)
      .sort()
      .join(' ');
  return (
    platforms(before) === platforms(after) &&
    diffConfigs(before.config, after.config).every(({ field }) => ROUTINE.test(field))
  );
}

function compareNamed(
  kind: string,
  before: readonly NamedValue[],
  after: readonly NamedValue[],
  compare: (field: string, from: string | null, to: string | null) => void,
): void {
  const old = new Map(before.map(({ name, value }) => [name, value]));
  const now = new Map(after.map(({ name, value }) => [name, value]));
  for (const name of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const from = old.get(name) ?? null;
    const to = now.get(name) ?? null;
    if (from === to) continue;
    const isSecret = kind === 'Env' && SECRET_NAME.test(name);
    const shown = (value: string | null): string | null => (value !== null && isSecret ? '(hidden)' : value);
    // Two hidden values would look the same.
    if (isSecret && from !== null && to !== null)
      compare(`${kind} ${name}`, '(hidden)', '(hidden, another one)');
    else compare(`${kind} ${name}`, shown(from), shown(to));
  }
}

function words(list: readonly string[] | null): string | null {
  return list === null ? null : JSON.stringify(list);
}

function lines(list: readonly string[]): string | null {
  return list.length === 0 ? null : list.join('; ');
}

function check(value: Healthcheck | null): string | null {
  if (value === null) return null;
  if (value.kind === 'none') return 'none';
  const { command, intervalMs, timeoutMs, retries } = value;
  const rest = [
    intervalMs && `every ${intervalMs} ms`,
    timeoutMs && `within ${timeoutMs} ms`,
    retries && `${retries} times`,
  ];
  return [value.kind === 'exec' ? JSON.stringify(command) : command.join(' '), ...rest.filter(Boolean)].join(
    ', ',
  );
}
