"""A lecture's plan becomes slides: what each one shows, and what is refused."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from recnb.lesson.guesses import reveal
from recnb.lesson.syllabus import LESSONS, lesson_of
from recnb.site import SiteError, decks, lecturers, sources
from recnb.site.lectures import Row, Section, rows, sections
from recnb.site.slides import Vote, came_out, last_sentence, slides, told, votes
from recnb.workshop import notebooks

PLAN = """\
**One number to remember:** half of
it (on test).

**Next.** More.

## For lecturers: 45 minutes

| minutes | where | what |
|---|---|---|
| 0 to 5 | section 1 | {what} |
| 5 to 45 | sections 2, 3 | [why](09_zero_diagonal.ipynb#so); [how](../data/README.md) |
"""
PNG = "iVBORw0KGgo="
ALT = "The line [falls], at once."


def output(**data):
    """Return an output of these kinds, each written with _ for /."""
    data = {kind.replace("_", "/"): value for kind, value in data.items()}
    return new_output("display_data", data=data)


def printed(text):
    return new_output("stream", name="stdout", text=text)


def figure():
    shown = output(image_png=PNG, text_plain=ALT)
    shown.metadata = {"image/png": {"alt": ALT}}
    return shown


def table(n_rows, n_columns):
    head = "<thead><tr>" + "<th>x</th>" * n_columns + "</tr></thead>"
    return output(text_html=f"<table>{head}{'<tr><td>1</td></tr>' * n_rows}</table>")


def lesson(what="the drawing", cells=()):
    text = "## 2. Two (1 minute)\n\nB is\n\n## 3. Three (2 minutes)\n\nC"
    first = new_markdown_cell("# 08\n\n## 1. One (3 minutes)\n\nA")
    tail = [new_markdown_cell(text), new_markdown_cell(PLAN.format(what=what))]
    return new_notebook(cells=[first, *cells, *tail])


def test_a_plan_has_rows():
    found = rows(lecturers.plan(lesson())[1])
    assert found[0] == Row("0 to 5", "section 1", "the drawing")
    assert found[1].minutes == "5 to 45"


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ("section 1", [1]),
        ("2", [2]),
        ("sections 1 to 3", [1, 2, 3]),
        ("sections 2, 5 and 12", [2, 5, 12]),
        ("sections 1, 3 to 4", [1, 3, 4]),
        ("[lesson 01](01_data_and_evaluation.ipynb)", []),
    ],
)
def test_where_names_sections(where, numbers):
    assert Row("", where, "").sections == numbers


def test_a_section_may_begin_inside_a_cell_and_ends_with_what_has_no_number():
    found = sections(lesson(cells=[new_code_cell("x = 1")]))
    assert {number: section.title for number, section in found.items()} == {
        1: "1. One",
        2: "2. Two",
        3: "3. Three",
    }
    assert found[1].pieces[1].source == "x = 1"
    assert "For lecturers" not in "".join(found[3].pieces)


ASKED = "Known.\n\nSo far. **Predict first:** what is $x$?"
VOTE = new_code_cell("my_x = ...  # such as 0.3")


def test_a_vote_stands_before_its_answer_even_if_it_closes_the_section_before(capsys):
    reveal("NDCG@100 of a net that is not very deep and not very wide", None, 0.5)
    answer = new_code_cell("reveal(my_x)", outputs=[printed(capsys.readouterr().out)])
    asked = votes(Section("One", [ASKED, VOTE]))
    vote, measured = slides(Section("Two", ["", answer]), Row("", "2", ""), asked)
    assert vote.title == measured.title == "Two"
    first, asked_for, hint = vote.text.split("\n\n")
    assert first == "**Predict first**"
    assert asked_for == "So far. What is $x$?"
    assert hint == "*such as 0\\.3*"
    assert measured.text.startswith("What is $x$?\n\n**Measured**\n\n")
    assert " ".join(measured.text.split()).endswith("wide: measured 0.500. ````")


def asked_by(text, *guesses):
    (vote,) = set(
        votes(Section("One", [text, new_code_cell("\n".join(guesses))])).values()
    )
    return vote


@pytest.mark.parametrize(
    ("before", "lead"),
    [
        ("Far. Near. ", "Far. Near."),
        ("Far. Near.\n\n", ""),
        (f"{'Far ' * 40}away. Near. ", "Near."),
        ("A **Far. Near** too. End. ", "A **Far. Near** too. End."),
        (f"{'Far ' * 30}**off. So near** it is. ", ""),
        ("", ""),
    ],
)
def test_a_vote_has_the_sentences_of_its_paragraph_if_they_are_short(before, lead):
    asked = asked_by(
        f"{before}**Predict first:** is it {'so ' * 12}large?", "my_x = ..."
    )
    assert asked.lead == lead


def test_a_vote_does_not_say_how_a_cell_is_filled_in_nor_a_hint_twice():
    text = "**Predict first:** a or b?\n\n- a\n- b\n\nPut your letter there. (So.)"
    asked = asked_by(text, "my_x = ...  # such as 1", "my_y = ...  # such as 1")
    assert asked.question == "A or b?\n\n- a\n- b"
    assert asked.hints == ("such as 1",)


def test_a_vote_without_an_answer_in_the_section_has_no_slide():
    section = Section("One", [ASKED, VOTE])
    assert list(slides(section, Row("", "1", ""), votes(section))) == []


@pytest.mark.parametrize(
    ("what", "later", "shown"),
    [("vote on x", True, 1), ("vote on x", False, 0), ("x", True, 0)],
)
def test_a_vote_that_a_later_row_answers_is_asked_where_the_row_votes(
    what, later, shown
):
    section = Section("One", [ASKED, VOTE])
    asked = votes(section)
    ahead = asked.values() if later else ()
    found = list(slides(section, Row("", "1", what), asked, ahead))
    assert [slide.text for slide in found] == [
        vote.slide("").text for vote in list(asked.values())[:shown]
    ]


def test_a_deck_asks_once_more_before_it_tells(tmp_path, capsys):
    reveal("x", None, 0.5)
    answer = new_code_cell("reveal(my_x)", outputs=[printed(capsys.readouterr().out)])
    notebook = lesson("vote on x", [new_markdown_cell(ASKED), VOTE])
    notebook.cells.insert(-1, answer)
    decks.lay_out(tmp_path, {"08_ease": notebook})
    deck = (tmp_path / "08_ease.md").read_text("utf-8")
    put, _, told_of = deck.partition("## 1. One")[2].partition("## 3. Three")
    assert put.count("**Predict first**") == told_of.count("**Predict first**") == 1
    assert "**Measured**" not in put and "**Measured**" in told_of


def test_one_vote_with_two_answers_is_asked_once():
    guess = new_code_cell("my_x = ...\nmy_y = ...")
    text = "a: measured 1. You made no\nguess: what would you have said?\nb: 2\n"
    answer = new_code_cell("reveal(my_x, my_y)", outputs=[printed(text)])
    section = Section("One", [ASKED, guess, answer])
    shown = slides(section, Row("", "1", ""), votes(section))
    shown = [slide.text for slide in shown]
    assert ["**Predict first**" in text for text in shown] == [True, False]
    assert ["**Measured**" in text for text in shown] == [False, True]


def test_what_is_printed_before_the_last_answer_came_out():
    text = "all: 3\nit: measured 1. You made no guess: what\nwould you have said?\nrest"
    assert came_out(text) == "all: 3\nit: measured 1."
    assert came_out("only a claim: as expected") == ""
    text = "In order: a,\nb.\nIt is c. You made no guess: what would you have said?"
    assert came_out(text) == "In order: a, b.\nIt is c."


def test_a_vote_that_is_answered_by_a_table_is_not_among_what_was_measured():
    guess = "You made no guess: what would you have said?\n"
    asked = [Vote("", question, ()) for question in "AB"]
    assert told(asked, f"{guess}b is 2. {guess}") == ["B"]
    assert told(asked, f"a is 1. {guess}b is 2. {guess}") == ["A", "B"]
    assert told(asked[:1], f"a is 1. {guess}and 2. {guess}") == ["A"]


def test_a_figure_has_its_sentence_twice():
    (shown,) = slides(
        Section("One", [new_code_cell(outputs=[figure()])]), Row("", "", ""), {}
    )
    assert shown.png == PNG and shown.alt == ALT
    assert "\\[falls\\]" in shown.text


def test_a_figure_without_a_sentence_is_refused():
    cell = new_code_cell(outputs=[output(image_png=PNG)])
    with pytest.raises(SiteError, match="the section 'One' has a figure without"):
        list(slides(Section("One", [cell]), Row("", "", ""), {}))


def test_a_formula_stands_below_the_sentence_that_leads_to_it():
    text = (
        "Long before. It is: with *B*:\n\n$$B = 1 .$$\n\nSo $x$.\n\n- C\n\n$$C = 2 .$$"
    )
    first, second = slides(Section("One", [text]), Row("", "", ""), {})
    assert first.text == "It is: with *B*:\n\n$$B = 1 .$$"
    assert second.text == "$$C = 2 .$$"


def test_formulas_that_follow_each_other_share_a_slide():
    text = "So:\n\n$$B = 1 ,$$\n\n$$C = 2 .$$\n\nAnd $x$ inline."
    (shown,) = slides(Section("One", [text]), Row("", "", ""), {})
    assert shown.text == "So:\n\n$$B = 1 ,$$\n\n$$C = 2 .$$"


def test_emphasis_is_not_cut():
    assert last_sentence("A **b. C** d") == "A **b. C** d"
    assert last_sentence("A $x$. C d") == "C d"
    assert last_sentence("Far. A **b. C** d") == "A **b. C** d"
    assert last_sentence("(As B et al. do.) Here:") == "Here:"
    assert last_sentence("As B et al. do:") == "As B et al. do:"


@pytest.mark.parametrize(("lines", "shown"), [(12, 1), (13, 0)])
def test_short_code_is_shown_if_the_plan_names_it(lines, shown):
    section = Section("One", [new_code_cell("\n".join(["loss.backward()"] * lines))])
    assert len(list(slides(section, Row("", "1", "`backward`"), {}))) == shown
    assert list(slides(section, Row("", "1", "backward"), {})) == []


@pytest.mark.parametrize(
    ("lines", "said", "shown"),
    [
        (2, "a 0.213\n\nb 0.246\n", "````text\na 0.213\nb 0.246\n````"),
        (11, "a\nb\n", None),
        (2, "x: 1. You made no guess: what would you have said?", None),
        (2, "", None),
    ],
)
def test_short_code_has_below_it_what_it_prints(lines, said, shown):
    halves = [printed(said[:5]), printed(said[5:])]
    cell = new_code_cell("\n".join(["judge()"] * lines), outputs=halves)
    slide, *_ = slides(Section("One", [cell]), Row("", "1", "`judge`"), {})
    below = slide.text.partition("````\n\n")[2]
    assert below == (shown or "")


@pytest.mark.parametrize(
    ("size", "what", "shown"),
    [
        ((10, 8), "the table", 1),
        ((10, 8), "the figure", 0),
        ((11, 8), "the table", 0),
        ((10, 9), "the table", 0),
    ],
)
def test_a_table_is_shown_if_the_plan_speaks_of_it_and_it_can_be_read(
    size, what, shown
):
    section = Section("One", [new_code_cell(outputs=[table(*size)])])
    assert len(list(slides(section, Row("", "1", what), {}))) == shown


def test_a_table_stands_below_the_sentence_that_leads_to_it():
    cells = [new_code_cell(outputs=[table(2, 2)]), new_code_cell(outputs=[table(2, 2)])]
    section = Section("One", ["Far. Near:", *cells])
    first, second = slides(section, Row("", "1", "the table"), {})
    assert first.text.startswith("Near:\n\n````{raw} html\n<table>")
    assert second.text.startswith("````{raw} html\n<table>")


def test_a_deck_has_the_question_the_rows_and_the_one_number(tmp_path):
    drawn = new_code_cell(outputs=[figure()])
    decks.lay_out(tmp_path, {"08_ease": lesson(cells=[drawn])})
    deck = (tmp_path / "08_ease.md").read_text("utf-8")
    ease = lesson_of("08_ease")
    for words in (ease.question, *ease.objectives, f":alt: {ALT}"):
        assert words in deck
    headings = [line for line in deck.splitlines() if line.startswith("#")]
    assert headings == [
        "# 08 · EASE",
        "## After this lesson you can",
        "## 1. One",
        "## 2. Two, 3. Three",
        "## One number to remember",
    ]
    assert deck.rstrip().endswith("Half of\nit (on test).")
    assert (tmp_path / "08_ease-1.png").is_file()
    assert "(08_ease.md)" in (tmp_path / "index.md").read_text("utf-8")


def test_links_lead_to_decks_or_to_files_of_the_repository(tmp_path):
    decks.lay_out(tmp_path, {"08_ease": lesson()})
    deck = (tmp_path / "08_ease.md").read_text("utf-8")
    assert "[why](notebooks/09_zero_diagonal.ipynb)" in deck
    assert "[how](data/README.md)" in deck
    both = {"08_ease": lesson(), "09_zero_diagonal": lesson()}
    decks.lay_out(tmp_path, both)
    assert "[why](09_zero_diagonal.md)" in (tmp_path / "08_ease.md").read_text("utf-8")


def test_what_a_row_says_is_for_the_speaker(tmp_path):
    drawn = new_code_cell(outputs=[figure(), figure()])
    decks.lay_out(tmp_path, {"08_ease": lesson("a; *b*", [drawn])})
    deck = (tmp_path / "08_ease.md").read_text("utf-8")
    one = deck.partition("## 1. One")[2].partition("## 2. Two")[0]
    first, second = one.split("### 1. One")
    for slide in (first, second):
        said = "```{revealjs-notes}\nMinutes 0 to 5: a; *b*\n```"
        assert slide.count(said) == 1
        assert "*b*" not in slide.replace(said, "")
        assert ":class: r-stretch" in slide


@pytest.mark.parametrize(
    ("where", "heading"),
    [
        (
            "[lesson 01](01_data_and_evaluation.ipynb)",
            "[01 · Data and evaluation](01_data_and_evaluation.ipynb)",
        ),
        ("sections 2, 3", "2. Two, 3. Three"),
        ("section 2", "2. Two"),
    ],
)
def test_a_row_whose_sections_show_nothing_says_what_is_done(where, heading):
    slide = decks.opening(Row("0 to 5", where, "a; b"), sections(lesson()))
    assert slide.title == heading
    said, _, elsewhere = slide.text.partition("\n\n")
    assert said == "- a\n- b"
    link = "[Go on there](01_data_and_evaluation.ipynb)"
    assert elsewhere == (link if "ipynb" in where else "")


@pytest.mark.parametrize(
    ("words", "shares"), [((20, 20, 20), [3]), ((30, 30, 30), [2, 1]), ((9,), [1])]
)
def test_goals_are_spread_over_slides(words, shares):
    goals = ["so " * count for count in words]
    found = list(decks.spread(goals))
    assert [len(share) for share in found] == shares
    assert [goal for share in found for goal in share] == goals


def test_a_lesson_without_a_plan_has_no_deck(tmp_path):
    decks.lay_out(tmp_path, {"08_ease": new_notebook()})
    assert [path.name for path in tmp_path.iterdir()] == ["index.md"]


def test_a_plan_that_names_a_section_that_is_not_there_is_refused(tmp_path):
    notebook = lesson()
    notebook.cells[-1].source = PLAN.replace("sections 2, 3", "section 7")
    with pytest.raises(SiteError, match=r"08_ease\.ipynb: the plan .* section 7"):
        decks.lay_out(tmp_path, {"08_ease": notebook})


def test_a_plan_without_a_number_to_remember_is_refused(tmp_path):
    notebook = lesson()
    notebook.cells[-1].source = PLAN.replace("One number", "A number")
    with pytest.raises(SiteError, match="One number to remember"):
        decks.lay_out(tmp_path, {"08_ease": notebook})


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Lay out the decks of the committed notebooks; return texts by stem."""
    folder = tmp_path_factory.mktemp("decks")
    lessons = [path for path in notebooks.find() if path.parent == notebooks.FOLDER]
    decks.lay_out(folder, {path.stem: sources.read(path) for path in lessons})
    return {path.stem: path.read_text("utf-8") for path in folder.glob("[0-9]*.md")}


def test_a_deck_asks_in_the_words_that_stand_alone(course):
    assert "Put these eight in the order" in course["15_showdown"]
    assert "best first: ItemKNN, SLIM, EASE" in course["15_showdown"]
    assert course["10_negative_weights"].count("All negative weights are set") >= 1


def test_every_plan_has_a_deck_that_asks_before_it_tells(course):
    planned = [
        lesson.stem
        for lesson in LESSONS
        if lesson.ready
        and lecturers.plan(sources.read(notebooks.FOLDER / f"{lesson.stem}.ipynb"))
    ]
    assert sorted(course) == planned
    for stem, deck in course.items():
        asked = deck.count("\n**Predict first**\n")
        assert asked >= 1, stem
        assert asked >= deck.count("\n**Measured**\n"), stem
        assert deck.count("```{image}") >= 3, stem


def test_no_slide_asks_about_a_guess_that_nobody_could_make(course):
    for stem, deck in course.items():
        assert "You made no" not in deck, stem


def test_minutes_of_every_row_go_on_from_the_row_before(course):
    for path in notebooks.find():
        if path.stem not in course or path.parent != notebooks.FOLDER:
            continue
        title, plan = lecturers.plan(sources.read(path))
        times = [row.minutes.split(" to ") for row in rows(plan)]
        starts, ends = zip(*times, strict=True)
        assert starts == ("0", *ends[:-1]), path.stem
        assert ends[-1] == ("90" if "two times" in title else "45"), path.stem
