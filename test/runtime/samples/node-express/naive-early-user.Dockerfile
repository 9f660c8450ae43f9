FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /app
USER node
COPY package*.json ./
RUN npm ci --omit=dev
COPY . .
EXPOSE 8080
CMD ["node", "server.js"]
