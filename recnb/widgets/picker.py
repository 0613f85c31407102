"""The picker of lesson 00: tick films, and EASE answers at once, with reasons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from html import escape
from unicodedata import combining

import ipywidgets
import numpy as np
import pandas as pd
import traitlets

from recnb.models import EASE
from recnb.widgets.explorer import in_lines

LIST = 10  # films recommended
CHOICES = 12  # films offered for ticking
# A film is named as a reason if it makes up this share of all that speaks for the
# recommendation; what speaks against it is rarer and smaller, and so named sooner.
SHARE_FOR, SHARE_AGAINST = 0.1, 0.05
HINT = (
    "[A film picker stands here in a running notebook: search films, tick those you "
    "like, and the recommendations change at once. The table below shows one answer.]"
)


# ---- pure functions ------------------------------------------------------------------


def matches(
    films: pd.DataFrame, query: str, popularity: np.ndarray, limit: int = CHOICES
) -> list[int]:
    """Return the codes of the films whose title holds every word of the query.

    Parameters
    ----------
    films : DataFrame with a column title
        Row j describes item code j.
    query : str
        Words or parts of words, in any order; capitals and accents do not matter.
        An empty query fits every film.
    popularity : array of shape (n_items,)
        The better known of two films comes first; a title that equals the query or
        begins with it comes before both.
    limit : int
        Length of the list.
    """
    wanted, popularity = _plain(query), np.asarray(popularity)
    ranked = []
    for code, title in enumerate(map(_plain, films["title"])):
        if all(word in title for word in wanted.split()):
            begins = bool(wanted) and title.startswith(wanted)
            order = (title != wanted, not begins, -popularity[code], code)
            ranked.append(order)
    return [order[-1] for order in sorted(ranked)[:limit]]


def nearest(films: pd.DataFrame, query: str, limit: int = CHOICES) -> list[int]:
    """Return the codes of films whose titles are spelt like the query."""
    titles = [_plain(title) for title in films["title"]]
    close = get_close_matches(_plain(query), titles, n=limit, cutoff=0.6)
    return list(dict.fromkeys(titles.index(title) for title in close))


def label(films: pd.DataFrame, code: int) -> str:
    """Return a film's title with its year: two films may share a title."""
    year = films["year"].iloc[code] if "year" in films else pd.NA
    title = films["title"].iloc[code]
    return title if pd.isna(year) else f"{title} ({year})"


def reasons(contributions: pd.Series, titles: pd.Series) -> str:
    """Say in words what speaks for a recommendation, and what against it.

    Parameters
    ----------
    contributions : Series, index: item codes, values: contributions to the score
        As `EASE.explain` returns them: largest first.
    titles : Series
        Entry j is the title of item code j, whatever its label.
    """
    titles = titles.reset_index(drop=True)
    for_it = contributions[contributions > 0]
    total = for_it.sum()
    if not total > 0:
        return "although nothing you ticked speaks for it"
    named = for_it[for_it >= SHARE_FOR * total].index[:3]
    if len(named) == 0:  # many films, each with a small part
        named = for_it.index[:1]
    text = f"because you liked {_listed(titles[named])}"
    against = contributions[contributions <= -SHARE_AGAINST * total].index[::-1][:2]
    if len(against):
        text += f", in spite of {_listed(titles[against])}"
    return text


def answer(
    model: EASE, films: pd.DataFrame, ticked: Sequence[int], k: int = LIST
) -> pd.DataFrame:
    """Recommend films to somebody who likes the ticked ones, with reasons.

    Parameters
    ----------
    model : fitted EASE
    films : DataFrame with columns title, year, genres
        Row j describes item code j.
    ticked : sequence of item codes
        At least one.
    k : int
        Length of the list.

    Returns
    -------
    DataFrame, index: item codes, columns: title, year, genres, score, reason
        Best first.
    """
    history = np.zeros((1, model.n_items_), dtype=np.float32)
    history[0, list(ticked)] = 1
    listed = model.recommend(history, k)[0]
    listed = listed[listed >= 0]
    titles = films["title"]
    table = films[["title", "year", "genres"]].iloc[listed].set_axis(listed)
    return table.assign(
        score=model.predict(history)[0, listed],
        reason=[reasons(model.explain(history, j), titles) for j in listed],
    )


def changes(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """Say how one list of films differs from another.

    Parameters
    ----------
    before, after : DataFrame, index: item codes, best first, with a column title
        As `answer` returns them.
    """
    new = after.index.difference(before.index)
    gone = before.index.difference(after.index)
    if len(new) == 0 and len(gone) == 0:
        same = list(before.index) == list(after.index)
        return "The list stays as it was." if same else "The same films, reordered."
    parts = []
    if len(new):
        parts.append(f"new in the list: {_series(after, new)}")
    if len(gone):
        parts.append(f"gone: {_series(before, gone)}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _series(table: pd.DataFrame, codes: pd.Index) -> str:
    """Name films in the order of their table."""
    return ", ".join(table["title"][table.index.isin(codes)])


def _listed(titles: Iterable[str]) -> str:
    *others, last = titles
    return f"{', '.join(others)} and {last}" if others else last


def _plain(text: str) -> str:
    """Return the words of a text without capitals, accents and punctuation."""
    text = unicodedata.normalize("NFKD", text.casefold())
    text = re.sub(r"['’.]", "", "".join(c for c in text if not combining(c)))
    return " ".join(re.findall(r"\w+", text))


# ---- the table -----------------------------------------------------------------------

# Colours come from the front end, so that a dark theme stays dark.
CELL = (
    "padding:.35em .8em .35em 0;text-align:left;vertical-align:top;"
    "border-bottom:1px solid var(--jp-border-color2, currentColor)"
)


def table_html(table: pd.DataFrame) -> str:
    """Return films as an HTML table; every text in it is escaped.

    Parameters
    ----------
    table : DataFrame with columns title, year, genres and, as in an answer, reason
    """
    head = ["", "film", "why"] if "reason" in table else ["", "film"]
    columns = "".join(f"<th scope='col' style='{CELL}'>{name}</th>" for name in head)
    rows = "".join(
        _row_html(place, row) for place, row in enumerate(table.itertuples(), start=1)
    )
    return (
        "<table style='border-collapse:collapse;width:100%;line-height:1.35'>"
        f"<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row_html(place: int, row: tuple) -> str:
    year = "" if pd.isna(row.year) else f" ({row.year})"
    genres = escape(str(row.genres).replace("|", ", "))
    film = f"<b>{escape(row.title)}</b>{year}<br><small>{genres}</small>"
    cells = [str(place), film]
    if hasattr(row, "reason"):
        cells.append(escape(row.reason))
    return (
        "<tr>" + "".join(f"<td style='{CELL}'>{text}</td>" for text in cells) + "</tr>"
    )


# ---- the shell -----------------------------------------------------------------------


class Picker(ipywidgets.VBox):
    """Search films, tick them, and read what the model recommends and why.

    Parameters
    ----------
    model : fitted EASE
    films : DataFrame with columns title, year, genres
        Row j describes item code j.
    popularity : array of shape (n_items,)
        Users who like each film; the best known are offered first.
    ticked : sequence of item codes
        What is ticked at the start.
    hint : str
        Stands in for the widget where none can run: on GitHub, in print.

    Attributes
    ----------
    value : tuple of item codes
        The ticked films, in the order of ticking. Setting it ticks films, too.
    """

    value = traitlets.Tuple()

    def __init__(
        self,
        model: EASE,
        films: pd.DataFrame,
        popularity: np.ndarray,
        ticked: Sequence[int] = (),
        hint: str = HINT,
    ) -> None:
        self.model, self.films, self.popularity = model, films, popularity
        self.hint = hint
        self._offered: list[int] = []
        self._before: pd.DataFrame | None = None
        self._boxes: dict[int, ipywidgets.Checkbox] = {}
        self.search = ipywidgets.Text(
            description="Search",
            placeholder="a part of a title",
            tooltip="Type a part of a title; the list of films below follows",
            style={"description_width": "initial"},
        )
        self.note, self.status, self.panel = (ipywidgets.HTML() for _ in range(3))
        self.choices = [self._box_on_offer() for _ in range(CHOICES)]
        self.picked = ipywidgets.Box(layout=_grid())
        parts = [
            self.search,
            self.note,
            ipywidgets.Box(self.choices, layout=_grid()),
            ipywidgets.HTML(f"{STYLE}<b>You like</b>"),
            self.picked,
            self.status,
            self.panel,
        ]
        super().__init__(parts, value=tuple(int(code) for code in ticked))
        self.add_class("recnb-picker")
        self._ticked_changed()
        self.search.observe(self._safely(self._offer), "value")
        self.observe(self._safely(self._ticked_changed), "value")

    # -- what follows a change

    def _offer(self) -> None:
        """Show the films that fit the search, with a tick where they have one."""
        query = self.search.value
        found = matches(self.films, query, self.popularity, limit=len(self.films))
        shown = (found or nearest(self.films, query))[:CHOICES]
        self.note.value = _status(_search_note(query, len(found), len(shown)))
        self._offered = []  # what is set from here on is no reader's tick
        for place, box in enumerate(self.choices):
            box.layout.display = None if place < len(shown) else "none"
            if place < len(shown):
                box.description = label(self.films, shown[place])
                box.value = shown[place] in self.value
        self._offered = shown

    def _ticked_changed(self) -> None:
        """Show what is ticked now, and answer it."""
        self._offer()
        self._list_ticked()
        before, self._before = self._before, None
        if not self.value:
            known = matches(self.films, "", self.popularity, limit=LIST)
            self.status.value = _status(NOTHING_TICKED)
            self.panel.value = table_html(self.films.iloc[known])
            return
        now = self._before = answer(self.model, self.films, self.value)
        self.status.value = _status(_summary(len(self.value), before, now))
        self.panel.value = table_html(now)

    def _list_ticked(self) -> None:
        """Give each ticked film a box of its own, which unticks it."""
        for code in self._boxes.keys() - set(self.value):
            self._boxes.pop(code).close()
        for code in set(self.value) - self._boxes.keys():
            self._boxes[code] = self._box_of_ticked(code)
        self.picked.children = [self._boxes[code] for code in self.value]

    # -- the reader's ticks

    def _box_on_offer(self) -> ipywidgets.Checkbox:
        box = _checkbox(ticked=False)
        box.observe(self._safely(lambda: self._tick_offered(box)), "value")
        return box

    def _box_of_ticked(self, code: int) -> ipywidgets.Checkbox:
        box = _checkbox(ticked=True, description=label(self.films, code))
        box.observe(self._safely(lambda: self._untick(code)), "value")
        return box

    def _tick_offered(self, box: ipywidgets.Checkbox) -> None:
        place = self.choices.index(box)
        if place >= len(self._offered):
            return
        code = self._offered[place]
        others = tuple(each for each in self.value if each != code)
        self.value = (*others, code) if box.value else others

    def _untick(self, code: int) -> None:
        place = self.value.index(code)
        self.value = tuple(each for each in self.value if each != code)
        # The box that had the keyboard's focus is gone: hand it to the next one.
        left = self.picked.children
        (left[min(place, len(left) - 1)] if left else self.search).focus()

    def _safely(self, step: Callable[[], None]) -> Callable[[object], None]:
        """Return a callback that says in the panel what went wrong.

        A callback has no cell to print its traceback under.
        """

        def callback(_change: object) -> None:
            try:
                step()
            except Exception as error:
                message = f"{type(error).__name__}: {error}"
                self.panel.value = f"<pre role='alert'>{escape(message)}</pre>"

        return callback

    def _repr_mimebundle_(self, **kwargs: object) -> dict[str, object]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": in_lines(self.hint)}


# A long title wraps instead of losing its year, and the focus ring is not cut off.
STYLE = (
    "<style>.recnb-picker .widget-checkbox, .recnb-picker .widget-label-basic "
    "{height: auto; white-space: normal; line-height: 1.3}"
    ".recnb-picker .widget-label-basic {padding: 2px 0 2px 24px; text-indent: -21px}"
    "</style>"
)
NOTHING_TICKED = (
    "No film is ticked. Tick one or two above. Until then, here are the films that "
    "most people like; everybody would get the same."
)


def _checkbox(ticked: bool, description: str = "") -> ipywidgets.Checkbox:
    layout = ipywidgets.Layout(width="auto", margin="0")
    return ipywidgets.Checkbox(
        ticked, description=description, indent=False, layout=layout
    )


def _grid() -> ipywidgets.Layout:
    """Return columns as wide as a title, as many as fit."""
    columns = "repeat(auto-fill, minmax(19em, 1fr))"
    return ipywidgets.Layout(display="grid", grid_template_columns=columns)


def _status(text: str) -> str:
    """Return a line that screen readers speak when it changes."""
    return f"<div role='status' style='line-height:1.4'>{escape(text)}</div>"


def _search_note(query: str, found: int, shown: int) -> str:
    if not query.strip():
        return f"The best-known of {found:,} films. Tick those that you like:"
    if found > shown:
        return f"{found} titles fit; here are {shown} of them, the best known first:"
    if found:
        return f"{found} {'title fits' if found == 1 else 'titles fit'}:"
    if shown:
        return f"No title holds “{query}”. Spelt like it:"
    return f"No title holds “{query}”, and none is spelt like it. Try a part of it."


def _summary(n_ticked: int, before: pd.DataFrame | None, now: pd.DataFrame) -> str:
    films = "1 film" if n_ticked == 1 else f"{n_ticked} films"
    text = f"{films} ticked; first in the list: {now['title'].iloc[0]}."
    return text if before is None else f"{text} {changes(before, now)}"
