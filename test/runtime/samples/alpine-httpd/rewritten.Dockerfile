FROM alpine:3.20
WORKDIR /www
RUN addgroup -g 10001 -S app \
 && adduser -u 10001 -S -D -G app -h /home/app -s /sbin/nologin app \
 && chown 10001:10001 /www
COPY --chown=10001:10001 www .
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["wget", "-Y", "off", "-q", "-T", "3", "-O", "/dev/null", "http://127.0.0.1:8080/"]
USER 10001:10001
CMD ["httpd", "-f", "-v", "-p", "8080", "-h", "/www"]
