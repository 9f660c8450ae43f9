FROM python:3.11-slim
WORKDIR /app
RUN groupadd --gid 10001 app \
 && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app \
 && chown 10001:10001 /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY --chown=10001:10001 . .
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import http.client as h,sys;c=h.HTTPConnection('127.0.0.1',8000,timeout=3);c.request('GET','/');sys.exit(c.getresponse().status>=500)"]
USER 10001:10001
CMD ["gunicorn", "-b", "0.0.0.0:8000", "app:app"]
