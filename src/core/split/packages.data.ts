/**
 * Debian packages: what a program that was compiled against a -dev package needs when it runs, and what the large
 * language images have that their -slim variants leave out. Rows marked V were asked of apt-cache on the archives of
 * bullseye, bookworm and trixie (`apt-cache depends`); S was read in the image's source.
 */

/** Runtime packages of a -dev package by suite. */
export interface DevPackage {
  readonly name: string;
  readonly mark: 'V';
  readonly source: string;
  readonly runtime: Readonly<Record<Suite, readonly string[]>>;
}

export type Suite = 'bullseye' | 'bookworm' | 'trixie';
export const SUITES: readonly Suite[] = ['bullseye', 'bookworm', 'trixie'];

export const ASKED = 'apt-cache depends on the archives of bullseye, bookworm and trixie';

/** `name: runtime`, with `bookworm / trixie` where they differ. */
const DEV_ROWS = `
default-libmysqlclient-dev: libmariadb3
freetds-dev: libct4 libsybdb5
libaio-dev: libaio1 / libaio1t64
libasound2-dev: libasound2 / libasound2t64
libbrotli-dev: libbrotli1
libbz2-dev: libbz2-1.0
libcairo2-dev: libcairo2
libcurl4-openssl-dev: libcurl4 / libcurl4t64
libdbus-1-dev: libdbus-1-3
libedit-dev: libedit2
libev-dev: libev4 / libev4t64
libevent-dev: libevent-2.1-7 / libevent-2.1-7t64
libffi-dev: libffi8
libfreetype-dev: libfreetype6
libfreetype6-dev: libfreetype6
libfribidi-dev: libfribidi0
libgd-dev: libgd3
libgdal-dev: libgdal32 / libgdal36
libgdbm-dev: libgdbm6 / libgdbm6t64
libgeos-dev: libgeos-c1v5 / libgeos-c1t64
libgif-dev: libgif7
libgit2-dev: libgit2-1.5 / libgit2-1.9
libglib2.0-dev: libglib2.0-0 / libglib2.0-0t64
libgmp-dev: libgmp10
libharfbuzz-dev: libharfbuzz0b
libhdf5-dev: libhdf5-103-1 libhdf5-hl-100 / libhdf5-310 libhdf5-hl-310
libicu-dev: libicu72 / libicu76
libimagequant-dev: libimagequant0
libjansson-dev: libjansson4
libjpeg-dev: libjpeg62-turbo
libjpeg62-turbo-dev: libjpeg62-turbo
liblcms2-dev: liblcms2-2
libldap-dev: libldap-2.5-0 / libldap2
libldap2-dev: libldap-2.5-0 / libldap2
liblz4-dev: liblz4-1
liblzma-dev: liblzma5
libmagic-dev: libmagic1 / libmagic1t64
libmariadb-dev: libmariadb3
libmaxminddb-dev: libmaxminddb0
libmcrypt-dev: libmcrypt4
libmemcached-dev: libmemcached11 libmemcachedutil2 / libmemcached11t64 libmemcachedutil2t64
libncurses-dev: libncurses6 libncursesw6
libncurses5-dev: libncurses6 libncursesw6
libnghttp2-dev: libnghttp2-14
libnss3-dev: libnss3
libonig-dev: libonig5
libopenblas-dev: libopenblas0
libopenjp2-7-dev: libopenjp2-7
libpango1.0-dev: libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0
libpcre2-dev: libpcre2-8-0
libpixman-1-dev: libpixman-1-0
libpng-dev: libpng16-16 / libpng16-16t64
libpq-dev: libpq5
libproj-dev: libproj25
librabbitmq-dev: librabbitmq4
libraqm-dev: libraqm0
librdkafka-dev: librdkafka1
libreadline-dev: libreadline8 / libreadline8t64
librsvg2-dev: librsvg2-2
libsasl2-dev: libsasl2-2
libsnappy-dev: libsnappy1v5
libsndfile1-dev: libsndfile1
libsodium-dev: libsodium23
libsqlite3-dev: libsqlite3-0
libssl-dev: libssl3 / libssl3t64
libsystemd-dev: libsystemd0
libtidy-dev: libtidy5deb1 / libtidy58
libtiff-dev: libtiff6
libtiff5-dev: libtiff6
libturbojpeg0-dev: libturbojpeg0
libusb-1.0-0-dev: libusb-1.0-0
libuv1-dev: libuv1 / libuv1t64
libvips-dev: libvips42 / libvips42t64
libwebp-dev: libwebp7 libwebpmux3 libwebpdemux2
libx11-dev: libx11-6
libxft-dev: libxft2
libxml2-dev: libxml2
libxmlsec1-dev: libxmlsec1 libxmlsec1-openssl / libxmlsec1t64 libxmlsec1t64-openssl
libxslt-dev: libxslt1.1
libxslt1-dev: libxslt1.1
libyaml-dev: libyaml-0-2
libzip-dev: libzip4 / libzip5
libzmq3-dev: libzmq5
libzstd-dev: libzstd1
portaudio19-dev: libportaudio2
unixodbc-dev: libodbc2 libodbcinst2
uuid-dev: libuuid1
zlib1g-dev: zlib1g
`;

/** The rows of bullseye that are not those of bookworm. */
const BULLSEYE_ROWS = `
libffi-dev: libffi7
libgdal-dev: libgdal28
libgit2-dev: libgit2-1.1
libicu-dev: libicu67
libldap-dev: libldap-2.4-2
libldap2-dev: libldap-2.4-2
libproj-dev: libproj19
libssl-dev: libssl1.1
libtiff-dev: libtiff5
libtiff5-dev: libtiff5
libwebp-dev: libwebp6 libwebpmux3 libwebpdemux2
unixodbc-dev: libodbc1 odbcinst1debian2
`;

/** The rows of {@link DevPackage}, by name; read when somebody asks for the first time. */
export function devPackages(): ReadonlyMap<string, DevPackage> {
  return (known ??= readRows());
}

let known: ReadonlyMap<string, DevPackage> | undefined;

function readRows(): ReadonlyMap<string, DevPackage> {
  const older = new Map(split(BULLSEYE_ROWS));
  const rows = new Map<string, DevPackage>();
  for (const [name, packages] of split(DEV_ROWS)) {
    const [bookworm = '', trixie = bookworm] = packages.split(' / ');
    const bullseye = older.get(name) ?? bookworm;
    const runtime = {
      bullseye: bullseye.split(' '),
      bookworm: bookworm.split(' '),
      trixie: trixie.split(' '),
    };
    rows.set(name, { name, mark: 'V', source: ASKED, runtime });
  }
  return rows;
}

function split(rows: string): readonly (readonly [name: string, packages: string])[] {
  return rows
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', packages = ''] = line.split(': ');
      return [name, packages] as const;
    });
}

/** Needed to build and by nothing that was built. V: they hold programs, headers and no library that is linked to. */
export const BUILD_PACKAGES =
  /^(?:(?:gcc|g\+\+|cpp|clang|llvm|gfortran|lld)(?:-\d+)?|build-essential|make|cmake|autoconf|automake|autotools-dev|libtool|pkg-config|pkgconf|dpkg-dev|patch|m4|bison|flex|nasm|yasm|swig|swig4\.0|meson|ninja-build|ccache|cargo|rustc|python3?(?:\.\d+)?-dev|python-is-python3|libpython3(?:\.\d+)?-dev|libc6-dev|linux-libc-dev|linux-headers(?:-.*)?|musl-dev|musl-tools|libc-dev|python3-(?:pip|setuptools|wheel|venv)|apt-utils|gettext-dev|node-gyp|ruby-dev|php-dev|php-pear)$/;

/** The package of a program that buildpack-deps has and the -slim variants do not. */
export const PROGRAM_PACKAGES: Readonly<Record<string, string>> = {
  curl: 'curl',
  wget: 'wget',
  git: 'git',
  hg: 'mercurial',
  svn: 'subversion',
  ssh: 'openssh-client',
  scp: 'openssh-client',
  sftp: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  'ssh-keyscan': 'openssh-client',
  ps: 'procps',
  top: 'procps',
  free: 'procps',
  pgrep: 'procps',
  pkill: 'procps',
  uptime: 'procps',
  gpg: 'gnupg',
  file: 'file',
  unzip: 'unzip',
  xz: 'xz-utils',
  bzip2: 'bzip2',
  convert: 'imagemagick',
  identify: 'imagemagick',
  mogrify: 'imagemagick',
};

/** Programs that build; what calls them when the container runs needs the build image. */
export const BUILD_PROGRAMS =
  /^(?:gcc|g\+\+|cc|c\+\+|cpp|clang|make|cmake|ld|autoconf|automake|libtool|pg_config|mysql_config|patch)$/;

/** Libraries of the same layers, by the -dev package that brings them. */
export const BUILDPACK_DEV: readonly string[] =
  'default-libmysqlclient-dev libbz2-dev libcurl4-openssl-dev libevent-dev libffi-dev libgdbm-dev libgmp-dev libjpeg-dev liblzma-dev libmaxminddb-dev libncurses5-dev libpng-dev libpq-dev libreadline-dev libsqlite3-dev libssl-dev libwebp-dev libxml2-dev libxslt-dev libyaml-dev zlib1g-dev'.split(
    ' ',
  );
