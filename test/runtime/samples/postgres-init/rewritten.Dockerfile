FROM postgres:15
ENV POSTGRES_DB=shop
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 \
  CMD pg_isready -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-postgres}" -h 127.0.0.1
COPY schema.sql /docker-entrypoint-initdb.d/
