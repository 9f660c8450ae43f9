FROM golang:1.19 AS build
WORKDIR /src
COPY go.mod ./
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /out/app .

FROM debian:trixie-slim
COPY --from=build /out/app /app
EXPOSE 8080
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
HEALTHCHECK CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080"]
USER 10001:10001
ENTRYPOINT ["/app"]
