FROM node:20-alpine
WORKDIR /app
COPY . .
EXPOSE 3000
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 app
USER app
CMD ["node", "server.js"]
