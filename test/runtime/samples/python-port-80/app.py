from http.server import HTTPServer, SimpleHTTPRequestHandler

HTTPServer(("0.0.0.0", 80), SimpleHTTPRequestHandler).serve_forever()
