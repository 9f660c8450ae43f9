"""Answers POST on port 8080 with what the handler returns, as the platform's emulator does on a developer's machine."""
import importlib
import json
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

module, _, function = sys.argv[1].rpartition(".")


class Invocation(BaseHTTPRequestHandler):
    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        body = json.dumps(getattr(importlib.import_module(module), function)(event, None)).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
HTTPServer(("0.0.0.0", 8080), Invocation).serve_forever()
