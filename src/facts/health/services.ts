/** Servers that come as an image and have a check of their own: databases, caches, queues. */
import type { ImageRef } from '../../core/image-ref.ts';

export interface Service {
  readonly name: string;
  /** The words that start it: the image's own command, so that a replaced one is seen. */
  readonly programs: readonly string[];
  /** The program that checks. It is in the same image as the server. */
  readonly program: string;
  readonly words: readonly string[];
  readonly startPeriodS: number;
  readonly timeoutS: number;
  /** What the check shows. */
  readonly shows: string;
  readonly source: string;
}

const POSTGRES: Service = {
  name: 'PostgreSQL',
  programs: ['postgres'],
  program: 'pg_isready',
  // Over TCP: while the database is made, the server listens on its socket only. Exit code 2 is reserved.
  words: [
    'sh',
    '-c',
    'pg_isready -q -h 127.0.0.1 -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-${POSTGRES_USER:-postgres}}" || exit 1',
  ],
  startPeriodS: 90,
  timeoutS: 5,
  shows: 'it accepts connections',
  source: 'https://www.postgresql.org/docs/current/app-pg-isready.html',
};

const REDIS: Service = {
  name: 'Redis',
  programs: ['redis-server'],
  program: 'redis-cli',
  // A server that asks for a password is up as well.
  words: ['sh', '-c', "redis-cli -h 127.0.0.1 ping 2>&1 | grep -Eq 'PONG|NOAUTH'"],
  startPeriodS: 10,
  timeoutS: 5,
  shows: 'it answers PING',
  source: 'https://redis.io/docs/latest/commands/ping/',
};

const MYSQL: Service = {
  name: 'MySQL',
  programs: ['mysqld'],
  program: 'mysqladmin',
  words: ['mysqladmin', 'ping', '-h', '127.0.0.1', '--silent'],
  startPeriodS: 120,
  timeoutS: 5,
  shows: 'it answers a ping, also without a login',
  source: 'https://dev.mysql.com/doc/refman/8.4/en/mysqladmin.html',
};

const MARIADB: Service = {
  name: 'MariaDB',
  programs: ['mariadbd', 'mysqld'],
  program: 'healthcheck.sh',
  words: ['healthcheck.sh', '--connect', '--innodb_initialized'],
  startPeriodS: 120,
  timeoutS: 5,
  shows: 'it accepts connections and InnoDB is ready',
  source: 'https://mariadb.com/kb/en/using-healthcheck-sh/',
};

const MONGO: Service = {
  name: 'MongoDB',
  programs: ['mongod'],
  program: 'mongosh',
  words: ['mongosh', '--quiet', '--eval', "quit(db.adminCommand('ping').ok?0:1)"],
  startPeriodS: 90,
  timeoutS: 10,
  shows: 'it answers the command ping',
  source: 'https://www.mongodb.com/docs/manual/reference/command/ping/',
};

const RABBITMQ: Service = {
  name: 'RabbitMQ',
  programs: ['rabbitmq-server'],
  program: 'rabbitmq-diagnostics',
  words: ['rabbitmq-diagnostics', '-q', 'ping'],
  startPeriodS: 90,
  timeoutS: 15,
  shows: 'its node runs',
  source: 'https://www.rabbitmq.com/docs/monitoring#health-checks',
};

const BY_REPOSITORY: Readonly<Record<string, Service>> = {
  'library/postgres': POSTGRES,
  'postgis/postgis': POSTGRES,
  'pgvector/pgvector': POSTGRES,
  'timescale/timescaledb': POSTGRES,
  'library/redis': REDIS,
  'valkey/valkey': {
    ...REDIS,
    name: 'Valkey',
    programs: ['valkey-server'],
    program: 'valkey-cli',
    words: ['sh', '-c', "valkey-cli -h 127.0.0.1 ping 2>&1 | grep -Eq 'PONG|NOAUTH'"],
    source: 'https://valkey.io/commands/ping/',
  },
  'library/mysql': MYSQL,
  'library/mariadb': MARIADB,
  'library/mongo': MONGO,
  'library/rabbitmq': RABBITMQ,
};

/** The service that an image of Docker Hub is, in a version that has the check; null for every other image. */
export function serviceOf(image: ImageRef): Service | null {
  if (image.registry !== 'docker.io' || !Object.hasOwn(BY_REPOSITORY, image.repository)) return null;
  const service = BY_REPOSITORY[image.repository]!;
  const major = Number(/^\d+/.exec(image.tag ?? '')?.[0] ?? NaN);
  if (service === MONGO && major < 5) {
    // Before mongosh came with the image.
    return { ...MONGO, program: 'mongo', words: ['mongo', ...MONGO.words.slice(1)] };
  }
  // healthcheck.sh is not in the images of older series.
  if (service === MARIADB && /^(?:5|10\.[0-3])\b/.test(image.tag ?? '')) {
    return { ...MARIADB, program: 'mysqladmin', words: MYSQL.words };
  }
  return service;
}
