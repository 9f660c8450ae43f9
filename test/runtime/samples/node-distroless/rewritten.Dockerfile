FROM gcr.io/distroless/nodejs20-debian12
WORKDIR /app
COPY app.js .
EXPOSE 8080
HEALTHCHECK CMD ["/nodejs/bin/node", "-e", "require('http').get({host:'127.0.0.1',port:8080,timeout:3000},r=>process.exit(r.statusCode<500?0:1)).on('error',()=>process.exit(1))"]
USER 65532:65532
CMD ["app.js"]
