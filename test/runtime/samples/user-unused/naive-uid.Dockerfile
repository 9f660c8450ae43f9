FROM python:3.11-slim
ARG UID=1001
RUN groupadd --gid 1001 web && useradd --uid ${UID} --gid web --create-home web
WORKDIR /home/web/app
COPY --chown=web:web app.py .
EXPOSE 8000
RUN useradd --uid 1001 app
USER app
CMD ["python", "app.py"]
