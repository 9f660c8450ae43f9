FROM python:3.11-slim
WORKDIR /site
COPY . .
EXPOSE 80
USER 10001:10001
CMD ["python", "app.py"]
