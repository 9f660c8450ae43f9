FROM haproxy:2.6
USER root
RUN mkdir -p /etc/ssl/shop && chmod 755 /etc/ssl/shop
COPY haproxy.cfg /usr/local/etc/haproxy/haproxy.cfg
EXPOSE 8080
USER 99
