FROM gcr.io/distroless/nodejs20-debian12
WORKDIR /app
COPY app.js .
EXPOSE 8080
RUN groupadd app && useradd -g app app
USER app
CMD ["app.js"]
