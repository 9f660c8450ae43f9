FROM node:20-slim
WORKDIR /usr/src/app
RUN chown 1000:1000 /usr/src/app
COPY --chown=1000:1000 package.json ./
COPY --chown=1000:1000 server.js ./
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "require('http').get({host:'127.0.0.1',port:process.env.PORT||3000,path:'/health',timeout:3000},r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"]
USER 1000
CMD ["node", "server.js"]
