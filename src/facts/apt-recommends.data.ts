// Made by scripts/apt-recommends.js from the package indexes (main, amd64) of Debian; not edited by hand.
// Below the suites for which they hold, one line a package: its name, the recommended packages that matter, and
// which such packages it depends on.
export const TABLE = `
[bullseye bookworm trixie]
acl::
adduser::
antiword::
apache2-doc:apache2:
apparmor::
apt::
apt-transport-https::
apt-utils::
aptitude:libdpkg-perl sensible-utils:libncursesw6
arping::
aspell:aspell-en:libncursesw6
at::
autoconf-archive:autoconf:
autopoint::xz-utils
autossh::openssh-client
autotools-dev::
avahi-daemon:libnss-mdns:
bash::
bash-completion::
bc::
bedtools::
binfmt-support::
binutils::
binutils-dev::
binutils-gold::
binutils-mingw-w64::
bridge-utils::
bsdmainutils::
busybox-static::
bzip2::
ca-certificates::openssl
ca-certificates-mono:cli-common libmono-btls-interface4.0-cil libmono-i18n-west4.0-cil:ca-certificates openssl
cabextract::
ccache::
check::
chrpath::
clinfo::
cmake:ca-certificates gcc make:libncursesw6 procps
coreutils::
cpio::
cron::sensible-utils
ctags::
curl:ca-certificates:
cvs:openssh-client:
cvsps:openssh-client:
daemontools::
dbus::
dbus-x11::
debconf::
debconf-utils::
debian-archive-keyring::
default-libmysqlclient-dev::libc6-dev
device-tree-compiler::
dialog::libncursesw6
diffstat::
dirmngr:gnupg:
dnsmasq:dns-root-data:netbase
dnsutils::
docbook-xsl:docbook-xml:
dos2unix::
dosfstools::
doxygen::
dpkg::
dumb-init::
e2fsprogs::
ed::
ethtool::
expat::
expect::
fakeroot::
faketime::
file::
findutils::
flac::
fonts-dejavu::
fonts-dejavu-core::
fonts-freefont-ttf::
fonts-ipafont-gothic:fonts-ipafont-mincho:
fonts-noto-cjk::
fonts-thai-tlwg::fonts-tlwg-garuda fonts-tlwg-kinnari fonts-tlwg-laksaman fonts-tlwg-loma fonts-tlwg-mono fonts-tlwg-norasi fonts-tlwg-purisa fonts-tlwg-sawasdee fonts-tlwg-typewriter fonts-tlwg-typist fonts-tlwg-typo fonts-tlwg-umpush fonts-tlwg-waree
freetds-common::
freetds-dev::
fuse::
fuse3::
g++-arm-linux-gnueabihf::
g++-mingw-w64-x86-64::
gawk::
gcc:libc6-dev:
gcc-aarch64-linux-gnu:libc6-dev-arm64-cross:
gcc-mingw-w64::
gcc-multilib::gcc libc6-dev
gdbserver::
genisoimage::
gettext::
gettext-base::
gfortran::gcc libc6-dev
gifsicle::
gnupg-agent:gnupg:libncursesw6
gobjc::gcc libc6-dev
gosu::
gperf::
gpg:gnupg:
gpg-agent:gnupg:libncursesw6
gpgv::
grep::
groff-base::
gss-ntlmssp::
gzip::
haproxy::
haveged::
hostname::
html2text::
htop::libncursesw6
inetutils-ping::netbase
inotify-tools::
ipmitool:openipmi:
iproute2::
iptables:nftables:netbase
iputils-ping::
isc-dhcp-server:isc-dhcp-common policycoreutils:
jed::
john::
jpegoptim::
jq::
kmod::
ldap-utils::
less::
lib32stdc++6::
lib32z1::
lib32z1-dev:gcc-multilib:libc6-dev
libaio-dev::
libapparmor-dev::
libapparmor1::
libapr1::
libargon2-dev::
libaspell-dev:aspell-en:
libassimp-dev::
libatk-bridge2.0-0:shared-mime-info:
libatk1.0-0:shared-mime-info:
libatlas3-base::
libatomic1::
libavif-dev::
libavutil-dev:va-driver-all vdpau-driver-all:
libb64-0d::
libb64-dev::
libblas-dev::
libblas3::
libbluetooth-dev::libc6-dev
libbrotli-dev::
libbsd-dev::
libbz2-1.0::
libbz2-dev::libc6-dev
libc++-dev::
libc++abi-dev::
libc-ares-dev::
libc-ares2::
libc-dev::libc6-dev
libc6::
libc6-dbg::
libc6-dev::
libc6-dev-i386:gcc-multilib:libc6-dev
libc6-i386::
libcap-dev::
libcap2::
libcap2-bin::
libcdparanoia-dev::
libcdparanoia0::
libcppunit-dev::
libcunit1-dev::
libcurl3-gnutls:ca-certificates:
libcurl4:ca-certificates:
libdb-dev::
libdbus-1-3::
libdbus-glib-1-2:shared-mime-info:
libde265-0::
libde265-dev::
libdevmapper-dev::libc6-dev
libdjvulibre-dev::libc6-dev
libdouble-conversion-dev::
libdrm-dev::
libdrm-intel1::
libdrm2::
libdwarf-dev::
libedit-dev::libc6-dev libncursesw6
libedit2::
libegl1::
libelf-dev::libc6-dev
libelf1::
libev-dev::
libevent-dev::
libexif-dev::libc6-dev
libexif12::
libexpat-dev::libc6-dev
libexpat1::
libexpat1-dev::libc6-dev
libfcgi-dev:libfcgi-bin:
libffi-dev::
libfftw3-dev::
libfontenc1::
libfreeimage-dev::
libfreetype6::
libfuse-dev::libc6-dev
libfuse2::
libgbm-dev::
libgbm1::
libgc-dev::libc6-dev
libgcc1::
libgeos++-dev::
libgeos-c1v5::
libgeos-dev::
libgflags-dev::
libgif-dev::
libgit2-dev::libc6-dev
libglib2.0-0:shared-mime-info:
libglm-dev::
libgmp-dev::
libgmp10::
libgmp3-dev::
libgnutls28-dev::libc6-dev
libgomp1::
libgoogle-glog-dev::
libgoogle-perftools-dev::
libgpg-error-dev::
libgsl-dev::
libgsl0-dev::
libgssapi-krb5-2::
libgtest-dev::
libhiredis-dev::
libiberty-dev::
libice6::
libicu-dev::libc6-dev
libjansson-dev::
libjemalloc-dev::
libjemalloc2::
libjpeg-dev::libc6-dev
libjpeg-progs::
libjpeg62::
libjpeg62-turbo::
libjpeg62-turbo-dev::libc6-dev
libjson-c-dev::
libjsoncpp-dev::
libkrb5-dev::libc6-dev
liblapack-dev::
liblapack3::
liblapacke-dev::
liblcms2-2::
liblcms2-dev::
libldap-common::
libldap2-dev::
libleptonica-dev::
libleveldb-dev::
liblmdb-dev::
liblqr-1-0-dev:shared-mime-info:
libltdl7::
liblttng-ust-dev:python3:libc6-dev
liblua5.2-dev:libtool-bin pkg-config:libc6-dev libncursesw6
liblz4-dev::
liblzma-dev::
liblzma5::
liblzo2-2::
liblzo2-dev::
libmagic-dev::
libmariadb-dev::libc6-dev
libmaxminddb-dev::
libmaxminddb0::
libmcrypt-dev::
libmcrypt4::
libmecab-dev::
libmemcached-dev::libc6-dev
libmemcached-tools::
libmemcached11::
libmemcachedutil2::
libmhash-dev::libc6-dev
libmicrohttpd-dev::libc6-dev
libminiupnpc-dev::
libmnl-dev::
libmongoc-dev::libc6-dev
libmp3lame-dev::
libmpc-dev::
libmpfr-dev::
libncurses-dev::libc6-dev libncursesw6
libncurses5-dev::libc6-dev libncursesw6
libncursesw5-dev::libc6-dev libncursesw6
libnet-dev::libc6-dev
libnet1-dev::libc6-dev
libnl-3-dev::
libnl-route-3-dev::
libnspr4::
libnss-wrapper::
libnss3::
libnss3-dev::
libnuma-dev::libc6-dev
libnuma1::
libogg-dev::
libonig-dev::
libopenblas-dev::libopenblas0
libopencore-amrnb-dev::
libopencore-amrwb-dev::
libopenjp2-7::
libopenjp2-7-dev::
libopus-dev::
libpam0g::
libpam0g-dev::libc6-dev
libpcap0.8::
libpciaccess-dev::
libpciaccess0::
libpixman-1-dev::
libpng-dev::libc6-dev
libpng16-16::
libpopt-dev::libc6-dev
libprotobuf-c-dev::
libprotobuf-dev::libc6-dev
libprotoc-dev::libc6-dev libprotobuf-dev
libpspell-dev:aspell-en:
libpthread-stubs0-dev::
libpulse0::
librabbitmq-dev::
libreadline-dev::libc6-dev libncursesw6
libreadline6-dev::libc6-dev libncursesw6
librtmp-dev::libc6-dev
librtmp1::
libsasl2-2::
libsasl2-dev::libc6-dev
libsasl2-modules::
libseccomp-dev::
libseccomp2::
libsm6::
libsnappy-dev::
libsndfile1::
libsodium-dev::
libsqlite3-0::
libsqlite3-dev::libc6-dev
libssh-dev::libc6-dev
libssh2-1::
libssh2-1-dev::libc6-dev
libssl-dev::
libstdc++6::
libsvm-dev::
libswscale-dev:va-driver-all vdpau-driver-all:
libsybdb5::
libsystemd-dev::
libtbb-dev::
libtcl8.6::
libtidy-dev::
libtiff-dev::libc6-dev
libtinfo-dev::libc6-dev libncursesw6
libtinyxml-dev::
libudev-dev::
libudev1::
libudunits2-dev:pkg-config:
libunwind-dev::
libunwind8::
libunwind8-dev::
libusb-1.0-0-dev::
libuuid1::
libv4l-0::
libva-drm2:va-driver-all:
libva2:va-driver-all:
libvdpau-dev:vdpau-driver-all:
libvdpau1:vdpau-driver-all:
libvisual-0.4-0::
libvncserver-dev::libc6-dev
libvorbis-dev::
libvpx-dev::
libwayland-client0::
libwayland-dev::
libwebp-dev::
libx11-6::
libx11-dev::
libx11-xcb-dev::
libx11-xcb1::
libx264-dev::
libxcb-shape0::
libxcb-shape0-dev::
libxcb-shm0::
libxcb-shm0-dev::
libxcb-xfixes0::
libxcb-xfixes0-dev::
libxcb1::
libxcb1-dev::
libxcomposite-dev::
libxcomposite1::
libxcursor-dev::
libxcursor1::
libxdamage-dev::
libxdamage1::
libxext-dev::
libxext6::
libxfixes-dev::
libxfixes3::
libxi-dev::
libxi6::
libxinerama-dev::
libxinerama1::
libxml2::
libxml2-utils::
libxmlsec1-dev::libc6-dev
libxmu6::
libxpm-dev::
libxpm4::
libxrandr-dev::
libxrandr2::
libxrender-dev::
libxrender1::
libxslt1.1::
libxss1::
libxt6::
libxtst-dev::
libxtst6::
libxv-dev::
libxv1::
libxvidcore-dev::
libxxf86vm1::
libyajl-dev::
libyajl2::
libyaml-0-2::
libyaml-cpp-dev::
libyaml-dev::
libz-dev::libc6-dev
libz1::
libzip-dev::libc6-dev
libzstd-dev::
linux-libc-dev::
locales::
locales-all::
locate::
lsof::
ltrace::
lua5.1::
lua5.2::
lzop::
m4::
make::
mariadb-backup::
mcrypt::bzip2
mecab::
mecab-ipadic-utf8::
mingw-w64::
mosh::openssh-client
mtools::
mysql-common::
nano::libncursesw6
nasm::
ncdu::libncursesw6
ncurses-dev::libc6-dev libncursesw6
neko-dev::
net-tools::
netbase::
netcat::
netcat-openbsd::
netcdf-bin:ca-certificates:
nginx-light::
ninja-build::
nodejs:ca-certificates:
nsis::
numactl::
ocaml:file ledit ocaml-man:gcc libc6-dev libncursesw6
ocl-icd-libopencl1::
odbcinst::
opencl-headers::
opencv-data::
openmpi-bin::ibverbs-providers openssh-client
openssh-client::
openssh-server::libncursesw6 openssh-client procps sensible-utils
openssl::
openvpn:easy-rsa:
optipng::
p11-kit::
p7zip::
p7zip-full::
pandoc::
parted::
passwd::
patch::
patchelf::
pbzip2::
pciutils::
perl-base::
perl-modules:perl:
pigz::
pngcrush::
pngquant::
procps::libncursesw6
proj-bin:ca-certificates:
protobuf-c-compiler::
protobuf-compiler:libprotobuf-dev:
psmisc::
pv::
pwgen::
qpdf::
qt5-qmake::
re2c::
redis-server::
redis-tools::
rsync::
rsyslog::
samtools:ca-certificates:
schedtool::
screen::
sed::
sgml-base::
shellcheck::
socat::
spawn-fcgi::
sqlite3::
squashfs-tools::
ssh::libncursesw6 openssh-client procps sensible-utils
ssh-askpass::
ssh-client::openssh-client
sshpass:openssh-client:
ssl-cert::openssl
ssmtp::
strace::
sudo::
swig::
systemd::
systemd-sysv::
tabix::
tar::
tcl::
tcl8.6::
tcpdump::
tcsh::
telnet::netbase
tesseract-ocr-eng:tesseract-ocr:
thin-provisioning-tools::
tidy::
time::
tini::
tmux::
traceroute::
tree::
tzdata::
udev::
unzip::
usbutils::
util-linux::
uuid-dev::libc6-dev
uuid-runtime::
v4l-utils::
vim::
vim-common::
vim-tiny::
wget:ca-certificates:
whois::
x11-xkb-utils::
x11-xserver-utils::
x11proto-core-dev::
xauth::
xclip:xauth:
xdg-utils:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl x11-utils x11-xserver-utils:
xdotool::
xfonts-encodings::
xml-core::
xmlsec1::
xmlstarlet::
xsltproc::
xutils-dev::
xxd::
xz-utils::
yasm::
zip:unzip:
zlib1g::
zlib1g-dev::libc6-dev
zstd::
[bookworm trixie]
bind9::dns-root-data netbase
ca-certificates-java::ca-certificates openssl
clamav:ca-certificates:libncursesw6 procps sensible-utils
fcgiwrap:libfcgi-bin:
fontconfig-config::
fonts-texgyre:fonts-texgyre-math:
fp-compiler:fp-utils-3.2.2:
hdf5-tools:ca-certificates:
ldnsutils:dns-root-data:
libglu1::
libglu1-mesa::
libopenexr-dev::libc6-dev
libsmbclient-dev::
libssl3::
libsuitesparse-dev:libgraphblas-dev:
libvpl2::
libzmq3-dev:cppzmq-dev:libc6-dev
logrotate::sensible-utils
lsb-release::
lynx:mailcap:libncursesw6
mc:mailcap perl sensible-utils shared-mime-info unzip:
neovim:python3-pynvim xclip:
nginx::
nginx-full::
ocl-icd-opencl-dev:libgl-dev:
php-fpm::libncursesw6 procps sensible-utils
pkgconf::
w3m:ca-certificates:
[bullseye bookworm]
ack-grep::libgdbm6 perl
alsa-utils::libncursesw6
apache2-bin:ca-certificates:libgdbm6 perl
apache2-utils::libgdbm6
apt-file::libgdbm6 perl
aspcud::libncursesw6
autoconf:automake:libgdbm6 m4 perl
autogen::libgdbm6 perl
automake::autoconf autotools-dev libgdbm6 m4 perl
bison::m4
byobu:libfribidi0 pastebinit sensible-utils:libncursesw6 python3
cabal-install:curl:gcc libc6-dev libncursesw6
cython3:gcc python3-dev:libncursesw6 python3
debootstrap:arch-test ca-certificates gnupg:wget
default-mysql-client:libdbd-mariadb-perl libdbi-perl libterm-readkey-perl:libgdbm6 perl
dh-autoreconf:libltdl-dev:autoconf automake autotools-dev file gcc libc6-dev libgdbm6 libtool m4 perl xz-utils
docbook-xml::libgdbm6 perl
dpkg-dev:build-essential gcc gnupg:bzip2 libdpkg-perl libgdbm6 make patch perl xz-utils
dstat::libncursesw6 python3
elixir:erlang-syntax-tools libsctp1:erlang-crypto libncursesw6 procps
erlang-base:erlang-crypto erlang-syntax-tools libsctp1:libncursesw6 procps
erlang-dev:erlang-crypto erlang-syntax-tools libsctp1:libncursesw6 procps
erlang-eunit:erlang-crypto erlang-syntax-tools libsctp1:libncursesw6 procps
erlang-nox:libsctp1:erlang-crypto erlang-syntax-tools libncursesw6 procps
erlang-tools:erlang-crypto erlang-syntax-tools libsctp1:libncursesw6 procps
flex:gcc libfl-dev:m4
flite::
fonts-kacst:fonts-kacst-one:
fonts-liberation::
freetds-bin::
g++::gcc libc6-dev
g++-multilib::g++ gcc gcc-multilib libc6-dev
gccgo::gcc libc6-dev
gconf-service:shared-mime-info:sensible-utils
geoip-database:libgeoip1:
ghc::gcc libc6-dev libncursesw6
git:ca-certificates openssh-client patch:libgdbm6 perl
git-core:ca-certificates openssh-client patch:git libgdbm6 perl
git-flow:ca-certificates openssh-client patch:git libgdbm6 perl
git-lfs:ca-certificates openssh-client patch:git libgdbm6 perl
git-svn:ca-certificates libyaml-libyaml-perl openssh-client patch:git libgdbm6 libterm-readkey-perl perl
gnupg::dirmngr libncursesw6
gnupg1:ca-certificates:
gnupg2::dirmngr gnupg libncursesw6
golang:g++ gcc libc6-dev pkg-config:
golang-go:g++ gcc libc6-dev pkg-config:
groff:ghostscript imagemagick libpaper1 netpbm perl psutils:
gyp::libncursesw6 python3 python3-pkg-resources
help2man::libgdbm6 perl
ifupdown:isc-dhcp-client:
intel-opencl-icd::
iotop::libncursesw6 python3
lcov:libc6-dev libgd-perl libjson-xs-perl:gcc libgdbm6 libjson-perl perl
lib32ncurses5-dev:gcc-multilib:libc6-dev libncursesw6
libaio1::
libapache2-mod-wsgi-py3:ca-certificates:libgdbm6 libncursesw6 perl python3
libapr1-dev::libc6-dev libncursesw6 libsctp1 python3
libaprutil1::libgdbm6
libaprutil1-dev::libc6-dev libgdbm6 libncursesw6 libsctp1 python3
libarchive-dev::
libasound2::
libasound2-dev::
libatlas-base-dev::
libbit-vector-perl:netbase:libgdbm6 perl
libboost-chrono-dev::libc6-dev
libboost-date-time-dev::libc6-dev
libboost-dev::libc6-dev
libboost-filesystem-dev::libc6-dev
libboost-iostreams-dev::libc6-dev
libboost-program-options-dev::libc6-dev
libboost-regex-dev::libc6-dev
libboost-system-dev::libc6-dev
libboost-test-dev::libc6-dev
libboost-thread-dev::libc6-dev
libc-client-dev::libc6-dev
libc-client2007e::
libc-client2007e-dev::libc6-dev
libcrypt-ssleay-perl:libmath-random-isaac-xs-perl netbase:libgdbm6 perl
libcups2::
libcurl3-dev:ca-certificates:
libcurl4-gnutls-dev:ca-certificates:
libcurl4-nss-dev:ca-certificates:
libcurl4-openssl-dev:ca-certificates:
libdbd-mysql-perl:netbase:libdbi-perl libgdbm6 perl
libdbd-sqlite3-perl:netbase:libdbi-perl libgdbm6 perl
libdbi-perl:netbase:libgdbm6 perl
libdpkg-perl:bzip2 netbase xz-utils:libgdbm6 perl
libegl1-mesa::
liberror-perl:netbase:libgdbm6 perl
libfreetype6-dev::libc6-dev
libgconf-2-4:gconf-service shared-mime-info:sensible-utils
libgdbm-dev::libc6-dev libgdbm6
libgdk-pixbuf2.0-0::shared-mime-info
libgeoip-dev:geoip-database libsocket6-perl:libgdbm6 libgeoip1 perl
libgeotiff-dev:ca-certificates:libc6-dev
libgpgme11::dirmngr gnupg libncursesw6
libgpgme11-dev::dirmngr gnupg libc6-dev libncursesw6
libhttp-date-perl:netbase:libgdbm6 perl
libhwloc-dev:libtool:autoconf automake autotools-dev libc6-dev libgdbm6 libltdl-dev m4 perl
libio-pty-perl:netbase:libgdbm6 perl
libjson-perl:libjson-xs-perl netbase:libgdbm6 perl
libltdl-dev:libtool:autoconf automake autotools-dev libgdbm6 m4 perl
liblz4-tool::
libncurses5::
libncursesw5::
libnet-ssleay-perl:netbase:libgdbm6 perl
libnetcdf-dev:ca-certificates pkg-config:libc6-dev
libopenal-dev:libpulse0:
libopenmpi-dev:libcoarrays-openmpi-dev libtool:autoconf automake autotools-dev ibverbs-providers libc6-dev libgdbm6 libltdl-dev m4 openssh-client perl
libpcre3::
libperl-dev::libc6-dev libgdbm6 perl
libpq-dev::
libpq5::
libproj-dev:ca-certificates:libc6-dev
libpython3-all-dev::libc6-dev libncursesw6
libpython3-dev::libc6-dev libncursesw6
libpython3-stdlib::libncursesw6
librdkafka-dev::
libre2-dev::
librecode0::
libserf-1-1::libgdbm6
libspatialite-dev:ca-certificates pkg-config:libc6-dev
libsvn-perl:netbase:libgdbm6 perl
libsvn1::libgdbm6
libtiff5-dev:pkg-config:libc6-dev
libtimedate-perl:netbase:libgdbm6 perl
libtinfo5::
libtool:libltdl-dev:autotools-dev file gcc libc6-dev
libtool-bin:libltdl-dev:autotools-dev file gcc libc6-dev libtool
libv4l-dev::
libxml-simple-perl:libwww-perl libxml-sax-expat-perl netbase:libgdbm6 perl sensible-utils
libxml2-dev::libc6-dev
libxmu-dev::libxt-dev
libxslt-dev::libc6-dev
libxslt1-dev::libc6-dev
libxt-dev::
libyaml-perl:libyaml-libyaml-perl netbase:libgdbm6 perl
lmodern::sensible-utils
man::libgdbm6 man-db
man-db::libgdbm6
mariadb-client:libdbd-mariadb-perl libdbi-perl libterm-readkey-perl:libgdbm6 perl
memcached::libgdbm6 perl
mercurial:ca-certificates openssh-client:libncursesw6 python3 sensible-utils
mlocate::
moreutils::libgdbm6 perl
musl-tools:libc6-dev:gcc
parallel::libgdbm6 libncursesw6 perl procps sensible-utils sysstat xz-utils
perl:netbase:libgdbm6
php-bcmath::sensible-utils
php-curl:ca-certificates:sensible-utils
php-gd::sensible-utils
php-intl::sensible-utils
php-mbstring::sensible-utils
php-mysql::sensible-utils
php-pgsql::sensible-utils
php-soap::sensible-utils
php-sqlite3::sensible-utils
php-xml::sensible-utils
php-zip::sensible-utils
postfix:ca-certificates python3:netbase openssl ssl-cert
python-is-python3::libncursesw6 python3
python3:ca-certificates:libncursesw6
python3-distutils:ca-certificates:libncursesw6 python3
python3-gi:ca-certificates shared-mime-info:gir1.2-glib-2.0 libncursesw6 python3
python3-h5py:ca-certificates:libncursesw6 python3 python3-numpy python3-pkg-resources
python3-lxml:ca-certificates python3-bs4 python3-html5lib:libncursesw6 python3
python3-nose:ca-certificates:libncursesw6 python3 python3-pkg-resources
python3-numpy:ca-certificates:libncursesw6 python3 python3-pkg-resources
python3-psutil:ca-certificates:libncursesw6 python3
python3-six:ca-certificates:libncursesw6 python3
python3-tornado::ca-certificates libncursesw6 openssl python3
python3-yaml:ca-certificates:libncursesw6 python3
python3-zope.interface:ca-certificates:libncursesw6 python3 python3-pkg-resources
qemu-user:qemu-user-binfmt shared-mime-info:
qemu-user-static::
qtbase5-dev-tools::libgdbm6 perl shared-mime-info
quilt::bzip2 libgdbm6 patch perl sensible-utils
r-base:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev r-base-html shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfribidi0 libpaper1 openssl r-recommended sensible-utils unzip xdg-utils zip
r-base-core:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev r-recommended shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfribidi0 libpaper1 openssl sensible-utils unzip xdg-utils zip
r-cran-matrix:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev r-recommended shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfribidi0 libpaper1 openssl sensible-utils unzip xdg-utils zip
r-recommended:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfribidi0 libpaper1 openssl sensible-utils unzip xdg-utils zip
rlwrap::libgdbm6 libncursesw6 perl python3
rpm::libgdbm6 perl
runit:runit-run:
s3cmd::libncursesw6 python3 python3-magic
scons::libncursesw6 python3 python3-pkg-resources
sgml-data::libgdbm6 perl
slapd:ldap-utils:libgdbm6 perl
sloccount::libgdbm6 perl
snmp:perl:libgdbm6
sox::
subversion::libgdbm6
supervisor::libncursesw6 python3 python3-pkg-resources
sysstat::sensible-utils xz-utils
texinfo:libwww-perl libxml-sax-expat-perl:libgdbm6 perl sensible-utils
texlive:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info tex-gyre tipa x11-utils x11-xserver-utils:libgdbm6 libpaper1 perl sensible-utils texlive-fonts-recommended texlive-latex-recommended xdg-utils
texlive-base:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info x11-utils x11-xserver-utils:libgdbm6 libpaper1 perl sensible-utils xdg-utils
texlive-extra-utils:dvisvgm ghostscript libfile-homedir-perl libfile-mimeinfo-perl liblog-log4perl-perl libnet-dbus-perl libx11-protocol-perl libyaml-tiny-perl ruby shared-mime-info texlive-latex-recommended x11-utils x11-xserver-utils:libgdbm6 libncursesw6 libpaper1 libunicode-linebreak-perl lmodern perl python3 sensible-utils texlive-plain-generic xdg-utils
texlive-fonts-recommended:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info tex-gyre tipa x11-utils x11-xserver-utils:libgdbm6 libpaper1 perl sensible-utils xdg-utils
texlive-latex-base:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info x11-utils x11-xserver-utils:libgdbm6 libpaper1 perl sensible-utils xdg-utils
texlive-latex-recommended:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info x11-utils x11-xserver-utils:libgdbm6 libpaper1 perl sensible-utils xdg-utils
tig:ca-certificates openssh-client patch:git libgdbm6 libncursesw6 perl
unattended-upgrades:iso-codes python3-gi shared-mime-info systemd-sysv:libncursesw6 lsb-release python3 python3-apt python3-dbus sensible-utils xz-utils
unixodbc::
valgrind:gdb:
vim-nox:perl zip:ca-certificates libgdbm6 libncursesw6 openssl ruby
xfonts-100dpi::
xfonts-75dpi::
xfonts-base::
xfonts-scalable::
xfonts-utils::
xfsprogs::libncursesw6 python3
xmlto:dblatex zip:docbook-xml libgdbm6 perl
[bullseye trixie]
android-tools-adb::
libgl1-mesa-dri:mesa-vulkan-drivers:
nmap::
silversearcher-ag::
uwsgi::
webp:mesa-vulkan-drivers:
[bookworm]
alien:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libtool m4 make man-db patch perl sensible-utils xz-utils
android-tools-adb:android-sdk-platform-tools-common:
ansible:python3-argcomplete python3-babel python3-h2 python3-httpx python3-idna python3-jmespath python3-kerberos python3-libcloud python3-passlib python3-pkg-resources python3-requests python3-requests-toolbelt python3-selinux python3-winrm python3-xmltodict:ca-certificates libncursesw6 netbase openssh-client openssl python3 python3-cryptography python3-distutils python3-yaml wget
ant:ant-optional shared-mime-info:ca-certificates default-jre-headless openssl
ant-optional:shared-mime-info:ca-certificates default-jre-headless openssl
apache2:ca-certificates ssl-cert:libgdbm6 libncursesw6 perl procps
apache2-dev:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libncursesw6 libsctp1 libtool m4 make man-db openssl patch perl python3 sensible-utils xz-utils
asciidoc:asciidoc-dblatex docbook-xml xmlto:libncursesw6 python3
awscli:python3-pil python3-pygments:libncursesw6 lsb-release python3 python3-cryptography python3-jmespath
azure-cli:python3-azext-devops python3-json-pointer python3-rfc3987 python3-uritemplate python3-webcolors shared-mime-info:ca-certificates gir1.2-glib-2.0 libncursesw6 lsb-release openssl python3 python3-argcomplete python3-cryptography python3-distutils python3-gi python3-github python3-idna python3-invoke python3-jmespath python3-paramiko python3-pkg-resources python3-pygments python3-requests python3-xmltodict python3-yaml
brz:openssh-client python3-fastimport python3-github python3-gpg python3-launchpadlib:libncursesw6 python3 python3-yaml
build-essential:gnupg:bzip2 dpkg-dev g++ gcc libc6-dev libdpkg-perl libgdbm6 make patch perl xz-utils
bundler:build-essential ruby-dev sudo zip:ca-certificates openssl ruby
bzr:openssh-client python3-fastimport python3-github python3-gpg python3-launchpadlib:libncursesw6 python3 python3-yaml
cargo:ca-certificates llvm-14:gcc libc6-dev
cdbs:autotools-dev:libncursesw6 python3 python3-pkg-resources python3-scour
certbot:python3-icu:ca-certificates libncursesw6 lsb-release openssl python3 python3-cryptography python3-idna python3-pkg-resources python3-requests
checkinstall:build-essential gcc gnupg:bzip2 dpkg-dev file libdpkg-perl libgdbm6 make patch perl sensible-utils xz-utils
chromium:chromium-sandbox fonts-liberation libfile-mimeinfo-perl libnet-dbus-perl librsvg2-common libx11-protocol-perl notification-daemon system-config-printer udev upower x11-xserver-utils:libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv x11-utils xdg-utils
chromium-driver:chromium-sandbox fonts-liberation libfile-mimeinfo-perl libnet-dbus-perl librsvg2-common libx11-protocol-perl notification-daemon system-config-printer udev upower x11-xserver-utils:libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv x11-utils xdg-utils
clang:libclang-rt-14-dev llvm-14-dev python3:libc6-dev
clang-tools:libclang-rt-14-dev llvm-14-dev:libc6-dev libncursesw6 python3
composer:git unzip:ca-certificates openssl sensible-utils
cpanminus:ca-certificates libhttp-cookiejar-perl libio-socket-ssl-perl libjson-perl libmodule-signature-perl libnet-ssleay-perl libpod-readme-perl libsoftware-license-perl make:libgdbm6 libstring-shellquote-perl perl
cppcheck::libncursesw6 libpcre3 python3 python3-pkg-resources python3-pygments
debhelper:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libtool m4 make man-db patch perl sensible-utils xz-utils
default-jdk:libatk-wrapper-java-jni librsvg2-common libxt-dev:ca-certificates default-jre default-jre-headless libfribidi0 openssl shared-mime-info
default-jdk-headless:shared-mime-info:ca-certificates default-jre-headless openssl
default-jre:libatk-wrapper-java-jni librsvg2-common:ca-certificates default-jre-headless libfribidi0 openssl shared-mime-info
default-jre-headless:shared-mime-info:ca-certificates openssl
devscripts:build-essential dctrl-tools debian-keyring dput equivs gcc libdata-dump-perl libdistro-info-perl libgit-wrapper-perl libgitlab-api-v4-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl liblist-compare-perl libmailtools-perl libnamespace-clean-perl libsoap-lite-perl libstring-shellquote-perl libxstring-perl licensecheck lintian man-db pristine-tar python3-apt python3-debian python3-magic python3-requests python3-unidiff python3-xdg strace unzip wget:bzip2 ca-certificates dirmngr dpkg-dev file gnupg libclass-xsaccessor-perl libdpkg-perl libfile-homedir-perl libgdbm6 libio-socket-ssl-perl libncursesw6 libnet-ssleay-perl liburi-perl libwww-perl make netbase openssl patch perl python3 sensible-utils xz-utils
dh-exec:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libtool m4 make man-db patch perl sensible-utils xz-utils
dh-make:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libncursesw6 libtool m4 make man-db patch perl python3 sensible-utils xz-utils
dkms:build-essential gnupg libc6-dev linux-headers-amd64 sudo:bzip2 dpkg-dev gcc libdpkg-perl libgdbm6 lsb-release make patch perl xz-utils
docker.io:apparmor ca-certificates cgroupfs-mount criu git needrestart nftables xz-utils:iptables netbase
emacs:fonts-noto-color-emoji librsvg2-common mailutils:libc6-dev libfribidi0 libncursesw6 procps shared-mime-info systemd-sysv
equivs:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libtool m4 make man-db patch perl sensible-utils xz-utils
erlang:aspell-en enchant-2 erlang-examples erlang-jinterface erlang-mode erlang-src gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common libsctp1 xdg-desktop-portal-gtk:erlang-crypto erlang-syntax-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
erlang-reltool:aspell-en enchant-2 erlang-crypto erlang-syntax-tools gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common libsctp1 xdg-desktop-portal-gtk:gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
exiftool:libarchive-zip-perl libunicode-linebreak-perl:libgdbm6 perl
ffmpeg:libaacs0 libdecor-0-plugin-1-cairo librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libfribidi0 libncursesw6 libpulse0 shared-mime-info
fluxbox:feh fonts-droid-fallback librsvg2-common xfonts-terminus:fonts-urw-base35 libfribidi0 libpaper1 sensible-utils shared-mime-info
fontconfig::
fonts-wqy-zenhei::
freeglut3-dev::libgl-dev libxt-dev
gcovr:python3-babel python3-bs4 python3-html5lib:libncursesw6 python3 python3-lxml python3-pkg-resources python3-pygments
gdal-bin:ca-certificates proj-bin:libncursesw6 python3 python3-numpy python3-pkg-resources
gdb:ca-certificates shared-mime-info:libncursesw6 sensible-utils
gdb-multiarch:ca-certificates shared-mime-info:gdb libncursesw6 sensible-utils
gdebi-core:iso-codes lsb-release zstd:file libncursesw6 python3 python3-apt python3-debian python3-pkg-resources
ghostscript:fonts-droid-fallback:fonts-urw-base35 libpaper1 sensible-utils
git-all:apache2 libauthen-sasl-perl libcgi-fast-perl libclass-c3-xs-perl libclass-xsaccessor-perl libdata-dump-perl libdevel-lexalias-perl libemail-valid-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libjson-xs-perl libmailtools-perl libpackage-stash-xs-perl libref-util-perl libyaml-libyaml-perl openssh-client patch:ca-certificates git libdbi-perl libgdbm6 libio-socket-ssl-perl libjson-perl libnamespace-clean-perl libnet-ssleay-perl libterm-readkey-perl liburi-perl libwww-perl libxstring-perl netbase openssl perl tk
gnuplot:librsvg2-common qt5-gtk-platformtheme qtwayland5:aglfn gnuplot-qt libfribidi0 libncursesw6 libqt5svg5 procps shared-mime-info systemd-sysv
gobject-introspection:gnupg python3-pygments python3-yaml shared-mime-info:build-essential bzip2 dpkg-dev g++ gcc libc6-dev libdpkg-perl libgdbm6 libncursesw6 make patch perl python3 python3-distutils python3-pkg-resources xz-utils
gradle:libbindex-java libgpars-groovy-java shared-mime-info:ant-optional ca-certificates default-jre-headless openssl unzip
graphicsmagick:fonts-urw-base35 ghostscript:
graphviz:fonts-liberation2 shared-mime-info:libfribidi0
graphviz-dev:librsvg2-common:libfribidi0 shared-mime-info
gsfonts::fonts-urw-base35
gstreamer1.0-plugins-base:shared-mime-info:iso-codes
gtk-doc-tools:python3-bs4 python3-html5lib:docbook-xml libgdbm6 libncursesw6 perl pkg-config python3 python3-lxml python3-pkg-resources python3-pygments
gtk2-engines-murrine::libfribidi0 shared-mime-info
gtk2-engines-pixbuf::shared-mime-info
gunicorn::libncursesw6 python3 python3-distutils python3-pkg-resources
haxe:librsvg2-common:libfribidi0 libpcre3 shared-mime-info
imagemagick:ghostscript gsfonts libmagickcore-6.q16-6-extra netpbm shared-mime-info:
inkscape:aspell aspell-en enchant-2 fig2dev ghostscript gsfonts imagemagick libimage-magick-perl libwmf-bin python3-cssselect python3-lxml python3-numpy python3-scour:hunspell-en-us libfribidi0 libncursesw6 librsvg2-common procps python3 shared-mime-info systemd-sysv
intltool:libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libmailtools-perl:autoconf automake autotools-dev ca-certificates file libgdbm6 libio-socket-ssl-perl libnet-ssleay-perl liburi-perl libwww-perl m4 netbase openssl patch perl
libapache2-mod-php:apache2 ca-certificates:libgdbm6 perl sensible-utils
libappindicator1:librsvg2-common:libfribidi0 shared-mime-info
libappindicator3-1:librsvg2-common:libfribidi0 libncursesw6 procps shared-mime-info systemd-sysv
libass-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libfribidi0 libncursesw6 pkg-config python3 python3-distutils
libass9:shared-mime-info:libfribidi0
libavcodec-dev:librsvg2-common va-driver-all vdpau-driver-all:libfribidi0 shared-mime-info
libavdevice-dev:libaacs0 libdecor-0-plugin-1-cairo librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libfribidi0 libncursesw6 libpulse0 shared-mime-info
libavfilter-dev:libaacs0 librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libfribidi0 libpulse0 shared-mime-info
libavformat-dev:libaacs0 librsvg2-common va-driver-all vdpau-driver-all:libfribidi0 shared-mime-info
libbluray-dev:libaacs0:libc6-dev pkg-config
libboost-all-dev:libcoarrays-openmpi-dev libtool:autoconf automake autotools-dev ibverbs-providers libc6-dev libgdbm6 libltdl-dev libncursesw6 m4 openssh-client perl python3 python3-dev python3-distutils
libboost-python-dev::libc6-dev libncursesw6 python3 python3-dev python3-distutils
libcairo-dev:shared-mime-info:libc6-dev libncursesw6 pkg-config python3 python3-distutils
libcairo-gobject2:shared-mime-info:
libcairo2::
libcairo2-dev:shared-mime-info:libc6-dev libncursesw6 pkg-config python3 python3-distutils
libcairomm-1.0-dev:shared-mime-info:libc6-dev libncursesw6 pkg-config python3 python3-distutils
libcanberra-gtk-module:librsvg2-common:libfribidi0 shared-mime-info
libceres-dev:libgraphblas-dev:pkg-config
libclang-dev:libclang-rt-14-dev:libc6-dev
libclass-accessor-class-perl:netbase:libgdbm6 perl
libcups2-dev:build-essential gcc gnupg libcupsfilters-dev libcupsfilters1:bzip2 dpkg-dev libc6-dev libdpkg-perl libgdbm6 make patch perl xz-utils
libdbus-1-dev::pkg-config
libegl1-mesa-dev::libgl-dev
libeigen3-dev::pkg-config
libflann-dev:ca-certificates libcoarrays-openmpi-dev libtool:autoconf automake autotools-dev ibverbs-providers libc6-dev libgdbm6 libltdl-dev m4 openssh-client perl
libfontconfig::
libfontconfig1::
libfontconfig1-dev::libc6-dev pkg-config
libgconf2-dev:shared-mime-info:gconf-service gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config python3 python3-distutils sensible-utils systemd-sysv
libgd-dev::libc6-dev pkg-config
libgdal-dev:ca-certificates libtool pkg-config proj-bin:autoconf automake autotools-dev libc6-dev libgdbm6 libltdl-dev libopenblas0 m4 perl
libgdk-pixbuf2.0-dev::gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config python3 python3-distutils shared-mime-info
libgirepository1.0-dev:gnupg python3-pygments python3-yaml shared-mime-info:build-essential bzip2 dpkg-dev g++ gcc gir1.2-glib-2.0 libc6-dev libdpkg-perl libgdbm6 libncursesw6 make patch perl pkg-config python3 python3-distutils python3-pkg-resources xz-utils
libgl1-mesa-dev::libgl-dev
libgl1-mesa-dri::
libgl1-mesa-glx::
libglew-dev::libgl-dev
libglfw3-dev:libegl1-mesa-dev libvulkan-dev libwayland-dev libxrandr-dev:libgl-dev
libglib2.0-dev:shared-mime-info:libc6-dev libncursesw6 pkg-config python3 python3-distutils
libglu1-mesa-dev::libgl-dev
libgphoto2-dev:ca-certificates:libc6-dev pkg-config
libgraphviz-dev:librsvg2-common:libfribidi0 shared-mime-info
libgss3::libc6-dev pkg-config
libgstreamer-plugins-base1.0-dev:gstreamer1.0-gl gstreamer1.0-plugins-base shared-mime-info:gir1.2-glib-2.0 iso-codes libc6-dev libgl-dev libncursesw6 libwayland-dev pkg-config python3 python3-distutils
libgstreamer1.0-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config python3 python3-distutils
libgtk-3-0:librsvg2-common:libfribidi0 libncursesw6 procps shared-mime-info systemd-sysv
libgtk-3-dev:librsvg2-common:gir1.2-glib-2.0 libc6-dev libegl1-mesa-dev libfribidi0 libgl-dev libncursesw6 libwayland-dev libxrandr-dev pkg-config procps python3 python3-distutils shared-mime-info systemd-sysv
libgtk2.0-0:librsvg2-common:libfribidi0 shared-mime-info
libgtk2.0-dev:debhelper librsvg2-common:gir1.2-glib-2.0 libc6-dev libfribidi0 libncursesw6 libxrandr-dev pkg-config python3 python3-distutils shared-mime-info
libgtk3.0-cil-dev:ca-certificates-mono libmono-btls-interface4.0-cil libmono-i18n-west4.0-cil libmono-profiler-gui-thread-check librsvg2-common:cli-common libfribidi0 libgdbm6 libncursesw6 perl procps shared-mime-info systemd-sysv
libhdf5-dev:ca-certificates:libc6-dev
libhdf5-serial-dev:ca-certificates:libc6-dev
libidn11-dev::pkg-config
libio-socket-ssl-perl:liburi-perl:libgdbm6 libnet-ssleay-perl netbase perl
libldb-dev::libc6-dev pkg-config
libmagick++-dev:fonts-urw-base35 ghostscript gsfonts libtool:autoconf automake autotools-dev gir1.2-glib-2.0 libc6-dev libfribidi0 libgdbm6 libltdl-dev libmagickcore-6.q16-6-extra libncursesw6 librsvg2-common libxt-dev m4 perl pkg-config python3 python3-distutils shared-mime-info
libmagickcore-dev:fonts-urw-base35 ghostscript gsfonts libtool:autoconf automake autotools-dev gir1.2-glib-2.0 libc6-dev libfribidi0 libgdbm6 libltdl-dev libmagickcore-6.q16-6-extra libncursesw6 librsvg2-common libxt-dev m4 perl pkg-config python3 python3-distutils shared-mime-info
libmagickwand-dev:fonts-urw-base35 ghostscript gsfonts libtool:autoconf automake autotools-dev gir1.2-glib-2.0 libc6-dev libfribidi0 libgdbm6 libltdl-dev libmagickcore-6.q16-6-extra libncursesw6 librsvg2-common libxt-dev m4 perl pkg-config python3 python3-distutils shared-mime-info
libmapnik-dev:ca-certificates libtool proj-bin shared-mime-info:autoconf automake autotools-dev fonts-dejavu gir1.2-glib-2.0 libc6-dev libgdbm6 libltdl-dev libncursesw6 libopenblas0 m4 perl pkg-config python3 python3-distutils
libnotify-dev::gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config python3 python3-distutils shared-mime-info
libopencv-dev:ca-certificates gstreamer1.0-plugins-base libaacs0 libopencv-java libqt5svg5 librsvg2-common opencv-data proj-bin qt5-gtk-platformtheme qtwayland5 va-driver-all vdpau-driver-all:ibverbs-providers iso-codes libc6-dev libfribidi0 pkg-config shared-mime-info
libosmesa6-dev::libgl-dev
libpango-1.0-0:shared-mime-info:libfribidi0
libpango1.0-0:shared-mime-info:libfribidi0
libpango1.0-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libfribidi0 libncursesw6 pkg-config python3 python3-distutils
libpangocairo-1.0-0:shared-mime-info:libfribidi0
libpcap-dev::libc6-dev pkg-config
libpcap0.8-dev::libc6-dev pkg-config
libpcre3-dev::libc6-dev libpcre3
libplplot-dev:cmake libplplot-lua libplplot-ocaml librsvg2-common libtool pkg-config plplot-driver-qt plplot-driver-wxwidgets qt5-gtk-platformtheme qtwayland5:autoconf automake autotools-dev libc6-dev libfribidi0 libgdbm6 libltdl-dev libncursesw6 libqt5svg5 m4 perl procps shared-mime-info systemd-sysv
libpulse-dev:shared-mime-info:libc6-dev libncursesw6 libpulse0 pkg-config python3 python3-distutils
libqt5opengl5-dev:libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libgdbm6 libgl-dev libncursesw6 libvulkan-dev perl python3 shared-mime-info
libqt5webkit5-dev:geoclue-2.0 gstreamer1.0-plugins-base libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:iso-codes libgdbm6 libgl-dev libncursesw6 libvulkan-dev perl python3 shared-mime-info
libqt5widgets5:libqt5svg5 qt5-gtk-platformtheme qtwayland5:shared-mime-info
libreoffice:apparmor ca-certificates default-jre fonts-crosextra-caladea fonts-crosextra-carlito fonts-dejavu fonts-liberation fonts-liberation2 fonts-linuxlibertine fonts-noto-core fonts-noto-extra fonts-noto-mono fonts-noto-ui-core fonts-sil-gentium-basic gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly hunspell-en-us libreoffice-java-common libreoffice-nlpsolver libreoffice-report-builder libreoffice-script-provider-bsh libreoffice-script-provider-js libreoffice-script-provider-python libreoffice-sdbc-firebird libreoffice-sdbc-hsqldb libreoffice-sdbc-mysql libreoffice-sdbc-postgresql libreoffice-wiki-publisher shared-mime-info xdg-utils:dirmngr gnupg iso-codes libncursesw6 python3 sensible-utils
librsvg2-bin:librsvg2-common:libfribidi0 shared-mime-info
librsvg2-dev::gir1.2-glib-2.0 libc6-dev libfribidi0 libncursesw6 librsvg2-common pkg-config python3 python3-distutils shared-mime-info
libsdl1.2-dev:shared-mime-info:libc6-dev libgl-dev libncursesw6 libpulse0 pkg-config python3 python3-distutils
libsdl2-2.0-0:libdecor-0-plugin-1-cairo:libpulse0
libsdl2-dev:libdecor-0-plugin-1-cairo shared-mime-info:gir1.2-glib-2.0 libc6-dev libgl-dev libncursesw6 libpulse0 libwayland-dev libxrandr-dev libxt-dev pkg-config python3 python3-distutils
libsdl2-ttf-dev:libdecor-0-plugin-1-cairo shared-mime-info:gir1.2-glib-2.0 libc6-dev libgl-dev libncursesw6 libpulse0 libwayland-dev libxrandr-dev libxt-dev pkg-config python3 python3-distutils
libsndfile1-dev:pkg-config:
libsnmp-dev:libsnmp-perl perl:libc6-dev libgdbm6 libncursesw6 procps
libsoup2.4-1:shared-mime-info:libncursesw6 procps systemd-sysv
libsoup2.4-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config procps python3 python3-distutils systemd-sysv
libtag1-dev:build-essential gcc gnupg:bzip2 dpkg-dev libc6-dev libdpkg-perl libgdbm6 make patch perl xz-utils
libtesseract-dev:ca-certificates:
libtheora-dev::
libtheora0::
libva-dev:va-driver-all:libgdbm6 libwayland-dev perl
libvips:ca-certificates ghostscript gsfonts librsvg2-common:libfribidi0 shared-mime-info
libvisual-0.4-dev::libc6-dev pkg-config
libwmf-dev:fonts-urw-base35:libc6-dev
libwww-perl:libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libmailtools-perl:ca-certificates libgdbm6 libio-socket-ssl-perl libnet-ssleay-perl liburi-perl netbase openssl perl
libxft-dev::libc6-dev pkg-config
libxft2::
libxine2-dev::libgdbm6 perl pkg-config
libxml-parser-perl:libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libmailtools-perl:ca-certificates libgdbm6 libio-socket-ssl-perl libnet-ssleay-perl liburi-perl libwww-perl netbase openssl perl
lighttpd:lighttpd-mod-deflate lighttpd-mod-openssl perl spawn-fcgi:
lldb:ca-certificates:libc6-dev libncursesw6 llvm-14 llvm-14-dev python3 python3-pkg-resources python3-pygments python3-yaml
llvm:ca-certificates llvm-14-dev:llvm-14
lxc:apparmor debootstrap dirmngr dns-root-data gnupg libpam-cgfs lxc-templates lxcfs netbase openssl rsync uidmap wget:nftables
mailutils:gsasl-common:libfribidi0 libncursesw6
mapnik-utils:ca-certificates proj-bin shared-mime-info:fonts-dejavu
mariadb-server:libdbd-mariadb-perl libhtml-template-perl libterm-readkey-perl mariadb-plugin-provider-bzip2 mariadb-plugin-provider-lz4 mariadb-plugin-provider-lzma mariadb-plugin-provider-lzo mariadb-plugin-provider-snappy pv:libdbi-perl libgdbm6 libncursesw6 perl procps rsync
maven:shared-mime-info:ca-certificates default-jre-headless openssl
mesa-common-dev::libgl-dev
mesa-utils::
meson:dpkg-dev:libncursesw6 python3 python3-distutils python3-pkg-resources
mime-support:bzip2 file xz-utils:libgdbm6 mailcap perl
mjpegtools:mencoder mjpegtools-gtk:libncursesw6 libpulse0
mono-complete:libmono-btls-interface4.0-cil lynx shared-mime-info:ca-certificates ca-certificates-mono cli-common libfribidi0 libgdbm6 libmono-i18n-west4.0-cil libncursesw6 mono-csharp-shell openssl perl pkg-config procps
mono-devel:libmono-btls-interface4.0-cil mono-csharp-shell shared-mime-info:ca-certificates ca-certificates-mono cli-common libfribidi0 libgdbm6 libmono-i18n-west4.0-cil openssl perl pkg-config
mpich:libmpich-dev:ibverbs-providers
msmtp:ca-certificates gsasl-common shared-mime-info:sensible-utils
msmtp-mta:ca-certificates gsasl-common libsecret-tools shared-mime-info:sensible-utils
musl-dev:libc6-dev:gcc
neko:librsvg2-common:libfribidi0 libpcre3 shared-mime-info
neutron-l3-agent:build-essential gcc gir1.2-glib-2.0 gnome-keyring gnupg ipvsadm nftables openvswitch-switch python3-dev python3-gi python3-h2 python3-html5lib python3-httpx python3-invoke python3-pastescript python3-pil python3-pygments python3-requests-toolbelt python3-rfc3987 python3-sqlalchemy-ext python3-uritemplate python3-webcolors shared-mime-info xauth:bzip2 ca-certificates dpkg-dev iptables iputils-arping libdpkg-perl libgdbm6 libncursesw6 lsb-release make netbase openssl patch perl procps python3 python3-babel python3-bs4 python3-cryptography python3-distutils python3-idna python3-jmespath python3-json-pointer python3-kerberos python3-lxml python3-paramiko python3-pkg-resources python3-pyinotify python3-requests python3-setproctitle python3-yaml sensible-utils sudo wget xclip xz-utils
neutron-plugin-ml2:build-essential gcc gir1.2-glib-2.0 gnome-keyring gnupg iptables iputils-arping python3-dev python3-gi python3-h2 python3-html5lib python3-httpx python3-invoke python3-pastescript python3-pil python3-pygments python3-requests-toolbelt python3-rfc3987 python3-sqlalchemy-ext python3-uritemplate python3-webcolors xauth:bzip2 ca-certificates dpkg-dev libdpkg-perl libgdbm6 libncursesw6 lsb-release make netbase openssl patch perl procps python3 python3-babel python3-bs4 python3-cryptography python3-distutils python3-idna python3-jmespath python3-json-pointer python3-kerberos python3-lxml python3-paramiko python3-pkg-resources python3-pyinotify python3-requests python3-setproctitle python3-yaml sensible-utils sudo wget xclip xz-utils
nfs-common::libncursesw6 python3 sensible-utils
nginx-extras:geoip-database:libgdbm6 libgeoip1 libpcre3 perl
nmap::libpcre3
node-gyp:build-essential ca-certificates:libncursesw6 python3 python3-pkg-resources
npm:build-essential git node-tap:ca-certificates libncursesw6 openssl python3 python3-pkg-resources
ntp::libncursesw6 netbase python3
nuget:ca-certificates-mono cli-common libmono-btls-interface4.0-cil shared-mime-info:libfribidi0 libmono-i18n-west4.0-cil
nunit:ca-certificates-mono libmono-btls-interface4.0-cil shared-mime-info:cli-common libfribidi0 libgdbm6 libmono-i18n-west4.0-cil perl
octave:ca-certificates default-jre-headless epstool fonts-freefont-otf fonts-urw-base35 ghostscript gnuplot-qt libopenblas0 libqt5sql5-sqlite libqt5svg5 libwww-perl libxml-sax-expat-perl pstoedit qt5-gtk-platformtheme qtwayland5:ibverbs-providers libgdbm6 libpcre3 openssh-client perl sensible-utils shared-mime-info
opam:ca-certificates darcs git gnupg m4 mercurial ocaml procps rsync:build-essential bzip2 dpkg-dev g++ gcc libc6-dev libdpkg-perl libgdbm6 make patch perl unzip wget xz-utils
openbox:fonts-droid-fallback librsvg2-common obconf scrot:fonts-urw-base35 libfribidi0 libncursesw6 libpaper1 python3 sensible-utils shared-mime-info
openjfx:librsvg2-common openjfx-source:libfribidi0 libncursesw6 procps shared-mime-info systemd-sysv
php:apache2 ca-certificates:libgdbm6 perl sensible-utils
php-apcu:apache2 ca-certificates:libgdbm6 perl sensible-utils
php-cli::sensible-utils
php-dev:libltdl-dev pkg-php-tools:autoconf automake autotools-dev file gcc libc6-dev libgdbm6 libtool m4 perl pkg-config sensible-utils
php-imagick:apache2 ca-certificates ghostscript gsfonts shared-mime-info:libgdbm6 perl sensible-utils
php-json:apache2 ca-certificates:libgdbm6 perl sensible-utils
php-mcrypt:apache2 ca-certificates:libgdbm6 perl sensible-utils
php-memcache:apache2 ca-certificates:libgdbm6 perl sensible-utils
php-memcached:apache2 ca-certificates:libgdbm6 perl sensible-utils
php-mongodb:apache2 ca-certificates:libgdbm6 perl sensible-utils
php-pear::sensible-utils
php-redis:apache2 ca-certificates:libgdbm6 perl sensible-utils
php-xdebug:apache2 ca-certificates:libgdbm6 perl sensible-utils
phpmyadmin:apache2 libdbd-mariadb-perl libdbi-perl libterm-readkey-perl php-bz2 php-curl php-gd php-tcpdf php-zip:ca-certificates libgdbm6 openssl perl sensible-utils
phpunit:apache2 ca-certificates node-jquery:libgdbm6 perl sensible-utils
pkg-config::
poppler-utils::
portaudio19-dev::pkg-config
postgis:ca-certificates postgresql-postgis proj-bin:
postgresql:libjson-xs-perl sysstat:libgdbm6 libjson-perl netbase openssl perl sensible-utils ssl-cert
postgresql-client::libgdbm6 netbase perl sensible-utils
postgresql-common:libjson-xs-perl:libgdbm6 libjson-perl netbase openssl perl sensible-utils ssl-cert
postgresql-contrib:libjson-xs-perl sysstat:libgdbm6 libjson-perl netbase openssl perl sensible-utils ssl-cert
postgresql-server-dev-all:ca-certificates libclang-rt-14-dev libjson-xs-perl:libc6-dev libgdbm6 libjson-perl libncursesw6 llvm-14 llvm-14-dev make netbase openssl perl python3 python3-pkg-resources python3-pygments python3-yaml sensible-utils ssl-cert
pulseaudio:gstreamer1.0-plugins-base librsvg2-common rtkit va-driver-all vdpau-driver-all:iso-codes libfribidi0 libpulse0 shared-mime-info
pylint:python3-tk:libncursesw6 python3 python3-distutils python3-pkg-resources
python-gi-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config python3 python3-distutils python3-gi
python3-all:ca-certificates:libncursesw6 python3 python3-distutils
python3-all-dbg:ca-certificates gdb:libncursesw6 python3 python3-distutils
python3-all-dev:ca-certificates:libc6-dev libncursesw6 python3 python3-dev python3-distutils
python3-dev:ca-certificates:libc6-dev libncursesw6 python3 python3-distutils
python3-gi-cairo:ca-certificates shared-mime-info:gir1.2-glib-2.0 libncursesw6 python3 python3-gi
python3-jinja2:ca-certificates python3-babel python3-pkg-resources:libncursesw6 python3
python3-matplotlib:ca-certificates isympy-common python3-bs4 python3-html5lib python3-olefile shared-mime-info:g++ gcc libc6-dev libfribidi0 libncursesw6 libopenblas0 python3 python3-brotli python3-dev python3-distutils python3-lxml python3-lz4 python3-numpy python3-pil python3-pkg-resources python3-tk
python3-openssl:ca-certificates:libncursesw6 python3 python3-cryptography
python3-pil:bzip2 ca-certificates file python3-olefile shared-mime-info xz-utils:libfribidi0 libgdbm6 libncursesw6 mailcap perl python3
python3-pip:build-essential python3-dev:ca-certificates libncursesw6 openssl python3 python3-distutils python3-pkg-resources
python3-scipy:ca-certificates python3-pil:g++ gcc libc6-dev libncursesw6 libopenblas0 python3 python3-dev python3-distutils python3-numpy python3-pkg-resources
python3-setuptools:ca-certificates:libncursesw6 python3 python3-distutils python3-pkg-resources
python3-software-properties:gnupg shared-mime-info:ca-certificates gir1.2-glib-2.0 iso-codes libncursesw6 lsb-release openssl python3 python3-apt python3-cryptography python3-gi python3-pkg-resources
python3-sphinx:libjson-xs-perl make python3-pil:ca-certificates libgdbm6 libjson-perl libncursesw6 openssl perl python3 python3-babel python3-distutils python3-idna python3-pkg-resources python3-pygments python3-requests
python3-tk:ca-certificates:libncursesw6 python3
python3-twisted:ca-certificates python3-click:libncursesw6 python3 python3-cryptography python3-idna python3-pkg-resources
python3-venv::ca-certificates libncursesw6 openssl python3 python3-distutils
python3-virtualenv:build-essential python3-dev python3-distutils:ca-certificates libncursesw6 openssl python3
python3-wheel:ca-certificates:libncursesw6 python3 python3-distutils
qemu-kvm:gstreamer1.0-libav gstreamer1.0-plugins-base gstreamer1.0-plugins-good ibverbs-providers ovmf qemu-block-extra qemu-system-gui qemu-utils shared-mime-info:iso-codes libncursesw6
qtbase5-dev:libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libgdbm6 libgl-dev libncursesw6 libvulkan-dev perl python3 shared-mime-info
qtdeclarative5-dev:libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libgdbm6 libgl-dev libncursesw6 libvulkan-dev perl python3 shared-mime-info
qttools5-dev-tools:geoclue-2.0 gstreamer1.0-plugins-base libqt5svg5 qt5-gtk-platformtheme qtwayland5:iso-codes libqt5sql5-sqlite shared-mime-info
r-base-dev:gnupg libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-recommended shared-mime-info x11-utils x11-xserver-utils:build-essential bzip2 ca-certificates dpkg-dev g++ gcc libc6-dev libdpkg-perl libfribidi0 libgdbm6 libncursesw6 libpaper1 libpcre3 make openssl patch perl pkg-config sensible-utils unzip xauth xdg-utils xz-utils zip
rabbitmq-server:libsctp1:erlang-crypto erlang-syntax-tools libncursesw6 openssl procps python3 sensible-utils
rake:zip:ca-certificates openssl ruby
rebar:aspell-en enchant-2 git gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common libsctp1 mercurial xdg-desktop-portal-gtk:erlang-crypto erlang-syntax-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
reprepro::dirmngr gnupg libncursesw6 zstd
ruby:zip:ca-certificates openssl
ruby-bundler:zip:ca-certificates openssl ruby
ruby-dev:zip:ca-certificates openssl ruby
ruby-full:zip:ca-certificates openssl ruby ruby-dev
rubygems:zip:ca-certificates openssl ruby
rustc:cargo llvm-14:gcc libc6-dev
sendmail:postfix-mta-sts-resolver:libgdbm6 libncursesw6 m4 make netbase perl procps
silversearcher-ag::libpcre3
smbclient:samba-common-bin:sensible-utils
software-properties-common:appstream gnupg shared-mime-info:ca-certificates gir1.2-glib-2.0 iso-codes libncursesw6 lsb-release openssl python3 python3-apt python3-cryptography python3-dbus python3-gi python3-pkg-resources systemd-sysv
tcl-dev:build-essential gcc gnupg:bzip2 dpkg-dev libc6-dev libdpkg-perl libgdbm6 make patch perl xz-utils
tcl8.6-dev:build-essential gcc gnupg:bzip2 dpkg-dev libc6-dev libdpkg-perl libgdbm6 make patch perl xz-utils
tesseract-ocr:ca-certificates shared-mime-info:libfribidi0
texlive-fonts-extra:cm-super dvisvgm fonts-adf-accanthis fonts-adf-berenis fonts-adf-gillius fonts-adf-universalis fonts-cabin fonts-cantarell fonts-clear-sans fonts-comfortaa fonts-comic-neue fonts-croscore fonts-crosextra-caladea fonts-crosextra-carlito fonts-ebgaramond-extra fonts-font-awesome fonts-freefont-otf fonts-freefont-ttf fonts-gfs-artemisia fonts-gfs-complutum fonts-gfs-didot fonts-gfs-neohellenic fonts-gfs-olga fonts-gfs-solomos fonts-go fonts-inter fonts-junicode fonts-linuxlibertine fonts-lobstertwo fonts-noto-color-emoji fonts-noto-core fonts-noto-mono fonts-oflb-asana-math fonts-open-sans fonts-paratype fonts-roboto-slab fonts-roboto-unhinted fonts-sil-andika fonts-sil-charis fonts-sil-gentium fonts-sil-gentium-basic fonts-sil-gentiumplus fonts-sil-gentiumplus-compact fonts-stix libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info texlive-fonts-extra-links texlive-fonts-recommended texlive-latex-extra x11-utils x11-xserver-utils:libgdbm6 libpaper1 perl sensible-utils xdg-utils
texlive-full:aglfn context-modules default-jre dvisvgm fonts-droid-fallback fonts-gfs-bodoni-classic fonts-gfs-didot-classic fonts-gfs-gazis fonts-gfs-theokritos fonts-texgyre fonts-texgyre-math fonts-tlwg-garuda fonts-tlwg-kinnari fonts-tlwg-laksaman fonts-tlwg-loma fonts-tlwg-mono fonts-tlwg-norasi fonts-tlwg-purisa fonts-tlwg-sawasdee fonts-tlwg-typewriter fonts-tlwg-typist fonts-tlwg-typo fonts-tlwg-umpush fonts-tlwg-waree gsfonts libclass-c3-xs-perl libclass-xsaccessor-perl libdevel-lexalias-perl libfile-homedir-perl libfile-mimeinfo-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libipc-shareable-perl liblist-someutils-xs-perl liblog-dispatch-perl libmagickcore-6.q16-6-extra libmailtools-perl libnet-dbus-perl libpackage-stash-xs-perl libperlio-utf8-strict-perl libqt5svg5 libref-util-perl libspreadsheet-parseexcel-perl libx11-protocol-perl libxml-sax-expat-perl libyaml-tiny-perl luit netpbm openjade ps2eps qt5-gtk-platformtheme qtwayland5 tk x11-utils x11-xserver-utils xpdf zip:ca-certificates cm-super fonts-adf-accanthis fonts-adf-berenis fonts-adf-gillius fonts-adf-universalis fonts-cabin fonts-cantarell fonts-clear-sans fonts-comfortaa fonts-comic-neue fonts-croscore fonts-crosextra-caladea fonts-crosextra-carlito fonts-ebgaramond-extra fonts-font-awesome fonts-freefont-otf fonts-freefont-ttf fonts-gfs-artemisia fonts-gfs-complutum fonts-gfs-didot fonts-gfs-neohellenic fonts-gfs-olga fonts-gfs-solomos fonts-go fonts-inter fonts-junicode fonts-linuxlibertine fonts-lobstertwo fonts-noto-color-emoji fonts-noto-core fonts-noto-mono fonts-oflb-asana-math fonts-open-sans fonts-paratype fonts-roboto-slab fonts-roboto-unhinted fonts-sil-andika fonts-sil-charis fonts-sil-gentium fonts-sil-gentium-basic fonts-sil-gentiumplus fonts-sil-gentiumplus-compact fonts-stix fonts-urw-base35 ghostscript imagemagick libdata-dump-perl libgdbm6 libio-socket-ssl-perl liblog-log4perl-perl libnamespace-clean-perl libncursesw6 libnet-ssleay-perl libpaper1 libunicode-linebreak-perl liburi-perl libwww-perl libxstring-perl lmodern netbase openssl perl pstoedit psutils python3 ruby sensible-utils shared-mime-info tex-gyre texlive-fonts-extra-links texlive-fonts-recommended texlive-latex-extra texlive-latex-recommended texlive-plain-generic tipa xbitmaps xdg-utils
texlive-latex-extra:default-jre dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libspreadsheet-parseexcel-perl libx11-protocol-perl lmodern ruby shared-mime-info texlive-fonts-recommended texlive-plain-generic tk x11-utils x11-xserver-utils:libgdbm6 libncursesw6 libpaper1 perl python3 sensible-utils texlive-latex-recommended xdg-utils
texlive-xetex:default-jre dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libspreadsheet-parseexcel-perl libx11-protocol-perl lmodern ruby shared-mime-info texlive-fonts-recommended texlive-plain-generic tk x11-utils x11-xserver-utils:libgdbm6 libncursesw6 libpaper1 perl python3 sensible-utils texlive-latex-extra texlive-latex-recommended tipa xdg-utils
tightvncserver:x11-xserver-utils xfonts-base:libgdbm6 perl x11-utils xauth
tk::
tk-dev:build-essential gcc gnupg:bzip2 dpkg-dev libc6-dev libdpkg-perl libgdbm6 make patch perl pkg-config tk xz-utils
tk8.6-dev:build-essential gcc gnupg:bzip2 dpkg-dev libc6-dev libdpkg-perl libgdbm6 make patch perl pkg-config xz-utils
unixodbc-dev::
uwsgi::libpcre3
uwsgi-plugin-python3::libncursesw6 libpcre3
virtualenv:build-essential python3-dev python3-distutils:ca-certificates libncursesw6 openssl python3
virtualenvwrapper:build-essential python3-dev:ca-certificates libncursesw6 openssl python3 python3-distutils python3-pkg-resources
webp::
wkhtmltopdf:geoclue-2.0 gstreamer1.0-plugins-base qt5-gtk-platformtheme qtwayland5 tigervnc-standalone-server:iso-codes libqt5svg5 shared-mime-info
x11-apps:xbitmaps:libgdbm6 man-db
x11-utils::
x11vnc:x11-utils:openssl tk
x264:libaacs0 librsvg2-common va-driver-all vdpau-driver-all:libfribidi0 shared-mime-info
xorg:shared-mime-info xcvt xserver-xorg-input-wacom xserver-xorg-legacy xserver-xorg-video-intel xserver-xorg-video-qxl:libgdbm6 man-db udev x11-utils x11-xserver-utils xauth xbitmaps xfonts-base
xorg-dev::libc6-dev libgl-dev libxrandr-dev libxt-dev pkg-config
xpra:libaacs0 librsvg2-common openssh-client python3-brotli python3-cpuinfo python3-cryptography python3-dbus python3-dns python3-gssapi python3-kerberos python3-lz4 python3-lzo python3-numpy python3-opengl python3-paramiko python3-pil python3-pyinotify python3-setproctitle python3-uritools python3-xdg python3-zeroconf ssh-askpass va-driver-all vdpau-driver-all xauth xcvt xfonts-base:gir1.2-glib-2.0 libfribidi0 libncursesw6 procps python3 python3-gi shared-mime-info systemd-sysv udev x11-xserver-utils
xserver-xorg-core:xauth xcvt xfonts-base:udev
xserver-xorg-dev::libc6-dev libgl-dev
xterm:luit:xbitmaps
xvfb:xauth xfonts-base:
zenity:aspell-en enchant-2 gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common xdg-desktop-portal-gtk:gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
zsh:libgdbm6 libncursesw6 libpcre3:
[bullseye]
alien:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libtool m4 make man-db patch perl sensible-utils xz-utils
ansible:python3-argcomplete python3-idna python3-jmespath python3-kerberos python3-libcloud python3-pkg-resources python3-requests python3-requests-toolbelt python3-selinux python3-winrm python3-xmltodict:ca-certificates libncursesw6 netbase openssh-client openssl python3 python3-yaml wget
ant:ant-optional shared-mime-info:ca-certificates default-jre-headless openssl sensible-utils
ant-optional:shared-mime-info:ca-certificates default-jre-headless openssl sensible-utils
apache2:bzip2 ca-certificates file ssl-cert xz-utils:libgdbm6 libncursesw6 mime-support perl procps
apache2-dev:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libncursesw6 libsctp1 libtool m4 make man-db openssl patch perl python3 sensible-utils xz-utils
asciidoc:asciidoc-dblatex vim-asciidoc xmlto:libncursesw6 python3
awscli:ghostscript imagemagick libpaper1 netpbm perl psutils python3-pil python3-pygments:ca-certificates libncursesw6 openssl python3 python3-idna python3-jmespath python3-pkg-resources python3-requests python3-yaml
azure-cli:python3-azext-devops shared-mime-info:ca-certificates gir1.2-glib-2.0 libncursesw6 openssl python3 python3-argcomplete python3-gi python3-idna python3-invoke python3-jmespath python3-paramiko python3-pkg-resources python3-pygments python3-requests python3-xmltodict python3-yaml
bind9::dns-root-data libncursesw6 netbase python3
brz:openssh-client python3-github python3-gitlab python3-gpg python3-launchpadlib:ca-certificates libncursesw6 openssl python3
build-essential:gnupg:bzip2 g++ gcc libc6-dev libdpkg-perl libgdbm6 make patch perl xz-utils
bundler:build-essential ruby-dev sudo zip:ca-certificates libgdbm6 openssl ruby
bzr:openssh-client python3-github python3-gitlab python3-gpg python3-launchpadlib:ca-certificates libncursesw6 openssl python3
ca-certificates-java:shared-mime-info:ca-certificates default-jre-headless openssl sensible-utils
cargo:ca-certificates rust-gdb:gcc libc6-dev
cdbs:autotools-dev:
certbot:python3-icu:ca-certificates libncursesw6 lsb-release openssl python3 python3-idna python3-pkg-resources python3-requests python3-requests-toolbelt
checkinstall:build-essential gcc gnupg:bzip2 file libdpkg-perl libgdbm6 make patch perl sensible-utils xz-utils
chromium:chromium-sandbox fonts-liberation libfile-mimeinfo-perl libnet-dbus-perl librsvg2-common libu2f-udev libx11-protocol-perl mesa-vulkan-drivers notification-daemon system-config-printer upower x11-xserver-utils:libfribidi0 libpulse0 sensible-utils shared-mime-info systemd-sysv x11-utils xdg-utils
chromium-driver:chromium-sandbox fonts-liberation libfile-mimeinfo-perl libnet-dbus-perl librsvg2-common libu2f-udev libx11-protocol-perl mesa-vulkan-drivers notification-daemon system-config-printer upower x11-xserver-utils:libfribidi0 libpulse0 sensible-utils shared-mime-info systemd-sysv x11-utils xdg-utils
clamav:bsd-mailx ca-certificates:libncursesw6 procps sensible-utils
clang:libomp-11-dev llvm-11-dev python3:libc6-dev
clang-tools:libomp-11-dev llvm-11-dev:libc6-dev libncursesw6 python3
composer:bzip2 file git unzip xz-utils:ca-certificates libgdbm6 mime-support openssl perl sensible-utils
cpanminus:libjson-perl libmodule-signature-perl libpod-readme-perl libsoftware-license-perl make:libgdbm6 libstring-shellquote-perl perl
cppcheck::libncursesw6 python3 python3-pkg-resources python3-pygments
debhelper:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libtool m4 make man-db patch perl sensible-utils xz-utils
default-jdk:libatk-wrapper-java-jni libxt-dev mesa-vulkan-drivers shared-mime-info:ca-certificates default-jre default-jre-headless openssl sensible-utils
default-jdk-headless:shared-mime-info:ca-certificates default-jre-headless openssl sensible-utils
default-jre:libatk-wrapper-java-jni mesa-vulkan-drivers shared-mime-info:ca-certificates default-jre-headless openssl sensible-utils
default-jre-headless:shared-mime-info:ca-certificates openssl sensible-utils
devscripts:build-essential dctrl-tools debian-keyring dput equivs gcc libclass-xsaccessor-perl libclone-perl libdata-dump-perl libdistro-info-perl libgit-wrapper-perl libgitlab-api-v4-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl liblist-compare-perl libmailtools-perl libnamespace-clean-perl libsoap-lite-perl libstring-shellquote-perl libsub-name-perl licensecheck lintian man-db pristine-tar python3-apt python3-debian python3-magic python3-requests python3-unidiff python3-xdg strace unzip wget:bzip2 ca-certificates dirmngr file gnupg libdpkg-perl libfile-homedir-perl libgdbm6 libncursesw6 libwww-perl make netbase openssl patch perl python3 sensible-utils xz-utils
dh-exec:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libtool m4 make man-db patch perl sensible-utils xz-utils
dh-make:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libncursesw6 libtool m4 make man-db patch perl python3 sensible-utils xz-utils
dkms:build-essential gnupg libc6-dev linux-headers-amd64 sudo:bzip2 dctrl-tools gcc libdpkg-perl libgdbm6 libncursesw6 lsb-release make patch perl python3 xz-utils
docker.io:apparmor ca-certificates cgroupfs-mount git needrestart nftables xz-utils:iptables netbase
dpkg-sig::dirmngr gnupg libgdbm6 libncursesw6 perl
emacs:emacs-el librsvg2-common mailutils:libfribidi0 sensible-utils shared-mime-info systemd-sysv
equivs:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6 libtool m4 make man-db patch perl sensible-utils xz-utils
erlang:erlang-examples erlang-jinterface erlang-mode erlang-src librsvg2-common libsctp1 mesa-vulkan-drivers notification-daemon:erlang-crypto erlang-syntax-tools libfribidi0 libncursesw6 procps sensible-utils shared-mime-info systemd-sysv
erlang-reltool:erlang-crypto erlang-syntax-tools librsvg2-common libsctp1 mesa-vulkan-drivers notification-daemon:libfribidi0 libncursesw6 procps sensible-utils shared-mime-info systemd-sysv
exiftool:libarchive-zip-perl libposix-strptime-perl libunicode-linebreak-perl:libgdbm6 perl
fcgiwrap:libfcgi-bin:spawn-fcgi
ffmpeg:libaacs0 librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libfribidi0 libncursesw6 libpulse0 sensible-utils shared-mime-info
fluxbox:feh xfonts-terminus:libfribidi0 sensible-utils
fontconfig::sensible-utils
fontconfig-config::sensible-utils
fonts-texgyre::
fonts-wqy-zenhei::sensible-utils
fp-compiler:fp-utils-3.2.0:
freeglut3-dev:mesa-vulkan-drivers:libgl1-mesa-dev libxt-dev
gcovr:libc6-dev libgd-perl libjson-xs-perl python3-bs4 python3-html5lib:gcc libgdbm6 libjson-perl libncursesw6 perl python3 python3-lxml python3-pkg-resources
gdal-bin:ca-certificates proj-bin:libncursesw6 python3 python3-numpy python3-pkg-resources sensible-utils
gdb:ca-certificates shared-mime-info:libncursesw6
gdb-multiarch:ca-certificates shared-mime-info:gdb libncursesw6
gdebi-core:iso-codes lsb-release:file libncursesw6 python3 python3-apt python3-debian python3-pkg-resources
ghostscript:fonts-droid-fallback:libpaper1 sensible-utils
git-all:apache2 elpa-magit emacs-el libauthen-sasl-perl libcgi-fast-perl libclass-c3-xs-perl libclass-xsaccessor-perl libclone-perl libdata-dump-perl libdevel-lexalias-perl libemail-valid-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libjson-xs-perl libmailtools-perl libpackage-stash-xs-perl libref-util-perl librsvg2-common libyaml-libyaml-perl mailutils openssh-client patch xterm:ca-certificates git libdbi-perl libfribidi0 libgdbm6 libjson-perl libnamespace-clean-perl libsub-name-perl libterm-readkey-perl libwww-perl netbase openssl perl sensible-utils shared-mime-info systemd-sysv tk
gnuplot:librsvg2-common libwacom-bin mesa-vulkan-drivers notification-daemon qt5-gtk-platformtheme:aglfn gnuplot-qt libfribidi0 libqt5svg5 sensible-utils shared-mime-info systemd-sysv
gobject-introspection:gnupg python3-pygments python3-yaml shared-mime-info:build-essential bzip2 g++ gcc libc6-dev libdpkg-perl libgdbm6 libncursesw6 make patch perl python3 python3-pkg-resources xz-utils
gradle:libbindex-java libgpars-groovy-java shared-mime-info:ant-optional ca-certificates default-jre-headless openssl sensible-utils unzip
graphicsmagick:ghostscript gsfonts:
graphviz:fonts-liberation shared-mime-info:libfribidi0 sensible-utils
graphviz-dev:librsvg2-common:libfribidi0 sensible-utils shared-mime-info
gsfonts::
gstreamer1.0-plugins-base:shared-mime-info:iso-codes sensible-utils
gtk-doc-tools:bzip2 python3-bs4 python3-html5lib shared-mime-info xz-utils:docbook-xml libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3 python3-lxml python3-pkg-resources python3-pygments
gtk2-engines-murrine::libfribidi0 sensible-utils shared-mime-info
gtk2-engines-pixbuf::sensible-utils shared-mime-info
gunicorn::libncursesw6 python3 python3-pkg-resources
haxe:librsvg2-common:libfribidi0 sensible-utils shared-mime-info
hdf5-tools::
imagemagick:ghostscript gsfonts libmagickcore-6.q16-6-extra netpbm shared-mime-info:sensible-utils
inkscape:aspell aspell-en enchant-2 fig2dev ghostscript gsfonts imagemagick libimage-magick-perl libwmf-bin python3-lxml python3-numpy python3-scour:hunspell-en-us libfribidi0 libncursesw6 librsvg2-common python3 sensible-utils shared-mime-info systemd-sysv
intltool:libclone-perl libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libmailtools-perl:autoconf automake autotools-dev ca-certificates file libgdbm6 libwww-perl m4 netbase openssl patch perl
ldnsutils::
libapache2-mod-php:apache2 bzip2 ca-certificates file xz-utils:libgdbm6 mime-support perl sensible-utils
libappindicator1:librsvg2-common:libfribidi0 sensible-utils shared-mime-info
libappindicator3-1:librsvg2-common:libfribidi0 sensible-utils shared-mime-info systemd-sysv
libass-dev:bzip2 shared-mime-info xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libfribidi0 libgdbm6 libncursesw6 perl pkg-config python3 sensible-utils
libass9:shared-mime-info:libfribidi0 sensible-utils
libavcodec-dev:librsvg2-common va-driver-all vdpau-driver-all:libfribidi0 sensible-utils shared-mime-info
libavdevice-dev:libaacs0 librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libfribidi0 libncursesw6 libpulse0 sensible-utils shared-mime-info
libavfilter-dev:libaacs0 librsvg2-common pocketsphinx-en-us va-driver-all vdpau-driver-all:libfribidi0 libpulse0 sensible-utils shared-mime-info
libavformat-dev:libaacs0 librsvg2-common va-driver-all vdpau-driver-all:libfribidi0 sensible-utils shared-mime-info
libavresample-dev:va-driver-all vdpau-driver-all:
libbluray-dev:bzip2 libaacs0 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 perl pkg-config sensible-utils
libboost-all-dev:libcoarrays-openmpi-dev libtool:autoconf automake autotools-dev ibverbs-providers libc6-dev libgdbm6 libltdl-dev libncursesw6 m4 openssh-client perl python3 python3-dev
libboost-python-dev::libc6-dev libncursesw6 python3 python3-dev
libcairo-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3 sensible-utils
libcairo-gobject2:shared-mime-info:sensible-utils
libcairo2::sensible-utils
libcairo2-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3 sensible-utils
libcairomm-1.0-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3 sensible-utils
libcanberra-gtk-module:librsvg2-common:libfribidi0 sensible-utils shared-mime-info
libceres-dev:bzip2 shared-mime-info xz-utils:libdpkg-perl libgdbm6 perl pkg-config
libclang-dev::libc6-dev
libclass-accessor-class-perl:netbase:libgdbm6 libsub-name-perl perl
libcups2-dev:build-essential gcc gnupg libcupsfilters-dev libcupsfilters1:bzip2 libc6-dev libdpkg-perl libgdbm6 make patch perl xz-utils
libdbus-1-dev:bzip2 shared-mime-info xz-utils:libdpkg-perl libgdbm6 perl pkg-config
libdc1394-22-dev::
libegl1-mesa-dev:mesa-vulkan-drivers:
libeigen3-dev:bzip2 shared-mime-info xz-utils:libdpkg-perl libgdbm6 perl pkg-config
libflann-dev:libcoarrays-openmpi-dev libtool:autoconf automake autotools-dev ibverbs-providers libc6-dev libgdbm6 libltdl-dev m4 openssh-client perl
libfontconfig::sensible-utils
libfontconfig1::sensible-utils
libfontconfig1-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 perl pkg-config sensible-utils
libgconf2-dev:bzip2 shared-mime-info xz-utils:gconf-service gir1.2-glib-2.0 libc6-dev libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3 sensible-utils systemd-sysv
libgd-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 libxt-dev perl pkg-config sensible-utils
libgdal-dev:bzip2 ca-certificates libtool proj-bin shared-mime-info xz-utils:autoconf automake autotools-dev libc6-dev libdpkg-perl libgdbm6 libltdl-dev libopenblas0 m4 perl pkg-config sensible-utils
libgdk-pixbuf2.0-dev:bzip2 xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3 shared-mime-info
libgirepository1.0-dev:gnupg python3-pygments python3-yaml shared-mime-info:build-essential bzip2 g++ gcc gir1.2-glib-2.0 libc6-dev libdpkg-perl libgdbm6 libncursesw6 make patch perl pkg-config python3 python3-pkg-resources xz-utils
libgl1-mesa-dev:mesa-vulkan-drivers:
libgl1-mesa-glx:mesa-vulkan-drivers:
libglew-dev:mesa-vulkan-drivers:libgl1-mesa-dev
libglfw3-dev:libegl1-mesa-dev libvulkan-dev libwayland-dev libxrandr-dev mesa-vulkan-drivers:libgl1-mesa-dev
libglib2.0-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3
libglu1:mesa-vulkan-drivers:
libglu1-mesa:mesa-vulkan-drivers:
libglu1-mesa-dev:mesa-vulkan-drivers:libgl1-mesa-dev
libgphoto2-dev:bzip2 ca-certificates shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 perl pkg-config sensible-utils
libgraphviz-dev:librsvg2-common:libfribidi0 sensible-utils shared-mime-info
libgss3:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 perl pkg-config
libgstreamer-plugins-base1.0-dev:bzip2 gstreamer1.0-gl gstreamer1.0-plugins-base mesa-vulkan-drivers shared-mime-info xz-utils:gir1.2-glib-2.0 iso-codes libc6-dev libdpkg-perl libgdbm6 libncursesw6 libwayland-dev perl pkg-config python3
libgstreamer1.0-dev:bzip2 shared-mime-info xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3
libgtk-3-0:librsvg2-common:libfribidi0 sensible-utils shared-mime-info systemd-sysv
libgtk-3-dev:bzip2 librsvg2-common mesa-vulkan-drivers xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libegl1-mesa-dev libfribidi0 libgdbm6 libncursesw6 libwayland-dev libxrandr-dev perl pkg-config python3 sensible-utils shared-mime-info systemd-sysv
libgtk2.0-0:librsvg2-common:libfribidi0 sensible-utils shared-mime-info
libgtk2.0-dev:bzip2 debhelper librsvg2-common xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libfribidi0 libgdbm6 libncursesw6 libxrandr-dev perl pkg-config python3 sensible-utils shared-mime-info
libgtk3.0-cil-dev:ca-certificates-mono libmono-btls-interface4.0-cil libmono-i18n-west4.0-cil libmono-profiler-gui-thread-check librsvg2-common:cli-common libfribidi0 libgdbm6 perl sensible-utils shared-mime-info systemd-sysv
libhdf5-dev::libc6-dev
libhdf5-serial-dev::libc6-dev
libidn11-dev:bzip2 shared-mime-info xz-utils:libdpkg-perl libgdbm6 perl pkg-config
libio-socket-ssl-perl:libnet-libidn-perl:libgdbm6 netbase perl
libldb-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 perl pkg-config
liblttng-ust0::
libmagick++-dev:bzip2 ghostscript gsfonts libtool xz-utils:autoconf automake autotools-dev gir1.2-glib-2.0 libc6-dev libdpkg-perl libfribidi0 libgdbm6 libltdl-dev libmagickcore-6.q16-6-extra libncursesw6 librsvg2-common libxt-dev m4 perl pkg-config python3 sensible-utils shared-mime-info
libmagickcore-dev:bzip2 ghostscript gsfonts libtool xz-utils:autoconf automake autotools-dev gir1.2-glib-2.0 libc6-dev libdpkg-perl libfribidi0 libgdbm6 libltdl-dev libmagickcore-6.q16-6-extra libncursesw6 librsvg2-common libxt-dev m4 perl pkg-config python3 sensible-utils shared-mime-info
libmagickwand-dev:bzip2 ghostscript gsfonts libtool xz-utils:autoconf automake autotools-dev gir1.2-glib-2.0 libc6-dev libdpkg-perl libfribidi0 libgdbm6 libltdl-dev libmagickcore-6.q16-6-extra libncursesw6 librsvg2-common libxt-dev m4 perl pkg-config python3 sensible-utils shared-mime-info
libmapnik-dev:bzip2 ca-certificates libtool proj-bin shared-mime-info xz-utils:autoconf automake autotools-dev fonts-dejavu gir1.2-glib-2.0 libc6-dev libdpkg-perl libgdbm6 libltdl-dev libncursesw6 libopenblas0 m4 perl pkg-config python3 sensible-utils
libnotify-dev:bzip2 notification-daemon xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3 shared-mime-info
libopenblas-base::libopenblas0
libopencv-dev:bzip2 ca-certificates gstreamer1.0-plugins-base libaacs0 libopencv4.5-java librsvg2-common mesa-vulkan-drivers opencv-data proj-bin va-driver-all vdpau-driver-all xz-utils:iso-codes libc6-dev libdpkg-perl libfribidi0 libgdbm6 perl pkg-config sensible-utils shared-mime-info systemd-sysv
libopenexr-dev::
libosmesa6-dev:mesa-vulkan-drivers:
libpango-1.0-0:shared-mime-info:libfribidi0 sensible-utils
libpango1.0-0:shared-mime-info:libfribidi0 sensible-utils
libpango1.0-dev:bzip2 shared-mime-info xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libfribidi0 libgdbm6 libncursesw6 perl pkg-config python3 sensible-utils
libpangocairo-1.0-0:shared-mime-info:libfribidi0 sensible-utils
libpcap-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 perl pkg-config
libpcap0.8-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 perl pkg-config
libpcre3-dev::libc6-dev
libplplot-dev:cmake libplplot-lua libplplot-ocaml librsvg2-common libtool libwacom-bin mesa-vulkan-drivers notification-daemon pkg-config plplot-driver-qt plplot-driver-wxwidgets qt5-gtk-platformtheme:autoconf automake autotools-dev libc6-dev libfribidi0 libgdbm6 libltdl-dev libqt5svg5 m4 perl sensible-utils shared-mime-info systemd-sysv
libpulse-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 libncursesw6 libpulse0 perl pkg-config python3
libpython2.7:bzip2 file xz-utils:libgdbm6 libncursesw6 mime-support perl
libqt5opengl5-dev:libqt5sql5-sqlite libqt5svg5 libwacom-bin mesa-vulkan-drivers qt5-gtk-platformtheme:libgdbm6 libvulkan-dev perl sensible-utils shared-mime-info
libqt5webkit5-dev:geoclue-2.0 gstreamer1.0-plugins-base libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 libwacom-bin mesa-vulkan-drivers qt5-gtk-platformtheme:iso-codes libgdbm6 libvulkan-dev perl sensible-utils shared-mime-info
libqt5widgets5:libqt5svg5 libwacom-bin mesa-vulkan-drivers qt5-gtk-platformtheme:sensible-utils shared-mime-info
libreoffice:apparmor ca-certificates default-jre fonts-crosextra-caladea fonts-crosextra-carlito fonts-dejavu fonts-liberation fonts-liberation2 fonts-linuxlibertine fonts-noto-core fonts-noto-extra fonts-noto-mono fonts-noto-ui-core fonts-sil-gentium-basic gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly hunspell-en-us libjuh-java libjurt-java liblibreoffice-java libreoffice-java-common libreoffice-nlpsolver libreoffice-report-builder libreoffice-script-provider-bsh libreoffice-script-provider-js libreoffice-script-provider-python libreoffice-sdbc-firebird libreoffice-sdbc-hsqldb libreoffice-sdbc-mysql libreoffice-sdbc-postgresql libreoffice-wiki-publisher libridl-java libunoloader-java shared-mime-info xdg-utils:dirmngr gnupg iso-codes libncursesw6 python3 sensible-utils
librsvg2-bin:librsvg2-common:libfribidi0 sensible-utils shared-mime-info
librsvg2-dev:bzip2 xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libfribidi0 libgdbm6 libncursesw6 librsvg2-common perl pkg-config python3 sensible-utils shared-mime-info
libsdl1.2-dev:bzip2 mesa-vulkan-drivers shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 libgl1-mesa-dev libncursesw6 libpulse0 perl pkg-config python3
libsdl2-2.0-0::libpulse0
libsdl2-dev:bzip2 mesa-vulkan-drivers shared-mime-info xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libegl1-mesa-dev libgdbm6 libgl1-mesa-dev libncursesw6 libpulse0 libwayland-dev libxrandr-dev libxt-dev perl pkg-config python3
libsdl2-ttf-dev:bzip2 mesa-vulkan-drivers shared-mime-info xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libegl1-mesa-dev libgdbm6 libgl1-mesa-dev libncursesw6 libpulse0 libwayland-dev libxrandr-dev libxt-dev perl pkg-config python3
libsmbclient-dev::libncursesw6 python3
libsndfile1-dev:bzip2 shared-mime-info xz-utils:libdpkg-perl libgdbm6 perl pkg-config
libsnmp-dev:perl:libc6-dev libgdbm6 libncursesw6 procps
libsoup2.4-1:shared-mime-info:systemd-sysv
libsoup2.4-dev:bzip2 shared-mime-info xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3 systemd-sysv
libssl1.1::
libsuitesparse-dev::
libtag1-dev::
libtbb2::
libtesseract-dev::
libtheora-dev::sensible-utils
libtheora0::sensible-utils
libtiff5::
libva-dev:mesa-vulkan-drivers va-driver-all:libgdbm6 libwayland-dev perl
libvips:ca-certificates ghostscript gsfonts librsvg2-common nip2:libfribidi0 sensible-utils shared-mime-info
libvisual-0.4-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 perl pkg-config
libvtk6-dev:bzip2 ca-certificates libaacs0 libcoarrays-openmpi-dev librsvg2-common libtool mesa-vulkan-drivers proj-bin va-driver-all vdpau-driver-all xz-utils:autoconf automake autotools-dev ibverbs-providers libc6-dev libdpkg-perl libfribidi0 libgdbm6 libgl1-mesa-dev libltdl-dev libopenblas0 libxt-dev m4 openssh-client perl pkg-config sensible-utils shared-mime-info
libwmf-dev:gsfonts:libc6-dev
libwww-perl:libclone-perl libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libmailtools-perl:ca-certificates libgdbm6 netbase openssl perl
libxft-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 perl pkg-config sensible-utils
libxft2::sensible-utils
libxine2-dev:bzip2 shared-mime-info xz-utils:libdpkg-perl libgdbm6 perl pkg-config
libxml-parser-perl:libclone-perl libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libmailtools-perl:ca-certificates libgdbm6 libwww-perl netbase openssl perl
libzmq3-dev::libc6-dev
lighttpd:bzip2 file lighttpd-mod-deflate lighttpd-mod-openssl spawn-fcgi xz-utils:libgdbm6 mime-support perl
lldb::libc6-dev libncursesw6 llvm-11-dev python3 python3-pkg-resources python3-pygments python3-yaml
llvm:llvm-11-dev:
logrotate:bsd-mailx:sensible-utils
lsb-release::libncursesw6 python3
lxc:apparmor debootstrap dirmngr dns-root-data gnupg libpam-cgfs lxc-templates lxcfs nftables openssl rsync uidmap wget:iptables netbase
lynx:mime-support:libncursesw6
mailutils::libfribidi0 libncursesw6
mapnik-utils:ca-certificates proj-bin shared-mime-info:fonts-dejavu sensible-utils
mariadb-server:libdbd-mariadb-perl libhtml-template-perl libterm-readkey-perl:libdbi-perl libgdbm6 libncursesw6 perl procps rsync
maven:shared-mime-info:ca-certificates default-jre-headless openssl sensible-utils
mc:mime-support perl sensible-utils shared-mime-info unzip:
mesa-common-dev:mesa-vulkan-drivers:
mesa-utils:mesa-vulkan-drivers:
meson::libncursesw6 python3 python3-pkg-resources
mime-support:bzip2 file xz-utils:libgdbm6 perl
mjpegtools:librsvg2-common mencoder mjpegtools-gtk va-driver-all vdpau-driver-all:libfribidi0 libncursesw6 libpulse0 sensible-utils shared-mime-info
mono-complete:bzip2 libmono-btls-interface4.0-cil lynx shared-mime-info xz-utils:ca-certificates ca-certificates-mono cli-common libdpkg-perl libgdbm6 libmono-i18n-west4.0-cil libncursesw6 mono-csharp-shell openssl perl pkg-config procps sensible-utils
mono-devel:bzip2 libmono-btls-interface4.0-cil mono-csharp-shell shared-mime-info xz-utils:ca-certificates ca-certificates-mono cli-common libdpkg-perl libgdbm6 libmono-i18n-west4.0-cil openssl perl pkg-config sensible-utils
mpich:libmpich-dev:
msmtp:ca-certificates shared-mime-info:sensible-utils
msmtp-mta:ca-certificates libsecret-tools shared-mime-info:sensible-utils
musl-dev::
neko:librsvg2-common:libfribidi0 sensible-utils shared-mime-info
neovim:python3-neovim xclip:
neutron-l3-agent:build-essential gcc gir1.2-glib-2.0 gnupg iptables ipvsadm openvswitch-switch python3-dev python3-gi python3-html5lib python3-invoke python3-pastescript python3-pil python3-pygments python3-requests-toolbelt python3-sqlalchemy-ext shared-mime-info xauth:bzip2 ca-certificates iputils-arping libdpkg-perl libgdbm6 libncursesw6 lsb-release make netbase openssl patch perl procps python3 python3-bs4 python3-idna python3-jmespath python3-kerberos python3-lxml python3-paramiko python3-pkg-resources python3-requests python3-setproctitle python3-yaml sensible-utils sudo wget xclip xz-utils
neutron-plugin-ml2:build-essential gcc gir1.2-glib-2.0 gnupg iptables iputils-arping python3-dev python3-gi python3-html5lib python3-invoke python3-pastescript python3-pil python3-pygments python3-requests-toolbelt python3-sqlalchemy-ext xauth:bzip2 ca-certificates libdpkg-perl libgdbm6 libncursesw6 lsb-release make netbase openssl patch perl procps python3 python3-bs4 python3-idna python3-jmespath python3-kerberos python3-lxml python3-paramiko python3-pkg-resources python3-requests python3-setproctitle python3-yaml sensible-utils sudo wget xclip xz-utils
nfs-common:python3:sensible-utils
nginx:geoip-database:libgeoip1 sensible-utils
nginx-extras:geoip-database:libgdbm6 libgeoip1 perl sensible-utils
nginx-full:geoip-database:libgeoip1 sensible-utils
node-gyp:build-essential ca-certificates node-request:libncursesw6 python3 python3-pkg-resources
npm:build-essential git libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl node-request x11-utils x11-xserver-utils:ca-certificates libncursesw6 openssl python3 python3-pkg-resources xdg-utils
ntp:perl sntp:netbase
nuget:ca-certificates-mono cli-common libmono-btls-interface4.0-cil shared-mime-info:libmono-i18n-west4.0-cil sensible-utils
nunit:ca-certificates-mono libmono-btls-interface4.0-cil shared-mime-info:cli-common libgdbm6 libmono-i18n-west4.0-cil perl sensible-utils
ocl-icd-opencl-dev:libgl1-mesa-dev:
octave:ca-certificates default-jre-headless epstool fonts-freefont-otf ghostscript gnuplot-qt gsfonts libopenblas0 libqt5sql5-sqlite libqt5svg5 libwacom-bin libwww-perl libxml-sax-expat-perl mesa-vulkan-drivers pstoedit qt5-gtk-platformtheme:libgdbm6 perl sensible-utils shared-mime-info
opam:ca-certificates darcs git gnupg m4 mercurial ocaml procps rsync:build-essential bzip2 g++ gcc libc6-dev libdpkg-perl libgdbm6 make patch perl unzip wget xz-utils
openbox:librsvg2-common obconf obsession scrot:libfribidi0 libncursesw6 python3 sensible-utils shared-mime-info
openjfx:libaacs0 librsvg2-common mesa-vulkan-drivers openjfx-source va-driver-all vdpau-driver-all:libfribidi0 sensible-utils shared-mime-info systemd-sysv
php:apache2 bzip2 ca-certificates file xz-utils:libgdbm6 mime-support perl sensible-utils
php-apcu:apache2 bzip2 ca-certificates file php-apcu-bc xz-utils:libgdbm6 mime-support perl sensible-utils
php-cli:bzip2 file xz-utils:libgdbm6 mime-support perl sensible-utils
php-dev:bzip2 libltdl-dev pkg-php-tools shared-mime-info xz-utils:autoconf automake autotools-dev file gcc libc6-dev libdpkg-perl libgdbm6 libtool m4 mime-support perl pkg-config sensible-utils
php-fpm:bzip2 file xz-utils:libgdbm6 libncursesw6 mime-support perl procps sensible-utils
php-imagick:apache2 bzip2 ca-certificates file ghostscript gsfonts shared-mime-info xz-utils:libgdbm6 mime-support perl sensible-utils
php-json::sensible-utils
php-memcache:apache2 bzip2 ca-certificates file xz-utils:libgdbm6 mime-support perl sensible-utils
php-memcached:apache2 bzip2 ca-certificates file xz-utils:libgdbm6 mime-support perl sensible-utils
php-mongodb:apache2 bzip2 ca-certificates file xz-utils:libgdbm6 mime-support perl sensible-utils
php-pear:bzip2 file xz-utils:libgdbm6 mime-support perl sensible-utils
php-redis:apache2 bzip2 ca-certificates file xz-utils:libgdbm6 mime-support perl sensible-utils
php-xdebug:apache2 bzip2 ca-certificates file xz-utils:libgdbm6 mime-support perl sensible-utils
phpmyadmin:apache2 bzip2 file libdbd-mariadb-perl libdbi-perl libterm-readkey-perl node-jquery php-bz2 php-curl php-gd php-tcpdf php-zip xz-utils:libgdbm6 mime-support perl sensible-utils
phpunit:bzip2 file node-jquery xz-utils:libgdbm6 mime-support perl sensible-utils
pkg-config:bzip2 shared-mime-info xz-utils:libdpkg-perl libgdbm6 perl
pkgconf:build-essential gcc gnupg:bzip2 libdpkg-perl libgdbm6 make patch perl xz-utils
poppler-utils::sensible-utils
portaudio19-dev:bzip2 shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 perl pkg-config
postgis:ca-certificates postgresql-13-postgis-3 proj-bin:sensible-utils
postgresql:sysstat:libgdbm6 netbase openssl perl sensible-utils ssl-cert
postgresql-client::netbase sensible-utils
postgresql-common::libgdbm6 netbase openssl perl sensible-utils ssl-cert
postgresql-contrib:sysstat:libgdbm6 netbase openssl perl sensible-utils ssl-cert
postgresql-server-dev-all:libomp-11-dev:libc6-dev libgdbm6 libncursesw6 llvm-11-dev make netbase openssl perl python3 python3-pkg-resources python3-pygments python3-yaml sensible-utils ssl-cert
pulseaudio:librsvg2-common rtkit va-driver-all vdpau-driver-all:libfribidi0 libpulse0 sensible-utils shared-mime-info
pylint:python3-tk:libncursesw6 python3 python3-pkg-resources
python-all:bzip2 file xz-utils:libgdbm6 libncursesw6 mime-support perl
python-all-dev:bzip2 file xz-utils:libc6-dev libgdbm6 libncursesw6 mime-support perl
python-gi-dev:bzip2 shared-mime-info xz-utils:gir1.2-glib-2.0 libc6-dev libdpkg-perl libgdbm6 libncursesw6 perl pkg-config python3 python3-gi
python-setuptools:bzip2 file xz-utils:libgdbm6 libncursesw6 mime-support perl
python-six:bzip2 file xz-utils:libgdbm6 libncursesw6 mime-support perl
python-tk:bzip2 file xz-utils:libgdbm6 libncursesw6 mime-support perl sensible-utils
python2.7:bzip2 file xz-utils:libgdbm6 libncursesw6 mime-support perl
python2.7-dev:bzip2 file xz-utils:libc6-dev libgdbm6 libncursesw6 mime-support perl
python3-all:ca-certificates:libncursesw6 python3
python3-all-dbg:ca-certificates gdb:libncursesw6 python3
python3-all-dev:ca-certificates:libc6-dev libncursesw6 python3 python3-dev
python3-dev:ca-certificates:libc6-dev libncursesw6 python3
python3-gi-cairo:ca-certificates shared-mime-info:gir1.2-glib-2.0 libncursesw6 python3 python3-gi sensible-utils
python3-jinja2:ca-certificates python3-pkg-resources:libncursesw6 python3
python3-matplotlib:bzip2 ca-certificates file python3-olefile python3-tk xz-utils:libgdbm6 libncursesw6 mime-support perl python3 python3-numpy python3-pil python3-pkg-resources
python3-openssl:ca-certificates:libncursesw6 python3
python3-pil:bzip2 ca-certificates file python3-olefile xz-utils:libgdbm6 libncursesw6 mime-support perl python3
python3-pip:build-essential python3-dev:ca-certificates libncursesw6 openssl python3 python3-pkg-resources
python3-scipy:ca-certificates g++ python3-pil:libncursesw6 python3 python3-numpy python3-pkg-resources
python3-setuptools:ca-certificates:libncursesw6 python3 python3-pkg-resources
python3-software-properties:ca-certificates unattended-upgrades:iso-codes libncursesw6 lsb-release python3 python3-apt
python3-sphinx:make python3-pil:ca-certificates libncursesw6 openssl python3 python3-idna python3-pkg-resources python3-pygments python3-requests
python3-tk:ca-certificates:libncursesw6 python3 sensible-utils
python3-twisted:ca-certificates python3-click:libncursesw6 python3 python3-idna python3-pkg-resources
python3-venv::ca-certificates libncursesw6 openssl python3
python3-virtualenv:build-essential python3-dev:ca-certificates libncursesw6 openssl python3 python3-pkg-resources
python3-wheel:ca-certificates:libncursesw6 python3
qemu::
qemu-kvm:gstreamer1.0-libav gstreamer1.0-plugins-base gstreamer1.0-plugins-good ibverbs-providers ovmf qemu-system-gui qemu-utils shared-mime-info:iso-codes libncursesw6
qtbase5-dev:libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 libwacom-bin mesa-vulkan-drivers qt5-gtk-platformtheme:libgdbm6 libvulkan-dev perl sensible-utils shared-mime-info
qtdeclarative5-dev:libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 libwacom-bin mesa-vulkan-drivers qt5-gtk-platformtheme:libgdbm6 libvulkan-dev perl sensible-utils shared-mime-info
qttools5-dev-tools:geoclue-2.0 gstreamer1.0-plugins-base libqt5svg5 libwacom-bin mesa-vulkan-drivers qt5-gtk-platformtheme:iso-codes libqt5sql5-sqlite sensible-utils shared-mime-info
r-base-dev:gnupg libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-recommended shared-mime-info x11-utils x11-xserver-utils:build-essential bzip2 ca-certificates g++ gcc libc6-dev libdpkg-perl libfribidi0 libgdbm6 libncursesw6 libpaper1 make openssl patch perl pkg-config sensible-utils unzip xauth xdg-utils xz-utils zip
rabbitmq-server:bsd-mailx libsctp1:erlang-crypto erlang-syntax-tools libncursesw6 procps python3 sensible-utils
rake:zip:ca-certificates libgdbm6 openssl ruby
rebar:git librsvg2-common libsctp1 mercurial mesa-vulkan-drivers notification-daemon:erlang-crypto erlang-syntax-tools libfribidi0 libncursesw6 procps sensible-utils shared-mime-info systemd-sysv
reprepro::dirmngr gnupg libncursesw6
ruby:zip:ca-certificates libgdbm6 openssl
ruby-bundler:zip:ca-certificates libgdbm6 openssl ruby
ruby-dev:zip:ca-certificates libgdbm6 openssl ruby
ruby-full:zip:ca-certificates libgdbm6 openssl ruby ruby-dev
rubygems:zip:ca-certificates libgdbm6 openssl ruby
rustc:cargo rust-gdb:gcc libc6-dev
sendmail::libgdbm6 libncursesw6 m4 make netbase perl procps
smbclient:samba-common-bin:libncursesw6 python3 sensible-utils
software-properties-common:packagekit shared-mime-info unattended-upgrades:ca-certificates gir1.2-glib-2.0 iso-codes libncursesw6 lsb-release openssl python3 python3-apt python3-dbus python3-gi
tcl-dev:build-essential gcc gnupg:bzip2 libc6-dev libdpkg-perl libgdbm6 make patch perl xz-utils
tcl8.6-dev:build-essential gcc gnupg:bzip2 libc6-dev libdpkg-perl libgdbm6 make patch perl xz-utils
tesseract-ocr:shared-mime-info:libfribidi0 sensible-utils
texlive-fonts-extra:dvisvgm fonts-adf-accanthis fonts-adf-berenis fonts-adf-gillius fonts-adf-universalis fonts-cabin fonts-cantarell fonts-comfortaa fonts-croscore fonts-crosextra-caladea fonts-crosextra-carlito fonts-ebgaramond fonts-ebgaramond-extra fonts-font-awesome fonts-freefont-otf fonts-freefont-ttf fonts-gfs-artemisia fonts-gfs-complutum fonts-gfs-didot fonts-gfs-neohellenic fonts-gfs-olga fonts-gfs-solomos fonts-go fonts-junicode fonts-linuxlibertine fonts-lobstertwo fonts-noto-color-emoji fonts-noto-core fonts-noto-mono fonts-oflb-asana-math fonts-open-sans fonts-roboto-unhinted fonts-sil-charis fonts-sil-gentium fonts-sil-gentium-basic fonts-sil-gentiumplus fonts-sil-gentiumplus-compact fonts-stix libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info texlive-fonts-extra-links texlive-fonts-recommended texlive-latex-extra x11-utils x11-xserver-utils:libgdbm6 libpaper1 perl sensible-utils xdg-utils
texlive-full:aglfn context-modules dvisvgm fonts-droid-fallback fonts-gfs-bodoni-classic fonts-gfs-didot-classic fonts-gfs-gazis fonts-gfs-theokritos fonts-texgyre fonts-tlwg-garuda fonts-tlwg-kinnari fonts-tlwg-laksaman fonts-tlwg-loma fonts-tlwg-mono fonts-tlwg-norasi fonts-tlwg-purisa fonts-tlwg-sawasdee fonts-tlwg-typewriter fonts-tlwg-typist fonts-tlwg-typo fonts-tlwg-umpush fonts-tlwg-waree gsfonts libclass-c3-xs-perl libclass-xsaccessor-perl libdevel-lexalias-perl libfile-homedir-perl libfile-mimeinfo-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libipc-shareable-perl liblist-someutils-xs-perl liblog-dispatch-perl libmagickcore-6.q16-6-extra libmailtools-perl libnet-dbus-perl libpackage-stash-xs-perl libperlio-utf8-strict-perl libqt5svg5 libref-util-perl libwacom-bin libx11-protocol-perl libxml-sax-expat-perl libyaml-tiny-perl mesa-vulkan-drivers netpbm openjade ps2eps qt5-gtk-platformtheme tk x11-utils x11-xserver-utils xpdf zip:ca-certificates fonts-adf-accanthis fonts-adf-berenis fonts-adf-gillius fonts-adf-universalis fonts-cabin fonts-cantarell fonts-comfortaa fonts-croscore fonts-crosextra-caladea fonts-crosextra-carlito fonts-ebgaramond fonts-ebgaramond-extra fonts-font-awesome fonts-freefont-otf fonts-freefont-ttf fonts-gfs-artemisia fonts-gfs-complutum fonts-gfs-didot fonts-gfs-neohellenic fonts-gfs-olga fonts-gfs-solomos fonts-go fonts-ipafont-mincho fonts-junicode fonts-linuxlibertine fonts-lobstertwo fonts-noto-color-emoji fonts-noto-core fonts-noto-mono fonts-oflb-asana-math fonts-open-sans fonts-roboto-unhinted fonts-sil-charis fonts-sil-gentium fonts-sil-gentium-basic fonts-sil-gentiumplus fonts-sil-gentiumplus-compact fonts-stix ghostscript imagemagick libclone-perl libdata-dump-perl libgdbm6 liblog-log4perl-perl libnamespace-clean-perl libncursesw6 libpaper1 libsub-name-perl libunicode-linebreak-perl libwww-perl lmodern netbase openssl perl pstoedit psutils python3 ruby sensible-utils shared-mime-info tex-gyre texlive-fonts-extra-links texlive-fonts-recommended texlive-latex-extra texlive-latex-recommended texlive-plain-generic tipa xbitmaps xdg-utils xterm
texlive-latex-extra:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern ruby shared-mime-info texlive-fonts-recommended texlive-plain-generic tk x11-utils x11-xserver-utils:libgdbm6 libncursesw6 libpaper1 perl python3 sensible-utils texlive-latex-recommended xdg-utils
texlive-xetex:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern ruby shared-mime-info texlive-fonts-recommended texlive-plain-generic tk x11-utils x11-xserver-utils:libgdbm6 libncursesw6 libpaper1 perl python3 sensible-utils texlive-latex-extra texlive-latex-recommended tipa xdg-utils
tightvncserver:mesa-vulkan-drivers x11-xserver-utils xfonts-base:libgdbm6 perl sensible-utils x11-utils xauth
tk:xterm:sensible-utils
tk-dev:build-essential gcc gnupg shared-mime-info xterm:bzip2 libc6-dev libdpkg-perl libgdbm6 make patch perl pkg-config sensible-utils tk xz-utils
tk8.6-dev:build-essential gcc gnupg shared-mime-info xterm:bzip2 libc6-dev libdpkg-perl libgdbm6 make patch perl pkg-config sensible-utils xz-utils
unixodbc-dev:libtool:autoconf automake autotools-dev libgdbm6 libltdl-dev m4 perl
uwsgi-plugin-python3::libncursesw6
virtualenv:build-essential python3-dev:ca-certificates libncursesw6 openssl python3 python3-pkg-resources
virtualenvwrapper:build-essential python3-dev:ca-certificates libncursesw6 openssl python3 python3-pkg-resources
w3m:bzip2 ca-certificates:
wkhtmltopdf:geoclue-2.0 gstreamer1.0-plugins-base libwacom-bin mesa-vulkan-drivers qt5-gtk-platformtheme tigervnc-standalone-server:iso-codes libqt5svg5 sensible-utils shared-mime-info
x11-apps:xbitmaps:libgdbm6 man-db sensible-utils
x11-utils:mesa-vulkan-drivers:sensible-utils
x11vnc:xterm:openssl sensible-utils tk
x264:libaacs0 librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libfribidi0 libncursesw6 libpulse0 sensible-utils shared-mime-info
xfonts-cyrillic::
xorg:libwacom-bin mesa-vulkan-drivers shared-mime-info xserver-xorg-input-wacom xserver-xorg-legacy xserver-xorg-video-intel xserver-xorg-video-qxl:libgdbm6 man-db sensible-utils x11-utils x11-xserver-utils xauth xbitmaps xfonts-base xterm
xorg-dev:bzip2 mesa-vulkan-drivers shared-mime-info xz-utils:libc6-dev libdpkg-perl libgdbm6 libxrandr-dev libxt-dev perl pkg-config sensible-utils
xpra:libaacs0 librsvg2-common mesa-vulkan-drivers openssh-client python3-brotli python3-cpuinfo python3-dbus python3-dns python3-gssapi python3-kerberos python3-lz4 python3-lzo python3-numpy python3-opengl python3-paramiko python3-pil python3-setproctitle python3-uritools python3-xdg python3-zeroconf ssh-askpass va-driver-all vdpau-driver-all xauth xfonts-base:gir1.2-glib-2.0 libfribidi0 libncursesw6 python3 python3-gi sensible-utils shared-mime-info systemd-sysv x11-xserver-utils
xserver-xorg-core:mesa-vulkan-drivers xauth xfonts-base:
xserver-xorg-dev:mesa-vulkan-drivers:libc6-dev
xterm:x11-utils:sensible-utils xbitmaps
xvfb:mesa-vulkan-drivers xauth xfonts-base:
zenity:aspell-en enchant-2 gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common mesa-vulkan-drivers notification-daemon procps xdg-desktop-portal-gtk:gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libfribidi0 libncursesw6 libpulse0 sensible-utils shared-mime-info systemd-sysv
zsh:libgdbm6 libncursesw6:
[trixie]
ack-grep::libgdbm6t64 perl
alien:build-essential libarchive-cpio-perl libltdl-dev libmail-sendmail-perl sq:autoconf automake bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6t64 libtool make man-db patch perl sensible-utils xz-utils
alsa-utils::libasound2t64 libncursesw6
ansible:python3-argcomplete python3-babel python3-h2 python3-httpcore python3-httpx python3-idna python3-jmespath python3-kerberos python3-libcloud python3-passlib python3-selinux python3-winrm python3-xmltodict:ca-certificates libncursesw6 netbase openssh-client openssl python3 python3-yaml wget
ant:ant-optional libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libharfbuzz0b:ca-certificates default-jre-headless openssl
ant-optional:libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libharfbuzz0b:ca-certificates default-jre-headless openssl
apache2:ca-certificates ssl-cert:libgdbm6t64 libncursesw6 perl procps
apache2-bin:ca-certificates:libgdbm6t64 perl
apache2-dev:build-essential libarchive-cpio-perl libltdl-dev libmail-sendmail-perl sq:autoconf automake bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6t64 libncursesw6 libsctp1 libtool make man-db netbase openssl patch perl python3 sensible-utils xz-utils
apache2-utils::libgdbm6t64
apt-file::libgdbm6t64 perl
asciidoc:asciidoc-dblatex docbook-xml xmlto:libncursesw6 netbase python3
aspcud::
autoconf:automake:libgdbm6t64 perl
autogen::libgdbm6t64 perl
automake::autoconf libgdbm6t64 perl
awscli:python3-pil python3-pygments:libncursesw6 lsb-release netbase python3 python3-jmespath
azure-cli:python3-aiodns python3-azext-devops python3-babel python3-bottleneck python3-bs4 python3-fqdn python3-h2 python3-html5lib python3-isoduration python3-json-pointer python3-lxml python3-matplotlib python3-numba python3-numexpr python3-odf python3-openpyxl python3-pytest python3-rfc3339-validator python3-rfc3986-validator python3-rfc3987 python3-scipy python3-tables python3-tk python3-tz python3-uritemplate python3-webcolors shared-mime-info:ca-certificates gir1.2-glib-2.0 libfontconfig1 libfreetype6 libncursesw6 lsb-release netbase openssl procps python3 python3-argcomplete python3-click python3-gi python3-github python3-httpcore python3-httpx python3-idna python3-invoke python3-jmespath python3-numpy python3-pygments python3-requests python3-rich python3-xmltodict python3-yaml
bison::
brz:openssh-client python3-fastimport python3-github python3-gpg python3-launchpadlib:libncursesw6 netbase python3 python3-yaml
build-essential:sq:bzip2 dpkg-dev g++ gcc libc6-dev libdpkg-perl libgdbm6t64 libstdc++-14-dev make patch perl xz-utils
bundler:build-essential ruby-dev ruby-sdbm sudo zip:ca-certificates openssl ruby
byobu:libfribidi0 pastebinit sensible-utils:libncursesw6 netbase python3
bzr:openssh-client python3-fastimport python3-github python3-gpg python3-launchpadlib:libncursesw6 netbase python3 python3-yaml
cabal-install:curl libstdc++-14-dev:gcc libc6-dev libncursesw6
cargo:ca-certificates rust-llvm:gcc libc6-dev
cdbs::libncursesw6 netbase python3 python3-scour
certbot:python3-icu:ca-certificates libncursesw6 lsb-release netbase openssl python3 python3-idna python3-requests
checkinstall:build-essential gcc sq:bzip2 dpkg-dev file libdpkg-perl libgdbm6t64 make patch perl sensible-utils xz-utils
chromium:chromium-sandbox fonts-liberation libfile-mimeinfo-perl libnet-dbus-perl librsvg2-common libx11-protocol-perl luit mesa-vulkan-drivers notification-daemon system-config-printer udev upower x11-xserver-utils:libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 libpulse0 procps shared-mime-info systemd-sysv x11-utils xdg-utils
chromium-driver:chromium-sandbox fonts-liberation libfile-mimeinfo-perl libnet-dbus-perl librsvg2-common libx11-protocol-perl luit mesa-vulkan-drivers notification-daemon system-config-printer udev upower x11-xserver-utils:libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 libpulse0 procps shared-mime-info systemd-sysv x11-utils xdg-utils
clang:clang-tools-19 libclang-rt-19-dev llvm-19-dev python3:libc6-dev libstdc++-14-dev
clang-tools:libclang-rt-19-dev llvm-19-dev:clang-tools-19 libc6-dev libncursesw6 libstdc++-14-dev netbase python3
composer:git php-curl php-zip unzip xz-utils:ca-certificates libncursesw6 openssl procps sensible-utils
cpanminus:libhttp-cookiejar-perl libio-socket-ssl-perl libjson-perl libmodule-signature-perl libnet-ssleay-perl libpod-readme-perl libsoftware-license-perl make:ca-certificates libgdbm6t64 libstring-shellquote-perl openssl perl
cppcheck::libncursesw6 netbase python3 python3-pygments
cython3:gcc python3-dev:libncursesw6 netbase python3
debhelper:build-essential libarchive-cpio-perl libltdl-dev libmail-sendmail-perl sq:autoconf automake bzip2 dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6t64 libtool make man-db patch perl sensible-utils xz-utils
debootstrap:arch-test ca-certificates:wget
default-jdk:libatk-wrapper-java-jni librsvg2-common libxt-dev mesa-vulkan-drivers:ca-certificates default-jre default-jre-headless libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 openssl procps shared-mime-info systemd-sysv
default-jdk-headless:libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libharfbuzz0b:ca-certificates default-jre-headless openssl
default-jre:libatk-wrapper-java-jni librsvg2-common mesa-vulkan-drivers:ca-certificates default-jre-headless libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 openssl procps shared-mime-info systemd-sysv
default-jre-headless:libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libharfbuzz0b:ca-certificates openssl
default-mysql-client:libdbd-mariadb-perl libdbi-perl libterm-readkey-perl:libgdbm6t64 perl
devscripts:build-essential dctrl-tools debian-keyring debian-tag2upload-keyring dput equivs gcc gnupg libdata-dump-perl libdistro-info-perl libgit-wrapper-perl libgitlab-api-v4-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libio-compress-brotli-perl libjson-perl liblist-compare-perl libmailtools-perl libnamespace-clean-perl libsoap-lite-perl libstring-shellquote-perl libxstring-perl licensecheck lintian lzip man-db pristine-tar python3-apt python3-debian python3-magic python3-requests python3-unidiff python3-xdg strace unzip wget:bzip2 ca-certificates dpkg-dev file libclass-xsaccessor-perl libdpkg-perl libgdbm6t64 libio-socket-ssl-perl libncursesw6 libnet-ssleay-perl liburi-perl libwww-perl make netbase openssl patch perl python3 sensible-utils xz-utils
dh-autoreconf:libltdl-dev:autoconf automake file gcc libc6-dev libgdbm6t64 libtool perl xz-utils
dh-exec:build-essential libarchive-cpio-perl libltdl-dev libmail-sendmail-perl sq:autoconf automake bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6t64 libtool make man-db patch perl sensible-utils xz-utils
dh-make:build-essential libarchive-cpio-perl libltdl-dev libmail-sendmail-perl sq:autoconf automake bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6t64 libncursesw6 libtool make man-db netbase patch perl python3 sensible-utils xz-utils
dkms:build-essential gcc sq sudo:bzip2 dpkg-dev libdpkg-perl libgdbm6t64 make patch perl xz-utils
docbook-xml::libgdbm6t64 perl
docker.io:apparmor ca-certificates criu docker-cli git needrestart nftables xz-utils:iptables netbase
dpkg-dev:build-essential gcc sq:bzip2 libdpkg-perl libgdbm6t64 make patch perl xz-utils
dstat:libpcp-pmda-perl:libncursesw6 netbase procps python3
elixir:libsctp1:erlang-crypto libncursesw6 procps
emacs:fonts-noto-color-emoji libheif-plugin-aomenc libheif-plugin-x265 librsvg2-common mailutils:libasound2t64 libc6-dev libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 procps shared-mime-info systemd-sysv
equivs:build-essential libarchive-cpio-perl libltdl-dev libmail-sendmail-perl sq:autoconf automake bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libgdbm6t64 libtool make man-db patch perl sensible-utils xz-utils
erlang:aspell-en ca-certificates enchant-2 erlang-examples erlang-jinterface erlang-mode erlang-src gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x libodbccr2 librsvg2-common libsctp1 mesa-vulkan-drivers xdg-desktop-portal-gtk:erlang-crypto gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
erlang-base:erlang-crypto libsctp1:libncursesw6 procps
erlang-dev:erlang-crypto libsctp1:libncursesw6 procps
erlang-eunit:erlang-crypto libsctp1:libncursesw6 procps
erlang-nox:libodbccr2 libsctp1:erlang-crypto libncursesw6 procps
erlang-reltool:aspell-en ca-certificates enchant-2 erlang-crypto gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common libsctp1 mesa-vulkan-drivers xdg-desktop-portal-gtk:gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
erlang-tools:erlang-crypto libsctp1:libncursesw6 procps
exiftool:libarchive-zip-perl libcompress-raw-lzma-perl libio-compress-brotli-perl libunicode-linebreak-perl:libgdbm6t64 perl
ffmpeg:libaacs0 libdecor-0-plugin-1-gtk librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libasound2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 libpulse0 shared-mime-info
flex:gcc libfl-dev:
flite::libasound2t64
fluxbox:feh fonts-droid-fallback libheif-plugin-aomenc libheif-plugin-x265 librsvg2-common xfonts-terminus:fonts-urw-base35 libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b shared-mime-info
fontconfig::libfontconfig1 libfreetype6
fonts-liberation:fonts-liberation-sans-narrow:
fonts-wqy-zenhei::libfontconfig1 libfreetype6
freeglut3-dev:mesa-vulkan-drivers:libc6-dev libgl-dev libxt-dev
freetds-bin:libodbccr2:
g++::gcc libc6-dev libstdc++-14-dev
g++-multilib::g++ gcc gcc-multilib libc6-dev libstdc++-14-dev
gccgo::gcc libc6-dev libstdc++-14-dev
gcovr:python3-babel python3-bs4 python3-cssselect python3-html5lib:libncursesw6 netbase python3 python3-lxml python3-pygments
gdal-bin:ca-certificates gnupg-utils gpg-wks-client gpgv libheif-plugin-aomenc libheif-plugin-x265 libodbccr2 proj-bin:dirmngr gnupg libfontconfig1 libfreetype6 libncursesw6 netbase python3 python3-numpy
gdb:ca-certificates shared-mime-info:libncursesw6 netbase procps sensible-utils
gdb-multiarch:ca-certificates shared-mime-info:gdb libncursesw6 netbase procps sensible-utils
gdebi-core:iso-codes lsb-release:file libncursesw6 netbase python3 python3-apt python3-debian
geoip-database:libgeoip1t64:
ghc:libstdc++-14-dev:gcc libc6-dev libncursesw6
ghostscript:fonts-droid-fallback:fonts-urw-base35 libcups2t64 libfontconfig1 libfreetype6
git:ca-certificates openssh-client patch:libgdbm6t64 perl
git-all:apache2 libauthen-sasl-perl libcgi-fast-perl libclass-c3-xs-perl libclass-xsaccessor-perl libdata-dump-perl libdevel-lexalias-perl libemail-valid-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libio-compress-brotli-perl libjson-xs-perl libmailtools-perl libpackage-stash-xs-perl libref-util-perl libyaml-libyaml-perl openssh-client patch:ca-certificates git libdbi-perl libfontconfig1 libfreetype6 libgdbm6t64 libio-socket-ssl-perl libjson-perl libnamespace-clean-perl libnet-ssleay-perl libterm-readkey-perl liburi-perl libwww-perl libxstring-perl netbase openssl perl tk
git-core:ca-certificates openssh-client patch:git libgdbm6t64 perl
git-flow:ca-certificates openssh-client patch:git libgdbm6t64 perl
git-lfs:ca-certificates openssh-client patch:git libgdbm6t64 perl
git-svn:ca-certificates libyaml-libyaml-perl openssh-client patch:git libgdbm6t64 libterm-readkey-perl perl
gnupg:gnupg-utils gpg-wks-client gpgv:dirmngr libncursesw6
gnupg1:ca-certificates:gpgv
gnupg2:gnupg-utils gpg-wks-client gpgv:dirmngr gnupg libncursesw6
gnuplot:ca-certificates libheif-plugin-aomenc libheif-plugin-x265 librsvg2-common mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:aglfn gnuplot-qt libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 libqt5svg5 procps shared-mime-info systemd-sysv
gobject-introspection:python3-pygments python3-yaml shared-mime-info sq:build-essential bzip2 dpkg-dev g++ gcc libc6-dev libdpkg-perl libgdbm6t64 libncursesw6 libstdc++-14-dev make netbase patch perl pkgconf python3 xz-utils
golang:g++ gcc libc6-dev pkgconf:
golang-go:g++ gcc libc6-dev pkgconf:
gradle:libasound2t64 libbindex-java libcups2t64 libfontconfig1 libfreetype6 libgpars-groovy-java libharfbuzz0b:ant-optional ca-certificates default-jre-headless openssl unzip
graphicsmagick:fonts-urw-base35 ghostscript libheif-plugin-aomenc libheif-plugin-x265:libfreetype6
graphviz:fonts-liberation libheif-plugin-aomenc libheif-plugin-x265 shared-mime-info:libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b
graphviz-dev:gnome-themes-extra libheif-plugin-aomenc libheif-plugin-x265 librsvg2-common:libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b shared-mime-info
groff:ghostscript imagemagick netpbm perl psutils:
gsfonts::fonts-urw-base35 libfreetype6
gstreamer1.0-plugins-base:shared-mime-info:iso-codes libfontconfig1 libfreetype6
gtk-doc-tools:python3-bs4 python3-cssselect python3-html5lib:docbook-xml libgdbm6t64 libncursesw6 netbase perl pkgconf python3 python3-lxml python3-pygments
gtk2-engines-murrine:gnome-themes-extra librsvg2-common:libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b shared-mime-info
gtk2-engines-pixbuf::libfontconfig1 libfreetype6 shared-mime-info
gunicorn::libncursesw6 netbase python3
gyp::libncursesw6 netbase python3
haxe:librsvg2-common:libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 procps shared-mime-info systemd-sysv
help2man::libgdbm6t64 perl
ifupdown:dhcpcd-base:
imagemagick:fonts-urw-base35 ghostscript libheif-plugin-aomenc libheif-plugin-x265 libmagickcore-7.q16-10-extra netpbm shared-mime-info:libfontconfig1 libfreetype6
inkscape:aspell aspell-en ca-certificates enchant-2 fig2dev gnupg-utils gpg-wks-client gpgv imagemagick libimage-magick-perl libwmf-bin python3-cssselect python3-lxml python3-numpy python3-scour:dirmngr gnupg hunspell-en-us libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 librsvg2-common netbase procps python3 shared-mime-info systemd-sysv
intltool:libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libio-compress-brotli-perl libmailtools-perl:autoconf automake ca-certificates file libgdbm6t64 libio-socket-ssl-perl libnet-ssleay-perl liburi-perl libwww-perl netbase openssl patch perl
iotop::libncursesw6 netbase python3
lcov:libc6-dev libclass-c3-xs-perl libclass-xsaccessor-perl libdevel-lexalias-perl libgd-perl libjson-xs-perl libpackage-stash-xs-perl libref-util-perl:gcc libgdbm6t64 libjson-perl libnamespace-clean-perl libncursesw6 libxstring-perl netbase perl python3
libapache2-mod-php:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
libapache2-mod-wsgi-py3:ca-certificates:libgdbm6t64 libncursesw6 netbase perl python3
libappindicator3-1:librsvg2-common:libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 procps shared-mime-info systemd-sysv
libapr1-dev::libc6-dev libncursesw6 libsctp1 netbase python3
libaprutil1::libgdbm6t64
libaprutil1-dev::libc6-dev libgdbm6t64 libncursesw6 libsctp1 netbase python3
libarchive-dev::libc6-dev
libasound2::libasound2t64
libasound2-dev::libasound2t64
libass-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 netbase pkgconf python3
libass9:shared-mime-info:libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b
libavcodec-dev:librsvg2-common va-driver-all vdpau-driver-all:libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b shared-mime-info
libavdevice-dev:libaacs0 libdecor-0-plugin-1-gtk librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libasound2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 libpulse0 shared-mime-info
libavfilter-dev:libaacs0 librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libasound2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libpulse0 shared-mime-info
libavformat-dev:libaacs0 librsvg2-common va-driver-all vdpau-driver-all:libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b shared-mime-info
libbit-vector-perl:netbase:libgdbm6t64 perl
libbluray-dev:libaacs0:libc6-dev libfontconfig1 libfreetype6 pkgconf
libboost-all-dev:libcoarrays-openmpi-dev libtool:autoconf automake ibverbs-providers libc6-dev libgdbm6t64 libltdl-dev libncursesw6 libstdc++-14-dev netbase openssh-client perl python3 python3-dev
libboost-chrono-dev::libc6-dev libstdc++-14-dev
libboost-date-time-dev::libc6-dev libstdc++-14-dev
libboost-dev::libc6-dev libstdc++-14-dev
libboost-filesystem-dev::libc6-dev libstdc++-14-dev
libboost-iostreams-dev::libc6-dev libstdc++-14-dev
libboost-program-options-dev::libc6-dev libstdc++-14-dev
libboost-python-dev::libc6-dev libncursesw6 libstdc++-14-dev netbase python3 python3-dev
libboost-regex-dev::libc6-dev libstdc++-14-dev
libboost-system-dev::libc6-dev libstdc++-14-dev
libboost-test-dev::libc6-dev libstdc++-14-dev
libboost-thread-dev::libc6-dev libstdc++-14-dev
libcairo-dev:shared-mime-info:libc6-dev libfontconfig1 libfreetype6 libncursesw6 netbase pkgconf python3
libcairo-gobject2:shared-mime-info:libfontconfig1 libfreetype6
libcairo2::libfontconfig1 libfreetype6
libcairo2-dev:shared-mime-info:libc6-dev libfontconfig1 libfreetype6 libncursesw6 netbase pkgconf python3
libcairomm-1.0-dev:shared-mime-info:libc6-dev libfontconfig1 libfreetype6 libncursesw6 netbase pkgconf python3
libceres-dev:libgraphblas-dev:pkg-config pkgconf
libclang-dev:libclang-rt-19-dev:libc6-dev libstdc++-14-dev
libclass-accessor-class-perl:netbase:libgdbm6t64 perl
libcrypt-ssleay-perl:libmath-random-isaac-xs-perl netbase:libgdbm6t64 perl
libcups2::libcups2t64
libcups2-dev:build-essential gcc libcupsfilters-dev libcupsfilters1t64 sq:bzip2 dpkg-dev libc6-dev libcups2t64 libdpkg-perl libgdbm6t64 make patch perl xz-utils
libcurl3-dev:ca-certificates:libc6-dev pkgconf
libcurl4-gnutls-dev:ca-certificates:libc6-dev pkgconf
libcurl4-openssl-dev:ca-certificates:libc6-dev pkgconf
libdbd-mysql-perl:netbase:libdbi-perl libgdbm6t64 perl
libdbd-sqlite3-perl:netbase:libdbi-perl libgdbm6t64 perl
libdbi-perl:netbase:libgdbm6t64 perl
libdbus-1-dev::pkgconf
libdpkg-perl:bzip2 netbase xz-utils:libgdbm6t64 perl
libegl1-mesa-dev:mesa-vulkan-drivers:libegl-dev libgl-dev
libeigen3-dev::pkg-config pkgconf
liberror-perl:netbase:libgdbm6t64 perl
libflann-dev:ca-certificates libcoarrays-openmpi-dev libtool:autoconf automake ibverbs-providers libc6-dev libgdbm6t64 libltdl-dev libstdc++-14-dev openssh-client perl pkgconf
libfontconfig::libfontconfig1 libfreetype6
libfontconfig1::libfreetype6
libfontconfig1-dev::libc6-dev libfontconfig1 libfreetype6 pkgconf
libfreetype6-dev::libc6-dev libfreetype6
libgd-dev:libheif-plugin-aomenc libheif-plugin-x265:libc6-dev libfontconfig1 libfreetype6 pkgconf
libgdal-dev:ca-certificates gcc gfortran gnupg-utils gpg-wks-client gpgv libheif-plugin-aomenc libheif-plugin-x265 libtool proj-bin:autoconf automake dirmngr gnupg libc6-dev libfontconfig1 libfreetype6 libgdbm6t64 libltdl-dev libncursesw6 libodbccr2 libopenblas0 libstdc++-14-dev perl pkgconf
libgdbm-dev::libc6-dev libgdbm6t64
libgeoip-dev:geoip-database libsocket6-perl:libgdbm6t64 libgeoip1t64 perl
libgeotiff-dev:ca-certificates:libc6-dev pkgconf
libgirepository1.0-dev:python3-pygments python3-yaml shared-mime-info sq:build-essential bzip2 dpkg-dev g++ gcc gir1.2-glib-2.0 libc6-dev libdpkg-perl libfontconfig1 libfreetype6 libgdbm6t64 libncursesw6 libstdc++-14-dev make netbase patch perl pkgconf python3 xz-utils
libgl1-mesa-dev:mesa-vulkan-drivers:libegl-dev libgl-dev
libglew-dev:mesa-vulkan-drivers:libegl-dev libgl-dev
libglfw3-dev:libdecor-0-plugin-1-gtk libegl-dev libvulkan-dev libwayland-dev libxrandr-dev mesa-vulkan-drivers:libgl-dev
libglib2.0-dev:shared-mime-info:libc6-dev libncursesw6 netbase pkgconf python3
libglu1-mesa-dev:mesa-vulkan-drivers:libgl-dev
libgpgme11:gnupg-utils gpg-wks-client gpgv:dirmngr gnupg libncursesw6
libgpgme11-dev:gnupg-utils gpg-wks-client gpgv:dirmngr gnupg libc6-dev libncursesw6
libgphoto2-dev:ca-certificates libheif-plugin-aomenc libheif-plugin-x265:libc6-dev libfontconfig1 libfreetype6 pkgconf
libgraphviz-dev:gnome-themes-extra libheif-plugin-aomenc libheif-plugin-x265 librsvg2-common:libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b shared-mime-info
libgss3::libc6-dev pkgconf
libgstreamer-plugins-base1.0-dev:gstreamer1.0-gl gstreamer1.0-plugins-base mesa-vulkan-drivers shared-mime-info:gir1.2-glib-2.0 iso-codes libc6-dev libegl-dev libgl-dev libncursesw6 libwayland-dev netbase pkgconf python3
libgstreamer1.0-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libncursesw6 netbase pkgconf python3
libgtk-3-0:librsvg2-common:libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 procps shared-mime-info systemd-sysv
libgtk-3-dev:librsvg2-common mesa-vulkan-drivers:gir1.2-glib-2.0 libc6-dev libcups2t64 libegl-dev libfontconfig1 libfreetype6 libfribidi0 libgl-dev libharfbuzz0b libncursesw6 libwayland-dev libxrandr-dev netbase pkgconf procps python3 shared-mime-info systemd-sysv
libgtk2.0-0:gnome-themes-extra librsvg2-common:libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b shared-mime-info
libgtk2.0-dev:debhelper gnome-themes-extra librsvg2-common:gir1.2-glib-2.0 libc6-dev libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 libxrandr-dev netbase pkgconf python3 shared-mime-info
libhdf5-dev:ca-certificates:libc6-dev pkgconf
libhdf5-serial-dev:ca-certificates:libc6-dev pkgconf
libhttp-date-perl:netbase:libgdbm6t64 perl
libhwloc-dev:libtool:autoconf automake libc6-dev libgdbm6t64 libltdl-dev perl
libidn11-dev::pkgconf
libio-pty-perl:netbase:libgdbm6t64 perl
libio-socket-ssl-perl:liburi-perl:libgdbm6t64 libnet-ssleay-perl netbase perl
libjson-perl:libjson-xs-perl netbase:libgdbm6t64 perl
libldb-dev::libc6-dev
libltdl-dev:libtool:autoconf automake libgdbm6t64 perl
libmagick++-dev:fonts-urw-base35 ghostscript libheif-plugin-aomenc libheif-plugin-x265 libtool:autoconf automake gir1.2-glib-2.0 libc6-dev libfontconfig1 libfreetype6 libfribidi0 libgdbm6t64 libharfbuzz0b libltdl-dev libmagickcore-7.q16-10-extra libncursesw6 librsvg2-common libxt-dev netbase perl pkgconf python3 shared-mime-info
libmagickcore-dev:fonts-urw-base35 ghostscript libheif-plugin-aomenc libheif-plugin-x265 libtool:autoconf automake gir1.2-glib-2.0 libc6-dev libfontconfig1 libfreetype6 libfribidi0 libgdbm6t64 libharfbuzz0b libltdl-dev libmagickcore-7.q16-10-extra libncursesw6 librsvg2-common libxt-dev netbase perl pkgconf python3 shared-mime-info
libmagickwand-dev:fonts-urw-base35 ghostscript libheif-plugin-aomenc libheif-plugin-x265 libtool:autoconf automake gir1.2-glib-2.0 libc6-dev libfontconfig1 libfreetype6 libfribidi0 libgdbm6t64 libharfbuzz0b libltdl-dev libmagickcore-7.q16-10-extra libncursesw6 librsvg2-common libxt-dev netbase perl pkgconf python3 shared-mime-info
libmapnik-dev:ca-certificates gcc gfortran gnupg-utils gpg-wks-client gpgv libheif-plugin-aomenc libheif-plugin-x265 libtool proj-bin shared-mime-info:autoconf automake dirmngr fonts-dejavu gir1.2-glib-2.0 gnupg libc6-dev libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libltdl-dev libncursesw6 libodbccr2 libopenblas0 libstdc++-14-dev netbase perl pkgconf python3
libnet-ssleay-perl:netbase:libgdbm6t64 perl
libnetcdf-dev:ca-certificates:libc6-dev pkgconf
libnotify-dev::gir1.2-glib-2.0 libc6-dev libncursesw6 netbase pkgconf python3 shared-mime-info
libopenal-dev:libasound2t64 libpulse0:
libopencv-dev:ca-certificates gnupg-utils gpg-wks-client gpgv gstreamer1.0-plugins-base libaacs0 libheif-plugin-aomenc libheif-plugin-x265 libodbccr2 libopencv-java libqt5svg5 librsvg2-common mesa-vulkan-drivers opencv-data proj-bin qt5-gtk-platformtheme qtwayland5 va-driver-all vdpau-driver-all:dirmngr gnupg ibverbs-providers iso-codes libc6-dev libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 pkgconf shared-mime-info
libopenmpi-dev:libcoarrays-openmpi-dev libtool:autoconf automake ibverbs-providers libc6-dev libgdbm6t64 libltdl-dev openssh-client perl
libosmesa6-dev:mesa-vulkan-drivers:libgl-dev
libpango-1.0-0:shared-mime-info:libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b
libpango1.0-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 netbase pkgconf python3
libpangocairo-1.0-0:shared-mime-info:libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b
libpcap-dev::libc6-dev pkgconf
libpcap0.8-dev::libc6-dev pkgconf
libperl-dev::libc6-dev libgdbm6t64 perl
libplplot-dev:ca-certificates cmake libplplot-lua libplplot-ocaml librsvg2-common libtool mesa-vulkan-drivers pkgconf plplot-driver-qt plplot-driver-wxwidgets qt5-gtk-platformtheme qtwayland5:autoconf automake libc6-dev libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libgdbm6t64 libharfbuzz0b libltdl-dev libncursesw6 libqt5svg5 perl procps shared-mime-info systemd-sysv
libpq-dev:ca-certificates:
libpq5:ca-certificates:
libproj-dev:ca-certificates:libc6-dev pkgconf
libpulse-dev:shared-mime-info:libc6-dev libncursesw6 libpulse0 netbase pkgconf python3
libpython3-all-dev::libc6-dev libncursesw6 netbase
libpython3-dev::libc6-dev libncursesw6 netbase
libpython3-stdlib::libncursesw6 netbase
libqt5opengl5-dev:libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libcups2t64 libegl-dev libfontconfig1 libfreetype6 libgdbm6t64 libgl-dev libharfbuzz0b libncursesw6 libvulkan-dev netbase perl python3 shared-mime-info
libqt5widgets5:libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libfontconfig1 libfreetype6 libharfbuzz0b shared-mime-info
librdkafka-dev:ca-certificates:libc6-dev pkgconf
libre2-dev:cmake g++ libgmock-dev:
libreoffice:apparmor ca-certificates default-jre fonts-crosextra-caladea fonts-crosextra-carlito fonts-dejavu fonts-liberation fonts-liberation-sans-narrow fonts-linuxlibertine fonts-noto-core fonts-noto-extra fonts-noto-mono fonts-noto-ui-core fonts-sil-gentium-basic gnupg-utils gpg-wks-client gpgv gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly hunspell-en-us libreoffice-java-common libreoffice-nlpsolver libreoffice-report-builder libreoffice-script-provider-bsh libreoffice-script-provider-js libreoffice-script-provider-python libreoffice-sdbc-firebird libreoffice-sdbc-hsqldb libreoffice-sdbc-mysql libreoffice-sdbc-postgresql libreoffice-wiki-publisher shared-mime-info xdg-utils:dirmngr gnupg iso-codes libcups2t64 libfontconfig1 libfreetype6 libharfbuzz0b libncursesw6 netbase procps python3 sensible-utils
librsvg2-bin:librsvg2-common:libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b shared-mime-info
librsvg2-dev::gir1.2-glib-2.0 libc6-dev libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 librsvg2-common netbase pkgconf python3 shared-mime-info
libsdl1.2-dev:libdecor-0-plugin-1-gtk mesa-vulkan-drivers shared-mime-info:gir1.2-glib-2.0 libasound2t64 libc6-dev libegl-dev libgl-dev libncursesw6 libpulse0 libwayland-dev libxrandr-dev libxt-dev netbase pkgconf python3
libsdl2-2.0-0:libdecor-0-plugin-1-gtk:libasound2t64 libpulse0
libsdl2-dev:libdecor-0-plugin-1-gtk mesa-vulkan-drivers shared-mime-info:gir1.2-glib-2.0 libasound2t64 libc6-dev libegl-dev libgl-dev libncursesw6 libpulse0 libwayland-dev libxrandr-dev libxt-dev netbase pkg-config pkgconf python3
libsdl2-ttf-dev:libdecor-0-plugin-1-gtk mesa-vulkan-drivers shared-mime-info:gir1.2-glib-2.0 libasound2t64 libc6-dev libegl-dev libfontconfig1 libfreetype6 libgl-dev libharfbuzz0b libncursesw6 libpulse0 libwayland-dev libxrandr-dev libxt-dev netbase pkg-config pkgconf python3
libserf-1-1::libgdbm6t64
libsndfile1-dev:pkgconf:
libsnmp-dev:libsnmp-perl perl:libc6-dev libgdbm6t64 libncursesw6 procps
libsoup2.4-1:ca-certificates shared-mime-info:libncursesw6 procps systemd-sysv
libsoup2.4-dev:ca-certificates shared-mime-info:gir1.2-glib-2.0 libc6-dev libncursesw6 netbase pkgconf procps python3 systemd-sysv
libspatialite-dev:ca-certificates:libc6-dev pkgconf
libsvn-perl:netbase:libgdbm6t64 perl
libsvn1::libgdbm6t64
libtag1-dev:build-essential gcc sq:bzip2 dpkg-dev libc6-dev libdpkg-perl libgdbm6t64 make patch perl xz-utils
libtesseract-dev:ca-certificates:libc6-dev pkgconf
libtheora-dev::libfontconfig1 libfreetype6
libtheora0::libfontconfig1 libfreetype6
libtiff5-dev:pkgconf:libc6-dev
libtimedate-perl:netbase:libgdbm6t64 perl
libtool:libltdl-dev:file gcc libc6-dev
libtool-bin:libltdl-dev:file gcc libc6-dev libtool
libv4l-dev::libc6-dev
libva-dev:mesa-vulkan-drivers va-driver-all:libgdbm6t64 libwayland-dev perl
libvips:ca-certificates fonts-urw-base35 ghostscript gnupg-utils gpg-wks-client gpgv libheif-plugin-aomenc libheif-plugin-x265 librsvg2-common:dirmngr gnupg libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 shared-mime-info
libvisual-0.4-dev::libc6-dev pkg-config pkgconf
libwmf-dev:fonts-urw-base35:libc6-dev libfreetype6
libwww-perl:libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libio-compress-brotli-perl libmailtools-perl:ca-certificates libgdbm6t64 libio-socket-ssl-perl libnet-ssleay-perl liburi-perl netbase openssl perl
libxft-dev::libc6-dev libfontconfig1 libfreetype6 pkgconf
libxft2::libfontconfig1 libfreetype6
libxine2-dev::libfreetype6 libgdbm6t64 perl pkgconf
libxml-parser-perl:libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libio-compress-brotli-perl libmailtools-perl:ca-certificates libgdbm6t64 libio-socket-ssl-perl libnet-ssleay-perl liburi-perl libwww-perl netbase openssl perl
libxml-simple-perl:libwww-perl libxml-sax-expat-perl netbase:libgdbm6t64 libncursesw6 perl procps sensible-utils
libxml2-dev::
libxmu-dev::libc6-dev libxt-dev
libxslt-dev::
libxslt1-dev::
libxt-dev::libc6-dev
libyaml-perl:libyaml-libyaml-perl netbase:libgdbm6t64 perl
lighttpd:lighttpd-mod-deflate lighttpd-mod-openssl:
lldb:ca-certificates:libncursesw6 netbase
llvm:ca-certificates llvm-19-dev:
lmodern::libfreetype6 libncursesw6 procps sensible-utils
lxc:apparmor debootstrap dirmngr distrobuilder dns-root-data gnupg libpam-cgfs lxcfs netbase openssl rsync uidmap wget:nftables
mailutils:ca-certificates gsasl-common:libfribidi0 libncursesw6 netbase
man::libgdbm6t64 man-db
man-db::libgdbm6t64
mapnik-utils:ca-certificates gnupg-utils gpg-wks-client gpgv libheif-plugin-aomenc libheif-plugin-x265 libodbccr2 proj-bin shared-mime-info:dirmngr fonts-dejavu gnupg libfontconfig1 libfreetype6 libharfbuzz0b libncursesw6
mariadb-client:libdbd-mariadb-perl libdbi-perl libterm-readkey-perl:libgdbm6t64 perl
mariadb-server:libdbd-mariadb-perl libhtml-template-perl libterm-readkey-perl mariadb-plugin-provider-bzip2 mariadb-plugin-provider-lz4 mariadb-plugin-provider-lzma mariadb-plugin-provider-lzo mariadb-plugin-provider-snappy pv:libdbi-perl libgdbm6t64 libncursesw6 perl procps rsync
maven:libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libharfbuzz0b:ca-certificates default-jre-headless openssl
memcached::libgdbm6t64 perl
mercurial:ca-certificates openssh-client:libncursesw6 netbase procps python3 sensible-utils
mesa-common-dev:mesa-vulkan-drivers:libgl-dev
mesa-utils:libdecor-0-plugin-1-gtk mesa-vulkan-drivers:
meson:dpkg-dev:libncursesw6 netbase python3
mjpegtools:libdecor-0-plugin-1-gtk mencoder:libasound2t64 libpulse0
mono-complete:cli-common libmono-btls-interface4.0-cil shared-mime-info:ca-certificates libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libmono-i18n-west4.0-cil libncursesw6 mono-csharp-shell netbase openssl pkgconf python3
mono-devel:cli-common libmono-btls-interface4.0-cil mono-csharp-shell shared-mime-info:ca-certificates libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libmono-i18n-west4.0-cil libncursesw6 netbase openssl pkgconf python3
moreutils::libgdbm6t64 perl
mpich:libmpich-dev:ibverbs-providers libgdbm6t64 perl
msmtp:ca-certificates gsasl-common shared-mime-info:libncursesw6 procps sensible-utils
msmtp-mta:ca-certificates gsasl-common libsecret-tools shared-mime-info:libncursesw6 procps sensible-utils
musl-dev:libc6-dev:
musl-tools:libc6-dev:
neko:librsvg2-common:libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 procps shared-mime-info systemd-sysv
neutron-l3-agent:build-essential gcc gir1.2-glib-2.0 ipvsadm nftables openvswitch-switch python3-bs4 python3-click python3-cssselect python3-dev python3-fqdn python3-gi python3-h2 python3-html5lib python3-httpcore python3-httpx python3-invoke python3-isoduration python3-jaeger-client python3-pastescript python3-pil python3-pygments python3-rfc3339-validator python3-rfc3986-validator python3-rfc3987 python3-rich python3-sqlalchemy-ext python3-uritemplate python3-webcolors shared-mime-info sq xauth:bzip2 ca-certificates dpkg-dev iptables iputils-arping libdpkg-perl libgdbm6t64 libncursesw6 lsb-release make netbase openssl patch perl procps python3 python3-babel python3-idna python3-jmespath python3-json-pointer python3-kerberos python3-lxml python3-requests python3-tz python3-yaml sensible-utils sudo wget xclip xz-utils
neutron-plugin-ml2:build-essential gcc gir1.2-glib-2.0 iptables iputils-arping python3-bs4 python3-click python3-cssselect python3-dev python3-fqdn python3-gi python3-h2 python3-html5lib python3-httpcore python3-httpx python3-invoke python3-isoduration python3-jaeger-client python3-pastescript python3-pil python3-pygments python3-rfc3339-validator python3-rfc3986-validator python3-rfc3987 python3-rich python3-sqlalchemy-ext python3-uritemplate python3-webcolors sq xauth:bzip2 ca-certificates dpkg-dev libdpkg-perl libgdbm6t64 libncursesw6 lsb-release make netbase openssl patch perl procps python3 python3-babel python3-idna python3-jmespath python3-json-pointer python3-kerberos python3-lxml python3-requests python3-tz python3-yaml sensible-utils sudo wget xclip xz-utils
nfs-common:python3:libncursesw6 procps sensible-utils
nginx-extras:geoip-database libheif-plugin-aomenc libheif-plugin-x265:libfontconfig1 libfreetype6 libgdbm6t64 libgeoip1t64 perl
node-gyp:build-essential ca-certificates:libncursesw6 netbase python3
npm:build-essential git node-re2 node-require-from-string node-tap:ca-certificates libncursesw6 netbase openssl python3
octave:ca-certificates default-jre-headless epstool fonts-freefont-otf fonts-urw-base35 ghostscript gnuplot-qt libheif-plugin-aomenc libheif-plugin-x265 libopenblas0 libqt6sql6-sqlite libwww-perl libxml-sax-expat-perl mesa-vulkan-drivers pstoedit qt6-gtk-platformtheme qt6-qpa-plugins qt6-svg-plugins qt6-wayland:libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libncursesw6 perl procps sensible-utils shared-mime-info
opam:ca-certificates darcs git mercurial ocaml procps rsync sq:build-essential bzip2 dpkg-dev g++ gcc libc6-dev libdpkg-perl libgdbm6t64 libstdc++-14-dev make patch perl unzip wget xz-utils
openbox:fonts-droid-fallback libheif-plugin-aomenc libheif-plugin-x265 librsvg2-common obconf scrot:fonts-urw-base35 libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 netbase python3 shared-mime-info
openjfx:gnome-themes-extra librsvg2-common mesa-vulkan-drivers openjfx-source:libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 procps shared-mime-info systemd-sysv
parallel::libgdbm6t64 libncursesw6 perl procps sensible-utils sysstat xz-utils
perl:netbase:libgdbm6t64
php:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
php-apcu:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
php-bcmath::libncursesw6 procps sensible-utils
php-cli::libncursesw6 procps sensible-utils
php-curl:ca-certificates:libncursesw6 procps sensible-utils
php-dev:libltdl-dev pkg-php-tools:autoconf automake file gcc libc6-dev libgdbm6t64 libncursesw6 libtool perl pkg-config pkgconf procps sensible-utils
php-gd:libheif-plugin-aomenc libheif-plugin-x265:libfontconfig1 libfreetype6 libncursesw6 procps sensible-utils
php-imagick:apache2 ca-certificates fonts-urw-base35 ghostscript libheif-plugin-aomenc libheif-plugin-x265 shared-mime-info:libfontconfig1 libfreetype6 libgdbm6t64 libncursesw6 perl procps sensible-utils
php-intl::libncursesw6 procps sensible-utils
php-json:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
php-mbstring::libncursesw6 procps sensible-utils
php-mcrypt:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
php-memcache:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
php-memcached:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
php-mongodb:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
php-mysql::libncursesw6 procps sensible-utils
php-pear::libncursesw6 procps sensible-utils
php-pgsql:ca-certificates:libncursesw6 procps sensible-utils
php-redis:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
php-soap::libncursesw6 procps sensible-utils
php-sqlite3::libncursesw6 procps sensible-utils
php-xdebug:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
php-xml::libncursesw6 procps sensible-utils
php-zip::libncursesw6 procps sensible-utils
phpmyadmin:apache2 libdbd-mariadb-perl libdbi-perl libterm-readkey-perl php-bz2 php-curl php-gd php-tcpdf php-zip:ca-certificates libgdbm6t64 libncursesw6 openssl perl procps sensible-utils
phpunit:apache2 ca-certificates:libgdbm6t64 libncursesw6 perl procps sensible-utils
pkg-config::pkgconf
poppler-utils:ca-certificates gnupg-utils gpg-wks-client gpgv:dirmngr gnupg libfontconfig1 libfreetype6 libncursesw6
portaudio19-dev::libasound2t64
postfix:ca-certificates python3 ssl-cert:netbase
postgis:ca-certificates gnupg-utils gpg-wks-client gpgv libheif-plugin-aomenc libheif-plugin-x265 libodbccr2 postgresql-postgis proj-bin:dirmngr gnupg libfontconfig1 libfreetype6 libgdbm6t64 libncursesw6 perl
postgresql:ca-certificates e2fsprogs libjson-xs-perl sysstat:libgdbm6t64 libjson-perl libncursesw6 netbase openssl perl procps sensible-utils ssl-cert
postgresql-client:ca-certificates:libgdbm6t64 netbase perl sensible-utils
postgresql-common:e2fsprogs libjson-xs-perl:libgdbm6t64 libjson-perl libncursesw6 netbase openssl perl procps sensible-utils ssl-cert
postgresql-contrib:ca-certificates e2fsprogs libjson-xs-perl sysstat:libgdbm6t64 libjson-perl libncursesw6 netbase openssl perl procps sensible-utils ssl-cert
postgresql-server-dev-all:ca-certificates clang-tools-19 e2fsprogs libclang-rt-19-dev libjson-xs-perl:libc6-dev libgdbm6t64 libjson-perl libncursesw6 libstdc++-14-dev llvm-19-dev netbase openssl perl procps python3 python3-pygments python3-yaml sensible-utils ssl-cert
pulseaudio:gstreamer1.0-plugins-base librsvg2-common rtkit va-driver-all vdpau-driver-all:iso-codes libasound2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libpulse0 shared-mime-info
pylint:python3-tk:libncursesw6 netbase python3
python-gi-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libncursesw6 netbase pkgconf python3 python3-gi
python-is-python3::libncursesw6 netbase python3
python3:ca-certificates:libncursesw6 netbase
python3-all:ca-certificates:libncursesw6 netbase python3
python3-all-dbg:ca-certificates gdb:libfontconfig1 libfreetype6 libgdbm6t64 libncursesw6 netbase python3
python3-all-dev:ca-certificates:libc6-dev libncursesw6 netbase python3 python3-dev
python3-dev:ca-certificates:libc6-dev libncursesw6 netbase python3
python3-gi:ca-certificates shared-mime-info:gir1.2-glib-2.0 libncursesw6 netbase python3
python3-gi-cairo:ca-certificates shared-mime-info:gir1.2-glib-2.0 libfontconfig1 libfreetype6 libncursesw6 netbase python3 python3-gi
python3-h5py:ca-certificates:libncursesw6 netbase python3 python3-numpy
python3-jinja2:ca-certificates python3-babel:libncursesw6 netbase python3
python3-lxml:ca-certificates python3-bs4 python3-cssselect python3-html5lib:libncursesw6 netbase python3
python3-matplotlib:ca-certificates g++ isympy-common python3-bs4 python3-cssselect python3-html5lib python3-olefile python3-pooch python3-yaml shared-mime-info:libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 netbase python3 python3-lxml python3-numpy python3-pil python3-scipy python3-tk
python3-numpy:ca-certificates:libncursesw6 netbase python3
python3-openssl:ca-certificates:libncursesw6 netbase python3
python3-pil:ca-certificates python3-olefile shared-mime-info:libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 netbase python3
python3-pip:build-essential python3-dev:ca-certificates libncursesw6 netbase openssl python3
python3-psutil:ca-certificates:libncursesw6 netbase python3
python3-scipy:ca-certificates g++ python3-pil python3-pooch python3-yaml:libncursesw6 netbase python3 python3-numpy
python3-setuptools:ca-certificates:libncursesw6 netbase python3
python3-six:ca-certificates:libncursesw6 netbase python3
python3-sphinx:libjson-xs-perl make python3-pil:ca-certificates libgdbm6t64 libjson-perl libncursesw6 netbase openssl perl python3 python3-babel python3-idna python3-pygments python3-requests
python3-tk:ca-certificates:libfontconfig1 libfreetype6 libncursesw6 netbase python3
python3-tornado::ca-certificates libncursesw6 netbase openssl python3
python3-twisted:ca-certificates python3-click:libncursesw6 netbase python3 python3-idna
python3-venv::ca-certificates libncursesw6 netbase openssl python3
python3-virtualenv:build-essential python3-dev:ca-certificates libncursesw6 netbase openssl python3
python3-wheel:ca-certificates:libncursesw6 netbase python3
python3-yaml:ca-certificates:libncursesw6 netbase python3
python3-zope.interface:ca-certificates:libncursesw6 netbase python3
qemu-kvm:ibverbs-providers ovmf qemu-block-extra qemu-system-gui qemu-system-modules-opengl qemu-system-modules-spice qemu-utils shared-mime-info:libasound2t64 libncursesw6
qemu-user:qemu-user-binfmt:
qemu-user-static::qemu-user-binfmt
qtbase5-dev:libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libcups2t64 libegl-dev libfontconfig1 libfreetype6 libgdbm6t64 libgl-dev libharfbuzz0b libncursesw6 libvulkan-dev netbase perl python3 shared-mime-info
qtbase5-dev-tools::libgdbm6t64 perl shared-mime-info
qtdeclarative5-dev:libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libcups2t64 libegl-dev libfontconfig1 libfreetype6 libgdbm6t64 libgl-dev libharfbuzz0b libncursesw6 libvulkan-dev netbase perl python3 shared-mime-info
qttools5-dev-tools:libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libcups2t64 libfontconfig1 libfreetype6 libharfbuzz0b libqt5sql5-sqlite shared-mime-info
quilt::bzip2 libgdbm6t64 patch perl sensible-utils
r-base:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev r-base-html shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 openssl procps r-recommended sensible-utils unzip xdg-utils zip
r-base-core:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev r-recommended shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 openssl procps sensible-utils unzip xdg-utils zip
r-base-dev:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-recommended shared-mime-info sq x11-utils x11-xserver-utils:build-essential bzip2 ca-certificates dpkg-dev g++ gcc gfortran libc6-dev libdpkg-perl libfontconfig1 libfreetype6 libfribidi0 libgdbm6t64 libharfbuzz0b libncursesw6 libstdc++-14-dev make openssl patch perl pkgconf procps sensible-utils unzip xauth xdg-utils xz-utils zip
r-cran-matrix:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev r-recommended shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 openssl procps sensible-utils unzip xdg-utils zip
r-recommended:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 openssl procps sensible-utils unzip xdg-utils zip
rabbitmq-server:libsctp1:erlang-crypto libncursesw6 netbase openssl procps python3
rake:ruby-sdbm zip:ca-certificates openssl ruby
rebar:aspell-en ca-certificates enchant-2 git gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common libsctp1 mercurial mesa-vulkan-drivers xdg-desktop-portal-gtk:erlang-crypto gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libasound2t64 libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
reprepro:gnupg-utils gpg-wks-client gpgv:dirmngr gnupg libncursesw6
rlwrap::libgdbm6t64 libncursesw6 netbase perl python3
rpm::
ruby:ruby-sdbm zip:ca-certificates openssl
ruby-bundler:ruby-sdbm zip:ca-certificates openssl ruby
ruby-dev:ruby-sdbm zip:ca-certificates openssl ruby
ruby-full:ruby-sdbm zip:ca-certificates openssl ruby ruby-dev
rubygems:ruby-sdbm zip:ca-certificates openssl ruby
runit:runit-run:libgdbm6t64 perl
rustc:cargo rust-llvm:gcc libc6-dev
s3cmd::libncursesw6 netbase python3 python3-magic
scons::libncursesw6 netbase python3
sendmail:postfix-mta-sts-resolver:libgdbm6t64 libncursesw6 make netbase perl procps
sgml-data::libgdbm6t64 perl
slapd:ldap-utils libodbccr2 perl:libgdbm6t64
sloccount::libgdbm6t64 perl
smbclient:samba-common-bin:libncursesw6 procps sensible-utils
snmp:perl:libgdbm6t64
sox::libasound2t64
subversion::libgdbm6t64
supervisor::libncursesw6 netbase python3
sysstat::libncursesw6 procps sensible-utils xz-utils
tcl-dev:build-essential gcc sq:bzip2 dpkg-dev libc6-dev libdpkg-perl libgdbm6t64 make patch perl xz-utils
tcl8.6-dev:build-essential gcc sq:bzip2 dpkg-dev libc6-dev libdpkg-perl libgdbm6t64 make patch perl xz-utils
tesseract-ocr:ca-certificates shared-mime-info:libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b
texinfo:libwww-perl libxml-sax-expat-perl:libgdbm6t64 libncursesw6 perl procps sensible-utils
texlive:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info tex-gyre tipa x11-utils x11-xserver-utils:libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libncursesw6 perl procps sensible-utils texlive-fonts-recommended texlive-latex-recommended xdg-utils
texlive-base:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info x11-utils x11-xserver-utils:libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libncursesw6 perl procps sensible-utils xdg-utils
texlive-extra-utils:dvisvgm ghostscript libfile-mimeinfo-perl liblog-log4perl-perl libnet-dbus-perl libx11-protocol-perl ruby shared-mime-info texlive-latex-recommended x11-utils x11-xserver-utils:libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libncursesw6 libunicode-linebreak-perl lmodern netbase perl procps python3 sensible-utils texlive-plain-generic xdg-utils
texlive-fonts-extra:cm-super dvisvgm fonts-adf-accanthis fonts-adf-berenis fonts-adf-gillius fonts-adf-universalis fonts-cabin fonts-cantarell fonts-clear-sans fonts-comfortaa fonts-comic-neue fonts-croscore fonts-crosextra-caladea fonts-crosextra-carlito fonts-ebgaramond-extra fonts-font-awesome fonts-freefont-otf fonts-freefont-ttf fonts-gfs-artemisia fonts-gfs-complutum fonts-gfs-didot fonts-gfs-neohellenic fonts-gfs-olga fonts-gfs-solomos fonts-go fonts-inter fonts-linuxlibertine fonts-lobstertwo fonts-noto-color-emoji fonts-noto-core fonts-noto-mono fonts-oflb-asana-math fonts-open-sans fonts-paratype fonts-roboto-slab fonts-roboto-unhinted fonts-sil-andika fonts-sil-charis fonts-sil-gentium fonts-sil-gentium-basic fonts-sil-gentiumplus fonts-sil-gentiumplus-compact fonts-stix libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info texlive-fonts-extra-links texlive-fonts-recommended texlive-latex-extra x11-utils x11-xserver-utils:libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libncursesw6 perl procps sensible-utils xdg-utils
texlive-fonts-recommended:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info tex-gyre tipa x11-utils x11-xserver-utils:libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libncursesw6 perl procps sensible-utils xdg-utils
texlive-full:aglfn context-modules default-jre dvisvgm fonts-droid-fallback fonts-gfs-bodoni-classic fonts-gfs-didot-classic fonts-gfs-gazis fonts-gfs-theokritos fonts-ipaexfont-gothic fonts-ipaexfont-mincho fonts-ipafont-gothic fonts-ipafont-mincho fonts-texgyre fonts-texgyre-math fonts-tlwg-garuda fonts-tlwg-kinnari fonts-tlwg-laksaman fonts-tlwg-loma fonts-tlwg-mono fonts-tlwg-norasi fonts-tlwg-purisa fonts-tlwg-sawasdee fonts-tlwg-typewriter fonts-tlwg-typist fonts-tlwg-typo fonts-tlwg-umpush fonts-tlwg-waree gnupg-utils gpg-wks-client gpgv libclass-c3-xs-perl libclass-xsaccessor-perl libdevel-lexalias-perl libfile-mimeinfo-perl libheif-plugin-aomenc libheif-plugin-x265 libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libio-compress-brotli-perl libipc-shareable-perl liblist-someutils-xs-perl liblog-dispatch-perl libmagickcore-7.q16-10-extra libmailtools-perl libnet-dbus-perl libpackage-stash-xs-perl libperlio-utf8-strict-perl libqt5svg5 libref-util-perl libspreadsheet-parseexcel-perl libx11-protocol-perl libxml-sax-expat-perl luit mesa-vulkan-drivers netpbm openjade ps2eps python3-pil python3-pycryptodome qt5-gtk-platformtheme qtwayland5 ruby-sdbm tk x11-utils x11-xserver-utils xpdf zip:ca-certificates cm-super dirmngr fonts-adf-accanthis fonts-adf-berenis fonts-adf-gillius fonts-adf-universalis fonts-cabin fonts-cantarell fonts-clear-sans fonts-comfortaa fonts-comic-neue fonts-croscore fonts-crosextra-caladea fonts-crosextra-carlito fonts-ebgaramond-extra fonts-font-awesome fonts-freefont-otf fonts-freefont-ttf fonts-gfs-artemisia fonts-gfs-complutum fonts-gfs-didot fonts-gfs-neohellenic fonts-gfs-olga fonts-gfs-solomos fonts-go fonts-inter fonts-linuxlibertine fonts-lobstertwo fonts-noto-color-emoji fonts-noto-core fonts-noto-mono fonts-oflb-asana-math fonts-open-sans fonts-paratype fonts-roboto-slab fonts-roboto-unhinted fonts-sil-andika fonts-sil-charis fonts-sil-gentium fonts-sil-gentium-basic fonts-sil-gentiumplus fonts-sil-gentiumplus-compact fonts-stix fonts-urw-base35 ghostscript gnupg imagemagick libcups2t64 libdata-dump-perl libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libio-socket-ssl-perl liblog-log4perl-perl libnamespace-clean-perl libncursesw6 libnet-ssleay-perl libunicode-linebreak-perl liburi-perl libwww-perl libxstring-perl lmodern netbase openssl perl procps pstoedit psutils python3 ruby sensible-utils shared-mime-info tex-gyre texlive-fonts-extra-links texlive-fonts-recommended texlive-latex-extra texlive-latex-recommended texlive-plain-generic tipa xbitmaps xdg-utils
texlive-latex-base:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info x11-utils x11-xserver-utils:libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libncursesw6 perl procps sensible-utils xdg-utils
texlive-latex-extra:default-jre dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libspreadsheet-parseexcel-perl libx11-protocol-perl lmodern ruby shared-mime-info texlive-fonts-recommended texlive-plain-generic tk x11-utils x11-xserver-utils:libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libncursesw6 netbase perl procps python3 sensible-utils texlive-latex-recommended xdg-utils
texlive-latex-recommended:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info x11-utils x11-xserver-utils:libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libncursesw6 perl procps sensible-utils xdg-utils
texlive-xetex:default-jre dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libspreadsheet-parseexcel-perl libx11-protocol-perl lmodern ruby shared-mime-info texlive-fonts-recommended texlive-plain-generic tk x11-utils x11-xserver-utils:libfontconfig1 libfreetype6 libgdbm6t64 libharfbuzz0b libncursesw6 netbase perl procps python3 sensible-utils texlive-latex-extra texlive-latex-recommended tipa xdg-utils
tig:ca-certificates openssh-client patch:git libgdbm6t64 libncursesw6 perl
tightvncserver:luit mesa-vulkan-drivers x11-xserver-utils xfonts-base:libfontconfig1 libfreetype6 libgdbm6t64 perl x11-utils xauth
tk::libfontconfig1 libfreetype6
tk-dev:build-essential gcc sq:bzip2 dpkg-dev libc6-dev libdpkg-perl libfontconfig1 libfreetype6 libgdbm6t64 make patch perl pkgconf tk xz-utils
tk8.6-dev:build-essential gcc sq:bzip2 dpkg-dev libc6-dev libdpkg-perl libfontconfig1 libfreetype6 libgdbm6t64 make patch perl pkgconf xz-utils
unattended-upgrades:iso-codes python3-gi shared-mime-info systemd-sysv:libncursesw6 lsb-release netbase procps python3 python3-apt sensible-utils xz-utils
unixodbc:libodbccr2:
unixodbc-dev::libodbccr2
uwsgi-plugin-python3::libncursesw6 netbase python3
valgrind:gdb python3:
vim-nox:perl ruby-sdbm zip:ca-certificates libgdbm6t64 libncursesw6 netbase openssl ruby
virtualenv:build-essential python3-dev:ca-certificates libncursesw6 netbase openssl python3
virtualenvwrapper:build-essential python3-dev:ca-certificates libncursesw6 netbase openssl python3
x11-apps:xbitmaps:libfontconfig1 libfreetype6 libgdbm6t64 man-db
x11-utils:luit mesa-vulkan-drivers:libfontconfig1 libfreetype6
x11vnc:x11-utils:libfontconfig1 libfreetype6 openssl tk
x264:libaacs0 librsvg2-common va-driver-all vdpau-driver-all:libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b shared-mime-info
xfonts-100dpi::libfreetype6
xfonts-75dpi::libfreetype6
xfonts-base::libfreetype6
xfonts-cyrillic::libfreetype6
xfonts-scalable::libfreetype6
xfonts-utils::libfreetype6
xfsprogs:python3-gi shared-mime-info:libncursesw6 netbase python3
xmlto:dblatex zip:docbook-xml libgdbm6t64 perl
xorg:luit mesa-vulkan-drivers shared-mime-info xcvt xserver-xorg-input-wacom xserver-xorg-legacy xserver-xorg-video-intel xserver-xorg-video-qxl:libfontconfig1 libfreetype6 libgdbm6t64 man-db udev x11-utils x11-xserver-utils xauth xbitmaps xfonts-base
xorg-dev:mesa-vulkan-drivers:libc6-dev libfontconfig1 libfreetype6 libgl-dev libxrandr-dev libxt-dev pkgconf
xserver-xorg-core:mesa-vulkan-drivers xauth xcvt xfonts-base:libfreetype6 udev
xserver-xorg-dev:mesa-vulkan-drivers:libc6-dev libfreetype6 libgl-dev
xterm:luit:libfontconfig1 libfreetype6 xbitmaps
xvfb:mesa-vulkan-drivers xauth xfonts-base:libfreetype6
zenity:ca-certificates iso-codes libgtk-4-bin libgtk-4-media-gstreamer librsvg2-common mesa-vulkan-drivers:libcups2t64 libfontconfig1 libfreetype6 libfribidi0 libharfbuzz0b libncursesw6 procps shared-mime-info systemd-sysv
zsh:libgdbm6t64 libncursesw6:
`;
