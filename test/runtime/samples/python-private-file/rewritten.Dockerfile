FROM python:3.11-slim
WORKDIR /app
COPY --chown=10001:10001 . .
EXPOSE 8000
USER 10001:10001
CMD ["python", "app.py"]
