FROM python:3.11-slim
WORKDIR /app
RUN groupadd --gid 10001 app \
 && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app \
 && mkdir -p /data && chown 10001:10001 /app /data
COPY --chown=10001:10001 app.py .
VOLUME /data
EXPOSE 8000
USER 10001:10001
CMD ["python", "/app/app.py"]
