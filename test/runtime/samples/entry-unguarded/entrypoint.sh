#!/bin/sh
set -e
export GREETING="${GREETING:-dropped}"
mkdir -p /data
chown -R nobody /data
exec gosu nobody "$@"
