import logging
import signal
import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler

logging.basicConfig(filename="/var/log/shop.log", level=logging.INFO)
logging.info("started")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
HTTPServer(("", 8000), SimpleHTTPRequestHandler).serve_forever()
