FROM node:20-slim
RUN groupadd --gid 1000 app && useradd --uid 1000 --gid 1000 app
WORKDIR /usr/src/app
COPY package.json ./
COPY server.js ./
EXPOSE 3000
USER app
CMD ["node", "server.js"]
