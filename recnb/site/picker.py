"""What the page ``docs/pick_films.md`` knows of the bundled dataset, as a script.

From a folder a browser runs scripts but reads no data, so the data are a script.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np

from recnb.data import load
from recnb.models import gram_matrix

#: Where the page looks for it, below the site's folder.
PLACE = Path("_static", "picker", "films.js")
LIKED = 4  # stars or more, as in lesson 00


def write_films(site: Path) -> None:
    """Write the script into a built site."""
    path = site / PLACE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script(), encoding="utf-8")


def script() -> str:
    """Return the script: films, people, and who likes which two films, counted.

    ``upper`` is the upper half of the Gram matrix with its diagonal, row by row, each
    count in two bytes, the lower one first, in base64.
    """
    data = load("simulated")
    likes = (data.to_csr() >= LIKED).astype(np.float32)
    films = data.item_table
    known = {
        "people": data.n_users,
        "titles": films["title"].tolist(),
        "years": films["year"].tolist(),
        "genres": films["genres"].str.replace("|", ", ").tolist(),
        "upper": base64.b64encode(upper_half(gram_matrix(likes))).decode(),
    }
    bundled = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    return f"(globalThis.picker ??= {{}}).bundled = {bundled};\n"


def upper_half(G: np.ndarray) -> bytes:
    """Return the upper half of a matrix of counts, row by row, in two bytes each.

    Raises
    ------
    ValueError
        If a count needs more than two bytes.
    """
    if G.max() > np.iinfo(np.uint16).max:
        raise ValueError(f"A count of {G.max():.0f} does not fit into two bytes.")
    return G[np.triu_indices_from(G)].astype("<u2").tobytes()
