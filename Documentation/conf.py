# SPDX-License-Identifier: GPL-2.0
# "make htmldocs" builds these pages with Sphinx, 5.3 (Debian 12) or later.
import os
import sys

sys.path.insert(0, os.path.abspath('sphinx'))

project = 'hba_sim'
copyright = 'the authors of hba_sim; GPL-2.0'
extensions = ['room']
primary_domain = 'c'
highlight_language = 'none'
smartquotes = False

# Where the kernel's scripts/kernel-doc is: scripts/htmldocs finds it.
kernel_doc = os.environ.get('KERNEL_DOC', '')

# The prototypes of the API have types of the kernel, and of rooms that do not show them.
nitpick_ignore_regex = [('c:identifier', '.*')]

html_theme = 'alabaster'
html_theme_options = {
    'description': 'microcode replaced while I/O goes on',
    'fixed_sidebar': True,
    'show_powered_by': False,
    'page_width': '66em',
    'sidebar_width': '18em',
}
html_show_sphinx = False
html_copy_source = False
