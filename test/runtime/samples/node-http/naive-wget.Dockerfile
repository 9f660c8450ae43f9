FROM node:20-slim
WORKDIR /usr/src/app
COPY package.json ./
COPY server.js ./
EXPOSE 3000
HEALTHCHECK CMD wget -q -O /dev/null http://127.0.0.1:3000/health
CMD ["node", "server.js"]
