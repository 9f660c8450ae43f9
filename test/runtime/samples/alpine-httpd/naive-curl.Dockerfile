FROM alpine:3.20
WORKDIR /www
COPY www .
EXPOSE 8080
HEALTHCHECK CMD curl -f http://127.0.0.1:8080/ || exit 1
CMD ["httpd", "-f", "-v", "-p", "8080", "-h", "/www"]
