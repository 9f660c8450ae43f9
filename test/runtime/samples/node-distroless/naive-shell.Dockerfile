FROM gcr.io/distroless/nodejs20-debian12
WORKDIR /app
COPY app.js .
EXPOSE 8080
HEALTHCHECK CMD node -e 1
CMD ["app.js"]
