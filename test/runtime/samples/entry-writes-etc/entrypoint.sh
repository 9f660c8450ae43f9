#!/bin/sh
set -e
echo "greeting=${GREETING:-configured}" > /etc/shop.conf
. /etc/shop.conf
export GREETING="$greeting"
exec "$@"
