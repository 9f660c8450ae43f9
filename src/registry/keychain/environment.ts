/** Credentials for one registry in environment variables of our own: `DOCKFIX_REGISTRY_<HOST>_PASSWORD` and so on. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value, without the line end that a file leaves behind; null when it is unset or empty, as CI leaves it. */
export function variable(env: Environment, name: string): string | null {
  const value = env[name]?.replace(/\r?\n$/, '') ?? '';
  return value === '' ? null : value;
}

/** `registry.example.com:5000` → `DOCKFIX_REGISTRY_REGISTRY_EXAMPLE_COM_5000`. */
export function variablePrefix(host: string): string {
  return `DOCKFIX_REGISTRY_${host.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/**
 * Whether the name of the variable leaves no doubt about who owns the host. `DOCKFIX_REGISTRY_REGISTRY_EXAMPLE_COM_…`
 * fits `registry.example.com`, but also `registry-example.com`, which anybody can buy and name in a Dockerfile. So the
 * part of a name that people register (two labels, three below short ones as `co.uk`) may have no hyphen; a host that
 * has one there must be said in `…_HOST`.
 */
export function isUnmistakable(host: string): boolean {
  if (!/^[a-z0-9.-]+(?::\d+)?$/i.test(host)) return false;
  const labels = host.replace(/:\d+$/, '').split('.');
  const isShort = (labels.at(-1)?.length ?? 0) <= 2 && (labels.at(-2)?.length ?? 0) <= 3;
  return !labels.slice(isShort ? -3 : -2).some((label) => label.includes('-'));
}
