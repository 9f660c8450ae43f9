FROM images.example.com/services:1
WORKDIR /app
COPY app.py .
COPY supervisord.conf /etc/supervisor/supervisord.conf
EXPOSE 8000
USER 10001:10001
CMD ["supervisord", "-c", "/etc/supervisor/supervisord.conf"]
