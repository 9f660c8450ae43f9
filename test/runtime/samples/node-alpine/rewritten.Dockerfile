FROM node:20-alpine
WORKDIR /app
RUN chown 1000:1000 /app
COPY --chown=1000:1000 . .
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["wget", "-Y", "off", "-q", "-T", "3", "-O", "/dev/null", "http://127.0.0.1:3000/health"]
USER 1000
CMD ["node", "server.js"]
