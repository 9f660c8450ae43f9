FROM postgres:15
ENV POSTGRES_DB=shop
COPY schema.sql /docker-entrypoint-initdb.d/
HEALTHCHECK CMD ["sh", "-c", "curl -f http://127.0.0.1:5432/"]
