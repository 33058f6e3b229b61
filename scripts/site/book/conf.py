"""The book's settings for Sphinx. scripts/site/book.mjs writes the pages beside this file."""

import os

project = "qatlab"
author = "the authors of qatlab"
html_title = "qatlab"
extensions = ["myst_nb"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
nb_execution_mode = "off"
# Links between pages are written as links to their files.
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure", "myst.header", "mystnb.unknown_mime_type"]
html_theme = "sphinx_book_theme"
html_theme_options = {
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "back_to_top_button": False,
    "extra_footer": "The text is under <a href='https://creativecommons.org/licenses/by/4.0/'>CC BY 4.0</a>.",
}
html_context = {"default_mode": "auto"}
html_static_path = ["_static"]
html_css_files = ["qatlab.css"]
html_js_files = [("figures.js", {"type": "module"})]
html_favicon = "_static/favicon.svg"
html_extra_path = [os.environ["QATLAB_BOOK_EXTRA"]]
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None
