FROM python:3.11-slim
WORKDIR /app
COPY . .
EXPOSE 8000
USER 10001:10001
CMD ["python", "app.py"]
