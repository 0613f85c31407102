"""Classes of 45 and 90 minutes, two days, a semester: every minute is there."""

import re

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from teaching_lessons import lessons

from recnb.lesson.syllabus import LESSONS, find_lesson
from recnb.site import SiteError, lectures
from recnb.site.slides import Vote
from recnb.site.sources import ROOT
from recnb.site.teaching import classes, courses, plan_pages, quotes
from recnb.site.teaching.ballots import Ballot, ballots, on_one_line
from recnb.site.teaching.texts import entries, source
from recnb.site.teaching.times import times

LABELS = list(lessons())
DAYS = source("courses")["two_days"]
SEMESTER = source("courses")["semester"]
LESSONS_NAMED = re.compile(r"lessons? (\d\d)(?:(?:,| and) (\d\d))?")


def of_week(week):
    return [*week.get("home", ()), *([week["class"]] if "class" in week else [])]


def notebook(*rows):
    plan = "\n".join(f"|{minutes}|{where}|words|" for minutes, where in rows)
    texts = [
        "## 1. One (7 minutes)",
        "## 2. Two (1 minute)",
        "## Exercises (9 minutes)",
        "### Exercise 1 (warm-up, 2 minutes): first",
        "### Exercise 2 (stretch): second",
        "## Quiz (4 minutes)",
        f"## For lecturers: 45 minutes\n\n|minutes|where|what|\n|---|---|---|\n{plan}",
    ]
    return new_notebook(cells=[new_markdown_cell(text) for text in texts])


@pytest.fixture(scope="module")
def page():
    """Return the page of classes of the committed lessons."""
    return plan_pages.classes_page(lessons())


WHOLE = notebook(("0 to 20", "section 1"), ("20 to 45", "2"))


def test_the_minutes_of_a_lesson_are_those_of_its_headings():
    found = times(WHOLE)
    assert {n: each.minutes for n, each in found.sections.items()} == {1: 7, 2: 1}
    assert {n: each.minutes for n, each in found.exercises.items()} == {1: 2, 2: 5}
    assert found.exercises[2].kind == "stretch"
    assert found.quiz == 4


def test_what_ends_on_a_line_of_its_own_is_told_from_what_was_broken():
    assert on_one_line("items: 10\nmemory: measured 93.") == (
        "items: 10; memory: measured 93."
    )
    assert on_one_line("\nIt is a.\nSo is b.\n") == "It is a. So is b."
    long = "approximation error on fresh pairs of a net that was trained: measured"
    assert on_one_line(f"{long}\n0.024.") == f"{long} 0.024."
    assert on_one_line("") == ""


def test_no_line_ends_between_a_section_and_its_number():
    steps = [classes.Step(5, "sections 1, 2", "what")]
    assert next(plan_pages.running(steps))[1] == "sections\N{NO-BREAK SPACE}1, 2"


def test_what_is_added_stands_after_its_row():
    added = [
        {"after": 1, "minutes": 10, "exercise": 2},
        {"after": 2, "minutes": 30, "quiz": True},
        {"after": 0, "minutes": 5, "where": "section 2", "what": "look"},
    ]
    steps = classes.seminar(WHOLE, {"label": "08", "add": added})
    assert [step.minutes for step in steps] == [5, 20, 10, 25, 30]
    assert [step.sections for step in steps] == [(2,), (1,), (), (2,), ()]
    assert steps[2].what == "**second** (stretch)"
    assert [*plan_pages.running(steps)][2][0] == "25 to 35"
    left = courses.homework(WHOLE, steps)
    assert (courses.in_words(left), left.minutes) == ("exercise 1", 2)


def test_a_section_with_half_of_its_minutes_or_less_is_to_be_read():
    one, two = times(WHOLE).sections.values()
    both = classes.Step(4, "sections 1, 2", "", (1, 2))
    given = courses.in_class(times(WHOLE), [both])
    assert given == {1: 4 * 7 / 8, 2: 4 * 1 / 8}
    assert courses.homework(WHOLE, [both]).sections == (one, two)
    more = [both, classes.Step(1, "section 1", "", (1,))]
    assert courses.homework(WHOLE, more).sections == (two,)


def test_a_class_may_be_written_anew():
    rows = [{"minutes": 80, "where": "sections 1, 2", "what": "all"}]
    rows.append({"minutes": 10, "discussion": True})
    steps = classes.seminar(WHOLE, {"label": "08", "whole": rows})
    assert [step.minutes for step in steps] == [80, 10]
    assert "(discussion.md#08-ease)" in steps[1].what
    assert steps[1].what.startswith("one of the")
    assert steps[0].sections == (1, 2)


def test_votes_are_read_with_what_came_out():
    found = {vote.names: vote for vote in ballots(lessons()["08"], {})}
    assert list(found) == [("my_guess",), ("my_lambda",)]
    assert (found["my_guess",].asked, found["my_guess",].answered) == (2, 3)
    assert found["my_guess",].vote.question.startswith("EASE starts from")
    assert found["my_guess",].found.startswith("NDCG@100 of EASE, λ = 100: measured")
    assert "no guess" not in found["my_guess",].found


def test_each_vote_of_a_cell_has_its_own_answer():
    found = {vote.names: vote for vote in ballots(lessons()["13"], {})}
    assert found["my_share",].found.startswith("share of EASE: measured")
    assert (found["my_share",].asked, found["my_share",].answered) == (1, 7)
    assert found["my_length",].found == ""
    two = {vote.names: vote.found for vote in ballots(lessons()["03"], {})}
    assert two["my_mean", "my_bias"].count("measured") == 2


def test_every_guess_of_a_lesson_is_among_its_votes(page):
    for label in LABELS:
        part = page.partition(f"\n## {label} ")[2].partition("\n## ")[0]
        sections_of = lectures.sections(lessons()[label]).values()
        cells = [piece for section in sections_of for piece in section.pieces]
        code = [piece.source for piece in cells if not isinstance(piece, str)]
        for name in re.findall(r"^(my_\w+) = \.\.\.", "\n".join(code), re.M):
            assert f"`{name}`" in part, (label, name)


def test_what_is_written_on_a_vote_is_of_a_vote_and_types_no_number_of_its_own(page):
    for written in source("classes")["lesson"]:
        notebook = lessons()[written["label"]]
        texts = [cell.source for cell in notebook.cells]
        texts += [quotes.said(notebook, [cell.id]) for cell in notebook.cells]
        firsts = [vote.names[0] for vote in ballots(notebook, {})]
        for about in ("asked", "found"):
            for name, words in written.get(about, {}).items():
                assert name in firsts
                for number in re.findall(r"\.\d+", words):
                    assert any(number in text for text in texts), (name, number)
        for name, words in written.get("asked", {}).items():
            assert "?" in words or ":" in words
            assert re.search(rf"`{name}`(, `\w+`)*: {re.escape(words)}", page)


def test_a_vote_has_the_words_that_are_written_on_it():
    lead = Vote("Lead.", "From which on?", ("such as 8",))
    vote = Ballot(7, 7, ("my_length",), lead, "")
    assert plan_pages.ballot(vote, {}) == "section 7, `my_length`: Lead. From which on?"
    said = plan_pages.ballot(vote, {"my_length": "64"})
    assert said == "section 7, `my_length`: Lead. From which on? *64*"
    words = {"my_fall_at_500": "How far?"}
    anew = {vote.names: vote for vote in ballots(lessons()["10"], words)}
    both = anew["my_fall_at_500", "my_fall_at_5"]
    assert (both.vote.lead, both.vote.question) == ("", "How far?")
    assert both.vote.hints and "measured" in both.found
    assert anew["my_needed",].vote.question.startswith("At λ = 500")


def test_what_the_lessons_own_plan_says_is_called_so(page):
    own = (
        "*Of its own plan, for 45 minutes, the lesson says:* Section 7 is for reading."
    )
    assert own in page
    assert "*Of its own plan, for two times 45 minutes, the lesson says:*" in page


def test_a_class_leads_to_drawings_that_are_there(page):
    anchors = {quotes.anchor(each["title"]) for each in entries("board")}
    named = re.findall(r"\]\(board\.md#([^)]+)\)", page)
    assert {"one-slope-by-hand", "two-terms-on-the-scales"} <= set(named) <= anchors


def test_all_of_a_lesson_is_left_without_a_class():
    left = courses.homework(WHOLE)
    assert courses.in_words(left) == "sections 1, 2; exercises 1, 2; quiz"
    assert left.minutes == 7 + 1 + 2 + 5 + 4


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([("0 to 20", "section 1"), ("21 to 45", "section 2")], "gap"),
        ([("0 to 20", "section 1"), ("20 to 40", "section 2")], "minute 40"),
        ([("0 to 20", "section 1"), ("20 to 50", "section 2")], "minute 20"),
    ],
)
def test_a_plan_that_does_not_fill_its_time_is_refused(rows, fault):
    with pytest.raises(SiteError, match=fault):
        classes.lecture(notebook(*rows))


def test_nothing_is_added_after_a_row_that_is_not_there():
    with pytest.raises(SiteError, match="2 rows"):
        late = {"after": 3, "minutes": 45, "quiz": True}
        classes.seminar(WHOLE, {"label": "08", "add": [late]})


@pytest.mark.parametrize("label", LABELS)
def test_a_lesson_has_a_lecture_of_45_minutes(label):
    steps = classes.lecture(lessons()[label])
    assert sum(step.minutes for step in steps) == 45


@pytest.mark.parametrize("label", LABELS)
def test_a_class_of_90_minutes_has_the_lessons_own_minutes_and_more(label):
    whole = times(lessons()[label])
    steps = plan_pages.seminars(lessons())[label]
    assert sum(step.minutes for step in steps) == 90
    for step in steps:
        assert step.minutes > 0
        if step.exercise:
            assert step.minutes >= whole.exercises[step.exercise].minutes
        if step.quiz:
            assert step.minutes >= whole.quiz
        assert set(step.sections) <= set(whole.sections) or "lesson" in step.where
    done = [step.exercise for step in steps if step.exercise]
    assert len(done) == len(set(done))
    kinds = [whole.exercises[number].kind for number in done]
    assert done
    lecture = classes.lecture(lessons()[label])
    late = plan_pages.entry(label)["late"]
    assert late in {number for step in lecture for number in step.sections}
    assert kinds[:1] != ["stretch"]


@pytest.mark.parametrize("label", LABELS)
def test_class_and_homework_together_are_the_lesson(label):
    whole, steps = times(lessons()[label]), plan_pages.seminars(lessons())[label]
    left = courses.homework(lessons()[label], steps)
    read = {each.number for each in left.sections}
    given = courses.in_class(whole, steps)
    for number, section in whole.sections.items():
        assert (number in read) == (given[number] <= section.minutes / 2)
    done = {step.exercise for step in steps if step.exercise}
    assert {each.number for each in left.exercises} | done == set(whole.exercises)
    assert bool(left.quiz) != any(step.quiz for step in steps)


def test_the_classes_stand_in_the_order_of_the_course(page):
    entries = [each["label"] for each in source("classes")["lesson"]]
    order = [lesson.label for lesson in LESSONS]
    assert entries == sorted(entries, key=order.index)
    places = [page.index(f"\n## {label} ") for label in LABELS]
    assert places == sorted(places)


def test_a_lesson_without_a_plan_of_90_minutes_is_named_all_the_same(monkeypatch):
    monkeypatch.setattr(plan_pages, "entry", lambda label: None)
    page = plan_pages.classes_page({"08": lessons()["08"]})
    assert "none for 90" in page


@pytest.mark.parametrize("day", DAYS["day"], ids=lambda day: day["title"][:5])
def test_a_day_has_whole_classes_breaks_and_an_end(day):
    now, since_break = 0, 0
    for block in day["block"]:
        now += block["minutes"]
        pause = block.get("what") in ("*Break*", "*Lunch*")
        since_break = 0 if pause else since_break + block["minutes"]
        assert since_break <= 105
        if "lesson" in block:
            assert block["minutes"] in (45, 90) or "what" in block
    assert courses.clock(day["start"], now) in ("17:00", "17:15")
    assert sum(block.get("what") == "*Lunch*" for block in day["block"]) == 1


def test_a_class_comes_after_the_lessons_that_it_needs_or_their_part_is_said():
    blocks = [block for day in DAYS["day"] for block in day["block"]]
    days = [block["lesson"] for block in blocks if "lesson" in block]
    weeks = [label for week in SEMESTER["week"] for label in of_week(week)]
    for held, skipped in ((days, DAYS["skipped"]), (weeks, SEMESTER["skipped"])):
        for place, label in enumerate(held):
            needs = LESSONS_NAMED.findall(find_lesson(label).needs)
            needed = {each for pair in needs for each in pair if each}
            for missing in needed - set(held[:place]):
                assert "Say in a sentence" in skipped[missing], (label, missing)


def test_what_a_day_leaves_to_be_read_is_what_its_classes_leave_out():
    for day in DAYS["day"]:
        held = {b["lesson"]: b for b in day["block"] if "lesson" in b}
        for part in day["reading"]:
            notebook = lessons()[part["lesson"]]
            block = held[part["lesson"]]
            long = block["minutes"] == 90
            seminars = plan_pages.seminars(lessons())
            steps = seminars[part["lesson"]] if long else classes.lecture(notebook)
            left = {each.number for each in courses.homework(notebook, steps).sections}
            if "without" in block:
                assert f"without section {block['without']}" in block["what"]
                left.add(block["without"])
            assert set(part["sections"]) <= left, part
    assert {"lesson": "02", "sections": [2, 7]} in DAYS["day"][0]["reading"]


def test_the_claims_of_a_day_are_misconceptions_of_its_lessons():
    day = DAYS["day"][0]
    held = {block["lesson"] for block in day["block"] if "lesson" in block}
    known = {
        each["wrong"] for each in entries("misconceptions") if each["lesson"] in held
    }
    assert len(day["claims"]) == 4
    assert set(day["claims"]) <= known


def held_or_skipped(held, skipped):
    assert not held & set(skipped)
    assert held | set(skipped) >= set(LABELS)
    assert all(len(reason) > 15 for reason in skipped.values())


def test_two_days_say_of_every_lesson_whether_and_why_not():
    held_or_skipped(plan_pages.lessons_of_days(DAYS), DAYS["skipped"])


def test_a_semester_says_of_every_lesson_whether_and_why_not():
    held_or_skipped(plan_pages.lessons_of_weeks(SEMESTER), SEMESTER["skipped"])


def test_a_semester_has_14_classes_in_the_order_of_the_course_then_talks_and_an_exam():
    taught = [week["class"] for week in SEMESTER["week"] if "class" in week]
    order = [lesson.label for lesson in LESSONS]
    assert len(taught) == 14
    assert taught == sorted(taught, key=order.index)
    assert sum("due" in week for week in SEMESTER["week"]) >= 6
    talks, exam = SEMESTER["week"][-2:]
    assert "Talks" in talks["event"]
    assert "Exam" in exam["event"]
    page = plan_pages.weeks(lessons(), SEMESTER["week"])
    minutes = [line.split("|")[4].strip() for line in page.splitlines()[2:]]
    assert all(0 < int(each) <= 60 for each in minutes[:14])
    assert minutes[14:] == ["–", "–"]


def test_what_is_new_to_a_course_is_named():
    text = plan_pages.left_out({"08": None, "09": None}, {"08"}, {})
    assert text.endswith("zero_diagonal.ipynb): newer than this course.")


def test_the_time_of_day():
    assert courses.clock("9:50", 15) == "10:05"
    assert courses.clock("9:00", 0) == "9:00"


@pytest.mark.parametrize("command", ["git clone", "python3 course.py lab"])
def test_what_is_installed_before_stands_in_the_readme(command):
    assert any(command in line for line in DAYS["before"])
    assert command in (ROOT / "README.md").read_text("utf-8")
