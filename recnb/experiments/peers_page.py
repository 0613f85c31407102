"""The page ``docs/peers.md``, written from the stored results of the peers.

    python -m recnb peers --page

No measured number on it is typed: tables and sentences take theirs from `peers_shown`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recnb.experiments import peers_shown
from recnb.experiments.runner import FOLDER

PAGE = Path(__file__).parents[2] / "docs" / "peers.md"
#: Datasets in the order of the page, in words.
DATASETS = {"ml-1m": "MovieLens 1M", "simulated": "Simulated data"}

HEAD = """# Other libraries beside the course

<!-- written by python -m recnb peers --page -->

What would a reader get who took another library's model in place of the course's? Each
library below was asked for the same model on the same split of the same data, in one
thread of the same machine, and the course's own metrics judged the scores. Measured
{days}.

- **Settings.** *defaults*: nothing is set, and ours stands as its search of lesson 15
  had left it that day (later searches do not change a row). *as ours*: our settings in
  the library's own names (`recnb/peers/translation.py`), beside our model with the very
  same ones and as many epochs. RecVAE has the settings of lesson 13b, NeuMF those of
  lesson 11.
- **Quality** is NDCG@100 of test users whom no model has seen (strong generalisation,
  random fold-in, split 0). NeuMF knows its users by number, so its quality is NDCG@10
  of the newest item among 99 others.
- **Difference** is theirs minus ours, user by user, with its standard error. Below 0,
  ours is better.
- **Seconds** are those of the processor for the training, in one thread. The machine
  had other work, which lengthens them; of iALS and SLIM, where they are below five, the
  least of three counts. Beside defaults, those of our nets contain a look at the
  validation users an epoch.
"""

DEFAULTS = """## Defaults bite

What a library does when nothing is set can cost more than what separates the models of
lesson 15.

{sentences}

With our settings in their own names the closed forms come out the same.
"""

AHEAD_OF_US = """## Where a library is ahead

Better than ours by more than one error of the difference, or faster and within it:

{sentences}
"""

LISTS = """## One list, many figures

EASE (λ = 50) recommended ten films to each of the {users} test users of the simulated
data. These lists and what was held out were handed to every library, whose own metrics
judged them. An empty place: the library has no metric of that name.

{table}
{sentences}

So figures of two libraries are no comparison of two models, and every number of the
course comes from one metric code.
"""

CANNOT = """## What was not asked

{table}
For want of time, nets and RecBole's SLIM were asked for on the simulated data only,
RecVAE and NeuMF there without their defaults, which are of up to 300 epochs, and
RecBole's NeuMF not at all.
"""

#: (dataset, library, model) -> what its default does that costs quality there.
BITES = {
    ("ml-1m", "cornac", "EASE"): "drops all negative weights unless `posB=False` is "
    "said",
    ("ml-1m", "LensKit", "EASE"): "has a λ of 1",
    ("ml-1m", "LensKit", "SLIM"): "has both penalties at 1",
    ("ml-1m", "implicit", "iALS"): "has `alpha=1`: a like weighs no more than an "
    "unseen pair",
    ("simulated", "cornac", "MultVAE"): "has a code of 10 numbers behind a layer of 20",
}
#: (dataset, library, model) -> why the library is ahead of ours with the same settings.
AHEAD = {
    (
        "simulated",
        "implicit",
        "iALS",
    ): "It takes three steps of conjugate gradients from "
    "the vectors of the epoch before, where ours goes on until rounding is all that is "
    "left, which takes six to nine steps here.",
    (
        "simulated",
        "RecBole",
        "RecVAE",
    ): "It differs from ours in two things: the noise "
    "of a code is a hundredth of σ, and the layer norms have a larger constant, as in "
    "the authors' main branch. Ours is the branch of the paper.",
    ("simulated", "cornac", "NeuMF"): "Why is not known. Each side was trained once, "
    "and the error is that of the users alone.",
}
#: Why a figure of the same list is another one than the course's.
DISAGREE = {
    ("LensKit", "NDCG@10"): "ranks 1 and 2 weigh the same",
    ("LensKit", "recall@10"): "hits are divided by what a list of ten can hold",
    ("implicit", "precision@10"): "the hits of all users are divided by what all their "
    "lists could hold at best",
    ("RecTools", "NDCG@10"): "the best list has ten hits, also where fewer films were "
    "held out",
    ("RecTools", "MAP@10"): "divided by all that was held out, also where it is more "
    "than ten",
    ("irspack", "MAP@10"): "divided as RecTools does",
    ("ranx", "MAP@10"): "divided as RecTools does",
}


def page(folder: Path = FOLDER) -> str:
    """Return the page as Markdown.

    Parameters
    ----------
    folder : path
        Of the stored results.

    Raises
    ------
    FileNotFoundError
        If nothing was measured here; the message says how to.
    """
    lists = peers_shown.one_list(folder)
    refused = peers_shown.not_asked(folder).drop(columns="settings")
    parts = [HEAD.format(days=peers_shown.days(folder))]
    for dataset, title in DATASETS.items():
        table = markdown(_models(peers_shown.beside_us(dataset, folder)))
        parts.append(f"## {title}\n\n{table}")
    parts.append(DEFAULTS.format(sentences=_items(bites(folder))))
    parts.append(AHEAD_OF_US.format(sentences=_items(leads(folder))))
    parts.append(
        LISTS.format(
            users=peers_shown.n_users(folder),
            table=markdown(lists.map(number).reset_index()),
            sentences=_items(disagreements(lists)),
        )
    )
    parts.append(CANNOT.format(table=markdown(refused)))
    versions = markdown(peers_shown.libraries(folder).reset_index())
    parts.append(f"## Versions\n\n{versions}")
    return "\n".join(parts)


def write_page(path: Path, folder: Path = FOLDER) -> None:
    """Write the page."""
    text = page(folder)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def markdown(table: pd.DataFrame) -> str:
    """Return a table of texts in Markdown."""
    rows = [list(table.columns), ["---"] * table.shape[1], *table.to_numpy().tolist()]
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in rows)


def number(value: float) -> str:
    """Return a quality as text; nothing for NaN."""
    return "" if pd.isna(value) else f"{value:.4f}".removeprefix("0")


def _items(sentences: list[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _models(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the page as texts."""
    gaps = zip(rows["difference"], rows["error"], strict=True)
    return pd.DataFrame(
        {
            "model": rows["model"],
            "library": rows["library"] + " `" + rows["its name"] + "`",
            "settings": rows["settings"],
            "theirs": rows["theirs"].map(number),
            "ours": rows["ours"].map(number),
            "difference": [f"{gap:+.4f} ± {error:.4f}" for gap, error in gaps],
            "seconds": rows["seconds"].map("{:.2f}".format),
            "our seconds": rows["our seconds"].map("{:.2f}".format),
        }
    )


def bites(folder: Path = FOLDER) -> list[str]:
    """Return a sentence for each default of `BITES`."""
    tables = {name: peers_shown.beside_us(name, folder) for name in DATASETS}
    found = []
    for (dataset, library, model), why in BITES.items():
        rows = tables[dataset].query("settings == 'defaults' and model == @model")
        row = rows.set_index("library").loc[library]
        found.append(
            f"{DATASETS[dataset]}: {library}'s `{row['its name']}` {why}. It has "
            f"{number(row['theirs'])}, where our {model} has {number(row['ours'])}."
        )
    return found


def leads(folder: Path = FOLDER) -> list[str]:
    """Return a sentence for each row in which a library is ahead of ours, and why."""
    found = []
    for dataset, title in DATASETS.items():
        rows = peers_shown.ahead(dataset, folder)
        for row in rows.to_dict("records"):
            found.append(
                f"{title}, {row['library']}'s `{row['its name']}`, {row['settings']}: "
                f"{row['difference']:+.4f} ± {row['error']:.4f}, {row['seconds']:.2f} "
                f"s where ours takes {row['our seconds']:.2f}. "
                + AHEAD[dataset, row["library"], row["model"]]
            )
    return found


def disagreements(lists: pd.DataFrame) -> list[str]:
    """Return a sentence for each figure of `DISAGREE`.

    Parameters
    ----------
    lists : DataFrame
        As `peers_shown.one_list` returns it.
    """
    named = lists.rename(index=lambda name: name.rsplit(" ", 1)[0])
    return [
        f"{library}'s {metric} is {number(named.loc[library, metric])}, not "
        f"{number(named.loc['the course', metric])}: {why}."
        for (library, metric), why in DISAGREE.items()
        if library in named.index
    ]
