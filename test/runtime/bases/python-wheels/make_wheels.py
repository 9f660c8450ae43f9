"""Makes wheels of Python packages that Debian has installed: argument one is the folder they go to."""

import base64
import hashlib
import os
import sys
import zipfile
from importlib import metadata

HOME = "/usr/lib/python3/dist-packages"
MODULES = {
    "anyio": ["anyio"],
    "asgiref": ["asgiref"],
    "click": ["click"],
    "fastapi": ["fastapi"],
    "flask": ["flask"],
    "gunicorn": ["gunicorn"],
    "h11": ["h11"],
    "idna": ["idna"],
    "itsdangerous": ["itsdangerous"],
    "jinja2": ["jinja2"],
    "markupsafe": ["markupsafe"],
    "psycopg2": ["psycopg2"],
    "pydantic": ["pydantic"],
    "sniffio": ["sniffio"],
    "starlette": ["starlette"],
    "typing_extensions": ["typing_extensions.py"],
    "uvicorn": ["uvicorn"],
    "werkzeug": ["werkzeug"],
}
# What each needs, which Debian leaves out of its own metadata.
NEEDS = {
    "anyio": ["idna", "sniffio"],
    "fastapi": ["pydantic", "starlette"],
    "flask": ["click", "itsdangerous", "jinja2", "markupsafe", "werkzeug"],
    "jinja2": ["markupsafe"],
    "pydantic": ["typing_extensions"],
    "starlette": ["anyio", "typing_extensions"],
    "uvicorn": ["asgiref", "click", "h11"],
    "werkzeug": ["markupsafe"],
}


def files_of(module):
    path = os.path.join(HOME, module)
    if os.path.isfile(path):
        yield path
    for folder, _, names in os.walk(path):
        for name in names:
            if not name.endswith(".pyc"):
                yield os.path.join(folder, name)


def make(target, name, modules):
    found = metadata.distribution(name)
    files = [path for module in modules for path in files_of(module)]
    native = any(path.endswith(".so") for path in files)
    tag = "cp311-cp311-linux_x86_64" if native else "py3-none-any"
    info = f"{name}-{found.version}.dist-info"
    needs = NEEDS.get(name, [])
    scripts = [point for point in found.entry_points if point.group == "console_scripts"]
    texts = {
        "METADATA": "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {found.version}", *[f"Requires-Dist: {row}" for row in needs]]) + "\n",
        "WHEEL": f"Wheel-Version: 1.0\nGenerator: make_wheels\nRoot-Is-Purelib: {str(not native).lower()}\nTag: {tag}\n",
        "entry_points.txt": "[console_scripts]\n" + "".join(f"{point.name} = {point.value}\n" for point in scripts),
    }
    rows = []
    with zipfile.ZipFile(os.path.join(target, f"{name}-{found.version}-{tag}.whl"), "w") as wheel:
        contents = [(os.path.relpath(path, HOME), open(path, "rb").read()) for path in files]
        contents += [(f"{info}/{path}", text.encode()) for path, text in texts.items()]
        for path, data in contents:
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            rows.append(f"{path},sha256={digest},{len(data)}")
            wheel.writestr(path, data)
        wheel.writestr(f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,"]) + "\n")


for package, parts in MODULES.items():
    make(sys.argv[1], package, parts)
