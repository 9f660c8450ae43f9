/**
 * The port that a container listens on, by proof: the command's flags, the variables that its framework reads,
 * configuration and code of the context, EXPOSE, and last a framework's own default. Two proofs that disagree prove
 * nothing, and both are named.
 */
import type { Document } from '../document.ts';
import type { Stage } from '../stages.ts';
import type { Withheld } from '../types.ts';
import type { BuildContext } from './build-context.ts';
import { exposedPorts, proofsOf } from './exposed-ports.ts';
import type { Found, ListeningPort, PortAtRunTime, PortProof } from './port-proof.ts';
import { portNumber } from './port-values.ts';
import type { Server } from './servers/server.ts';
import { serverOf } from './servers/table.ts';
import { filesInStage } from './stage-files.ts';
import type { StartCommand } from './start-command.ts';

export { exposedPorts } from './exposed-ports.ts';
export type { ListeningPort, PortAtRunTime, PortProof } from './port-proof.ts';
/** For those who only have an address at hand. */
export { addressPort, bindOf } from './port-values.ts';

/** The port by 4.2's order, or why there is none. `start` is what {@link StartCommand} found, `workdir` where the base image starts. */
export function listeningPort(
  document: Document,
  stage: Stage,
  context: BuildContext | null,
  start: StartCommand | Withheld,
  exposedByBase: readonly string[] = [],
  workdir: string | null = null,
): ListeningPort | PortAtRunTime | Withheld {
  const exposed = exposedPorts(document, stage);
  const files = context ? filesInStage(document, stage, context, workdir) : null;
  const known = 'code' in start ? null : serverOf({ document, stage, context, files, start });
  if (known && 'code' in known) return known;
  const found = known?.found ?? [];
  const open = found.find(({ port }) => port === null);
  const exposes = exposed.length > 0;
  const proofs = found.filter(
    (one): one is Found & { port: number } => one.port !== null && one.isWeak !== true,
  );
  if (open && proofs.length === 0) {
    return {
      code: 'port-at-run-time',
      reason: `${open.note}, and nothing in the image sets ${open.variable ?? 'it'}; give it a default (ENV ${open.variable ?? 'PORT'}=8080)`,
      variable: open.variable,
      server: known?.name ?? null,
      protocol: known?.protocol ?? 'unknown',
      evidence: open.evidence,
    };
  }
  const base = exposedByBase
    .map((text) => portNumber(text.replace(/\/tcp$/, '')))
    .filter((port) => port !== null);
  const weak = found.find(({ isWeak }) => isWeak === true);
  if (weak && !exposes && proofs.length === 0) {
    const reason = `${weak.note}, but its configuration may say otherwise and was not seen whole`;
    return { code: 'default-not-proven', reason: `${reason}; EXPOSE or a flag of the command would say it` };
  }
  if (known?.unseen && !exposes && proofs.length === 0) return known.unseen;
  const fromExpose = [...proofsOf(exposed)];
  if (proofs.length === 0 && fromExpose.length === 0 && base.length === 1 && !known) {
    const note = `the base image exposes ${base[0]}`;
    fromExpose.push({
      kind: 'expose',
      port: base[0]!,
      note,
      evidence: { kind: 'knowledge', entry: note, source: 'configuration of the image' },
    });
  }
  return decide(proofs, fromExpose, known);
}

function decide(
  proofs: readonly (Found & { readonly port: number })[],
  exposed: readonly PortProof[],
  known: Server | null,
): ListeningPort | Withheld {
  const all: readonly PortProof[] = proofs.map(({ kind, port, note, evidence }) => ({
    kind,
    port,
    note,
    evidence,
  }));
  const first = all[0];
  const other = all.find(({ port }) => port !== first!.port);
  if (other) return disagree(first!, other);
  if (first) {
    // Several EXPOSE: one of them has to be it.
    const agrees = exposed.length === 0 || exposed.some(({ port }) => port === first.port);
    if (!agrees) return disagree(first, exposed[0]!);
    return {
      port: first.port,
      proofs: [...all, ...exposed.filter(({ port }) => port === first.port)],
      variable: proofs.find(({ variable }) => variable !== null)?.variable ?? null,
      bind: proofs.find(({ bind }) => bind !== 'unknown')?.bind ?? 'unknown',
      server: known!.name,
      protocol: known!.protocol,
    };
  }
  if (known?.serves === false) {
    return { code: 'serves-nothing', reason: `${known.name} is not known to listen on a port` };
  }
  const ports = new Set(exposed.map(({ port }) => port));
  if (ports.size > 1) {
    return {
      code: 'several-ports',
      reason: `EXPOSE names ${[...ports].join(', ')}, and nothing says which one serves`,
    };
  }
  if (ports.size === 0) {
    return {
      code: 'no-port',
      reason: 'neither the command, nor the code, nor EXPOSE says which port it listens on',
    };
  }
  return {
    port: exposed[0]!.port,
    proofs: exposed,
    variable: null,
    bind: 'unknown',
    server: known?.name ?? null,
    protocol: known?.protocol ?? 'unknown',
  };
}

function disagree(one: PortProof, other: PortProof): Withheld {
  return { code: 'ports-disagree', reason: `${one.note}, but ${other.note}: one of the two is wrong` };
}
