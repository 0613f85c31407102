"""What the course's makers use, and no lesson: behind ``python -m recnb``.

================  ===================================================================
`authoring`       frames the notebooks anew, and lays out a new lesson
`notebooks`       runs the notebooks, and cleans them for commit
`where`           every file that a lesson lives in
`house`           which room uses which, and its picture
`measure`         minutes and memory of the notebooks and the tests
`bench`           the models' times, beside their budgets and another checkout's
`release`         the version and the public address, in one command
================  ===================================================================
"""
