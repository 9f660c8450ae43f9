FROM public.ecr.aws/lambda/python:3.11
COPY app.py ${LAMBDA_TASK_ROOT}
RUN useradd --uid 10001 app
USER app
CMD ["app.handler"]
