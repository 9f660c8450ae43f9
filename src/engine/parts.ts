/** What engines print as JSON, read with the distrust that the output of another program deserves. Pure. */
import type { ContainerState, ImageConfig } from './engine.ts';

type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The first object of what `inspect` prints; null when it is none. */
export function firstObject(printed: string): Fields | null {
  try {
    const parsed: unknown = JSON.parse(printed);
    const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return typeof first === 'object' && first !== null ? (first as Fields) : null;
  } catch {
    return null;
  }
}

export function imageConfigOf(image: Fields): ImageConfig {
  const config = fieldsOf(image['Config']);
  const healthcheck = fieldsOf(config['Healthcheck'] ?? image['HealthCheck'] ?? image['Healthcheck']);
  const test = textsOf(healthcheck['Test']);
  const ports = Object.keys(fieldsOf(config['ExposedPorts']))
    .filter((port) => /^[0-9]{1,5}(?:\/tcp)?$/.test(port))
    .map((port) => Number.parseInt(port, 10));
  const env = textsOf(config['Env']).map((entry): [string, string] => {
    const equals = entry.indexOf('=');
    return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return {
    id: textOf(image['Id']),
    sizeBytes: numberOf(image['Size']),
    layers: textsOf(fieldsOf(image['RootFS'])['Layers']).length,
    user: textOf(config['User']),
    workdir: textOf(config['WorkingDir']) || '/',
    env: new Map(env),
    ports: [...new Set(ports)].sort((a, b) => a - b),
    healthcheck: test.length > 0 && test[0] !== 'NONE' ? test : null,
  };
}

export function stateOf(container: Fields): ContainerState {
  const state = fieldsOf(container['State']);
  const health = fieldsOf(state['Health'] ?? state['Healthcheck']);
  const status = textOf(health['Status']);
  const log = Array.isArray(health['Log']) ? health['Log'] : [];
  return {
    running: state['Running'] === true,
    pid: numberOf(state['Pid']),
    exitCode: numberOf(state['ExitCode']),
    error: textOf(state['Error']),
    outOfMemory: state['OOMKilled'] === true,
    health: status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : null,
    healthOutput: textOf(fieldsOf(log.at(-1))['Output']),
  };
}

/** The first IPv4 address in a network of the container's. */
export function addressOf(container: Fields): string | null {
  const networks = fieldsOf(fieldsOf(container['NetworkSettings'])['Networks']);
  for (const network of Object.values(networks)) {
    const address = textOf(fieldsOf(network)['IPAddress']);
    if (/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/.test(address)) return address;
  }
  return null;
}
