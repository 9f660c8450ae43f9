import os

from flask import Flask, request

UPLOADS = os.path.join(os.path.dirname(__file__), "uploads")
app = Flask(__name__)


@app.get("/")
def index():
    return {"files": sorted(os.listdir(UPLOADS))}


@app.put("/files/<name>")
def put(name):
    with open(os.path.join(UPLOADS, name), "wb") as file:
        file.write(request.get_data())
    return "", 204


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
