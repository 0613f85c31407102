"""A check says right, wrong and why, or not tried yet, and never breaks a notebook."""

import pytest

from recnb.lesson.verdict import call, exercise, right, wrong


@exercise("99.1")
def check_number(answer):
    """Want 3."""
    return right("Three.") if float(answer) == 3 else wrong("Not three.")


@exercise("99.2")
def check_function(answer):
    """Want a function that doubles."""
    return right("Twice.") if call(answer, 2) == 4 else wrong("Not twice.")


@pytest.fixture(autouse=True)
def progress_file(tmp_path, monkeypatch):
    path = tmp_path / "progress.json"
    monkeypatch.setenv("RECNB_PROGRESS", str(path))
    return path


def test_right_and_wrong():
    assert repr(check_number(3)) == "✔ Right. Three."
    assert repr(check_number("4")) == "✘ Not yet. Not three."


@pytest.mark.parametrize("answer", [..., None])
def test_dots_are_not_tried_yet(answer):
    assert check_number(answer).state == "untouched"


@pytest.mark.parametrize("body", [..., None])
def test_a_function_with_dots_for_a_body_is_not_tried_yet(body):
    assert check_function(lambda x: body).state == "untouched"


def test_an_error_in_the_readers_function_is_said_in_words():
    verdict = check_function(lambda x: x / 0)
    assert verdict.state == "wrong"
    assert "ZeroDivisionError: division by zero" in verdict.message


def test_an_answer_of_the_wrong_kind_is_said_in_words():
    assert "cannot read this answer (list)" in check_number([1, 2]).message


def test_progress_is_recorded(progress_file):
    check_number(4)
    assert '"99.1": "wrong"' in progress_file.read_text()
    check_number(3)
    check_number(...)
    assert '"99.1": "right"' in progress_file.read_text()
