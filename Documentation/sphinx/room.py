# SPDX-License-Identifier: GPL-2.0
"""The Sphinx directive ".. room:: FOLDER", and links from ``name()`` and ``page.rst``.

The kernel's scripts/kernel-doc (kernel_doc in conf.py) writes down what a room shows to others:
its door, the header named as the folder, with the headers of the room that the door includes,
and the functions declared there. A room without a door shows all its headers.
"""
import pathlib
import re
import subprocess

import sphinx
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective, switch_source_input

HEAD = re.compile(r'^/\*\n \* README: (.*?) \*/', re.M | re.S)
PROTOTYPE = re.compile(r'^(?!static|#|\s|/)[^\n;{}()]*?\b([a-z]\w*)\([^{};]*\);', re.M)
COMMENT = re.compile(r'^ \* (\w+)(?:\(\))? - ', re.M)
TYPE = re.compile(r'^\.\. c:(?:struct|enum|union):: (\w+)', re.M)
FUNCTION = re.compile(r'^\.\. c:function:: .*?\b(\w+) \(', re.M)
FUNCTION_BODY = r'(^\.\. c:function:: [^\n]*\b%s \([^\n]*\n(?:(?:[ \t]|\.\. LINENO)[^\n]*\n|\n)*)'
LINE = re.compile(r'^\.\. LINENO (\d+)')
NAME = re.compile(r'\w+\(\)')

def headers(room):
    door = room / (room.name + '.h')
    found = [door] if door.exists() else sorted(room.glob('*.h'))
    for header in found:
        for name in re.findall(r'^#include "([\w.]+)"', header.read_text(), re.M):
            if room / name not in found and name != 'trace.h':
                found.append(room / name)
    return {file: file.read_text() for file in found}

class Room(SphinxDirective):
    required_arguments = 1
    def kernel_doc(self, file, *options):
        done = subprocess.run(['perl', self.config.kernel_doc, '-rst', '-enable-lineno',
                               '-sphinx-version', sphinx.__display_version__, *options, str(file)],
                              capture_output=True, text=True)
        if done.returncode or done.stderr.strip():
            raise self.error(f'{self.config.kernel_doc}: {done.stderr}')
        return done.stdout

    def run(self):
        top = pathlib.Path(self.env.srcdir).parent
        room = top / self.arguments[0]
        shown = headers(room)
        wanted = {name for text in shown.values() for name in PROTOTYPE.findall(text)}
        made = {file: self.kernel_doc(file) for file, text in shown.items() if '/**' in text}
        only = [word for name in sorted(wanted) for word in ('-function', name)]
        for file in sorted(room.glob('*.c')):
            if wanted & set(COMMENT.findall(file.read_text())):
                made[file] = self.kernel_doc(file, *only)
        everything = '\n'.join(made.values())
        missing = wanted - set(FUNCTION.findall(everything))
        if missing:
            raise self.error('without kernel-doc: ' + ', '.join(sorted(missing)))
        lines = StringList()
        for head in HEAD.findall(next(iter(shown.values()))):
            head = re.sub(r'\s+(\*\s+)?', ' ', head).split(' This is the header')[0]
            head = re.sub(r'([*_`|])', r'\\\1', head[0].upper() + head[1:])
            lines.extend(StringList([head, ''], str(room)))
        for file, rst in made.items():
            self.env.note_dependency(str(file))
            lines.extend(StringList([f'.. rubric:: {file.relative_to(top)}', ''], str(file)))
            # to Sphinx a struct and a function of one name are the same
            for name in set(TYPE.findall(everything)) & set(FUNCTION.findall(rst)):
                rst = re.sub(FUNCTION_BODY % name, '.. c:namespace-push:: functions\n\n'
                             r'\1.. c:namespace-pop::' '\n\n', rst, flags=re.M)
            at = 0
            for line in rst.splitlines() + ['']:
                number = LINE.match(line)
                at = int(number[1]) - 1 if number else at
                lines.append('' if number else line, str(file), at)
        node = nodes.section(document=self.state.document)
        with switch_source_input(self.state, lines):
            self.state.nested_parse(lines, 0, node)
        return node.children

def link_names(app, doctree, docname):
    for literal in list(doctree.findall(nodes.literal)):
        text = literal.astext()
        page = text.removeprefix('Documentation/').removesuffix('.rst')
        link = None
        if NAME.fullmatch(text):
            link = app.env.get_domain('c').resolve_xref(
                app.env, docname, app.builder, 'func', text[:-2], nodes.Element(), literal.deepcopy())
        elif text.endswith('.rst') and page in app.env.found_docs:
            link = nodes.reference('', '', literal.deepcopy(), internal=True,
                                   refuri=app.builder.get_relative_uri(docname, page))
        if link and not isinstance(literal.parent, nodes.reference):
            literal.replace_self(link)

def setup(app):
    app.add_config_value('kernel_doc', '', 'env')
    app.add_directive('room', Room)
    app.connect('doctree-resolved', link_names)
    return {'parallel_read_safe': True}
