"""Sphinx's settings for the course's site; `python3 course.py html` builds it."""

from recnb.lesson.syllabus import REPOSITORY

project = "Can a linear model beat deep collaborative filtering?"
author = "The recnb authors"
project_copyright = "text and figures: CC BY 4.0; code: MIT"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "recnb.site.docstrings",
    "recnb.site.mathml",
    "recnb.site.links",
]

nb_execution_mode = "off"  # what is shown was run before, and committed
nb_merge_streams = True  # what a cell printed is one text, however it came
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
html_math_renderer = "mathml"
default_role = "py:obj"
numpydoc_show_class_members = False
autodoc_typehints = "none"  # the docstrings say more
autodoc_preserve_defaults = True  # as they are written, not what Python makes of them
autodoc_default_options = {"exclude-members": "set_fit_request"}  # scikit-learn's
toc_object_entries = False  # each has a heading
NO_PAGES_BELOW = ("index", "docs/*", "data/*", "CONTRIBUTING")
html_sidebars = {page: [] for page in NO_PAGES_BELOW}

html_theme = "pydata_sphinx_theme"
html_title = "Linear or deep?"
html_static_path = ["static", "formulas"]
html_css_files = ["course.css", "formulas.css"]
html_js_files = ["search.js"]
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system
html_copy_source = False
html_use_index = False
html_domain_indices = False
html_show_sphinx = False
html_theme_options = {
    "github_url": f"https://github.com/{REPOSITORY}",
    "header_links_before_dropdown": 5,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "search_bar_text": "Search the course",
    "navigation_with_keys": False,
}
