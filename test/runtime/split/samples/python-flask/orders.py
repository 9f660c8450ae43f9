import psycopg2
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return {"driver": psycopg2.apilevel, "libpq": psycopg2.__libpq_version__ > 0}
