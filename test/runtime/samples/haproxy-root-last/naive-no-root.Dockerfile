FROM haproxy:2.6
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 app
COPY haproxy.cfg /usr/local/etc/haproxy/haproxy.cfg
EXPOSE 8080
USER app
