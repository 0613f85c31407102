"""Every question has one right choice and an explanation for each."""

import pytest

from recnb.lesson import quiz, quizzes
from recnb.lesson.syllabus import LESSONS

READY = [lesson.label for lesson in LESSONS if lesson.ready]


@pytest.mark.parametrize("lesson", READY)
def test_every_lesson_has_a_quiz_that_explains(lesson):
    asked = quizzes.questions(lesson)
    assert len(asked) >= 3
    for question in asked:
        assert len(set(question.explanations.values())) == len(question.choices) >= 2
    assert len({question.right for question in asked}) > 1


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("", "Not answered yet"),
        (" B ", "✔ b: Yes"),
        ("a", "✘ a: No"),
        ("x", "There is no choice 'x': take a, b, c."),
    ],
)
def test_an_answer_is_explained(choice, said, capsys):
    quiz(8, question=1, choice=choice)
    assert said in capsys.readouterr().out


def test_unknown_questions_and_lessons_are_named():
    with pytest.raises(ValueError, match="questions 1 to"):
        quiz(8, question=99, choice="a")
    with pytest.raises(ValueError, match="has no quiz"):
        quizzes.questions(77)


def test_a_choice_without_explanation_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(quizzes, "FOLDER", tmp_path)
    text = (
        "[[question]]\ntext='?'\nright='a'\nchoices={a='A',b='B'}\nexplanations={a='A'}"
    )
    (tmp_path / "01.toml").write_text(text)
    with pytest.raises(ValueError, match="question 1: every choice"):
        quizzes.questions(1)
