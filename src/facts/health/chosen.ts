/** The probe that an image can make: the first tool, in the order of the table, that is proven to be there. */
import type { Evidence } from '../../core/types.ts';
import { probeWith } from './probe.ts';
import type { Probe, ProbeTarget, ProbeTool } from './probe.ts';
import type { Programs } from './programs.ts';

export interface ChosenProbe extends Probe {
  readonly tool: ProbeTool;
  /** Every program that the probe starts is proven by the file or by the registry. */
  readonly firstHand: boolean;
  /** Clauses that say why each program is there. */
  readonly because: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** Why no tool will do: what is known of each that was looked for. */
export interface NoProbe {
  readonly isAbsent: boolean;
  readonly how: string;
}

interface Candidate {
  readonly tool: ProbeTool;
  /** Names under which the program may be found, the best first. */
  readonly names: readonly string[];
  readonly fits?: (presence: { readonly isBusybox: boolean | null }) => boolean;
}

const CANDIDATES: readonly Candidate[] = [
  { tool: 'python', names: ['python', 'python3'] },
  { tool: 'node', names: ['node'] },
  { tool: 'bun', names: ['bun'] },
  { tool: 'deno', names: ['deno'] },
  { tool: 'busybox-wget', names: ['wget'], fits: ({ isBusybox }) => isBusybox === true },
  { tool: 'curl', names: ['curl'] },
  { tool: 'gnu-wget', names: ['wget'], fits: ({ isBusybox }) => isBusybox === false },
  { tool: 'ruby', names: ['ruby'] },
  { tool: 'php', names: ['php'] },
  { tool: 'bash', names: ['bash'] },
  { tool: 'nc', names: ['nc'], fits: ({ isBusybox }) => isBusybox === true },
];

/** The language that an application is written in is asked first: nobody is surprised by its own interpreter. */
const OF_LANGUAGE: Readonly<Record<string, readonly ProbeTool[]>> = {
  python: ['python'],
  node: ['node'],
  bun: ['bun', 'node'],
  deno: ['deno'],
  ruby: ['ruby'],
  php: ['curl', 'php'],
};

export interface ChoiceOptions {
  /** The language of the program that is started; null when it is none of these. */
  readonly language: string | null;
  /** `python:2.7` and the like. */
  readonly isPython2: boolean;
  /** Programs that must not be used, because they are what is being replaced. */
  readonly without?: ReadonlySet<string>;
}

/** The probe to use for `target`; what shows more is preferred, then what is proven first-hand, then the order. */
export function chooseProbe(
  programs: Programs,
  target: ProbeTarget,
  options: ChoiceOptions,
): ChosenProbe | NoProbe {
  const own = OF_LANGUAGE[options.language ?? ''] ?? [];
  let best: ChosenProbe | null = null;
  for (const probe of probesFor(programs, target, own, options)) {
    // The application's own language is what its image is for.
    if (own.includes(probe.tool === 'python2' ? 'python' : probe.tool)) return probe;
    if (probe.firstHand) return probe;
    best ??= probe;
  }
  if (best) return best;
  // Less than what was asked for, but more tools can make a connection.
  if (target.kind !== 'tcp') return chooseProbe(programs, { kind: 'tcp', port: target.port }, options);
  const looked = CANDIDATES.flatMap(({ names }) => names).map((name) => programs.presence(name));
  const unknown = looked.find(({ state }) => state === 'unknown');
  return unknown
    ? { isAbsent: false, how: unknown.how }
    : { isAbsent: true, how: looked.find(({ state }) => state === 'absent')?.how ?? 'none of them is there' };
}

/** The probes that the image can make, the best first. */
function* probesFor(
  programs: Programs,
  target: ProbeTarget,
  own: readonly ProbeTool[],
  options: ChoiceOptions,
): Generator<ChosenProbe> {
  const ordered =
    own.length === 0 ? CANDIDATES : CANDIDATES.toSorted((a, b) => place(own, a.tool) - place(own, b.tool));
  for (const candidate of ordered) {
    const probe = probeOf(programs, target, candidate, options);
    if (probe) yield probe;
  }
}

function probeOf(
  programs: Programs,
  target: ProbeTarget,
  { tool, names, fits }: Candidate,
  options: ChoiceOptions,
): ChosenProbe | null {
  for (const name of names) {
    if (options.without?.has(name)) continue;
    const presence = programs.presence(name);
    if (presence.state !== 'present' || (fits && !fits(presence))) continue;
    const dialect = tool === 'python' && options.isPython2 ? 'python2' : tool;
    const probe = probeWith(dialect, presence.program, target);
    if (!probe) continue;
    const shell = probe.needsShell ? programs.presence('sh') : null;
    if (shell && shell.state !== 'present') continue;
    return {
      ...probe,
      tool: dialect,
      firstHand: presence.firstHand && (shell === null || shell.firstHand),
      because: [`${presence.program}: ${presence.how}`],
      evidence: [
        presence.evidence,
        ...(shell && shell.evidence !== presence.evidence ? [shell.evidence] : []),
      ],
    };
  }
  return null;
}

function place(first: readonly ProbeTool[], tool: ProbeTool): number {
  const at = first.indexOf(tool);
  return at < 0 ? first.length : at;
}
