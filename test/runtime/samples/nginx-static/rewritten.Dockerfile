FROM nginx:1.22
RUN sed -i 's,^user .*,,; s,^pid .*,pid /tmp/nginx.pid;,' /etc/nginx/nginx.conf \
 && chown -R 101:0 /var/cache/nginx && chmod -R g+w /var/cache/nginx
COPY site /usr/share/nginx/html
EXPOSE 80
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["curl", "-fsS", "--noproxy", "*", "-m", "3", "-o", "/dev/null", "http://127.0.0.1:80/"]
USER 101
