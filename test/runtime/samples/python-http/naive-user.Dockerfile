FROM python:3.11-slim
WORKDIR /app
COPY app.py .
EXPOSE 8000
USER app
CMD ["python", "app.py"]
