import os
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    with open("visits.txt", "a") as file:
        file.write("x")
    return {"uid": os.getuid(), "home": os.path.expanduser("~")}
