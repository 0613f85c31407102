"""What a new lesson looks like before its author has written it.

Everything here runs and passes the guard tests, so that an author replaces one thing
after the other and always has a lesson that works.
"""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from recnb.lesson.syllabus import Lesson

EXERCISES_MINUTES, QUIZ_MINUTES = 15, 5

SETUP = """\
import recnb
from recnb import plots
from recnb.evaluation import evaluate, strong_generalization
from recnb.lesson import quiz
from recnb.lesson.exercises import lesson_{label} as check
from recnb.models import Popularity

data = recnb.load("ml-1m", fallback=True)
data"""

SPLIT = """\
split = strong_generalization(data, seed=0)
split.protocol"""

FIGURE = """\
result = evaluate(Popularity().fit(split.train), split.val)
means = {{"Popularity": result.metrics["NDCG@100"]}}
errors = {{"Popularity": result.standard_errors["NDCG@100"]}}
fig = plots.bars(means, errors, metric="NDCG@100", protocol=result.summary)
plots.show(
    fig,
    alt=f"Popularity has an NDCG@100 of {{means['Popularity']:.3f}}, and a "
    f"standard error of {{errors['Popularity']:.3f}}.",
)"""

AGAIN = """\
metric = "min-recall@20"
means = {{"Popularity": result.metrics[metric]}}
errors = {{"Popularity": result.standard_errors[metric]}}
fig = plots.bars(means, errors, metric=metric, protocol=result.summary)
plots.show(
    fig,
    alt=f"Popularity has a {{metric}} of {{means['Popularity']:.3f}}, and a "
    f"standard error of {{errors['Popularity']:.3f}}.",
)"""

HINTS = "\n".join(
    f"<details><summary>Hint {number}</summary>\n\nA hint.\n\n</details>"
    for number in (1, 2, 3)
)

CHECKS = '''\
"""The checks of lesson {label}'s exercises: {title}."""

from __future__ import annotations

from recnb.lesson.verdict import Verdict, exercise, right, wrong

'''

CHECK = '''
@exercise("{label}.{exercise}")
def exercise_{exercise}(answer: float) -> Verdict:
    """Say what is asked."""
    if float(answer) == {exercise}:
        return right("Say what to take from it.")
    return wrong("Say what is wrong with the usual mistake.")

'''

QUIZ = """\
[[question]]
text = "A question?"
right = "{right}"
[question.choices]
a = "One choice."
b = "Another."
[question.explanations]
a = "Why it is right, or not."
b = "Why the other is, or not."
"""


def lesson_notebook(lesson: Lesson) -> NotebookNode:
    """Return a new lesson, not yet framed."""
    minutes = lesson.minutes - EXERCISES_MINUTES - QUIZ_MINUTES
    code = [text.format(label=lesson.label) for text in (SETUP, SPLIT, FIGURE, AGAIN)]
    return new_notebook(
        cells=[
            _text("PLACEHOLDER", "header"),
            _text("Which data is this? The first table says so."),
            new_code_cell(code[0]),
            _text(f"## 1. The first section ({minutes} minutes)\n\nThe protocol:"),
            new_code_cell(code[1]),
            _text("The yardstick:"),
            new_code_cell(code[2]),
            _text("The same, by another metric:"),
            new_code_cell(code[3]),
            _text(
                f"## Exercises ({EXERCISES_MINUTES} minutes)\n\nPut your answer in the "
                "place of the dots, run the cell, then the check below it.",
                "exercises",
            ),
            _text(
                f"## Quiz ({QUIZ_MINUTES} minutes)\n\nPut the letter of your choice "
                "between the quotes and run the cell.",
                "quiz",
            ),
            _text("PLACEHOLDER", "recap"),
            _text("## References\n\n- Author (year). Title. *Venue*."),
        ]
    )


def solutions_notebook(lesson: Lesson) -> NotebookNode:
    """Return the solutions of a new lesson, not yet framed."""
    setup = f"from recnb.lesson.exercises import lesson_{lesson.label} as check"
    cells = [_text("PLACEHOLDER", "header"), _code(setup, "setup")]
    for number, kind in enumerate(("warm-up", "core", "stretch"), start=1):
        answer = f"answer_{number}"
        cells += [
            _text(
                f"### Exercise {number} ({kind}): title\n\nTask.\n\n{HINTS}", "exercise"
            ),
            _code(f"# <solution>\n{answer} = {number}\n# </solution>", "solution"),
            _code(f"check.exercise_{number}({answer})", "check"),
            _text("Why this is the solution.", "worked"),
            _code(f"check.exercise_{number}(0)", "wrong"),
        ]
    return new_notebook(cells=cells)


def checks_module(lesson: Lesson) -> str:
    """Return the source of a new lesson's checks."""
    head = CHECKS.format(label=lesson.label, title=lesson.title)
    checks = (CHECK.format(label=lesson.label, exercise=n) for n in (1, 2, 3))
    return (head + "".join(checks)).rstrip() + "\n"


def quiz_file() -> str:
    """Return the text of a new lesson's quiz."""
    return "\n".join(QUIZ.format(right=right) for right in "aba")


def _text(source: str, *tags: str) -> NotebookNode:
    return new_markdown_cell(source, metadata={"tags": list(tags)})


def _code(source: str, *tags: str) -> NotebookNode:
    return new_code_cell(source, metadata={"tags": list(tags)})
