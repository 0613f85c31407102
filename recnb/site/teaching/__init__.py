"""What a lecturer needs beside the lessons: plans, sketches, questions, an exam.

One job: the texts in ``docs/lecturers`` become pages of the site. What a lesson says
itself (its minutes, its plan, its exercises, its numbers) is read from its notebook.

================  ===================================================================
`lay_out`         write the sources of all pages
``times``         the minutes of a lesson: sections, exercises, quiz
``classes``       a lesson as a class of 45 and of 90 minutes
``courses``       two days, one semester: lessons, breaks, homework, a project
``quotes``        numbers and pictures taken from a notebook's outputs
``pen``           lines, arrows and words as SVG
``sketches``      drawings for the board
``pages``         each page as Markdown
================  ===================================================================
"""

from recnb.site.teaching.pages import lay_out

__all__ = ["lay_out"]
