FROM postgres:15
ENV POSTGRES_DB=shop
COPY schema.sql /docker-entrypoint-initdb.d/
USER 10001:10001
