"""The page ``docs/peers.md``, written from the stored results of the peers.

    python -m recnb peers --page

No measured number on it is typed: tables and sentences take theirs from `peers_shown`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recnb.experiments import peers_shown
from recnb.experiments.peers import LEFT_OUT
from recnb.experiments.peers_shown import TITLES
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

CONTROLS = """## What a lead is made of

Where a library's net was better with our settings, ours was trained once more with one
thing as the library has it, for as many epochs. On the simulated data each row is three
trainings, the library's own, too; on MovieLens 1M it is one, and the library was not
trained again. Differences and their errors are of the same test users, and means over
the trainings.

{table}
- **RecVAE.** A code is μ plus σ times a normal draw. The draw has a standard deviation
  of 1 in the paper and in both branches of its authors' code, and of 0.01 in RecBole
  and cornac. On the simulated data that alone brings ours {noise_ours}; the larger
  epsilon of their layer norms, which is that of the authors' main branch,
  {epsilon_ours}; both together {both_ours}, and then ours differs from RecBole's by
  {both_peer}: nothing of the lead is left, and most of it was the draw. On MovieLens
  1M, with lesson 13b's settings, the draw brings {noise_real}, and both {both_real}:
  nothing beyond the error. Ours has both as parameters,
  `RecVAE(noise=0.01, epsilon=0.1)`, and the paper's as defaults.
- **NeuMF.** cornac draws a negative again where the user has the film, as He et al. do.
  Ours kept such films among its negatives, as Rendle et al. do, and so differed from
  cornac's by {seen_peer}. Now it draws again, too; with `verify_negatives=False` it is
  as before, {seen_ours} from what it is now.
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

{table}"""

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
    ("simulated", "implicit", "iALS"): "It takes three steps of conjugate gradients "
    "from the vectors of the epoch before, where ours goes on until rounding is all "
    "that is left, which takes six to nine steps here. Ours stays so, at {ratio:.1f} "
    "times the seconds: each half step is then the solution itself, wherever it began, "
    "and the tests and the lessons' numbers rest on that.",
    ("simulated", "RecBole", "RecVAE"): "Its codes are "
    "drawn with a hundredth of σ, and its layer norms have another epsilon; see below.",
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
    refused = pd.concat([peers_shown.not_asked(folder), left_out()])
    parts = [HEAD.format(days=peers_shown.days(folder))]
    for dataset, title in DATASETS.items():
        table = markdown(_models(peers_shown.beside_us(dataset, folder)))
        parts.append(f"## {title}\n\n{table}")
    parts.append(DEFAULTS.format(sentences=_items(bites(folder))))
    parts.append(AHEAD_OF_US.format(sentences=_items(leads(folder))))
    parts.append(controls(folder))
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
    return pd.DataFrame(
        {
            "model": rows["model"],
            "library": rows["library"] + " `" + rows["its name"] + "`",
            "settings": rows["settings"],
            "theirs": rows["theirs"].map(number),
            "ours": rows["ours"].map(number),
            "difference": [*map(difference, rows["difference"], rows["error"])],
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
                f"{difference(row['difference'], row['error'])}, {row['seconds']:.2f} "
                f"s where ours takes {row['our seconds']:.2f}. "
                + AHEAD[dataset, row["library"], row["model"]].format(
                    ratio=row["our seconds"] / row["seconds"]
                )
            )
    return found


def controls(folder: Path = FOLDER) -> str:
    """Return the section of what ours comes to with one thing as a library has it."""
    table = peers_shown.controls(folder)
    rows = table.set_index(["dataset", "model", "arm"])

    def gap(dataset: str, model: str, arm: str, rival: str) -> str:
        row = rows.loc[(dataset, model, arm)]
        return difference(row[f"minus {rival}"], row[f"minus {rival} error"])

    shown = pd.DataFrame(
        {
            "data": table["dataset"].map(DATASETS),
            "model": table["model"],
            "trained": table["arm"],
            "trainings": table["trainings"],
            "quality": table["quality"].map(number),
            "minus ours": _gaps(table, "minus ours"),
            "minus the library's": _gaps(table, "minus peer"),
        }
    )
    seen = "simulated", "NeuMF", "negatives from all films"
    return CONTROLS.format(
        table=markdown(shown),
        noise_ours=gap("simulated", "RecVAE", "noise", "ours"),
        epsilon_ours=gap("simulated", "RecVAE", "epsilon", "ours"),
        both_ours=gap("simulated", "RecVAE", "noise and epsilon", "ours"),
        both_peer=gap("simulated", "RecVAE", "noise and epsilon", "peer"),
        noise_real=gap("ml-1m", "RecVAE", "noise", "ours"),
        both_real=gap("ml-1m", "RecVAE", "noise and epsilon", "ours"),
        seen_peer=gap(*seen, "peer"),
        seen_ours=gap(*seen, "ours"),
    )


def difference(gap: float, error: float) -> str:
    """Return a difference and its error as text; nothing for NaN."""
    return "" if pd.isna(gap) else f"{gap:+.4f} ± {error:.4f}"


def _gaps(table: pd.DataFrame, name: str) -> list[str]:
    return [*map(difference, table[name], table[f"{name} error"])]


def left_out() -> pd.DataFrame:
    """Return what was not asked for the time that it takes, as `not_asked` has it."""
    return pd.DataFrame(
        [
            (
                data,
                TITLES[peer],
                model,
                settings,
                f"about {minutes} min of one core",
            )
            for (data, peer, model, settings), minutes in LEFT_OUT.items()
        ],
        columns=["dataset", "library", "model", "settings", "reason"],
    )


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
