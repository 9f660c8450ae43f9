FROM images.example.com/services:1
WORKDIR /app
COPY entrypoint.sh /usr/local/bin/entrypoint.sh
COPY app.py .
EXPOSE 8000
USER 65534:65534
ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]
CMD ["python", "app.py"]
