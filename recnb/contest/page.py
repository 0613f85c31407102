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
from recnb.contest.trials import OF_LISTS
from recnb.contest.trust import Found, what_to_trust
from recnb.contest.verdict import LEADER, answer
from recnb.experiments.tuning import METRIC
from recnb.plots.contest import contest_coverage, contest_quality, contest_search
from recnb.plots.display import png

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff;
  max-width: 52rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.2; }
h2 { margin-top: 2.2rem; border-bottom: 1px solid #999; }
img { max-width: 100%; height: auto; }
figure { margin: 1.5rem 0; break-inside: avoid; }
figcaption, caption { text-align: left; padding: .3rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; overflow-wrap: normal; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem;
  border-bottom: 1px solid #ccc; }
td.number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
tr.first { font-weight: bold; }
.answer { font-size: 1.15rem; }
@media print { .wide { overflow: visible; } table { font-size: .6rem; }
  tr { break-inside: avoid; } }
"""
#: Column of the table -> heading, decimals.
NUMBERS = {
    "recall@20": ("recall@20", 3),
    "recall@50": ("recall@50", 3),
    "coverage@100": ("coverage@100", 3),
    "Gini@100": ("Gini@100", 3),
    "novelty@100": ("novelty@100", 1),
    "val": ("validation NDCG@100", 4),
    "minutes": ("minutes of tuning", 2),
    "fit_seconds": ("seconds to fit", 1),
}
NOTHING = "–"


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
        section("The table", results_table(found.table)),
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
    """Return the table of a contest, with a caption that explains its columns."""
    headings = [
        "model",
        METRIC,
        "minus the first",
        "verdict",
        *(heading for heading, _ in NUMBERS.values()),
        "settings tried",
        "chosen settings",
    ]
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in headings)
    rows = "\n".join(_row(name, row) for name, row in table.iterrows())
    caption = (
        "The test users' ranking quality, with its standard error; the paired "
        "difference to the first, with its own; tied: below two of its errors. "
        "Coverage is the share of the items that are in anybody's list of 100, Gini "
        "how unevenly they share the places there (0: evenly), novelty the bits of "
        "surprise of a listed item. Settings were chosen on validation users."
    )
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>"
    )


def _row(name: str, row: pd.Series) -> str:
    gap = _with_error(row["minus_first"], row["minus_first_error"])
    numbers = [
        _with_error(row[METRIC], row["error"]),
        NOTHING if row["verdict"] == LEADER else gap,
    ]
    others = [_number(row[column], n) for column, (_, n) in NUMBERS.items()]
    tried = str(row["trials"]) + (f" + {row['without']} without" * bool(row["without"]))
    cells = [
        f'<th scope="row">{escape(name)}</th>',
        *(f'<td class="number">{text}</td>' for text in numbers),
        f"<td>{escape(row['verdict'])}</td>",
        *(f'<td class="number">{text}</td>' for text in others),
        f'<td class="number">{tried}</td>',
        f"<td>{escape(row['settings']) if row['settings'] else NOTHING}</td>",
    ]
    first = ' class="first"' if row["verdict"] == LEADER else ""
    return f"<tr{first}>{''.join(cells)}</tr>"


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
        f'<figure><img alt="{words}" src="data:image/png;base64,{data}">'
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
    coverage, _ = (known[name] for name in OF_LISTS)
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
        liked = ", ".join(titles[item] for item in history)
        parts.append(f"<h3>Person {number + 1}</h3><p>Likes {escape(liked)}.</p>")
        hidden = set(group.heldout[[row]].indices.tolist())
        parts += [
            recommendations(model, number, found, titles, hidden)
            for model in [first, *others[:1]]
        ]
    return [f"<p>{escape(HOW_REASONS)}</p>", *parts]


HOW_REASONS = (
    "Test users with histories of middling length. A reason is the item of the history "
    "without which the model would score the recommendation least; whether the person "
    "has it among the hidden likes stands beside it."
)


def recommendations(
    model: str, number: int, found: Found, titles: Sequence[str], hidden: set[int]
) -> str:
    """Return a person's list by one model."""
    shown = found.bests[model].judged.examples
    rows = ""
    for item, reasons in zip(shown.items[number], shown.reasons[number], strict=True):
        if item < 0:
            continue
        because = ", ".join(titles[reason] for reason in reasons if reason >= 0)
        rows += (
            f'<tr><th scope="row">{escape(titles[item])}</th>'
            f"<td>{escape(because) or 'no single like of theirs'}</td>"
            f"<td>{'yes' if item in hidden else 'no'}</td></tr>"
        )
    head = "".join(
        f'<th scope="col">{each}</th>' for each in ("item", "because of", "hidden like")
    )
    return (
        f'<div class="wide"><table><caption>{escape(model)} recommends</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


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
