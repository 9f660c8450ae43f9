FROM golang:1.19 AS build
WORKDIR /src
COPY go.mod ./
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /out/app .

FROM ubuntu:24.04
COPY --from=build /out/app /app
EXPOSE 8080
RUN useradd --uid 1000 app
USER app
ENTRYPOINT ["/app"]
