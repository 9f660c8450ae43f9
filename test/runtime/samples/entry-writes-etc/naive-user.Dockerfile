FROM python:3.11-slim
WORKDIR /app
COPY entrypoint.sh /usr/local/bin/entrypoint.sh
COPY app.py .
EXPOSE 8000
USER 10001:10001
ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]
CMD ["python", "app.py"]
