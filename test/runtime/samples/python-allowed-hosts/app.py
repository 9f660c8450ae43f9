import os

from flask import Flask, abort, request

app = Flask(__name__)
ALLOWED = os.environ.get("ALLOWED_HOSTS", "shop.example.com").split(",")


@app.before_request
def check_host():
    if request.host.split(":")[0] not in ALLOWED:
        abort(400)


@app.get("/")
def index():
    return "shop"
