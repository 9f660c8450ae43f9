FROM python:3.11-slim
RUN useradd --uid 10001 --create-home app
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY --chown=10001:10001 . .
EXPOSE 8000
USER 10001
CMD ["gunicorn", "-b", "0.0.0.0:8000", "app:app"]
