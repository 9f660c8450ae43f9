/** Put in by the build from package.json. */
declare const DOCKFIX_VERSION: string | undefined;

export const version: string = typeof DOCKFIX_VERSION === 'string' ? DOCKFIX_VERSION : '0.0.0-source';
