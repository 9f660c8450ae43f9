/** The address of a repository that anyone may see: from a git configuration, without credentials. */

/** The URL of the remote `origin` in a git configuration; null without one. Includes and rewrites are not read. */
export function originUrl(config: string): string | null {
  let isOrigin = false;
  for (const line of config.slice(0, 65_536).split('\n')) {
    const section = /^\s*\[\s*([\w.-]+)(?:\s+"([^"]*)")?\s*\]/.exec(line);
    if (section) isOrigin = section[1]!.toLowerCase() === 'remote' && section[2] === 'origin';
    const url = isOrigin ? /^\s*url\s*=\s*"?([^"\r]*)"?/i.exec(line.slice(0, 2000))?.[1]?.trim() : undefined;
    if (url) return url;
  }
  return null;
}

/**
 * `https://host/path` of a remote: `git@host:o/r.git`, `ssh://git@host/o/r`, `git://…` and `https://user:pass@…`
 * alike. Null for a local path, for a host that only this machine or its network knows, and for anything odd.
 */
export function publicRemote(url: string): string | null {
  const text = url.trim();
  const scp = /^(?:[^\s@/:]+@)?([A-Za-z0-9][\w.-]*):(?!\/\/)([^\s?#]+)$/.exec(text);
  const full = /^(?:git\+)?(https?|ssh|git):\/\/(?:[^\s/@]*@)?([A-Za-z0-9][\w.-]*)(?::\d+)?\/([^\s?#]+)/.exec(
    text,
  );
  const host = (full?.[2] ?? scp?.[1])?.toLowerCase();
  const path = (full?.[3] ?? scp?.[2])?.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  if (host === undefined || path === undefined) return null;
  if (!isPublicHost(host) || !/^[\w.~+/-]+$/.test(path) || /(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) return null;
  return `https://${host}/${path}`;
}

/** A name with a dot that is no address; `github.com-work` and the like are aliases of one person's machine. */
function isPublicHost(host: string): boolean {
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host) || /^[\d.]+$/.test(host)) return false;
  if (/\.(?:local|lan|internal|localhost|localdomain|home|corp|test|invalid|example)$/.test(host))
    return false;
  return (
    !/^(?:github|gitlab|bitbucket)\.(?:com|org)[.-]/.test(host) &&
    /\.[a-z][a-z0-9-]*[a-z0-9]$/.test(host) &&
    !/\.(?:com|org|net|io|dev)-/.test(host)
  );
}
