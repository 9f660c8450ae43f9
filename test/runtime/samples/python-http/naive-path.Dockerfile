FROM python:3.11-slim
WORKDIR /app
COPY app.py .
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz')"]
CMD ["python", "app.py"]
