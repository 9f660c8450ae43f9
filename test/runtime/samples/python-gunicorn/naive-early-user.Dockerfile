FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1
RUN useradd --uid 10001 --create-home app
USER app
WORKDIR /app

COPY requirements.txt .
RUN apt-get update && pip install --no-cache-dir -r requirements.txt

COPY . .

EXPOSE 8080
CMD ["gunicorn", "--bind", "0.0.0.0:8080", "--workers", "2", "wsgi:app"]
