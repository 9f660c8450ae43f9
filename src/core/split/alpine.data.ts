/**
 * Alpine packages: what a program that was compiled against a -dev package needs when it runs. Alpine keeps these names
 * through its releases; the file's own release gives the library of its version. S: the package index of Alpine.
 */
const ROWS = `
brotli-dev: brotli-libs
bzip2-dev: libbz2
c-ares-dev: c-ares
cairo-dev: cairo
curl-dev: libcurl
cyrus-sasl-dev: libsasl
expat-dev: expat
fontconfig-dev: fontconfig
freetds-dev: freetds
freetype-dev: freetype
fribidi-dev: fribidi
gdal-dev: gdal
gdbm-dev: gdbm
geos-dev: geos
gettext-dev: libintl
giflib-dev: giflib
glib-dev: glib
gmp-dev: gmp
harfbuzz-dev: harfbuzz
hiredis-dev: hiredis
icu-dev: icu-libs
imagemagick-dev: imagemagick
imap-dev: c-client
jpeg-dev: libjpeg-turbo
krb5-dev: krb5-libs
lcms2-dev: lcms2
libavif-dev: libavif
libcurl-dev: libcurl
libevent-dev: libevent
libffi-dev: libffi
libgit2-dev: libgit2
libheif-dev: libheif
libintl-dev: libintl
libjpeg-turbo-dev: libjpeg-turbo
libmcrypt-dev: libmcrypt
libmemcached-dev: libmemcached-libs
libpcap-dev: libpcap
libpng-dev: libpng
libpq-dev: libpq
librdkafka-dev: librdkafka
libsodium-dev: libsodium
libssh2-dev: libssh2
libuv-dev: libuv
libwebp-dev: libwebp
libx11-dev: libx11
libxml2-dev: libxml2
libxpm-dev: libxpm
libxslt-dev: libxslt
libzip-dev: libzip
lz4-dev: lz4-libs
mariadb-connector-c-dev: mariadb-connector-c
mariadb-dev: mariadb-connector-c
ncurses-dev: ncurses-libs
oniguruma-dev: oniguruma
openblas-dev: openblas
openjpeg-dev: openjpeg
openldap-dev: libldap
pango-dev: pango
pcre-dev: pcre
pcre2-dev: pcre2
pixman-dev: pixman
postgresql-dev: libpq
proj-dev: proj
rabbitmq-c-dev: rabbitmq-c
readline-dev: readline
snappy-dev: snappy
sqlite-dev: sqlite-libs
tcl-dev: tcl
tidyhtml-dev: tidyhtml-libs
tiff-dev: tiff
tk-dev: tk
unixodbc-dev: unixodbc
vips-dev: vips
xmlsec-dev: xmlsec
xz-dev: xz-libs
yaml-dev: yaml
zeromq-dev: libzmq
zlib-dev: zlib
zstd-dev: zstd-libs
`;

let known: ReadonlyMap<string, string> | undefined;

/** The package with the library of a -dev package; undefined for one without a row. */
export function alpineLibrary(name: string): string | undefined {
  known ??= new Map(
    ROWS.trim()
      .split('\n')
      .map((row) => row.split(': ') as [string, string]), // every row has one colon
  );
  return known.get(name);
}

/**
 * Programs, headers and static libraries that only a build needs. openssl-dev: its libraries are in every Alpine, apk
 * itself is linked to them.
 */
export const ALPINE_BUILD =
  /^(?:gcc|make|cmake|musl-dev|libc-dev|libc6-compat-dev|libstdc\+\+-dev|linux-headers|openssl-dev|python3(?:-dev)?|py3-pip|py-setuptools|py3-setuptools|py3-wheel|patch|autoconf|automake|libtool|pkgconfig|pkgconf|build-base|g\+\+|gfortran|alpine-sdk|cargo|rust|nasm|node-gyp|python2?|re2c|dpkg-dev|dpkg|bsd-compat-headers|bison|flex|swig|samurai|ninja|meson|clang)$/;

/** What PHP's images have in the variable of this name, without file, which a program may call. S: their Dockerfiles. */
export const PHPIZE_DEPS: readonly string[] =
  'autoconf dpkg-dev dpkg g++ gcc libc-dev make pkgconf re2c'.split(' ');
