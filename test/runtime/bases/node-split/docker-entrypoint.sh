#!/bin/sh
# What is no command of the image is a script or an option for node.
set -e
case "${1-}" in
  -*) set -- node "$@" ;;
  *) if [ -f "${1-}" ] && [ ! -x "$1" ] || ! command -v "${1-}" >/dev/null; then set -- node "$@"; fi ;;
esac
exec "$@"
