/**
 * What is known of well-known base images that decides under which user a container can run: accounts that are
 * there, the tool that makes one, and what is started when the file says nothing. A hint layer below what the
 * registry says of the very image. Every row names where it was read and how sure it is: V was run on look-alike
 * images, S was read in the image's own source, K is general knowledge and never decides anything alone.
 */
import { effectiveTag, repositoryName } from '../core/image-ref.ts';
import type { ImageRef } from '../core/image-ref.ts';
import type { Account, BaseAccounts, Family } from '../core/runtime/base.ts';

/** The row of an image, or null. */
export function baseAccounts(image: ImageRef): BaseAccounts | null {
  const name = officialName(repositoryName(image));
  const tag = effectiveTag(image) ?? '';
  const key = `${name}:${tag}`;
  let row = known.get(key);
  if (row === undefined) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, (row = rowOf(name, tag)));
  }
  return row;
}

/** Several transforms ask for the same image, in every pass. */
const known = new Map<string, BaseAccounts | null>();
const MAX_KNOWN = 500;
/** The rows by repository: there are far fewer names than tags. */
const entries = new Map<string, Row | null>();

function rowOf(name: string, tag: string): BaseAccounts | null {
  let entry = entries.get(name);
  if (entry === undefined) {
    if (entries.size >= MAX_KNOWN) entries.clear();
    entries.set(name, (entry = ROWS.find(({ repositories }) => repositories.test(name)) ?? null));
  }
  if (!entry) return null;
  const base: BaseAccounts = { ...DEFAULTS, id: name, ...SYSTEMS.debian };
  const row = entry.row(tag, name);
  return row && { ...base, ...row };
}

/** Copies of Docker Hub's official images under other hosts. */
function officialName(name: string): string {
  return name
    .replace(
      /^(?:public\.ecr\.aws\/docker|mirror\.gcr\.io|registry\.docker\.com)\/library\//,
      'docker.io/library/',
    )
    .replace(/^docker\.io\/(?:amd64|arm64v8|arm32v7|i386)\//, 'docker.io/library/');
}

const DEFAULTS = {
  id: '',
  mark: 'S',
  source: 'https://github.com/docker-library/official-images',
  role: 'language',
  user: '',
  accounts: [],
  ready: null,
  readyText: null,
  hasShell: true,
  workdir: '/',
  entrypoint: null,
  cmd: null,
  guard: null,
} as const satisfies Partial<BaseAccounts>;

const DEBIAN_ACCOUNTS: readonly Account[] = [
  { name: 'www-data', uid: 33, gid: 33 },
  { name: 'nobody', uid: 65534, gid: 65534 },
];
const ALPINE_ACCOUNTS: readonly Account[] = [
  { name: 'www-data', uid: 82, gid: 82 },
  { name: 'nobody', uid: 65534, gid: 65534 },
];
const UBUNTU: Account = { name: 'ubuntu', uid: 1000, gid: 1000 };

interface System {
  readonly family: Family;
  readonly tool: 'useradd' | 'adduser' | null;
  readonly accounts: readonly Account[];
}

const SYSTEMS = {
  debian: { family: 'debian', tool: 'useradd', accounts: DEBIAN_ACCOUNTS },
  ubuntu: { family: 'ubuntu', tool: 'useradd', accounts: DEBIAN_ACCOUNTS },
  noble: { family: 'ubuntu', tool: 'useradd', accounts: [...DEBIAN_ACCOUNTS, UBUNTU] },
  alpine: { family: 'alpine', tool: 'adduser', accounts: ALPINE_ACCOUNTS },
  rhel: { family: 'rhel', tool: 'useradd', accounts: [] },
  minimalRhel: { family: 'rhel', tool: null, accounts: [] },
  amazon: { family: 'amazon', tool: null, accounts: [] },
} as const satisfies Record<string, System>;

/** The distribution that the tag of a language image names; Debian is what they have without a word. */
function systemOf(tag: string): System {
  if (/alpine/.test(tag)) return SYSTEMS.alpine;
  if (/(?:^|-)(?:noble|plucky|questing|resolute|ubuntu24|ubuntu-24|24\.04|26\.04)/.test(tag))
    return SYSTEMS.noble;
  if (/(?:^|-)(?:bionic|focal|jammy|xenial|trusty|ubuntu)/.test(tag)) return SYSTEMS.ubuntu;
  if (/ubi\d*-minimal/.test(tag)) return SYSTEMS.minimalRhel;
  if (/(?:^|-)(?:ubi|centos|oracle)/.test(tag)) return SYSTEMS.rhel;
  return SYSTEMS.debian;
}

function ready(system: System, account: Account, readyText: string | null = null): Partial<BaseAccounts> {
  return { ...system, accounts: [...system.accounts, account], ready: account, readyText };
}

interface Row {
  /** Fits host and repository. */
  readonly repositories: RegExp;
  /** Null for a tag that the table does not know. */
  row(tag: string, name: string): Partial<BaseAccounts> | null;
}

function library(names: string): RegExp {
  return new RegExp(`^docker\\.io/library/(?:${names})$`);
}

/** Versions as the tag starts with them, `22.04` as 22.04; null when it starts with a word. */
function version(tag: string): number | null {
  const found = /^v?(\d+(?:\.\d+)?)/.exec(tag);
  return found ? Number(found[1]) : null;
}

const ROWS: readonly Row[] = [
  // ---- not for this tool ----
  {
    repositories: /\/windows(?:\/|$)|servercore|nanoserver|\/dotnet\/framework\//,
    row: () => ({ family: 'windows', role: 'windows', tool: null, accounts: [] }),
  },
  {
    repositories: /^public\.ecr\.aws\/lambda\/|^docker\.io\/amazon\/aws-lambda-/,
    row: () => ({
      ...SYSTEMS.amazon,
      role: 'lambda',
      source: 'https://github.com/aws/aws-lambda-base-images',
    }),
  },
  {
    repositories: /^mcr\.microsoft\.com\/azure-functions\//,
    row: () => ({ role: 'functions', source: 'https://github.com/Azure/azure-functions-docker' }),
  },
  {
    repositories: /devcontainers?\/|^docker\.io\/gitpod\/|^docker\.io\/codercom\//,
    row: () => ({ role: 'development', mark: 'K', source: 'https://github.com/devcontainers/images' }),
  },

  // ---- systems ----
  {
    repositories: library('debian'),
    row: () => ({
      role: 'system',
      mark: 'V',
      source: 'https://github.com/debuerreotype/docker-debian-artifacts',
      cmd: ['bash'],
    }),
  },
  {
    repositories: library('ubuntu'),
    row: (tag) => ({
      ...(tag === 'latest' || (version(tag) ?? 0) >= 23.04 || systemOf(tag) === SYSTEMS.noble
        ? SYSTEMS.noble
        : SYSTEMS.ubuntu),
      role: 'system',
      source: 'https://git.launchpad.net/cloud-images/+oci/ubuntu-base',
      cmd: ['/bin/bash'],
    }),
  },
  {
    repositories: library('alpine'),
    row: () => ({
      ...SYSTEMS.alpine,
      role: 'system',
      mark: 'V',
      source: 'https://github.com/alpinelinux/docker-alpine',
      cmd: ['/bin/sh'],
    }),
  },
  {
    repositories: library('busybox'),
    row: () => ({
      family: 'busybox',
      tool: 'adduser',
      accounts: [{ name: 'nobody', uid: 65534, gid: 65534 }],
      role: 'system',
      mark: 'V',
      source: 'https://github.com/docker-library/busybox',
      cmd: ['sh'],
    }),
  },
  {
    repositories: library('buildpack-deps'),
    row: (tag) => ({
      ...systemOf(tag),
      role: 'system',
      source: 'https://github.com/docker-library/buildpack-deps',
    }),
  },
  {
    repositories:
      /^docker\.io\/library\/(?:fedora|almalinux|rockylinux|centos)$|^docker\.io\/(?:rockylinux\/rockylinux|almalinux\/9-base)$/,
    row: (tag) => ({
      ...(tag.includes('minimal') ? SYSTEMS.minimalRhel : SYSTEMS.rhel),
      role: 'system',
      mark: 'K',
    }),
  },
  {
    repositories: library('oraclelinux'),
    row: () => ({ ...SYSTEMS.rhel, role: 'system', source: 'https://github.com/docker-library/mysql' }),
  },
  {
    repositories: /^docker\.io\/library\/amazonlinux$|^public\.ecr\.aws\/amazonlinux\/amazonlinux$/,
    row: () => ({
      ...SYSTEMS.amazon,
      role: 'system',
      source: 'https://github.com/amazonlinux/container-images',
      cmd: ['/bin/bash'],
    }),
  },
  {
    repositories:
      /^registry\.(?:access\.)?redhat\.(?:com|io)\/ubi\d+\/(?:python|nodejs|ruby|php|httpd|nginx|perl)-/,
    row: () => ({
      ...SYSTEMS.rhel,
      role: 'non-root',
      user: '1001',
      source: 'https://github.com/sclorg/s2i-base-container',
      accounts: [{ name: 'default', uid: 1001, gid: 0 }],
    }),
  },
  {
    repositories: /^registry\.(?:access\.)?redhat\.(?:com|io)\/ubi\d+(?:\/ubi|-init|\/ubi-init)?$/,
    row: () => ({ ...SYSTEMS.rhel, role: 'system', mark: 'K', source: 'https://catalog.redhat.com' }),
  },
  {
    repositories: /^registry\.(?:access\.)?redhat\.(?:com|io)\/(?:ubi\d+\/ubi-minimal|ubi\d+-minimal)$/,
    row: () => ({ ...SYSTEMS.minimalRhel, role: 'system', source: 'https://catalog.redhat.com' }),
  },
  {
    repositories: /^gcr\.io\/distroless\//,
    row: (tag, name) => ({
      family: 'distroless',
      tool: null,
      hasShell: /debug/.test(tag),
      role: 'language',
      user: /nonroot/.test(tag) ? '65532' : '',
      workdir: /nonroot/.test(tag) ? '/home/nonroot' : '/',
      accounts: [
        { name: 'nonroot', uid: 65532, gid: 65532 },
        { name: 'nobody', uid: 65534, gid: 65534 },
      ],
      ready: { name: 'nonroot', uid: 65532, gid: 65532 },
      entrypoint: distrolessEntrypoint(name),
      source: 'https://github.com/GoogleContainerTools/distroless',
    }),
  },
  {
    repositories: /^cgr\.dev\/chainguard\/wolfi-base$/,
    row: () => ({
      family: 'wolfi',
      tool: 'adduser',
      accounts: [{ name: 'nonroot', uid: 65532, gid: 65532 }],
      ready: { name: 'nonroot', uid: 65532, gid: 65532 },
      role: 'system',
      source: 'https://github.com/chainguard-images/images',
    }),
  },
  {
    repositories: /^cgr\.dev\/chainguard\//,
    row: () => ({
      family: 'wolfi',
      tool: null,
      hasShell: false,
      role: 'non-root',
      user: '65532',
      accounts: [{ name: 'nonroot', uid: 65532, gid: 65532 }],
      source: 'https://github.com/chainguard-images/images',
    }),
  },

  // ---- languages ----
  {
    repositories: library('python'),
    row: (tag) => ({
      ...systemOf(tag),
      source: 'https://github.com/docker-library/python',
      cmd: ['python3'],
    }),
  },
  {
    repositories: library('node'),
    row: (tag) => ({
      ...ready(systemOf(tag), { name: 'node', uid: 1000, gid: 1000 }),
      source: 'https://github.com/nodejs/docker-node',
      entrypoint: ['docker-entrypoint.sh'],
      cmd: ['node'],
    }),
  },
  {
    repositories: /^docker\.io\/oven\/bun$/,
    row: (tag) =>
      /distroless/.test(tag)
        ? null
        : {
            ...ready(systemOf(tag), { name: 'bun', uid: 1000, gid: 1000 }),
            source: 'https://github.com/oven-sh/bun/tree/main/dockerhub',
            workdir: '/home/bun/app',
            entrypoint: ['/usr/local/bin/docker-entrypoint.sh'],
            cmd: ['/usr/local/bin/bun'],
          },
  },
  {
    repositories: /^docker\.io\/denoland\/deno$/,
    row: (tag) =>
      /distroless|^bin/.test(tag)
        ? null
        : {
            ...(/alpine/.test(tag)
              ? ready(SYSTEMS.alpine, { name: 'deno', uid: 1000, gid: 1000 })
              : ready(SYSTEMS.debian, { name: 'deno', uid: 1993, gid: 1993 })),
            source: 'https://github.com/denoland/deno_docker',
            entrypoint: ['/tini', '--', 'docker-entrypoint.sh'],
          },
  },
  {
    repositories: library('golang|rust'),
    row: (tag, name) => ({
      ...systemOf(tag),
      source: `https://github.com/docker-library/${name.endsWith('rust') ? 'official-images/blob/master/library/rust' : 'golang'}`,
      workdir: name.endsWith('golang') ? '/go' : '/',
      cmd: name.endsWith('golang') ? ['bash'] : null,
    }),
  },
  {
    repositories: library('ruby'),
    row: (tag) => ({ ...systemOf(tag), source: 'https://github.com/docker-library/ruby', cmd: ['irb'] }),
  },
  {
    repositories: library('php'),
    row: (tag) => {
      const system = systemOf(tag);
      const id = system.family === 'alpine' ? 82 : 33;
      const server = /apache/.test(tag) ? 'apache' : /fpm/.test(tag) ? 'fpm' : 'cli';
      return {
        ...system,
        ready: { name: 'www-data', uid: id, gid: id },
        role: server === 'apache' ? 'php-apache' : server === 'fpm' ? 'php-fpm' : 'language',
        source: 'https://github.com/docker-library/php',
        workdir: server === 'cli' ? '/' : '/var/www/html',
        entrypoint: ['docker-php-entrypoint'],
        cmd: server === 'apache' ? ['apache2-foreground'] : server === 'fpm' ? ['php-fpm'] : ['php', '-a'],
      };
    },
  },
  {
    repositories: library('eclipse-temurin'),
    row: (tag) => ({
      // Without a word the tag is built on the newest Ubuntu LTS, where uid 1000 is taken.
      ...(/^\d+[^-]*(?:-(?:jre|jdk))?$|^latest$/.test(tag) ? SYSTEMS.noble : systemOf(tag)),
      source: 'https://github.com/adoptium/containers',
    }),
  },
  {
    repositories: library('amazoncorretto'),
    row: (tag) => ({
      ...(/alpine/.test(tag) ? SYSTEMS.alpine : /debian/.test(tag) ? SYSTEMS.debian : SYSTEMS.amazon),
      source: 'https://github.com/corretto/corretto-docker',
    }),
  },
  {
    repositories: library('openjdk|java'),
    row: (tag) => ({
      ...openjdkSystem(tag),
      source: 'https://github.com/docker-library/openjdk',
    }),
  },
  {
    repositories: library('maven|gradle'),
    row: (tag, name) => ({
      ...(name.endsWith('gradle')
        ? ready(systemOf(tag), { name: 'gradle', uid: 1000, gid: 1000 })
        : systemOf(tag)),
      source: name.endsWith('gradle')
        ? 'https://github.com/gradle/docker-gradle'
        : 'https://github.com/carlossg/docker-maven',
    }),
  },
  {
    repositories: /^mcr\.microsoft\.com\/dotnet\/(?:core\/)?(?:aspnet|runtime|runtime-deps|sdk|nightly\/.*)$/,
    row: (tag, name) => dotnetRow(tag, name),
  },
  {
    repositories: library('elixir|erlang|perl|swift|haskell|julia|r-base|dart'),
    row: (tag) => ({ ...systemOf(tag), mark: 'K' }),
  },
  {
    repositories:
      /^docker\.io\/(?:continuumio\/(?:mini|ana)conda3|condaforge\/.*|tiangolo\/.*|nvidia\/cuda|pytorch\/pytorch|tensorflow\/tensorflow)$/,
    row: (tag) => ({ ...systemOf(tag), mark: 'K' }),
  },
  {
    repositories: /^ghcr\.io\/astral-sh\/uv$/,
    row: (tag) =>
      /python|debian|bookworm|trixie|alpine/.test(tag)
        ? {
            ...systemOf(tag),
            source: 'https://github.com/astral-sh/uv/blob/main/.github/workflows/build-docker.yml',
          }
        : null,
  },
  {
    repositories: /^mcr\.microsoft\.com\/playwright(?:\/.*)?$/,
    row: () => ({
      ...ready(SYSTEMS.ubuntu, { name: 'pwuser', uid: 1001, gid: 1001 }),
      mark: 'K',
      source: 'https://playwright.dev/docs/docker',
    }),
  },

  // ---- servers ----
  {
    repositories: library('nginx'),
    row: (tag) => ({
      ...ready(systemOf(tag), { name: 'nginx', uid: 101, gid: 101 }),
      role: 'nginx',
      mark: 'V',
      source: 'https://github.com/nginx/docker-nginx',
      entrypoint: ['/docker-entrypoint.sh'],
      cmd: ['nginx', '-g', 'daemon off;'],
    }),
  },
  {
    repositories: /^(?:docker\.io|ghcr\.io|public\.ecr\.aws)\/(?:nginxinc|nginx)\/nginx-unprivileged$/,
    row: (tag) => ({
      ...ready(systemOf(tag), { name: 'nginx', uid: 101, gid: 101 }),
      role: 'non-root',
      user: '101',
      source: 'https://github.com/nginx/docker-nginx-unprivileged',
    }),
  },
  {
    repositories: library('httpd'),
    row: (tag) => ({
      ...systemOf(tag),
      role: 'httpd',
      source: 'https://github.com/docker-library/httpd',
      workdir: '/usr/local/apache2',
      cmd: ['httpd-foreground'],
    }),
  },
  {
    repositories: library('caddy'),
    row: () => ({
      ...SYSTEMS.alpine,
      role: 'caddy',
      source: 'https://github.com/caddyserver/caddy-docker',
      workdir: '/srv',
      cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
    }),
  },
  {
    repositories: library('tomcat'),
    row: (tag) => ({
      ...(/alpine/.test(tag) ? SYSTEMS.alpine : SYSTEMS.noble),
      role: 'tomcat',
      source: 'https://github.com/docker-library/tomcat',
      workdir: '/usr/local/tomcat',
      cmd: ['catalina.sh', 'run'],
    }),
  },
  {
    repositories: library('traefik'),
    row: () => ({
      ...SYSTEMS.alpine,
      role: 'host-access',
      source: 'https://github.com/traefik/traefik-library-image',
    }),
  },
  {
    repositories: library('haproxy'),
    row: (tag) => {
      const old = (version(tag) ?? 99) < 2.4;
      return {
        ...(old ? systemOf(tag) : ready(systemOf(tag), { name: 'haproxy', uid: 99, gid: 99 })),
        role: old ? 'root-by-need' : 'non-root',
        user: old ? '' : 'haproxy',
        source: 'https://github.com/docker-library/haproxy',
      };
    },
  },
  {
    repositories: library('memcached'),
    row: (tag) => ({
      ...systemOf(tag),
      role: 'non-root',
      user: 'memcache',
      accounts: [{ name: 'memcache', uid: 11211, gid: 11211 }],
      source: 'https://github.com/docker-library/memcached',
    }),
  },
  {
    repositories: /^docker\.io\/jenkins\/jenkins$/,
    row: () => ({
      role: 'non-root',
      user: 'jenkins',
      accounts: [...DEBIAN_ACCOUNTS, { name: 'jenkins', uid: 1000, gid: 1000 }],
      source: 'https://github.com/jenkinsci/docker',
    }),
  },
  {
    repositories: /^docker\.io\/library\/(?:jetty|solr|sonarqube)$|^quay\.io\/keycloak\/keycloak$/,
    row: (_, name) => ({
      role: 'non-root',
      user: { jetty: 'jetty', solr: 'solr', sonarqube: '1000:0', keycloak: '1000' }[
        name.slice(name.lastIndexOf('/') + 1)
      ]!,
      accounts: [],
      source: 'https://github.com/docker-library/docs',
    }),
  },
  {
    repositories: /^docker\.io\/bitnami(?:legacy)?\//,
    row: () => ({
      role: 'non-root',
      user: '1001',
      accounts: [],
      source: 'https://github.com/bitnami/containers',
    }),
  },
  {
    repositories: /^docker\.io\/grafana\/grafana(?:-oss|-enterprise)?$/,
    row: () => ({
      ...SYSTEMS.alpine,
      role: 'non-root',
      user: '472',
      source: 'https://github.com/grafana/grafana/blob/main/Dockerfile',
    }),
  },
  {
    repositories:
      /^docker\.elastic\.co\/|^docker\.io\/(?:library\/(?:elasticsearch|kibana|logstash)|opensearchproject\/.*)$|^docker\.io\/prom\//,
    row: () => ({ role: 'non-root', mark: 'K', user: '1000', accounts: [] }),
  },
  {
    repositories: library('wordpress|nextcloud|drupal|joomla|matomo'),
    row: () => ({ role: 'site-in-volume', source: 'https://github.com/docker-library/wordpress' }),
  },

  // ---- entry points that drop their privileges ----
  database('postgres', /^postgres$/, (tag) => (/alpine/.test(tag) ? 70 : 999)),
  database('mysql|mariadb', /^(?:mysqld|mariadbd)/, () => 999),
  database('mongo', /^mongo/, () => 999),
  database('redis|valkey', /^(?:redis|valkey)-(?:server|sentinel)$/, () => 999),
  database('rabbitmq', /^rabbitmq/, (tag) => (/alpine/.test(tag) ? 100 : 999)),
  database(
    'cassandra|ghost|neo4j|influxdb|couchdb|zookeeper|vault|consul|telegraf|flink|eclipse-mosquitto',
    null,
    () => null,
  ),
  {
    repositories: /^docker\.io\/(?:postgis\/postgis|pgvector\/pgvector|timescale\/timescaledb(?:-ha)?)$/,
    row: () => ({
      role: 'drops-privileges',
      source: 'https://github.com/docker-library/postgres',
      guard: /^postgres$/,
      cmd: ['postgres'],
      entrypoint: ['docker-entrypoint.sh'],
    }),
  },
  {
    repositories:
      /^docker\.io\/(?:library\/(?:docker|registry)|minio\/.*|localstack\/.*|portainer\/.*)$|cadvisor/,
    row: () => ({ role: 'root-by-need', mark: 'K' }),
  },
  {
    repositories:
      /^docker\.io\/(?:hashicorp\/terraform|amazon\/aws-cli|google\/cloud-sdk|bitnami\/kubectl|alpine\/.*|flyway\/flyway|liquibase\/liquibase|cypress\/.*)$/,
    row: () => ({ role: 'tool', mark: 'K' }),
  },
];

function database(names: string, guard: RegExp | null, uid: (tag: string) => number | null): Row {
  return {
    repositories: library(names),
    row: (tag, name) => {
      const id = uid(tag);
      const short = name.slice(name.lastIndexOf('/') + 1);
      const program: Record<string, string> = {
        postgres: 'postgres',
        mysql: 'mysqld',
        mariadb: 'mariadbd',
        mongo: 'mongod',
        redis: 'redis-server',
        valkey: 'valkey-server',
        rabbitmq: 'rabbitmq-server',
      };
      const account = id === null ? null : { name: short, uid: id, gid: id === 100 ? 101 : id };
      return {
        ...systemOf(tag),
        role: 'drops-privileges',
        ready: account,
        accounts: account ? [account] : [],
        guard,
        entrypoint: ['docker-entrypoint.sh'],
        cmd: program[short] ? [program[short]] : null,
        source: `https://github.com/docker-library/${short}`,
      };
    },
  };
}

function distrolessEntrypoint(name: string): readonly string[] | null {
  if (/\/java/.test(name)) return /java-base/.test(name) ? null : ['/usr/bin/java', '-jar'];
  if (/\/nodejs/.test(name)) return ['/nodejs/bin/node'];
  return /\/python/.test(name) ? ['/usr/bin/python3'] : null;
}

/** Slim and named tags are Debian; from 12 on a bare tag is Oracle Linux. */
function openjdkSystem(tag: string): System {
  if (/alpine/.test(tag)) return SYSTEMS.alpine;
  if (/slim|bullseye|buster|stretch|jessie|bookworm/.test(tag)) return SYSTEMS.debian;
  const major = version(tag);
  return major !== null && major >= 12 ? SYSTEMS.rhel : SYSTEMS.debian;
}

/** From 8 on there is an account `app` whose number is in APP_UID; chiseled images run as it. */
function dotnetRow(tag: string, name: string): Partial<BaseAccounts> | null {
  const major = version(tag);
  const source = 'https://github.com/dotnet/dotnet-docker';
  if (/windows|nanoserver|servercore/.test(tag)) return { family: 'windows', role: 'windows', tool: null };
  const modern = name.includes('/core/') ? false : major === null ? tag === 'latest' : major >= 8;
  if (major === null && !modern) return null;
  const isBare = /chiseled|distroless|extra/.test(tag);
  const system = /azurelinux|mariner/.test(tag) ? SYSTEMS.minimalRhel : systemOf(tag);
  if (!modern) return isBare ? null : { ...system, source };
  const app: Account = { name: 'app', uid: 1654, gid: 1654 };
  return {
    ...ready(system, app, '$APP_UID'),
    source,
    hasShell: !isBare,
    role: isBare ? 'non-root' : 'language',
    user: isBare ? '1654' : '',
  };
}
