/**
 * npm packages that need something of the system when they run. S: the installation notes of each project. `browser`: a
 * whole browser with its libraries; `program`: a Debian package whose programs it starts; `links`: -dev packages.
 */
export interface NodeNeed {
  readonly links?: readonly string[];
  readonly program?: string;
  readonly browser?: true;
}

export const NODE_NEEDS: Readonly<Record<string, NodeNeed>> = {
  prisma: { program: 'openssl' },
  '@prisma/client': { program: 'openssl' },
  'pg-native': { links: ['libpq-dev'] },
  gm: { program: 'imagemagick' },
  imagemagick: { program: 'imagemagick' },
  'simple-git': { program: 'git' },
  puppeteer: { browser: true },
  playwright: { browser: true },
  'playwright-core': { browser: true },
  '@playwright/test': { browser: true },
  electron: { browser: true },
  cypress: { browser: true },
  nodegit: { links: ['libcurl4-openssl-dev', 'libkrb5-dev'] },
};

/** Programs that serve sources while they are worked on. */
export const DEV_SERVERS =
  /^(?:nodemon|ts-node|ts-node-dev|tsnd|tsx|vite-node|webpack-dev-server|react-scripts|craco|react-app-rewired|vue-cli-service|expo|parcel|storybook|concurrently|npm-run-all|run-p|lerna|turbo|nx|gulp|grunt|supervisor|node-dev|wireit|ng|remix|babel-node|esno)$/;

/** Entries of a project that nothing reads when it runs. */
export const DEV_ENTRIES =
  /^(?:src|tests?|__tests__|__mocks__|specs?|e2e|cypress|coverage|docs?|examples?|scripts|node_modules|dist|build|out|\.[^/]*|tsconfig.*|jsconfig\.json|.*\.config\.(?:[cm]?[jt]s|json)|jest.*|vitest.*|karma.*|nest-cli\.json|nodemon\.json|package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|lerna\.json|turbo\.json|README.*|LICEN[CS]E.*|CHANGELOG.*|CONTRIBUTING.*|CODE_OF_CONDUCT.*|SECURITY.*|.*\.md|Makefile|justfile|Dockerfile.*|.*\.Dockerfile|docker-compose.*|compose.*\.ya?ml|[Jj]enkinsfile|Procfile|renovate\.json|.*\.(?:png|svg|gif|jpe?g)|tslint\.json|bun\.lockb?|eslint.*|postman.*|k8s|helm|charts|deploy(?:ment)?s?|terraform|infra|.*\.sh|.*\.d\.ts|.*\.http|skaffold\.yaml|cloudbuild\.yaml|app\.ya?ml)$/i;
