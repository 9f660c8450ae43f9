FROM redis:7
ENV MEMORY=32mb
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD redis-cli ping | grep -q PONG
USER 999:999
CMD ["sh", "-c", "exec redis-server --protected-mode no --maxmemory $MEMORY"]
