FROM python:3.11-slim
WORKDIR /app
ADD requirements.txt /app/
RUN pip install -r requirements.txt
ADD . /app
EXPOSE 5000
USER 10001:10001
CMD ["python", "server.py"]
