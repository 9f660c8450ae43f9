#!/bin/sh
set -e
export GREETING="${GREETING:-dropped}"
if [ "$(id -u)" = 0 ]; then
  mkdir -p /data
  chown -R nobody /data
  exec setpriv --reuid=65534 --regid=65534 --clear-groups "$0" "$@"
fi
exec "$@"
