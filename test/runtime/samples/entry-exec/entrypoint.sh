#!/bin/sh
set -e
: "${GREETING:=hello}"
export GREETING
echo "starting with $GREETING"
exec "$@"
