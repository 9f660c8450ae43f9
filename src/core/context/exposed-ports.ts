/** The ports that EXPOSE names. */
import { plainWords } from '../arguments.ts';
import type { Document } from '../document.ts';
import type { Stage } from '../stages.ts';
import type { Evidence } from '../types.ts';
import { expandAt } from '../variables.ts';
import type { PortProof } from './port-proof.ts';
import { portNumber } from './port-values.ts';

interface Exposed {
  readonly port: number;
  readonly evidence: Evidence;
}

/** Where debuggers listen: of Node, Java, Python and Go. No probe wants them. */
const DEBUG_PORTS = new Set([9229, 5005, 5678, 2345]);

/** TCP ports that the stage and its parents expose, those of debuggers left out. */
export function exposedPorts(document: Document, stage: Stage): readonly Exposed[] {
  let ports = knownPorts.get(stage);
  if (!ports) knownPorts.set(stage, (ports = readExposed(document, stage)));
  return ports;
}

const knownPorts = new WeakMap<Stage, readonly Exposed[]>();

function readExposed(document: Document, stage: Stage): readonly Exposed[] {
  const found: Exposed[] = [];
  let depth = 0;
  for (let at: Stage | null = stage; at && depth < 1000; at = at.parent, depth++) {
    for (const instruction of at.instructions) {
      if (instruction.keyword !== 'EXPOSE') continue;
      for (const word of plainWords(instruction.rest)) {
        const text = expandAt(document, instruction, word.text)?.toLowerCase();
        const port = text === undefined ? null : portNumber(text.replace(/\/tcp$/, ''));
        if (port === null || DEBUG_PORTS.has(port)) continue;
        found.push({ port, evidence: { kind: 'source', span: instruction.span, note: `EXPOSE ${port}` } });
      }
    }
  }
  return found;
}

export function proofsOf(exposed: readonly Exposed[]): readonly PortProof[] {
  return exposed.map(({ port, evidence }) => ({
    kind: 'expose',
    port,
    note: `EXPOSE says ${port}`,
    evidence,
  }));
}
