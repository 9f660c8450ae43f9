FROM python:3.11-slim
RUN python -m venv /root/.local/venv
ENV PATH=/root/.local/venv/bin:$PATH
WORKDIR /app
COPY app.py .
EXPOSE 8000
USER 10001:10001
CMD ["/root/.local/venv/bin/python", "app.py"]
