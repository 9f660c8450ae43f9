FROM images.example.com/services:1
COPY crontab /etc/cron.d/report
RUN chmod 0644 /etc/cron.d/report
USER 10001:10001
CMD ["cron", "-f", "-L", "15"]
