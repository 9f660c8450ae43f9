FROM python:3.11-slim
WORKDIR /app
COPY app.py .
EXPOSE 8000
HEALTHCHECK CMD curl -f http://localhost:8000/health || exit 1
CMD ["python", "app.py"]
