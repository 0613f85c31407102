"""Tiny datasets in the published formats, and a home on this machine to fetch from."""

import dataclasses
import hashlib
import io
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from recnb.data import catalogue, fetch, locate

ML1M = {
    "ml-1m/ratings.dat": (
        "1::20::5::978300120\n1::10::3::978300110\n7::10::4::978300100\n"
    ),
    "ml-1m/movies.dat": (
        "10::Matrix, The (1999)::Action|Sci-Fi\n"
        "20::Misérables, Les (1995)::Drama\n"
        "30::Never Rated (1990)::Comedy\n"
    ),
}
SIMULATED = {
    "simulated/ratings.csv": (
        "userId,movieId,rating,timestamp\n1,1,4,1136106351\n2,2,5,1136106352\n"
    ),
    "simulated/movies.csv": 'movieId,title,genres\n1,"Comet, The (2001)",Drama\n2,B,\n',
    "simulated/truth_pairs.csv": "movieId_a,movieId_b,affinity\n1,2,0.5\n",
}


def zipped(contents: dict[str, str], encoding: str = "utf-8") -> bytes:
    """Return the bytes of a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents.items():
            archive.writestr(name, text.encode(encoding))
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    """Try again at once, not after a second."""
    monkeypatch.setattr(fetch, "PAUSE", 0.0)


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def pack():
    """The function that makes the bytes of a zip archive."""
    return zipped


@pytest.fixture
def texts() -> dict[str, str]:
    """The files of a MovieLens 1M with three ratings."""
    return dict(ML1M)


@pytest.fixture
def simulated_texts() -> dict[str, str]:
    """The files of a tiny simulated dataset."""
    return dict(SIMULATED)


@pytest.fixture
def archive() -> bytes:
    """The bytes of a MovieLens 1M with three ratings."""
    return zipped(ML1M, "latin-1")


class Home:
    """A dataset's home on this machine; `script` says how it answers, one a request."""

    def __init__(self, body: bytes):
        self.body = body
        self.script: list[str] = []
        self.requests = 0
        home = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                home.requests += 1
                mood = home.script.pop(0) if home.script else "good"
                self.send_response(int(mood) if mood.isdigit() else 200)
                self.send_header("Content-Length", str(len(home.body)))
                self.end_headers()
                half = len(home.body) // 2
                self.wfile.write(home.body[:half] if mood == "truncated" else home.body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ml-1m.zip"
        threading.Thread(
            target=self.server.serve_forever, args=(0.01,), daemon=True
        ).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def put_into_catalogue(monkeypatch, url: str, checksum: str | None):
    """Let ml-1m mean the tiny archive at a given address, as if it were GroupLens."""
    monkeypatch.setattr(fetch, "GROUPLENS", url.rpartition("/")[0])
    dataset = dataclasses.replace(
        catalogue.CATALOGUE["ml-1m"],
        files=(catalogue.Remote("ml-1m.zip", url, checksum),),
        n_users=2,
        n_items=2,
        n_interactions=3,
    )
    monkeypatch.setitem(catalogue.CATALOGUE, "ml-1m", dataset)
    return dataset


@pytest.fixture
def home(monkeypatch, archive):
    """A running home of the tiny ml-1m, which the catalogue points to."""
    running = Home(archive)
    digest = hashlib.md5(archive).hexdigest()
    put_into_catalogue(monkeypatch, running.url, f"md5:{digest}")
    yield running
    running.close()


@pytest.fixture
def no_home(monkeypatch, archive):
    """The tiny ml-1m with a home that nobody answers for."""
    digest = hashlib.md5(archive).hexdigest()
    put_into_catalogue(monkeypatch, "http://127.0.0.1:9/ml-1m.zip", f"md5:{digest}")


@pytest.fixture
def bundled(monkeypatch, tmp_path):
    """A tiny simulated dataset in the place of the bundled one."""
    path = tmp_path / "bundled" / "simulated.zip"
    path.parent.mkdir()
    path.write_bytes(zipped(SIMULATED))
    monkeypatch.setattr(locate, "BUNDLED", path)
    return path
