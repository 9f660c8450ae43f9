FROM golang:1.19 AS build
WORKDIR /src
COPY go.mod ./
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /out/app .

FROM alpine:3.20
COPY --from=build /out/app /app
EXPOSE 8080
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 app
USER app
ENTRYPOINT ["/app"]
