FROM alpine:3.20
WORKDIR /www
COPY www .
EXPOSE 8080
RUN useradd -u 10001 app
USER app
CMD ["httpd", "-f", "-v", "-p", "8080", "-h", "/www"]
