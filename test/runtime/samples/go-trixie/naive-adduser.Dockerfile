FROM golang:1.19 AS build
WORKDIR /src
COPY go.mod ./
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /out/app .

FROM debian:trixie-slim
COPY --from=build /out/app /app
EXPOSE 8080
RUN adduser --system --uid 10001 app
USER app
ENTRYPOINT ["/app"]
