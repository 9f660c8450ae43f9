import sqlite3

from flask import Flask, request

app = Flask(__name__)
DATABASE = "notes.db"


def connect():
    connection = sqlite3.connect(DATABASE)
    connection.execute("CREATE TABLE IF NOT EXISTS notes (text TEXT)")
    return connection


@app.get("/")
def index():
    return {"service": "notes"}


@app.post("/notes")
def add():
    with connect() as connection:
        connection.execute("INSERT INTO notes VALUES (?)", (request.get_data(as_text=True),))
    return {"added": True}, 201


@app.get("/notes")
def notes():
    return {"notes": [row[0] for row in connect().execute("SELECT text FROM notes")]}
