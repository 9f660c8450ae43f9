import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return {"prefix": os.environ["VIRTUAL_ENV"]}
