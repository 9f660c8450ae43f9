// Made by scripts/apt-recommends.js from the package index of Debian 12 (bookworm); not edited by hand.
// One line a package: its name, the recommended packages that matter, and which such packages it depends on.
export const SOURCE = 'package index of Debian 12 (bookworm), main, amd64';
export const TABLE = `
ack-grep::
acl::
adduser::
alien:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libtool m4 make man-db patch sensible-utils xz-utils
alsa-utils::libncursesw6
android-tools-adb:android-sdk-platform-tools-common:
ansible:python3-argcomplete python3-babel python3-h2 python3-httpx python3-idna python3-jmespath python3-kerberos python3-libcloud python3-passlib python3-pkg-resources python3-requests python3-requests-toolbelt python3-selinux python3-winrm python3-xmltodict:ca-certificates libncursesw6 netbase openssh-client openssl python3 python3-cryptography python3-distutils python3-yaml wget
ant:ant-optional shared-mime-info:ca-certificates default-jre-headless openssl
ant-optional:shared-mime-info:ca-certificates default-jre-headless openssl
antiword::
apache2:ca-certificates ssl-cert:libncursesw6 procps
apache2-bin:ca-certificates:
apache2-dev:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libncursesw6 libsctp1 libtool m4 make man-db openssl patch python3 sensible-utils xz-utils
apache2-doc:apache2:
apache2-utils::
apparmor::
apt::
apt-file::
apt-transport-https::
apt-utils::
aptitude:libdpkg-perl sensible-utils:libncursesw6
arping::
aspcud::libncursesw6
aspell:aspell-en:libncursesw6
at::
autoconf:automake:m4
autoconf-archive:autoconf:
autogen::
automake::autoconf autotools-dev m4
autopoint::xz-utils
autossh::openssh-client
autotools-dev::
avahi-daemon:libnss-mdns:
awscli:python3-pil python3-pygments:libncursesw6 lsb-release python3 python3-cryptography python3-jmespath
azure-cli:python3-azext-devops python3-json-pointer python3-rfc3987 python3-uritemplate python3-webcolors shared-mime-info:ca-certificates gir1.2-glib-2.0 libncursesw6 lsb-release openssl python3 python3-argcomplete python3-cryptography python3-distutils python3-gi python3-github python3-idna python3-invoke python3-jmespath python3-paramiko python3-pkg-resources python3-pygments python3-requests python3-xmltodict python3-yaml
bash::
bash-completion::
bc::
bedtools::
bind9::dns-root-data netbase
binfmt-support::
binutils::
binutils-dev::
binutils-gold::
binutils-mingw-w64::
bison::m4
bridge-utils::
brz:openssh-client python3-fastimport python3-github python3-gpg python3-launchpadlib:libncursesw6 python3 python3-yaml
bsdmainutils::
build-essential:gnupg:bzip2 dpkg-dev g++ gcc libc6-dev libdpkg-perl make patch xz-utils
bundler:build-essential ruby-dev sudo zip:ca-certificates openssl ruby
busybox-static::
byobu:libfribidi0 pastebinit sensible-utils:libncursesw6 python3
bzip2::
bzr:openssh-client python3-fastimport python3-github python3-gpg python3-launchpadlib:libncursesw6 python3 python3-yaml
ca-certificates::openssl
ca-certificates-java::ca-certificates openssl
ca-certificates-mono:cli-common libmono-btls-interface4.0-cil libmono-i18n-west4.0-cil:ca-certificates openssl
cabal-install:curl:gcc libc6-dev libncursesw6
cabextract::
cargo:ca-certificates llvm-14:gcc libc6-dev
ccache::
cdbs:autotools-dev:libncursesw6 python3 python3-pkg-resources python3-scour
certbot:python3-icu:ca-certificates libncursesw6 lsb-release openssl python3 python3-cryptography python3-idna python3-pkg-resources python3-requests
check::
checkinstall:build-essential gcc gnupg:bzip2 dpkg-dev file libdpkg-perl make patch sensible-utils xz-utils
chromium:chromium-sandbox fonts-liberation libfile-mimeinfo-perl libnet-dbus-perl librsvg2-common libx11-protocol-perl notification-daemon system-config-printer udev upower x11-xserver-utils:libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv x11-utils xdg-utils
chromium-driver:chromium-sandbox fonts-liberation libfile-mimeinfo-perl libnet-dbus-perl librsvg2-common libx11-protocol-perl notification-daemon system-config-printer udev upower x11-xserver-utils:libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv x11-utils xdg-utils
chrpath::
clamav:ca-certificates:libncursesw6 procps sensible-utils
clang:libclang-rt-14-dev llvm-14-dev python3:libc6-dev
clang-tools:libclang-rt-14-dev llvm-14-dev:libc6-dev libncursesw6 python3
clinfo::
cmake:ca-certificates gcc make:libncursesw6 procps
composer:git unzip:ca-certificates openssl sensible-utils
coreutils::
cpanminus:libmodule-signature-perl libpod-readme-perl libsoftware-license-perl make:libstring-shellquote-perl
cpio::
cppcheck::libncursesw6 libpcre3 python3 python3-pkg-resources python3-pygments
cron::sensible-utils
ctags::
curl:ca-certificates:
cvs:openssh-client:
cython3:gcc python3-dev:libncursesw6 python3
daemontools::
dbus::
dbus-x11::
debconf::
debconf-utils::
debhelper:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libtool m4 make man-db patch sensible-utils xz-utils
debian-archive-keyring::
debootstrap:arch-test ca-certificates gnupg:wget
default-jdk:libatk-wrapper-java-jni librsvg2-common libxt-dev:ca-certificates default-jre default-jre-headless libfribidi0 openssl shared-mime-info
default-jdk-headless:shared-mime-info:ca-certificates default-jre-headless openssl
default-jre:libatk-wrapper-java-jni librsvg2-common:ca-certificates default-jre-headless libfribidi0 openssl shared-mime-info
default-jre-headless:shared-mime-info:ca-certificates openssl
default-libmysqlclient-dev::libc6-dev
default-mysql-client:libdbd-mariadb-perl libdbi-perl libterm-readkey-perl:
device-tree-compiler::
devscripts:build-essential dctrl-tools debian-keyring dput equivs gcc libdata-dump-perl libdistro-info-perl libgit-wrapper-perl libgitlab-api-v4-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl liblist-compare-perl libmailtools-perl libnamespace-clean-perl libsoap-lite-perl libstring-shellquote-perl libxstring-perl licensecheck lintian man-db pristine-tar python3-apt python3-debian python3-magic python3-requests python3-unidiff python3-xdg strace unzip wget:bzip2 ca-certificates dirmngr dpkg-dev file gnupg libclass-xsaccessor-perl libdpkg-perl libfile-homedir-perl libncursesw6 liburi-perl libwww-perl make netbase openssl patch python3 sensible-utils xz-utils
dh-autoreconf:libltdl-dev:autoconf automake autotools-dev file gcc libc6-dev libtool m4 xz-utils
dh-exec:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libtool m4 make man-db patch sensible-utils xz-utils
dh-make:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libncursesw6 libtool m4 make man-db patch python3 sensible-utils xz-utils
dialog::libncursesw6
diffstat::
dirmngr:gnupg:
dkms:build-essential gnupg libc6-dev linux-headers-amd64 sudo:bzip2 dpkg-dev gcc libdpkg-perl lsb-release make patch xz-utils
dnsmasq:dns-root-data:netbase
dnsutils::
docker.io:apparmor ca-certificates cgroupfs-mount criu git needrestart nftables xz-utils:iptables netbase
dos2unix::
dosfstools::
doxygen::
dpkg::
dpkg-dev:build-essential gcc gnupg:bzip2 libdpkg-perl make patch xz-utils
dstat::libncursesw6 python3
dumb-init::
ed::
elixir:erlang-syntax-tools libsctp1:erlang-crypto libncursesw6 procps
emacs:fonts-noto-color-emoji librsvg2-common mailutils:libc6-dev libfribidi0 libncursesw6 procps shared-mime-info systemd-sysv
equivs:build-essential gnupg libarchive-cpio-perl libltdl-dev libmail-sendmail-perl:autoconf automake autotools-dev bzip2 debhelper dpkg-dev file gcc libarchive-zip-perl libc6-dev libdpkg-perl libtool m4 make man-db patch sensible-utils xz-utils
erlang:aspell-en enchant-2 erlang-examples erlang-jinterface erlang-mode erlang-src gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common libsctp1 xdg-desktop-portal-gtk:erlang-crypto erlang-syntax-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
erlang-base:erlang-crypto erlang-syntax-tools libsctp1:libncursesw6 procps
erlang-dev:erlang-crypto erlang-syntax-tools libsctp1:libncursesw6 procps
erlang-eunit:erlang-crypto erlang-syntax-tools libsctp1:libncursesw6 procps
erlang-nox:libsctp1:erlang-crypto erlang-syntax-tools libncursesw6 procps
erlang-reltool:aspell-en enchant-2 erlang-crypto erlang-syntax-tools gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common libsctp1 xdg-desktop-portal-gtk:gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
erlang-tools:erlang-crypto erlang-syntax-tools libsctp1:libncursesw6 procps
ethtool::
exiftool:libarchive-zip-perl libunicode-linebreak-perl:
expat::
expect::
fakeroot::
faketime::
fcgiwrap:libfcgi-bin:
ffmpeg:libaacs0 libdecor-0-plugin-1-cairo librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libfribidi0 libncursesw6 libpulse0 shared-mime-info
file::
findutils::
flac::
flex:gcc libfl-dev:m4
flite::
fluxbox:feh fonts-droid-fallback librsvg2-common xfonts-terminus:fonts-urw-base35 libfribidi0 libpaper1 sensible-utils shared-mime-info
fontconfig::
fontconfig-config::
fonts-dejavu::
fonts-dejavu-core::
fonts-freefont-ttf::
fonts-ipafont-gothic:fonts-ipafont-mincho:
fonts-kacst:fonts-kacst-one:
fonts-liberation::
fonts-noto-cjk::
fonts-texgyre:fonts-texgyre-math:
fonts-thai-tlwg::fonts-tlwg-garuda fonts-tlwg-kinnari fonts-tlwg-laksaman fonts-tlwg-loma fonts-tlwg-mono fonts-tlwg-norasi fonts-tlwg-purisa fonts-tlwg-sawasdee fonts-tlwg-typewriter fonts-tlwg-typist fonts-tlwg-typo fonts-tlwg-umpush fonts-tlwg-waree
fonts-wqy-zenhei::
fp-compiler:fp-utils-3.2.2:
freeglut3-dev::libgl-dev libxt-dev
freetds-bin::
freetds-common::
freetds-dev::
fuse::
fuse3::
g++::gcc libc6-dev
g++-arm-linux-gnueabihf::
g++-mingw-w64-x86-64::
g++-multilib::g++ gcc gcc-multilib libc6-dev
gawk::
gcc:libc6-dev:
gcc-aarch64-linux-gnu:libc6-dev-arm64-cross:
gcc-mingw-w64::
gcc-multilib::gcc libc6-dev
gccgo::gcc libc6-dev
gconf-service:shared-mime-info:sensible-utils
gcovr:python3-babel python3-bs4 python3-html5lib:libncursesw6 python3 python3-lxml python3-pkg-resources python3-pygments
gdal-bin:ca-certificates proj-bin:libncursesw6 python3 python3-numpy python3-pkg-resources
gdb:ca-certificates shared-mime-info:libncursesw6 sensible-utils
gdb-multiarch:ca-certificates shared-mime-info:gdb libncursesw6 sensible-utils
gdbserver::
gdebi-core:iso-codes lsb-release zstd:file libncursesw6 python3 python3-apt python3-debian python3-pkg-resources
genisoimage::
geoip-database:libgeoip1:
gettext::
gettext-base::
gfortran::gcc libc6-dev
ghc::gcc libc6-dev libncursesw6
ghostscript:fonts-droid-fallback:fonts-urw-base35 libpaper1 sensible-utils
gifsicle::
git:ca-certificates openssh-client patch:
git-all:apache2 libauthen-sasl-perl libcgi-fast-perl libclass-c3-xs-perl libclass-xsaccessor-perl libdata-dump-perl libdevel-lexalias-perl libemail-valid-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libjson-xs-perl libmailtools-perl libpackage-stash-xs-perl libref-util-perl libyaml-libyaml-perl openssh-client patch:ca-certificates git libdbi-perl libnamespace-clean-perl libterm-readkey-perl liburi-perl libwww-perl libxstring-perl netbase openssl tk
git-core:ca-certificates openssh-client patch:git
git-flow:ca-certificates openssh-client patch:git
git-lfs:ca-certificates openssh-client patch:git
git-svn:ca-certificates libyaml-libyaml-perl openssh-client patch:git libterm-readkey-perl
gnupg::dirmngr libncursesw6
gnupg-agent:gnupg:libncursesw6
gnupg1:ca-certificates:
gnupg2::dirmngr gnupg libncursesw6
gnuplot:librsvg2-common qt5-gtk-platformtheme qtwayland5:aglfn gnuplot-qt libfribidi0 libncursesw6 libqt5svg5 procps shared-mime-info systemd-sysv
gobjc::gcc libc6-dev
gobject-introspection:gnupg python3-pygments python3-yaml shared-mime-info:build-essential bzip2 dpkg-dev g++ gcc libc6-dev libdpkg-perl libncursesw6 make patch python3 python3-distutils python3-pkg-resources xz-utils
golang:g++ gcc libc6-dev pkg-config:
golang-go:g++ gcc libc6-dev pkg-config:
gosu::
gperf::
gpg:gnupg:
gpg-agent:gnupg:libncursesw6
gpgv::
gradle:libbindex-java libgpars-groovy-java shared-mime-info:ant-optional ca-certificates default-jre-headless openssl unzip
graphicsmagick:fonts-urw-base35 ghostscript:
graphviz:fonts-liberation2 shared-mime-info:libfribidi0
graphviz-dev:librsvg2-common:libfribidi0 shared-mime-info
grep::
groff:ghostscript imagemagick libpaper1 netpbm psutils:
groff-base::
gsfonts::fonts-urw-base35
gss-ntlmssp::
gstreamer1.0-plugins-base:shared-mime-info:iso-codes
gtk-doc-tools:python3-bs4 python3-html5lib:libncursesw6 pkg-config python3 python3-lxml python3-pkg-resources python3-pygments
gtk2-engines-murrine::libfribidi0 shared-mime-info
gtk2-engines-pixbuf::shared-mime-info
gunicorn::libncursesw6 python3 python3-distutils python3-pkg-resources
gyp::libncursesw6 python3 python3-pkg-resources
gzip::
haproxy::
haveged::
haxe:librsvg2-common:libfribidi0 libpcre3 shared-mime-info
hdf5-tools:ca-certificates:
help2man::
hostname::
html2text::
htop::libncursesw6
ifupdown:isc-dhcp-client:
imagemagick:ghostscript gsfonts libmagickcore-6.q16-6-extra netpbm shared-mime-info:
inetutils-ping::netbase
inkscape:aspell aspell-en enchant-2 fig2dev ghostscript gsfonts imagemagick libimage-magick-perl libwmf-bin python3-cssselect python3-lxml python3-numpy python3-scour:hunspell-en-us libfribidi0 libncursesw6 librsvg2-common procps python3 shared-mime-info systemd-sysv
inotify-tools::
intel-opencl-icd::
intltool:libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libmailtools-perl:autoconf automake autotools-dev ca-certificates file liburi-perl libwww-perl m4 netbase openssl patch
iotop::libncursesw6 python3
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
lcov:libc6-dev libgd-perl libjson-xs-perl:gcc
ldap-utils::
ldnsutils:dns-root-data:
less::
lib32ncurses5-dev:gcc-multilib:libc6-dev libncursesw6
lib32stdc++6::
lib32z1::
lib32z1-dev:gcc-multilib:libc6-dev
libaio-dev::
libaio1::
libapache2-mod-php:apache2 ca-certificates:sensible-utils
libapache2-mod-wsgi-py3:ca-certificates:libncursesw6 python3
libapparmor-dev::
libapparmor1::
libappindicator1:librsvg2-common:libfribidi0 shared-mime-info
libappindicator3-1:librsvg2-common:libfribidi0 libncursesw6 procps shared-mime-info systemd-sysv
libapr1::
libapr1-dev::libc6-dev libncursesw6 libsctp1 python3
libaprutil1::
libaprutil1-dev::libc6-dev libncursesw6 libsctp1 python3
libarchive-dev::
libargon2-dev::
libasound2::
libasound2-dev::
libaspell-dev:aspell-en:
libass-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libfribidi0 libncursesw6 pkg-config python3 python3-distutils
libass9:shared-mime-info:libfribidi0
libassimp-dev::
libatk-bridge2.0-0:shared-mime-info:
libatk1.0-0:shared-mime-info:
libatlas-base-dev::
libatlas3-base::
libatomic1::
libavcodec-dev:librsvg2-common va-driver-all vdpau-driver-all:libfribidi0 shared-mime-info
libavdevice-dev:libaacs0 libdecor-0-plugin-1-cairo librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libfribidi0 libncursesw6 libpulse0 shared-mime-info
libavfilter-dev:libaacs0 librsvg2-common mesa-vulkan-drivers pocketsphinx-en-us va-driver-all vdpau-driver-all:libfribidi0 libpulse0 shared-mime-info
libavformat-dev:libaacs0 librsvg2-common va-driver-all vdpau-driver-all:libfribidi0 shared-mime-info
libavif-dev::
libavutil-dev:va-driver-all vdpau-driver-all:
libb64-0d::
libb64-dev::
libbit-vector-perl::
libblas-dev::
libblas3::
libbluetooth-dev::libc6-dev
libbluray-dev:libaacs0:libc6-dev pkg-config
libboost-all-dev:libcoarrays-openmpi-dev libtool:autoconf automake autotools-dev ibverbs-providers libc6-dev libltdl-dev libncursesw6 m4 openssh-client python3 python3-dev python3-distutils
libboost-chrono-dev::libc6-dev
libboost-date-time-dev::libc6-dev
libboost-dev::libc6-dev
libboost-filesystem-dev::libc6-dev
libboost-iostreams-dev::libc6-dev
libboost-program-options-dev::libc6-dev
libboost-python-dev::libc6-dev libncursesw6 python3 python3-dev python3-distutils
libboost-regex-dev::libc6-dev
libboost-system-dev::libc6-dev
libboost-test-dev::libc6-dev
libboost-thread-dev::libc6-dev
libbrotli-dev::
libbsd-dev::
libbz2-1.0::
libbz2-dev::libc6-dev
libc++-dev::
libc++abi-dev::
libc-ares-dev::
libc-ares2::
libc-client-dev::libc6-dev
libc-client2007e::
libc-client2007e-dev::libc6-dev
libc-dev::libc6-dev
libc6::
libc6-dbg::
libc6-dev::
libc6-dev-i386:gcc-multilib:libc6-dev
libc6-i386::
libcairo-dev:shared-mime-info:libc6-dev libncursesw6 pkg-config python3 python3-distutils
libcairo-gobject2:shared-mime-info:
libcairo2::
libcairo2-dev:shared-mime-info:libc6-dev libncursesw6 pkg-config python3 python3-distutils
libcairomm-1.0-dev:shared-mime-info:libc6-dev libncursesw6 pkg-config python3 python3-distutils
libcanberra-gtk-module:librsvg2-common:libfribidi0 shared-mime-info
libcap-dev::
libcap2::
libcap2-bin::
libcdparanoia-dev::
libcdparanoia0::
libceres-dev:libgraphblas-dev:pkg-config
libclang-dev:libclang-rt-14-dev:libc6-dev
libclass-accessor-class-perl::
libcppunit-dev::
libcrypt-ssleay-perl:libmath-random-isaac-xs-perl:
libcunit1-dev::
libcups2::
libcups2-dev:build-essential gcc gnupg libcupsfilters-dev libcupsfilters1:bzip2 dpkg-dev libc6-dev libdpkg-perl make patch xz-utils
libcurl3-dev:ca-certificates:
libcurl3-gnutls:ca-certificates:
libcurl4:ca-certificates:
libcurl4-gnutls-dev:ca-certificates:
libcurl4-nss-dev:ca-certificates:
libcurl4-openssl-dev:ca-certificates:
libdb-dev::
libdbd-mysql-perl::libdbi-perl
libdbi-perl::
libdbus-1-3::
libdbus-1-dev::pkg-config
libdbus-glib-1-2:shared-mime-info:
libde265-0::
libde265-dev::
libdevmapper-dev::libc6-dev
libdjvulibre-dev::libc6-dev
libdouble-conversion-dev::
libdpkg-perl:bzip2 xz-utils:
libdrm-dev::
libdrm-intel1::
libdrm2::
libdwarf-dev::
libedit-dev::libc6-dev libncursesw6
libedit2::
libegl1::
libegl1-mesa::
libegl1-mesa-dev::libgl-dev
libeigen3-dev::pkg-config
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
libflann-dev:ca-certificates libcoarrays-openmpi-dev libtool:autoconf automake autotools-dev ibverbs-providers libc6-dev libltdl-dev m4 openssh-client
libfontconfig::
libfontconfig1::
libfontconfig1-dev::libc6-dev pkg-config
libfontenc1::
libfreeimage-dev::
libfreetype6::
libfreetype6-dev::libc6-dev
libfuse-dev::libc6-dev
libfuse2::
libgbm-dev::
libgbm1::
libgc-dev::libc6-dev
libgcc1::
libgconf-2-4:gconf-service shared-mime-info:sensible-utils
libgconf2-dev:shared-mime-info:gconf-service gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config python3 python3-distutils sensible-utils systemd-sysv
libgd-dev::libc6-dev pkg-config
libgdal-dev:ca-certificates libtool pkg-config proj-bin:autoconf automake autotools-dev libc6-dev libltdl-dev libopenblas0 m4
libgdbm-dev::libc6-dev
libgdk-pixbuf2.0-0::shared-mime-info
libgdk-pixbuf2.0-dev::gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config python3 python3-distutils shared-mime-info
libgeoip-dev:geoip-database libsocket6-perl:libgeoip1
libgeos++-dev::
libgeos-c1v5::
libgeos-dev::
libgeotiff-dev:ca-certificates:libc6-dev
libgflags-dev::
libgif-dev::
libgirepository1.0-dev:gnupg python3-pygments python3-yaml shared-mime-info:build-essential bzip2 dpkg-dev g++ gcc gir1.2-glib-2.0 libc6-dev libdpkg-perl libncursesw6 make patch pkg-config python3 python3-distutils python3-pkg-resources xz-utils
libgit2-dev::libc6-dev
libgl1-mesa-dev::libgl-dev
libgl1-mesa-dri::
libgl1-mesa-glx::
libglew-dev::libgl-dev
libglfw3-dev:libegl1-mesa-dev libvulkan-dev libwayland-dev libxrandr-dev:libgl-dev
libglib2.0-0:shared-mime-info:
libglib2.0-dev:shared-mime-info:libc6-dev libncursesw6 pkg-config python3 python3-distutils
libglm-dev::
libglu1::
libglu1-mesa::
libglu1-mesa-dev::libgl-dev
libgmp-dev::
libgmp10::
libgmp3-dev::
libgnutls28-dev::libc6-dev
libgomp1::
libgoogle-glog-dev::
libgoogle-perftools-dev::
libgpg-error-dev::
libgpgme11::dirmngr gnupg libncursesw6
libgpgme11-dev::dirmngr gnupg libc6-dev libncursesw6
libgphoto2-dev:ca-certificates:libc6-dev pkg-config
libgraphviz-dev:librsvg2-common:libfribidi0 shared-mime-info
libgsl-dev::
libgsl0-dev::
libgss3::libc6-dev pkg-config
libgssapi-krb5-2::
libgstreamer-plugins-base1.0-dev:gstreamer1.0-gl gstreamer1.0-plugins-base shared-mime-info:gir1.2-glib-2.0 iso-codes libc6-dev libgl-dev libncursesw6 libwayland-dev pkg-config python3 python3-distutils
libgstreamer1.0-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config python3 python3-distutils
libgtest-dev::
libgtk-3-0:librsvg2-common:libfribidi0 libncursesw6 procps shared-mime-info systemd-sysv
libgtk-3-dev:librsvg2-common:gir1.2-glib-2.0 libc6-dev libegl1-mesa-dev libfribidi0 libgl-dev libncursesw6 libwayland-dev libxrandr-dev pkg-config procps python3 python3-distutils shared-mime-info systemd-sysv
libgtk2.0-0:librsvg2-common:libfribidi0 shared-mime-info
libgtk2.0-dev:debhelper librsvg2-common:gir1.2-glib-2.0 libc6-dev libfribidi0 libncursesw6 libxrandr-dev pkg-config python3 python3-distutils shared-mime-info
libgtk3.0-cil-dev:ca-certificates-mono libmono-btls-interface4.0-cil libmono-i18n-west4.0-cil libmono-profiler-gui-thread-check librsvg2-common:cli-common libfribidi0 libncursesw6 procps shared-mime-info systemd-sysv
libhdf5-dev:ca-certificates:libc6-dev
libhdf5-serial-dev:ca-certificates:libc6-dev
libhiredis-dev::
libhwloc-dev:libtool:autoconf automake autotools-dev libc6-dev libltdl-dev m4
libiberty-dev::
libice6::
libicu-dev::libc6-dev
libidn11-dev::pkg-config
libio-socket-ssl-perl:liburi-perl:netbase
libjansson-dev::
libjemalloc-dev::
libjemalloc2::
libjpeg-dev::libc6-dev
libjpeg-progs::
libjpeg62::
libjpeg62-turbo::
libjpeg62-turbo-dev::libc6-dev
libjson-c-dev::
libjson-perl:libjson-xs-perl:
libjsoncpp-dev::
libkrb5-dev::libc6-dev
liblapack-dev::
liblapack3::
liblapacke-dev::
liblcms2-2::
liblcms2-dev::
libldap-common::
libldap2-dev::
libldb-dev::libc6-dev pkg-config
libleptonica-dev::
libleveldb-dev::
liblmdb-dev::
liblqr-1-0-dev:shared-mime-info:
libltdl-dev:libtool:autoconf automake autotools-dev m4
libltdl7::
liblttng-ust-dev:python3:libc6-dev
liblua5.2-dev:libtool-bin pkg-config:libc6-dev libncursesw6
liblz4-dev::
liblz4-tool::
liblzma-dev::
liblzma5::
liblzo2-2::
liblzo2-dev::
libmagic-dev::
libmagick++-dev:fonts-urw-base35 ghostscript gsfonts libtool:autoconf automake autotools-dev gir1.2-glib-2.0 libc6-dev libfribidi0 libltdl-dev libmagickcore-6.q16-6-extra libncursesw6 librsvg2-common libxt-dev m4 pkg-config python3 python3-distutils shared-mime-info
libmagickcore-dev:fonts-urw-base35 ghostscript gsfonts libtool:autoconf automake autotools-dev gir1.2-glib-2.0 libc6-dev libfribidi0 libltdl-dev libmagickcore-6.q16-6-extra libncursesw6 librsvg2-common libxt-dev m4 pkg-config python3 python3-distutils shared-mime-info
libmagickwand-dev:fonts-urw-base35 ghostscript gsfonts libtool:autoconf automake autotools-dev gir1.2-glib-2.0 libc6-dev libfribidi0 libltdl-dev libmagickcore-6.q16-6-extra libncursesw6 librsvg2-common libxt-dev m4 pkg-config python3 python3-distutils shared-mime-info
libmapnik-dev:ca-certificates libtool proj-bin shared-mime-info:autoconf automake autotools-dev fonts-dejavu gir1.2-glib-2.0 libc6-dev libltdl-dev libncursesw6 libopenblas0 m4 pkg-config python3 python3-distutils
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
libncurses5::
libncurses5-dev::libc6-dev libncursesw6
libncursesw5::
libncursesw5-dev::libc6-dev libncursesw6
libnet-dev::libc6-dev
libnet-ssleay-perl::
libnet1-dev::libc6-dev
libnetcdf-dev:ca-certificates pkg-config:libc6-dev
libnl-3-dev::
libnl-route-3-dev::
libnotify-dev::gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config python3 python3-distutils shared-mime-info
libnspr4::
libnss-wrapper::
libnss3::
libnss3-dev::
libnuma-dev::libc6-dev
libnuma1::
libogg-dev::
libonig-dev::
libopenal-dev:libpulse0:
libopenblas-dev::libopenblas0
libopencore-amrnb-dev::
libopencore-amrwb-dev::
libopencv-dev:ca-certificates gstreamer1.0-plugins-base libaacs0 libopencv-java libqt5svg5 librsvg2-common opencv-data proj-bin qt5-gtk-platformtheme qtwayland5 va-driver-all vdpau-driver-all:ibverbs-providers iso-codes libc6-dev libfribidi0 pkg-config shared-mime-info
libopenexr-dev::libc6-dev
libopenjp2-7::
libopenjp2-7-dev::
libopenmpi-dev:libcoarrays-openmpi-dev libtool:autoconf automake autotools-dev ibverbs-providers libc6-dev libltdl-dev m4 openssh-client
libopus-dev::
libosmesa6-dev::libgl-dev
libpam0g::
libpam0g-dev::libc6-dev
libpango-1.0-0:shared-mime-info:libfribidi0
libpango1.0-0:shared-mime-info:libfribidi0
libpango1.0-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libfribidi0 libncursesw6 pkg-config python3 python3-distutils
libpangocairo-1.0-0:shared-mime-info:libfribidi0
libpcap-dev::libc6-dev pkg-config
libpcap0.8::
libpcap0.8-dev::libc6-dev pkg-config
libpciaccess-dev::
libpciaccess0::
libpcre3::
libpcre3-dev::libc6-dev libpcre3
libperl-dev::libc6-dev
libpixman-1-dev::
libplplot-dev:cmake libplplot-lua libplplot-ocaml librsvg2-common libtool pkg-config plplot-driver-qt plplot-driver-wxwidgets qt5-gtk-platformtheme qtwayland5:autoconf automake autotools-dev libc6-dev libfribidi0 libltdl-dev libncursesw6 libqt5svg5 m4 procps shared-mime-info systemd-sysv
libpng-dev::libc6-dev
libpng16-16::
libpopt-dev::libc6-dev
libpq-dev::
libpq5::
libproj-dev:ca-certificates:libc6-dev
libprotobuf-c-dev::
libprotobuf-dev::libc6-dev
libprotoc-dev::libc6-dev libprotobuf-dev
libpspell-dev:aspell-en:
libpthread-stubs0-dev::
libpulse-dev:shared-mime-info:libc6-dev libncursesw6 libpulse0 pkg-config python3 python3-distutils
libpulse0::
libpython3-all-dev::libc6-dev libncursesw6
libpython3-dev::libc6-dev libncursesw6
libpython3-stdlib::libncursesw6
libqt5opengl5-dev:libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libgl-dev libncursesw6 libvulkan-dev python3 shared-mime-info
libqt5webkit5-dev:geoclue-2.0 gstreamer1.0-plugins-base libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:iso-codes libgl-dev libncursesw6 libvulkan-dev python3 shared-mime-info
libqt5widgets5:libqt5svg5 qt5-gtk-platformtheme qtwayland5:shared-mime-info
librabbitmq-dev::
librdkafka-dev::
libre2-dev::
libreadline-dev::libc6-dev libncursesw6
libreadline6-dev::libc6-dev libncursesw6
librecode0::
libreoffice:apparmor ca-certificates default-jre fonts-crosextra-caladea fonts-crosextra-carlito fonts-dejavu fonts-liberation fonts-liberation2 fonts-linuxlibertine fonts-noto-core fonts-noto-extra fonts-noto-mono fonts-noto-ui-core fonts-sil-gentium-basic gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly hunspell-en-us libreoffice-java-common libreoffice-nlpsolver libreoffice-report-builder libreoffice-script-provider-bsh libreoffice-script-provider-js libreoffice-script-provider-python libreoffice-sdbc-firebird libreoffice-sdbc-hsqldb libreoffice-sdbc-mysql libreoffice-sdbc-postgresql libreoffice-wiki-publisher shared-mime-info xdg-utils:dirmngr gnupg iso-codes libncursesw6 python3 sensible-utils
librsvg2-bin:librsvg2-common:libfribidi0 shared-mime-info
librsvg2-dev::gir1.2-glib-2.0 libc6-dev libfribidi0 libncursesw6 librsvg2-common pkg-config python3 python3-distutils shared-mime-info
librtmp-dev::libc6-dev
librtmp1::
libsasl2-2::
libsasl2-dev::libc6-dev
libsasl2-modules::
libsdl1.2-dev:shared-mime-info:libc6-dev libgl-dev libncursesw6 libpulse0 pkg-config python3 python3-distutils
libsdl2-2.0-0:libdecor-0-plugin-1-cairo:libpulse0
libsdl2-dev:libdecor-0-plugin-1-cairo shared-mime-info:gir1.2-glib-2.0 libc6-dev libgl-dev libncursesw6 libpulse0 libwayland-dev libxrandr-dev libxt-dev pkg-config python3 python3-distutils
libsdl2-ttf-dev:libdecor-0-plugin-1-cairo shared-mime-info:gir1.2-glib-2.0 libc6-dev libgl-dev libncursesw6 libpulse0 libwayland-dev libxrandr-dev libxt-dev pkg-config python3 python3-distutils
libseccomp-dev::
libseccomp2::
libsm6::
libsmbclient-dev::
libsnappy-dev::
libsndfile1::
libsndfile1-dev:pkg-config:
libsnmp-dev:libsnmp-perl:libc6-dev libncursesw6 procps
libsodium-dev::
libsoup2.4-1:shared-mime-info:libncursesw6 procps systemd-sysv
libsoup2.4-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config procps python3 python3-distutils systemd-sysv
libspatialite-dev:ca-certificates pkg-config:libc6-dev
libsqlite3-0::
libsqlite3-dev::libc6-dev
libssh-dev::libc6-dev
libssh2-1::
libssh2-1-dev::libc6-dev
libssl-dev::
libssl3::
libstdc++6::
libsuitesparse-dev:libgraphblas-dev:
libsvm-dev::
libswscale-dev:va-driver-all vdpau-driver-all:
libsybdb5::
libsystemd-dev::
libtag1-dev:build-essential gcc gnupg:bzip2 dpkg-dev libc6-dev libdpkg-perl make patch xz-utils
libtbb-dev::
libtesseract-dev:ca-certificates:
libtheora-dev::
libtheora0::
libtidy-dev::
libtiff-dev::libc6-dev
libtiff5-dev:pkg-config:libc6-dev
libtinfo-dev::libc6-dev libncursesw6
libtinfo5::
libtinyxml-dev::
libtool:libltdl-dev:autotools-dev file gcc libc6-dev
libtool-bin:libltdl-dev:autotools-dev file gcc libc6-dev libtool
libudev-dev::
libudev1::
libudunits2-dev:pkg-config:
libunwind-dev::
libunwind8::
libunwind8-dev::
libusb-1.0-0-dev::
libuuid1::
libv4l-0::
libv4l-dev::
libva-dev:va-driver-all:libwayland-dev
libva-drm2:va-driver-all:
libva2:va-driver-all:
libvdpau-dev:vdpau-driver-all:
libvdpau1:vdpau-driver-all:
libvips:ca-certificates ghostscript gsfonts librsvg2-common:libfribidi0 shared-mime-info
libvisual-0.4-0::
libvisual-0.4-dev::libc6-dev pkg-config
libvncserver-dev::libc6-dev
libvorbis-dev::
libvpl2::
libvpx-dev::
libwayland-client0::
libwayland-dev::
libwebp-dev::
libwmf-dev:fonts-urw-base35:libc6-dev
libwww-perl:libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libmailtools-perl:ca-certificates liburi-perl netbase openssl
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
libxft-dev::libc6-dev pkg-config
libxft2::
libxi-dev::
libxi6::
libxine2-dev::pkg-config
libxinerama-dev::
libxinerama1::
libxml-parser-perl:libdata-dump-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libmailtools-perl:ca-certificates liburi-perl libwww-perl netbase openssl
libxml-simple-perl:libwww-perl libxml-sax-expat-perl:sensible-utils
libxml2::
libxml2-dev::libc6-dev
libxml2-utils::
libxmlsec1-dev::libc6-dev
libxmu-dev::libxt-dev
libxmu6::
libxpm-dev::
libxpm4::
libxrandr-dev::
libxrandr2::
libxrender-dev::
libxrender1::
libxslt-dev::libc6-dev
libxslt1-dev::libc6-dev
libxslt1.1::
libxss1::
libxt-dev::
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
libzmq3-dev:cppzmq-dev:libc6-dev
libzstd-dev::
lighttpd:lighttpd-mod-deflate lighttpd-mod-openssl spawn-fcgi:
linux-libc-dev::
lldb:ca-certificates:libc6-dev libncursesw6 llvm-14 llvm-14-dev python3 python3-pkg-resources python3-pygments python3-yaml
llvm:ca-certificates llvm-14-dev:llvm-14
lmodern::sensible-utils
locales::
locales-all::
locate::
logrotate::sensible-utils
lsb-release::
lsof::
ltrace::
lua5.1::
lua5.2::
lxc:apparmor debootstrap dirmngr dns-root-data gnupg libpam-cgfs lxc-templates lxcfs netbase openssl rsync uidmap wget:nftables
lynx:mailcap:libncursesw6
lzop::
m4::
mailutils:gsasl-common:libfribidi0 libncursesw6
make::
man::man-db
man-db::
mapnik-utils:ca-certificates proj-bin shared-mime-info:fonts-dejavu
mariadb-backup::
mariadb-client:libdbd-mariadb-perl libdbi-perl libterm-readkey-perl:
mariadb-server:libdbd-mariadb-perl libhtml-template-perl libterm-readkey-perl mariadb-plugin-provider-bzip2 mariadb-plugin-provider-lz4 mariadb-plugin-provider-lzma mariadb-plugin-provider-lzo mariadb-plugin-provider-snappy pv:libdbi-perl libncursesw6 procps rsync
maven:shared-mime-info:ca-certificates default-jre-headless openssl
mc:mailcap sensible-utils shared-mime-info unzip:
mcrypt::bzip2
mecab::
mecab-ipadic-utf8::
memcached::
mercurial:ca-certificates openssh-client:libncursesw6 python3 sensible-utils
mesa-common-dev::libgl-dev
mesa-utils::
meson:dpkg-dev:libncursesw6 python3 python3-distutils python3-pkg-resources
mime-support:bzip2 file xz-utils:mailcap
mingw-w64::
mjpegtools:mencoder mjpegtools-gtk:libncursesw6 libpulse0
mlocate::
mono-complete:libmono-btls-interface4.0-cil lynx shared-mime-info:ca-certificates ca-certificates-mono cli-common libfribidi0 libmono-i18n-west4.0-cil libncursesw6 mono-csharp-shell openssl pkg-config procps
mono-devel:libmono-btls-interface4.0-cil mono-csharp-shell shared-mime-info:ca-certificates ca-certificates-mono cli-common libfribidi0 libmono-i18n-west4.0-cil openssl pkg-config
moreutils::
mosh::openssh-client
mpich:libmpich-dev:ibverbs-providers
msmtp:ca-certificates gsasl-common shared-mime-info:sensible-utils
msmtp-mta:ca-certificates gsasl-common libsecret-tools shared-mime-info:sensible-utils
mtools::
musl-dev:libc6-dev:gcc
musl-tools:libc6-dev:gcc
mysql-common::
nano::libncursesw6
nasm::
ncdu::libncursesw6
ncurses-dev::libc6-dev libncursesw6
neko:librsvg2-common:libfribidi0 libpcre3 shared-mime-info
neko-dev::
neovim:python3-pynvim xclip:
net-tools::
netbase::
netcat::
netcat-openbsd::
netcdf-bin:ca-certificates:
neutron-l3-agent:build-essential gcc gir1.2-glib-2.0 gnome-keyring gnupg ipvsadm nftables openvswitch-switch python3-dev python3-gi python3-h2 python3-html5lib python3-httpx python3-invoke python3-pastescript python3-pil python3-pygments python3-requests-toolbelt python3-rfc3987 python3-sqlalchemy-ext python3-uritemplate python3-webcolors shared-mime-info xauth:bzip2 ca-certificates dpkg-dev iptables iputils-arping libdpkg-perl libncursesw6 lsb-release make netbase openssl patch procps python3 python3-babel python3-bs4 python3-cryptography python3-distutils python3-idna python3-jmespath python3-json-pointer python3-kerberos python3-lxml python3-paramiko python3-pkg-resources python3-pyinotify python3-requests python3-setproctitle python3-yaml sensible-utils sudo wget xclip xz-utils
neutron-plugin-ml2:build-essential gcc gir1.2-glib-2.0 gnome-keyring gnupg iptables iputils-arping python3-dev python3-gi python3-h2 python3-html5lib python3-httpx python3-invoke python3-pastescript python3-pil python3-pygments python3-requests-toolbelt python3-rfc3987 python3-sqlalchemy-ext python3-uritemplate python3-webcolors xauth:bzip2 ca-certificates dpkg-dev libdpkg-perl libncursesw6 lsb-release make netbase openssl patch procps python3 python3-babel python3-bs4 python3-cryptography python3-distutils python3-idna python3-jmespath python3-json-pointer python3-kerberos python3-lxml python3-paramiko python3-pkg-resources python3-pyinotify python3-requests python3-setproctitle python3-yaml sensible-utils sudo wget xclip xz-utils
nfs-common::libncursesw6 python3 sensible-utils
nginx::
nginx-extras:geoip-database:libgeoip1 libpcre3
nginx-full::
nginx-light::
ninja-build::
nmap::libpcre3
node-gyp:build-essential ca-certificates:libncursesw6 python3 python3-pkg-resources
nodejs:ca-certificates:
npm:build-essential git node-tap:ca-certificates libncursesw6 openssl python3 python3-pkg-resources
nsis::
ntp::libncursesw6 netbase python3
nuget:ca-certificates-mono cli-common libmono-btls-interface4.0-cil shared-mime-info:libfribidi0 libmono-i18n-west4.0-cil
numactl::
nunit:ca-certificates-mono libmono-btls-interface4.0-cil shared-mime-info:cli-common libfribidi0 libmono-i18n-west4.0-cil
ocaml:file ledit ocaml-man:gcc libc6-dev libncursesw6
ocl-icd-libopencl1::
ocl-icd-opencl-dev:libgl-dev:
octave:ca-certificates default-jre-headless epstool fonts-freefont-otf fonts-urw-base35 ghostscript gnuplot-qt libopenblas0 libqt5sql5-sqlite libqt5svg5 libwww-perl libxml-sax-expat-perl pstoedit qt5-gtk-platformtheme qtwayland5:ibverbs-providers libpcre3 openssh-client sensible-utils shared-mime-info
odbcinst::
opam:ca-certificates darcs git gnupg m4 mercurial ocaml procps rsync:build-essential bzip2 dpkg-dev g++ gcc libc6-dev libdpkg-perl make patch unzip wget xz-utils
openbox:fonts-droid-fallback librsvg2-common obconf scrot:fonts-urw-base35 libfribidi0 libncursesw6 libpaper1 python3 sensible-utils shared-mime-info
opencl-headers::
opencv-data::
openjfx:librsvg2-common openjfx-source:libfribidi0 libncursesw6 procps shared-mime-info systemd-sysv
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
parallel::libncursesw6 procps sensible-utils sysstat xz-utils
parted::
passwd::
patch::
patchelf::
pbzip2::
pciutils::
perl::
perl-base::
perl-modules::
php:apache2 ca-certificates:sensible-utils
php-apcu:apache2 ca-certificates:sensible-utils
php-bcmath::sensible-utils
php-cli::sensible-utils
php-curl:ca-certificates:sensible-utils
php-dev:libltdl-dev pkg-php-tools:autoconf automake autotools-dev file gcc libc6-dev libtool m4 pkg-config sensible-utils
php-fpm::libncursesw6 procps sensible-utils
php-gd::sensible-utils
php-imagick:apache2 ca-certificates ghostscript gsfonts shared-mime-info:sensible-utils
php-intl::sensible-utils
php-json:apache2 ca-certificates:sensible-utils
php-mbstring::sensible-utils
php-mcrypt:apache2 ca-certificates:sensible-utils
php-memcache:apache2 ca-certificates:sensible-utils
php-memcached:apache2 ca-certificates:sensible-utils
php-mongodb:apache2 ca-certificates:sensible-utils
php-mysql::sensible-utils
php-pear::sensible-utils
php-pgsql::sensible-utils
php-redis:apache2 ca-certificates:sensible-utils
php-soap::sensible-utils
php-sqlite3::sensible-utils
php-xdebug:apache2 ca-certificates:sensible-utils
php-xml::sensible-utils
php-zip::sensible-utils
phpmyadmin:apache2 libdbd-mariadb-perl libdbi-perl libterm-readkey-perl php-bz2 php-curl php-gd php-tcpdf php-zip:ca-certificates openssl sensible-utils
phpunit:apache2 ca-certificates node-jquery:sensible-utils
pigz::
pkg-config::
pkgconf::
pngcrush::
pngquant::
poppler-utils::
portaudio19-dev::pkg-config
postfix:ca-certificates python3:netbase openssl ssl-cert
postgis:ca-certificates postgresql-postgis proj-bin:
postgresql:libjson-xs-perl sysstat:netbase openssl sensible-utils ssl-cert
postgresql-client::netbase sensible-utils
postgresql-common:libjson-xs-perl:netbase openssl sensible-utils ssl-cert
postgresql-contrib:libjson-xs-perl sysstat:netbase openssl sensible-utils ssl-cert
postgresql-server-dev-all:ca-certificates libclang-rt-14-dev libjson-xs-perl:libc6-dev libncursesw6 llvm-14 llvm-14-dev make netbase openssl python3 python3-pkg-resources python3-pygments python3-yaml sensible-utils ssl-cert
procps::libncursesw6
proj-bin:ca-certificates:
protobuf-c-compiler::
protobuf-compiler:libprotobuf-dev:
psmisc::
pulseaudio:gstreamer1.0-plugins-base librsvg2-common rtkit va-driver-all vdpau-driver-all:iso-codes libfribidi0 libpulse0 shared-mime-info
pv::
pwgen::
pylint:python3-tk:libncursesw6 python3 python3-distutils python3-pkg-resources
python-gi-dev:shared-mime-info:gir1.2-glib-2.0 libc6-dev libncursesw6 pkg-config python3 python3-distutils python3-gi
python-is-python3::libncursesw6 python3
python3:ca-certificates:libncursesw6
python3-all:ca-certificates:libncursesw6 python3 python3-distutils
python3-all-dbg:ca-certificates gdb:libncursesw6 python3 python3-distutils
python3-all-dev:ca-certificates:libc6-dev libncursesw6 python3 python3-dev python3-distutils
python3-dev:ca-certificates:libc6-dev libncursesw6 python3 python3-distutils
python3-distutils:ca-certificates:libncursesw6 python3
python3-gi:ca-certificates shared-mime-info:gir1.2-glib-2.0 libncursesw6 python3
python3-gi-cairo:ca-certificates shared-mime-info:gir1.2-glib-2.0 libncursesw6 python3 python3-gi
python3-h5py:ca-certificates:libncursesw6 python3 python3-numpy python3-pkg-resources
python3-jinja2:ca-certificates python3-babel python3-pkg-resources:libncursesw6 python3
python3-lxml:ca-certificates python3-bs4 python3-html5lib:libncursesw6 python3
python3-matplotlib:ca-certificates isympy-common python3-bs4 python3-html5lib python3-olefile shared-mime-info:g++ gcc libc6-dev libfribidi0 libncursesw6 libopenblas0 python3 python3-brotli python3-dev python3-distutils python3-lxml python3-lz4 python3-numpy python3-pil python3-pkg-resources python3-tk
python3-nose:ca-certificates:libncursesw6 python3 python3-pkg-resources
python3-numpy:ca-certificates:libncursesw6 python3 python3-pkg-resources
python3-openssl:ca-certificates:libncursesw6 python3 python3-cryptography
python3-pil:bzip2 ca-certificates file python3-olefile shared-mime-info xz-utils:libfribidi0 libncursesw6 mailcap python3
python3-pip:build-essential python3-dev:ca-certificates libncursesw6 openssl python3 python3-distutils python3-pkg-resources
python3-psutil:ca-certificates:libncursesw6 python3
python3-scipy:ca-certificates python3-pil:g++ gcc libc6-dev libncursesw6 libopenblas0 python3 python3-dev python3-distutils python3-numpy python3-pkg-resources
python3-setuptools:ca-certificates:libncursesw6 python3 python3-distutils python3-pkg-resources
python3-six:ca-certificates:libncursesw6 python3
python3-software-properties:gnupg shared-mime-info:ca-certificates gir1.2-glib-2.0 iso-codes libncursesw6 lsb-release openssl python3 python3-apt python3-cryptography python3-gi python3-pkg-resources
python3-sphinx:libjson-xs-perl make python3-pil:ca-certificates libncursesw6 openssl python3 python3-babel python3-distutils python3-idna python3-pkg-resources python3-pygments python3-requests
python3-tk:ca-certificates:libncursesw6 python3
python3-tornado::ca-certificates libncursesw6 openssl python3
python3-twisted:ca-certificates python3-click:libncursesw6 python3 python3-cryptography python3-idna python3-pkg-resources
python3-venv::ca-certificates libncursesw6 openssl python3 python3-distutils
python3-virtualenv:build-essential python3-dev python3-distutils:ca-certificates libncursesw6 openssl python3
python3-wheel:ca-certificates:libncursesw6 python3 python3-distutils
python3-yaml:ca-certificates:libncursesw6 python3
python3-zope.interface:ca-certificates:libncursesw6 python3 python3-pkg-resources
qemu-kvm:gstreamer1.0-libav gstreamer1.0-plugins-base gstreamer1.0-plugins-good ibverbs-providers ovmf qemu-block-extra qemu-system-gui qemu-utils shared-mime-info:iso-codes libncursesw6
qemu-user:qemu-user-binfmt shared-mime-info:
qemu-user-static::
qpdf::
qt5-qmake::
qtbase5-dev:libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libgl-dev libncursesw6 libvulkan-dev python3 shared-mime-info
qtbase5-dev-tools::shared-mime-info
qtdeclarative5-dev:libqt5opengl5-dev libqt5sql5-sqlite libqt5svg5 mesa-vulkan-drivers qt5-gtk-platformtheme qtwayland5:libgl-dev libncursesw6 libvulkan-dev python3 shared-mime-info
qttools5-dev-tools:geoclue-2.0 gstreamer1.0-plugins-base libqt5svg5 qt5-gtk-platformtheme qtwayland5:iso-codes libqt5sql5-sqlite shared-mime-info
quilt::bzip2 patch sensible-utils
r-base:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev r-base-html shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfribidi0 libpaper1 openssl r-recommended sensible-utils unzip xdg-utils zip
r-base-core:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev r-recommended shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfribidi0 libpaper1 openssl sensible-utils unzip xdg-utils zip
r-base-dev:gnupg libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-recommended shared-mime-info x11-utils x11-xserver-utils:build-essential bzip2 ca-certificates dpkg-dev g++ gcc libc6-dev libdpkg-perl libfribidi0 libncursesw6 libpaper1 libpcre3 make openssl patch pkg-config sensible-utils unzip xauth xdg-utils xz-utils zip
r-cran-matrix:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev r-recommended shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfribidi0 libpaper1 openssl sensible-utils unzip xdg-utils zip
r-recommended:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl r-base-dev shared-mime-info x11-utils x11-xserver-utils:ca-certificates libfribidi0 libpaper1 openssl sensible-utils unzip xdg-utils zip
rabbitmq-server:libsctp1:erlang-crypto erlang-syntax-tools libncursesw6 openssl procps python3 sensible-utils
rake:zip:ca-certificates openssl ruby
re2c::
rebar:aspell-en enchant-2 git gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common libsctp1 mercurial xdg-desktop-portal-gtk:erlang-crypto erlang-syntax-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
redis-server::
redis-tools::
reprepro::dirmngr gnupg libncursesw6 zstd
rlwrap::libncursesw6 python3
rpm::
rsync::
rsyslog::
ruby:zip:ca-certificates openssl
ruby-bundler:zip:ca-certificates openssl ruby
ruby-dev:zip:ca-certificates openssl ruby
ruby-full:zip:ca-certificates openssl ruby ruby-dev
rubygems:zip:ca-certificates openssl ruby
runit:runit-run:
rustc:cargo llvm-14:gcc libc6-dev
s3cmd::libncursesw6 python3 python3-magic
samtools:ca-certificates:
schedtool::
scons::libncursesw6 python3 python3-pkg-resources
screen::
sed::
sendmail:postfix-mta-sts-resolver:libncursesw6 m4 make netbase procps
shellcheck::
silversearcher-ag::libpcre3
slapd:ldap-utils:
sloccount::
smbclient:samba-common-bin:sensible-utils
snmp::
socat::
software-properties-common:appstream gnupg shared-mime-info:ca-certificates gir1.2-glib-2.0 iso-codes libncursesw6 lsb-release openssl python3 python3-apt python3-cryptography python3-dbus python3-gi python3-pkg-resources systemd-sysv
sox::
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
subversion::
sudo::
supervisor::libncursesw6 python3 python3-pkg-resources
swig::
sysstat::sensible-utils xz-utils
systemd::
systemd-sysv::
tabix::
tar::
tcl::
tcl-dev:build-essential gcc gnupg:bzip2 dpkg-dev libc6-dev libdpkg-perl make patch xz-utils
tcl8.6-dev:build-essential gcc gnupg:bzip2 dpkg-dev libc6-dev libdpkg-perl make patch xz-utils
tcpdump::
tcsh::
telnet::netbase
tesseract-ocr:ca-certificates shared-mime-info:libfribidi0
tesseract-ocr-eng:tesseract-ocr:
texinfo:libwww-perl libxml-sax-expat-perl:sensible-utils
texlive:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info tex-gyre tipa x11-utils x11-xserver-utils:libpaper1 sensible-utils texlive-fonts-recommended texlive-latex-recommended xdg-utils
texlive-base:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info x11-utils x11-xserver-utils:libpaper1 sensible-utils xdg-utils
texlive-extra-utils:dvisvgm ghostscript libfile-homedir-perl libfile-mimeinfo-perl liblog-log4perl-perl libnet-dbus-perl libx11-protocol-perl libyaml-tiny-perl ruby shared-mime-info texlive-latex-recommended x11-utils x11-xserver-utils:libncursesw6 libpaper1 libunicode-linebreak-perl lmodern python3 sensible-utils texlive-plain-generic xdg-utils
texlive-fonts-extra:cm-super dvisvgm fonts-adf-accanthis fonts-adf-berenis fonts-adf-gillius fonts-adf-universalis fonts-cabin fonts-cantarell fonts-clear-sans fonts-comfortaa fonts-comic-neue fonts-croscore fonts-crosextra-caladea fonts-crosextra-carlito fonts-ebgaramond-extra fonts-font-awesome fonts-freefont-otf fonts-freefont-ttf fonts-gfs-artemisia fonts-gfs-complutum fonts-gfs-didot fonts-gfs-neohellenic fonts-gfs-olga fonts-gfs-solomos fonts-go fonts-inter fonts-junicode fonts-linuxlibertine fonts-lobstertwo fonts-noto-color-emoji fonts-noto-core fonts-noto-mono fonts-oflb-asana-math fonts-open-sans fonts-paratype fonts-roboto-slab fonts-roboto-unhinted fonts-sil-andika fonts-sil-charis fonts-sil-gentium fonts-sil-gentium-basic fonts-sil-gentiumplus fonts-sil-gentiumplus-compact fonts-stix libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info texlive-fonts-extra-links texlive-fonts-recommended texlive-latex-extra x11-utils x11-xserver-utils:libpaper1 sensible-utils xdg-utils
texlive-fonts-recommended:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info tex-gyre tipa x11-utils x11-xserver-utils:libpaper1 sensible-utils xdg-utils
texlive-full:aglfn context-modules default-jre dvisvgm fonts-droid-fallback fonts-gfs-bodoni-classic fonts-gfs-didot-classic fonts-gfs-gazis fonts-gfs-theokritos fonts-texgyre fonts-texgyre-math fonts-tlwg-garuda fonts-tlwg-kinnari fonts-tlwg-laksaman fonts-tlwg-loma fonts-tlwg-mono fonts-tlwg-norasi fonts-tlwg-purisa fonts-tlwg-sawasdee fonts-tlwg-typewriter fonts-tlwg-typist fonts-tlwg-typo fonts-tlwg-umpush fonts-tlwg-waree gsfonts libclass-c3-xs-perl libclass-xsaccessor-perl libdevel-lexalias-perl libfile-homedir-perl libfile-mimeinfo-perl libhtml-form-perl libhtml-format-perl libhttp-daemon-perl libipc-shareable-perl liblist-someutils-xs-perl liblog-dispatch-perl libmagickcore-6.q16-6-extra libmailtools-perl libnet-dbus-perl libpackage-stash-xs-perl libperlio-utf8-strict-perl libqt5svg5 libref-util-perl libspreadsheet-parseexcel-perl libx11-protocol-perl libxml-sax-expat-perl libyaml-tiny-perl luit netpbm openjade ps2eps qt5-gtk-platformtheme qtwayland5 tk x11-utils x11-xserver-utils xpdf zip:ca-certificates cm-super fonts-adf-accanthis fonts-adf-berenis fonts-adf-gillius fonts-adf-universalis fonts-cabin fonts-cantarell fonts-clear-sans fonts-comfortaa fonts-comic-neue fonts-croscore fonts-crosextra-caladea fonts-crosextra-carlito fonts-ebgaramond-extra fonts-font-awesome fonts-freefont-otf fonts-freefont-ttf fonts-gfs-artemisia fonts-gfs-complutum fonts-gfs-didot fonts-gfs-neohellenic fonts-gfs-olga fonts-gfs-solomos fonts-go fonts-inter fonts-junicode fonts-linuxlibertine fonts-lobstertwo fonts-noto-color-emoji fonts-noto-core fonts-noto-mono fonts-oflb-asana-math fonts-open-sans fonts-paratype fonts-roboto-slab fonts-roboto-unhinted fonts-sil-andika fonts-sil-charis fonts-sil-gentium fonts-sil-gentium-basic fonts-sil-gentiumplus fonts-sil-gentiumplus-compact fonts-stix fonts-urw-base35 ghostscript imagemagick libdata-dump-perl liblog-log4perl-perl libnamespace-clean-perl libncursesw6 libpaper1 libunicode-linebreak-perl liburi-perl libwww-perl libxstring-perl lmodern netbase openssl pstoedit psutils python3 ruby sensible-utils shared-mime-info tex-gyre texlive-fonts-extra-links texlive-fonts-recommended texlive-latex-extra texlive-latex-recommended texlive-plain-generic tipa xbitmaps xdg-utils
texlive-latex-base:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info x11-utils x11-xserver-utils:libpaper1 sensible-utils xdg-utils
texlive-latex-extra:default-jre dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libspreadsheet-parseexcel-perl libx11-protocol-perl lmodern ruby shared-mime-info texlive-fonts-recommended texlive-plain-generic tk x11-utils x11-xserver-utils:libncursesw6 libpaper1 python3 sensible-utils texlive-latex-recommended xdg-utils
texlive-latex-recommended:dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl lmodern shared-mime-info x11-utils x11-xserver-utils:libpaper1 sensible-utils xdg-utils
texlive-xetex:default-jre dvisvgm libfile-mimeinfo-perl libnet-dbus-perl libspreadsheet-parseexcel-perl libx11-protocol-perl lmodern ruby shared-mime-info texlive-fonts-recommended texlive-plain-generic tk x11-utils x11-xserver-utils:libncursesw6 libpaper1 python3 sensible-utils texlive-latex-extra texlive-latex-recommended tipa xdg-utils
thin-provisioning-tools::
tidy::
tig:ca-certificates openssh-client patch:git libncursesw6
tightvncserver:x11-xserver-utils xfonts-base:x11-utils xauth
time::
tini::
tk::
tk-dev:build-essential gcc gnupg:bzip2 dpkg-dev libc6-dev libdpkg-perl make patch pkg-config tk xz-utils
tk8.6-dev:build-essential gcc gnupg:bzip2 dpkg-dev libc6-dev libdpkg-perl make patch pkg-config xz-utils
tmux::
traceroute::
tree::
tzdata::
udev::
unattended-upgrades:iso-codes python3-gi shared-mime-info systemd-sysv:libncursesw6 lsb-release python3 python3-apt python3-dbus sensible-utils xz-utils
unixodbc::
unixodbc-dev::
unzip::
usbutils::
util-linux::
uuid-dev::libc6-dev
uuid-runtime::
uwsgi::libpcre3
uwsgi-plugin-python3::libncursesw6 libpcre3
v4l-utils::
valgrind:gdb:
vim::
vim-common::
vim-nox:zip:ca-certificates libncursesw6 openssl ruby
vim-tiny::
virtualenv:build-essential python3-dev python3-distutils:ca-certificates libncursesw6 openssl python3
virtualenvwrapper:build-essential python3-dev:ca-certificates libncursesw6 openssl python3 python3-distutils python3-pkg-resources
w3m:ca-certificates:
webp::
wget:ca-certificates:
whois::
wkhtmltopdf:geoclue-2.0 gstreamer1.0-plugins-base qt5-gtk-platformtheme qtwayland5 tigervnc-standalone-server:iso-codes libqt5svg5 shared-mime-info
x11-apps:xbitmaps:man-db
x11-utils::
x11-xkb-utils::
x11-xserver-utils::
x11proto-core-dev::
x11vnc:x11-utils:openssl tk
x264:libaacs0 librsvg2-common va-driver-all vdpau-driver-all:libfribidi0 shared-mime-info
xauth::
xclip:xauth:
xdg-utils:libfile-mimeinfo-perl libnet-dbus-perl libx11-protocol-perl x11-utils x11-xserver-utils:
xdotool::
xfonts-100dpi::
xfonts-75dpi::
xfonts-base::
xfonts-encodings::
xfonts-scalable::
xfonts-utils::
xfsprogs::libncursesw6 python3
xmlsec1::
xmlstarlet::
xmlto:dblatex zip:
xorg:shared-mime-info xcvt xserver-xorg-input-wacom xserver-xorg-legacy xserver-xorg-video-intel xserver-xorg-video-qxl:man-db udev x11-utils x11-xserver-utils xauth xbitmaps xfonts-base
xorg-dev::libc6-dev libgl-dev libxrandr-dev libxt-dev pkg-config
xpra:libaacs0 librsvg2-common openssh-client python3-brotli python3-cpuinfo python3-cryptography python3-dbus python3-dns python3-gssapi python3-kerberos python3-lz4 python3-lzo python3-numpy python3-opengl python3-paramiko python3-pil python3-pyinotify python3-setproctitle python3-uritools python3-xdg python3-zeroconf ssh-askpass va-driver-all vdpau-driver-all xauth xcvt xfonts-base:gir1.2-glib-2.0 libfribidi0 libncursesw6 procps python3 python3-gi shared-mime-info systemd-sysv udev x11-xserver-utils
xserver-xorg-core:xauth xcvt xfonts-base:udev
xserver-xorg-dev::libc6-dev libgl-dev
xsltproc::
xterm:luit:xbitmaps
xutils-dev::
xvfb:xauth xfonts-base:
xxd::
xz-utils::
yasm::
zenity:aspell-en enchant-2 gstreamer1.0-gl gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-x librsvg2-common xdg-desktop-portal-gtk:gstreamer1.0-plugins-base gstreamer1.0-plugins-good hunspell-en-us iso-codes libfribidi0 libncursesw6 libpulse0 procps shared-mime-info systemd-sysv
zip:unzip:
zlib1g::
zlib1g-dev::libc6-dev
zsh:libncursesw6 libpcre3:
zstd::
`;
