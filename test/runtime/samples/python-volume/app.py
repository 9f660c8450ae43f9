import os
import signal
import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler

DATA = "/data"
with open(os.path.join(DATA, "started"), "w", encoding="utf-8") as file:
    file.write("yes")
os.chdir(DATA)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
HTTPServer(("", 8000), SimpleHTTPRequestHandler).serve_forever()
