FROM node:20-alpine
WORKDIR /app
COPY . .
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s CMD wget --spider -q http://127.0.0.1:3000/ || exit 1
USER node
CMD ["node", "server.js"]
