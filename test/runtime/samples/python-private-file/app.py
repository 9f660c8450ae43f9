import signal
import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler

with open("settings.ini", encoding="utf-8") as file:
    port = int(file.read().split("=")[1])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
HTTPServer(("0.0.0.0", port), SimpleHTTPRequestHandler).serve_forever()
