"""What a lecturer needs beside the lessons: plans, sketches, questions, an exam.

One job: the texts in ``docs/lecturers`` become pages of the site. What a lesson says
itself (its minutes, its plan, its exercises, its numbers) is read from its notebook.

==================  =================================================================
`lay_out`           write the sources of all pages
``times``           the minutes of a lesson: sections, exercises, quiz
``classes``         a lesson as a class of 45 and of 90 minutes
``courses``         what a class leaves as homework
``ballots``         the votes of a lesson, and what came out
``quotes``          numbers and pictures taken from a notebook's outputs
``pen``             lines, arrows and words as SVG
``sketches``        drawings for the board
``texts``           what ``docs/lecturers`` holds, and phrases of all pages
``plan_pages``      pages: classes of 90 minutes, two days, a semester
``board_page``      page: the drawings
``question_pages``  pages: misconceptions, discussion, exam, answers
==================  =================================================================
"""

from recnb.site.teaching.pages import lay_out

__all__ = ["lay_out"]
