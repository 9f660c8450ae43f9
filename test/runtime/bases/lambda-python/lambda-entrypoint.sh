#!/bin/sh
if [ $# -ne 1 ]; then
  echo 'entrypoint requires the handler name to be the first argument' >&2
  exit 142
fi
exec python3 /var/runtime/bootstrap.py "$1"
