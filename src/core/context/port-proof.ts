/** A port, and what proves it. */
import type { Evidence, Withheld } from '../types.ts';
import type { SaidPort } from './port-values.ts';

export interface PortProof {
  readonly kind: 'flag' | 'environment' | 'configuration' | 'source' | 'expose' | 'default';
  readonly port: number;
  /** A clause for people: `gunicorn is given --bind 0.0.0.0:8000`. */
  readonly note: string;
  readonly evidence: Evidence;
}

/** The port is that of a variable which nothing in the image sets: a probe inside the container can read it as well. */
export interface PortAtRunTime extends Withheld {
  readonly code: 'port-at-run-time';
  /** Null when more than one variable decides it. */
  readonly variable: string | null;
  readonly server: string | null;
  readonly protocol: ListeningPort['protocol'];
  readonly evidence: Evidence;
}

export interface ListeningPort {
  readonly port: number;
  /** At least one, the strongest first; they agree. */
  readonly proofs: readonly PortProof[];
  /** A variable that changes the port when it is set at run time. */
  readonly variable: string | null;
  /** `loopback`: a probe inside the container reaches it, nobody else does. */
  readonly bind: SaidPort['bind'];
  /** What serves: `gunicorn`, `express`, `nginx`; null when only EXPOSE says that something does. */
  readonly server: string | null;
  /** How it is spoken to; `unknown` when only EXPOSE says that something listens. */
  readonly protocol: 'http' | 'fastcgi' | 'unknown';
}

export interface Found extends SaidPort {
  /** A default that a configuration may change which was not seen: EXPOSE counts before it. */
  readonly isWeak?: true;
  readonly kind: PortProof['kind'];
  readonly note: string;
  readonly evidence: Evidence;
}
