"""Which libraries are asked, in which versions, and which model of ours each has."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

SCRIPTS = Path(__file__).with_name("scripts")

#: The versions of what computes are the same for all, where a library allows it.
NUMERIC = ("numpy==2.4.6", "scipy==1.17.1")
OLDER = ("numpy==1.26.4", "scipy==1.13.1")
TORCH = "torch==2.13.0"
#: Models that are asked for, those that are fast first.
MODELS = ("EASE", "iALS", "SLIM", "MultVAE", "CDAE", "NeuMF", "RecVAE")


@dataclass(frozen=True)
class Peer:
    """A library beside the course.

    Parameters
    ----------
    name : str
        Of the library and of its script.
    requirements : tuple of str
        What pip installs: the library in one version, and what decides its numbers.
    models : dict, model of ours -> the library's name of it
        What it is asked for. Empty: it is asked for its metrics only.
    cannot : dict, model of ours -> the reason in words
        What it has, but cannot be asked for under our protocol.
    scripts : Path
        The folder of ``ask_NAME.py``, which is asked for models, and of
        ``judge_NAME.py``, which is asked for metrics.
    """

    name: str
    requirements: tuple[str, ...]
    models: dict[str, str]
    cannot: dict[str, str] = field(default_factory=dict)
    scripts: Path = SCRIPTS

    @property
    def path(self) -> Path:
        """Where the script is that is asked for models."""
        return self.scripts / f"ask_{self.name}.py"

    @property
    def judge(self) -> Path:
        """Where the script is that is asked for metrics."""
        return self.scripts / f"judge_{self.name}.py"


PEERS = {
    peer.name: peer
    for peer in (
        Peer(
            "implicit",
            ("implicit==0.7.3", *NUMERIC),
            {"iALS": "AlternatingLeastSquares"},
        ),
        Peer(
            "lenskit",
            ("lenskit==2025.8.1", TORCH, *NUMERIC, "pandas==2.3.3"),
            {"EASE": "EASEScorer", "SLIM": "SLIMScorer", "iALS": "ImplicitMFScorer"},
        ),
        Peer(
            "cornac",
            ("cornac==3.0.1", TORCH, *NUMERIC),
            {
                "EASE": "EASE",
                "MultVAE": "VAECF",
                "RecVAE": "RecVAE",
                "NeuMF": "NeuMF",
            },
            {
                "iALS": "WMF learns a vector for each training user by Adam and has no "
                "step that gives a stranger one; an unknown user is an error."
            },
        ),
        Peer(
            "recbole",
            (
                "recbole==1.2.1",
                TORCH,
                # ray 2.6.3, which it holds back to, needs the old names of NumPy 1,
                # and pkg_resources of an old setuptools.
                *OLDER,
                "pandas==2.2.3",
                "scikit-learn==1.9.1",
                "setuptools==79.0.1",
            ),
            {
                "EASE": "EASE",
                "SLIM": "SLIMElastic",
                "MultVAE": "MultiVAE",
                "RecVAE": "RecVAE",
                "NeuMF": "NeuMF",
            },
            {
                "CDAE": "CDAE adds a vector to the hidden layer that is learned for "
                "each training user; a stranger has none, and there is no option "
                "without."
            },
        ),
        Peer("irspack", ("irspack==0.5.2", *NUMERIC), {}),
        Peer("ranx", ("ranx==0.3.21", *NUMERIC), {}),
        # It holds NumPy below 2.
        Peer("rectools", ("rectools==0.19.0", "numpy==1.26.4", "scipy==1.17.1"), {}),
    )
}
