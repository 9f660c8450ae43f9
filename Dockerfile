# dockfix as an image: docker build -t dockfix . && docker run --rm -v "$PWD:/work" dockfix --check
FROM node:22.20.0-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm pack --ignore-scripts --pack-destination /tmp && mv /tmp/dockfix-*.tgz /tmp/dockfix.tgz

FROM node:22.20.0-bookworm-slim
LABEL org.opencontainers.image.title="dockfix" \
      org.opencontainers.image.description="Repairs Dockerfiles and keeps their digests fresh" \
      org.opencontainers.image.licenses="MIT"
# git is for local clones, for any remote by push, for GitLab and Gitea. A volume at /state gets its owner.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 1000 -g 1000 /state
COPY --from=build /tmp/dockfix.tgz /tmp/dockfix.tgz
RUN npm install --global --ignore-scripts --no-audit --no-fund /tmp/dockfix.tgz \
    && rm -rf /tmp/dockfix.tgz /root/.npm
WORKDIR /work
USER 1000:1000
ARG APP_VERSION=""
ARG GIT_COMMIT=""
ARG BUILD_DATE=""
LABEL org.opencontainers.image.version="${APP_VERSION}" \
      org.opencontainers.image.revision="${GIT_COMMIT}" \
      org.opencontainers.image.created="${BUILD_DATE}"
# A command that ends, not a service.
HEALTHCHECK NONE
ENTRYPOINT ["dockfix"]
CMD ["--help"]
