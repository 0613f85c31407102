"""What makes a notebook a lesson, and nothing of what it teaches.

This room knows no model and no dataset: it takes values and gives words.

================  ===================================================================
`reveal`          a guess beside the measurement
`reveal_ranking`  a guessed ranking beside the measured one
`said`            a guess in words, above a table or a figure that has the answer
`claim`           a value beside what was expected of it; fails if they disagree
`source_says`     what a source claims, what we measured, and why
`Table`           a table of sentences
`listed`          the numbers of a table as text
`quiz`            an answer to a question of a lesson's quiz, and why it is (not) right
`progress`        how many exercises of each lesson are tried, and how many are right
================  ===================================================================

The checks of the exercises stand in ``recnb.lesson.exercises``, a module a lesson, and
the questions of the quizzes in ``recnb/lesson/quizzes``, a file a lesson. Titles,
objectives and minutes stand in ``recnb.lesson.syllabus``. ``recnb.lesson.frame`` writes
all that into the notebooks.
"""

from recnb.lesson.claims import claim
from recnb.lesson.guesses import reveal, reveal_ranking, said
from recnb.lesson.quizzes import quiz
from recnb.lesson.records import progress
from recnb.lesson.tables import Table, source_says
from recnb.lesson.words import listed

__all__ = [
    "Table",
    "claim",
    "listed",
    "progress",
    "quiz",
    "reveal",
    "reveal_ranking",
    "said",
    "source_says",
]
