"""Sphinx's settings for the lectures' slides; `python3 course.py html` builds them."""

project = "Can a linear model beat deep collaborative filtering?"
author = "The recnb authors"
extensions = [
    "myst_parser",
    "sphinx_revealjs",
    "recnb.site.mathml",
    "recnb.site.links",
]

myst_enable_extensions = ["dollarmath"]
html_math_renderer = "mathml"
html_copy_source = False

revealjs_html_theme = "revealjs-simple"
revealjs_style_theme = "slides.css"  # reveal.js's own themes fetch their fonts
revealjs_static_path = ["static", "../formulas"]
revealjs_css_files = ["formulas.css"]
revealjs_script_conf = {
    "width": 1120,  # fits 16:9, and loses little on 4:3
    "height": 700,
    "margin": 0.04,
    "center": False,  # a title stays in its place from slide to slide
    "hash": True,  # a reload stays on its slide
    "navigationMode": "linear",  # one key leads through all slides
    "slideNumber": "c/t",
    "transition": "none",
}
revealjs_script_files = ["fit.js"]
revealjs_script_plugins = [  # the speaker's view
    {"name": "RevealNotes", "src": "revealjs/plugin/notes/notes.js"}
]
