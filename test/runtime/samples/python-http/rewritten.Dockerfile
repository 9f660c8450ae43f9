FROM python:3.11-slim
RUN groupadd --gid 10001 app \
 && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
WORKDIR /app
RUN chown 10001:10001 /app
COPY --chown=10001:10001 app.py .
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import http.client as h,sys;c=h.HTTPConnection('127.0.0.1',8000,timeout=3);c.request('GET','/health');sys.exit(c.getresponse().status>=400)"]
USER 10001:10001
CMD ["python", "app.py"]
