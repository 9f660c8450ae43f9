/** Images that keep data: databases, caches, queues and the like. The first row that fits wins. */
import { ALPINE, DEBIAN, NOT_CHECKED, RHEL, UBUNTU, account, hub } from './row.ts';
import type { BaseImageRow } from './row.ts';

/** Entry points of these start as root, hand over the data folder, and switch users. */
const DROPS = { role: 'drops-privileges', entrypoint: ['docker-entrypoint.sh'] } as const;

const POSTGRES = {
  ...DROPS,
  mark: 'S',
  source: 'https://github.com/docker-library/postgres',
  repositories: [...hub('postgres'), 'docker.io/postgis/postgis', 'docker.io/pgvector/pgvector'],
  guard: /^postgres$/,
  cmd: ['postgres'],
  ports: [5432],
  stopSignal: 'SIGINT',
} as const;

const REDIS = {
  ...DROPS,
  mark: 'S',
  source: 'https://github.com/docker-library/redis',
  repositories: hub('redis'),
  guard: /^(?:redis|valkey)-(?:server|sentinel)$/,
  workdir: '/data',
  cmd: ['redis-server'],
  ports: [6379],
} as const;
const VALKEY = {
  ...REDIS,
  source: 'https://github.com/valkey-io/valkey-container',
  repositories: [...hub('valkey'), 'docker.io/valkey/valkey'],
  cmd: ['valkey-server'],
} as const;

const RABBITMQ = {
  ...DROPS,
  mark: 'S',
  source: 'https://github.com/docker-library/rabbitmq',
  repositories: hub('rabbitmq'),
  guard: /^rabbitmq/,
  cmd: ['rabbitmq-server'],
  ports: [5672],
} as const;

const MARIADB = {
  mark: 'S',
  source: 'https://github.com/MariaDB/mariadb-docker',
  repositories: hub('mariadb'),
  entrypoint: ['docker-entrypoint.sh'],
  cmd: ['mariadbd'],
  guard: /^(?:mysqld|mariadbd)/,
  tools: ['sh', 'bash'],
  ports: [3306],
} as const;

export const STORE_IMAGES: readonly BaseImageRow[] = [
  {
    ...POSTGRES,
    id: '65a',
    tag: /alpine/,
    ready: account('postgres', 70),
    tools: ['sh', 'bash', 'busybox-wget'],
  },
  { ...POSTGRES, id: '65', ready: account('postgres', 999), tools: ['sh', 'bash'] },
  {
    ...DROPS,
    id: '65t',
    mark: 'S',
    source: 'https://github.com/docker-library/postgres (its entry point, which this image keeps)',
    repositories: ['docker.io/timescale/timescaledb', 'docker.io/timescale/timescaledb-ha'],
    guard: /^postgres$/,
    cmd: ['postgres'],
  },
  {
    ...DROPS,
    id: '66',
    mark: 'S',
    source: 'https://github.com/docker-library/mysql',
    repositories: hub('mysql'),
    system: (tag) => (/debian|bookworm|bullseye|buster/.test(tag) ? DEBIAN : RHEL),
    ready: account('mysql', 999),
    guard: /^(?:mysqld|mariadbd)/,
    cmd: ['mysqld'],
    tools: ['sh', 'bash'],
    ports: [3306],
  },
  {
    ...MARIADB,
    id: '67u',
    tag: /ubi/,
    system: RHEL,
    role: 'non-root',
    user: 'mysql',
    accounts: [account('mysql', 999)],
  },
  { ...MARIADB, id: '67', system: UBUNTU, role: 'drops-privileges', ready: account('mysql', 999) },
  {
    ...DROPS,
    id: '68',
    mark: 'S',
    source: 'https://github.com/docker-library/mongo',
    repositories: hub('mongo'),
    system: UBUNTU,
    ready: account('mongodb', 999),
    guard: /^mongo/,
    cmd: ['mongod'],
    tools: ['sh', 'bash'],
    ports: [27017],
  },
  { ...REDIS, id: '69a', tag: /alpine/, ready: account('redis', 999, 1000), tools: ['sh', 'busybox-wget'] },
  { ...REDIS, id: '69', ready: account('redis', 999), tools: ['sh', 'bash'] },
  { ...VALKEY, id: '69b', tag: /alpine/, ready: account('valkey', 999, 1000), tools: ['sh', 'busybox-wget'] },
  { ...VALKEY, id: '69v', ready: account('valkey', 999), tools: ['sh', 'bash'] },
  {
    ...RABBITMQ,
    id: '70a',
    tag: /alpine/,
    ready: account('rabbitmq', 100, 101),
    tools: ['sh', 'busybox-wget'],
  },
  { ...RABBITMQ, id: '70', system: UBUNTU, ready: account('rabbitmq', 999), tools: ['sh', 'bash'] },
  {
    id: '71',
    mark: 'S',
    source: 'https://github.com/docker-library/memcached',
    repositories: hub('memcached'),
    role: 'non-root',
    user: 'memcache',
    accounts: [account('memcache', 11211)],
    tools: ['sh'],
    ports: [11211],
  },
  {
    ...DROPS,
    id: '72',
    mark: 'S',
    source:
      'https://github.com/docker-library (cassandra, ghost) and https://github.com/neo4j/docker-neo4j, influxdata, apache',
    repositories: hub('cassandra', 'ghost', 'neo4j', 'influxdb', 'couchdb', 'zookeeper', 'telegraf', 'flink'),
    tools: [],
  },
  {
    ...DROPS,
    id: '72v',
    mark: 'S',
    source: 'https://github.com/hashicorp/docker-vault, https://github.com/hashicorp/docker-consul',
    repositories: hub('vault', 'consul'),
  },
  {
    id: '72k',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: ['docker.io/hashicorp/vault', 'docker.io/hashicorp/consul'],
    system: ALPINE,
    accounts: [account('vault', 100, 1000)],
    tools: [],
  },
  {
    ...DROPS,
    id: '75m',
    mark: 'S',
    source: 'https://github.com/eclipse-mosquitto/mosquitto (docker)',
    repositories: hub('eclipse-mosquitto'),
    system: ALPINE,
    accounts: [account('mosquitto', 1883)],
    tools: ['sh', 'busybox-wget'],
    ports: [1883],
  },
  {
    id: '75n',
    mark: 'S',
    source: 'https://github.com/nats-io/nats-docker',
    repositories: hub('nats'),
    system: { family: 'scratch', tool: null, accounts: [] },
    hasShell: false,
    tools: [],
    ports: [4222, 8222],
  },
];
