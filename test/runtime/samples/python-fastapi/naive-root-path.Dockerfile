FROM python:3.11
WORKDIR /code
COPY ./requirements.txt /code/requirements.txt
RUN pip install --no-cache-dir --no-deps -r /code/requirements.txt
COPY . /code
EXPOSE 8000
HEALTHCHECK CMD curl -f http://127.0.0.1:8000/ || exit 1
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]
