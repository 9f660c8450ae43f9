FROM node:20-slim
ENV NODE_ENV=production
USER node
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev && npm install --global ./
COPY . .
EXPOSE 8080
CMD ["node", "server.js"]
