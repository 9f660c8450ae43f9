#!/bin/sh
set -e
echo "starting in $(pwd)"
exec gunicorn --bind 0.0.0.0:8080 notes:app
