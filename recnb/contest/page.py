"""The page of a contest: one HTML file that needs nothing else, not even a network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.contest.protocol import Plan
from recnb.contest.reasons import people
from recnb.contest.trust import Found, what_to_trust
from recnb.contest.verdict import LEADER, answer
from recnb.experiments.tuning import METRIC
from recnb.plots.contest import contest_coverage, contest_quality, contest_search
from recnb.plots.display import png

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff;
  max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.2; }
h2 { margin-top: 2.2rem; border-bottom: 1px solid #999; }
img { width: 100%; min-width: 34rem; max-width: 50rem; height: auto; }
figure { margin: 1.5rem 0; break-inside: avoid; }
figcaption, caption { text-align: left; padding: .3rem 0; }
caption { font-weight: bold; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; overflow-wrap: normal;
  margin-bottom: 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem;
  border-bottom: 1px solid #ccc; }
.number { text-align: right; }
td.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.long { min-width: 16rem; }
tbody th { position: sticky; left: 0; background: #fff padding-box; }
.answer { font-size: 1.15rem; }
@media print { .wide { overflow: visible; } img, td.long { min-width: 0; }
  table { font-size: .6rem; } tr { break-inside: avoid; } }
"""
#: Heading -> metric of the test users, decimals.
QUALITIES = {
    "recall@20": ("recall@20", 3),
    "recall@50": ("recall@50", 3),
    "coverage": ("coverage@100", 3),
    "Gini": ("Gini@100", 3),
    "novelty": ("novelty@100", 1),
}
WORDS = (
    "NDCG@100 is the ranking quality, from 0 to 1, with its standard error. Minus the "
    "first: the paired difference to the first model on the same people, with its own "
    "error; tied is what is below two of these. Coverage is the share of the items "
    "that are in anybody's list of 100, Gini how unevenly they share the places there "
    "(0: evenly), novelty the bits of surprise of a listed item."
)
#: Headings of the columns that hold words -> their class.
OF_WORDS = {
    "verdict": "word",
    "chosen settings": "long",
    "because of": "word",
    "hidden like": "word",
}
NOTHING = "–"
#: So many likes of a person are named.
MOST_LIKES = 15


@dataclass(frozen=True)
class Made:
    """How a contest was made.

    Parameters
    ----------
    command : str
    day : str
    versions : dict, package -> version
    minutes : float
        That were asked for.
    """

    command: str
    day: str
    versions: Mapping[str, str]
    minutes: float


def page(plan: Plan, found: Found, made: Made) -> str:
    """Return the page.

    Parameters
    ----------
    plan : Plan
    found : Found
        With a result in it.
    made : Made
    """
    name = plan.split.protocol.dataset
    title = f"{name}: which model recommends best?"
    said = answer(found.table, found.bests)
    parts = [
        f"<h1>{escape(title)}</h1>",
        *(f'<p class="answer">{escape(sentence)}</p>' for sentence in said),
        section(
            "The table",
            results_table(found.table),
            f"<p>{escape(WORDS)}</p>",
            search_table(found.table),
        ),
        section("The figures", *figures(plan, found)),
        section("Three people, and what they are recommended", *shown(plan, found)),
        section("What to trust, and what not", listed(what_to_trust(found))),
        section("The data and the protocol", card(data_facts(plan))),
        section("How this was made", card(made_facts(made, found))),
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>",
            *parts,
            "</main></body></html>\n",
        ]
    )


def section(heading: str, *parts: str) -> str:
    """Return a section of the page."""
    return "\n".join(["<section>", f"<h2>{escape(heading)}</h2>", *parts, "</section>"])


def listed(sentences: Sequence[str]) -> str:
    """Return sentences as a list."""
    return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in sentences) + "</ul>"


def card(facts: Mapping[str, str]) -> str:
    """Return facts as a table of two columns."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(text)}</td></tr>'
        for name, text in facts.items()
    )
    return f'<div class="wide"><table>{rows}</table></div>'


def results_table(table: pd.DataFrame) -> str:
    """Return how good each model is, as a table with a caption."""
    rows = []
    for name, row in table.iterrows():
        gap = _with_error(row["minus_first"], row["minus_first_error"])
        texts = {
            METRIC: _with_error(row[METRIC], row["error"]),
            "minus the first": NOTHING if row["verdict"] == LEADER else gap,
            "verdict": row["verdict"],
            **{name: _number(row[of], n) for name, (of, n) in QUALITIES.items()},
        }
        rows.append((name, texts))
    return html_table("Quality for the test users, the best first", rows)


def search_table(table: pd.DataFrame) -> str:
    """Return how each model was tuned, as a table with a caption."""
    rows = []
    for name, row in table.iterrows():
        cut = ", one cut short" if row["cut_short"] else ""
        without = f" + {row['without']} without a score" if row["without"] else ""
        texts = {
            "validation NDCG@100": _number(row["val"], 4),
            "settings tried": f"{row['trials']}{cut}{without}",
            "minutes": _number(row["minutes"], 2),
            "seconds to fit": _number(row["fit_seconds"], 1),
            "chosen settings": row["settings"],
        }
        rows.append((name, texts))
    return html_table("How the settings were chosen, on validation users", rows)


def html_table(
    caption: str, rows: Sequence[tuple[str, Mapping[str, str]]], first: str = "model"
) -> str:
    """Return a table of texts, and of numbers in columns that are not `OF_WORDS`.

    Parameters
    ----------
    caption : str
    rows : sequence of (name of the row, dict from heading to text)
        The same headings in each.
    first : str
        Heading of the rows' names.
    """
    head = f'<th scope="col">{escape(first)}</th>' + "".join(
        f'<th scope="col"{_kind(heading)}>{escape(heading)}</th>'
        for heading in rows[0][1]
    )
    body = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td{_kind(h)}>{escape(text)}</td>" for h, text in texts.items())
        + "</tr>"
        for name, texts in rows
    )
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>"
    )


def _kind(heading: str) -> str:
    return f' class="{OF_WORDS.get(heading, "number")}"'


def _number(value: float, decimals: int) -> str:
    return NOTHING if pd.isna(value) else f"{value:.{decimals}f}".replace("-", "−")


def _with_error(value: float, error: float) -> str:
    return NOTHING if pd.isna(value) else f"{_number(value, 4)} ± {error:.4f}"


def figures(plan: Plan, found: Found) -> list[str]:
    """Return the figures, each with the sentence that says what to see."""
    table, protocol = found.table, plan.split.protocol.summary
    kinds = {each.name: each.kind for each in found.contestants}
    return [
        picture(contest_quality(table, protocol), see_quality(table)),
        picture(contest_search(found.trials, kinds, protocol), see_search(found)),
        picture(contest_coverage(table, protocol), see_coverage(table)),
    ]


def picture(fig: Figure, see: str) -> str:
    """Return a figure with its sentence, as a caption and in place of the picture."""
    data, words = b64encode(png(fig)).decode(), escape(see)
    return (
        f'<figure><div class="wide"><img alt="{words}" '
        f'src="data:image/png;base64,{data}"></div>'
        f"<figcaption>{words}</figcaption></figure>"
    )


def see_quality(table: pd.DataFrame) -> str:
    """Say what the first figure shows."""
    known = table[table[METRIC].notna()]
    names, values = known.index, known[METRIC]
    return (
        f"Ranking quality of {len(known)} models on test users, from {names[0]} with "
        f"{values.iloc[0]:.3f} to {names[-1]} with {values.iloc[-1]:.3f}; models whose "
        "lines overlap may still differ, which the paired differences in the table "
        "decide."
    )


def see_search(found: Found) -> str:
    """Say what the second figure shows."""
    first, trials = found.ranked[0], found.trials
    until = (trials["model"] == first) & (trials["trial"] <= found.bests[first].trial)
    reached = trials.loc[until, "seconds"].sum() / 60
    return (
        "The best trial so far of each model on validation users, by the minutes of "
        f"its own trials; {first} had its best after {reached:.2g} minutes."
    )


def see_coverage(table: pd.DataFrame) -> str:
    """Say what the third figure shows."""
    known = table[table[METRIC].notna()]
    coverage = known["coverage@100"]
    return (
        f"Quality against coverage: the lists of {known.index[0]} reach "
        f"{coverage.iloc[0]:.0%} of the items, those of {coverage.idxmax()} the most, "
        f"{coverage.max():.0%}, and those of {coverage.idxmin()} the fewest, "
        f"{coverage.min():.0%}."
    )


def shown(plan: Plan, found: Found) -> list[str]:
    """Return three people's lists, by the first model and by the best of another kind.

    Every other model's stand in its file in the folder ``best``.
    """
    first, kinds = found.ranked[0], found.table["kind"]
    others = [name for name in found.ranked if kinds[name] != kinds[first]]
    titles = plan.split.item_table["title"].tolist()
    group, parts = plan.split.test, []
    for number, row in enumerate(people(group)):
        history = np.sort(group.history[[row]].indices)
        liked = enumerated([titles[item] for item in history])
        parts.append(f"<h3>Person {number + 1}</h3><p>Likes {escape(liked)}.</p>")
        hidden = set(group.heldout[[row]].indices.tolist())
        parts += [
            recommendations(model, number, found, titles, hidden)
            for model in [first, *others[:1]]
        ]
    return [f"<p>{escape(HOW_REASONS)}</p>", *parts]


def enumerated(names: Sequence[str]) -> str:
    """Return names in a row, with a number in place of those after the first few."""
    more = len(names) - MOST_LIKES
    return ", ".join(names[:MOST_LIKES]) + (f" and {more} more" if more > 0 else "")


HOW_REASONS = (
    "Test users with histories of middling length. A reason is the item of the history "
    "without which the model would score the recommendation least; whether the person "
    "has it among the hidden likes stands beside it."
)


def recommendations(
    model: str, number: int, found: Found, titles: Sequence[str], hidden: set[int]
) -> str:
    """Return a person's list by one model."""
    shown, rows = found.bests[model].judged.examples, []
    for item, reasons in zip(shown.items[number], shown.reasons[number], strict=True):
        because = [titles[reason] for reason in reasons if reason >= 0]
        if item >= 0:
            texts = {
                "because of": ", ".join(because) or "no single like of theirs",
                "hidden like": "yes" if item in hidden else "no",
            }
            rows.append((titles[item], texts))
    return html_table(f"{model} recommends", rows, "item") if rows else ""


def data_facts(plan: Plan) -> dict[str, str]:
    """Return the card of the data: what was read, what was decided, the protocol."""
    left_out = {"left out": plan.left_out} if plan.left_out else {}
    return plan.why | left_out | plan.split.protocol.facts()


def made_facts(made: Made, found: Found) -> dict[str, str]:
    """Return the card of the making."""
    n_trials = len(found.trials)
    minutes = found.trials["seconds"].sum() / 60
    return {
        "command": made.command,
        "day": made.day,
        "time": f"{minutes:.1f} minutes of trials, of {made.minutes:g} asked for",
        "trials": f"{n_trials:,}, with random settings from each model's ranges",
        "versions": ", ".join(f"{name} {v}" for name, v in made.versions.items()),
    }
