#!/bin/sh
set -eu
exec pg_dump --format=custom --file="/backup/$(date +%F).dump" "$DATABASE"
