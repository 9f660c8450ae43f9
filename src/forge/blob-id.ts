/** The name that git gives to a blob, to know without asking whether a file is as wanted. */
import { createHash } from 'node:crypto';

/** Of a repository with SHA-1 names, as all forges have by default. */
export function blobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
