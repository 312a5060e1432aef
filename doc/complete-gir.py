#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""complete-gir.py GIR OUTPUT HEADER...

Makes of a GIR file one for gi-docgen. g-ir-scanner drops what the headers say
of errors and of functions in structs, which goes back here; and what a comment
names (#EvsEvent, %EVS_ERROR_KEY, evs_event_new ()) becomes a link.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

NAMESPACES = {
    "": "http://www.gtk.org/introspection/core/1.0",
    "c": "http://www.gtk.org/introspection/c/1.0",
    "glib": "http://www.gtk.org/introspection/glib/1.0",
}
DOC = "{%s}doc" % NAMESPACES[""]
C_TYPE = "{%s}type" % NAMESPACES["c"]
C_NAME = "{%s}identifier" % NAMESPACES["c"]


def tag(element):
    return element.tag.split("}")[1]


def plain(comment):
    """The words of a comment, without stars and annotations."""
    lines = [re.sub(r"^\s*\*? ?", "", line) for line in comment.splitlines()]
    text = "\n".join(lines).strip()
    return re.sub(r"^(\([^()]*(\([^()]*\))?\)\s*)+:\s*", "", text)


class Headers:
    """What documentation comments say of parts: of NAME's @error, @open."""

    def __init__(self, paths):
        self.parts = {}
        for path in paths:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            self.read_blocks(text)
            self.read_structs(text)

    def read_blocks(self, text):
        for block in re.findall(r"^/\*\*\n(.*?)^ \*/", text, re.S | re.M):
            name = re.match(r" \* (\w+)", block).group(1)
            for part, words in re.findall(
                    r"^ \* @(\w+):(.*?)(?=^ \* @| \*$|\Z)", block,
                    re.S | re.M):
                self.parts[name, part] = plain(words)

    def read_structs(self, text):
        for tagged, body, name in re.findall(
                r"^(?:typedef )?struct(?: _(\w+))?\n\{\n(.*?)^\} ?(\w*);", text,
                re.S | re.M):
            self.read_members(tagged or name, body)

    def read_members(self, struct, body):
        for group in re.split(r"\n\n", body):
            before = re.match(r"\s*/\*(.*?)\*/", group, re.S)
            rest = group[before.end():] if before else group
            for member, after in re.findall(
                    r"\(?\*?(\w+)(?:\[\w+\])?(?:\) \([^;]*\))?;"
                    r"(?: */\*(.*?)\*/)?", rest, re.S):
                words = after or (before.group(1) if before else "")
                if words:
                    self.parts.setdefault((struct, member), plain(words))


class Links:
    """Where the reference speaks of a symbol of C."""

    def __init__(self, namespace):
        self.found = {}
        for element in namespace:
            self.add_type(element)

    def add_type(self, element):
        kind = {"record": "struct", "callback": "callback",
                "enumeration": "enum", "bitfield": "flags",
                "constant": "const"}.get(tag(element))
        name = element.get("name")
        if kind == "enum" and name == "Error":
            kind = "error"
        if kind is not None:
            self.found[element.get(C_TYPE)] = "[%s@%s]" % (kind, name)
        elif tag(element) == "function" and element.get("moved-to") is None:
            self.found[element.get(C_NAME)] = "[func@%s]" % name
        for child in element:
            self.add_member(child, kind, name)

    def add_member(self, child, kind, name):
        symbol = child.get(C_NAME)
        form = {"constructor": "ctor", "method": "method",
                "function": "func"}.get(tag(child))
        if tag(child) == "member":
            self.found[symbol] = "[%s][%s@%s]" % (symbol, kind, name)
        elif form is not None:
            self.found[symbol] = "[%s@%s.%s]" % (form, name, child.get("name"))

    def put(self, text):
        return re.sub(r"(?:#(Evs\w+)|%(EVS_\w+)|\b(evs_\w+) \(\))", self.link,
                      text)

    def link(self, match):
        symbol = next(group for group in match.groups() if group)
        call = "()" if match.group(3) else ""
        return self.found.get(symbol, "`%s%s`" % (symbol, call))


def add_words(element, words):
    doc = element.find(DOC)
    if doc is None:
        doc = ElementTree.Element(DOC, filename="", line="0")
        element.insert(0, doc)
        doc.text = words
    else:
        doc.text += "\n\n" + words


def complete(namespace, headers):
    for element in namespace.iter():
        symbol = element.get(C_NAME)
        if element.get("throws") == "1" and (symbol, "error") in headers.parts:
            add_words(element, "Errors: " + headers.parts[symbol, "error"])
        for field in element.findall("field", NAMESPACES):
            words = headers.parts.get((element.get(C_TYPE), field.get("name")))
            if words and field.find(DOC) is None:
                add_words(field, words)


def main(gir, output, *paths):
    for prefix, uri in NAMESPACES.items():
        ElementTree.register_namespace(prefix, uri)
    tree = ElementTree.parse(gir)
    namespace = tree.getroot().find("namespace", NAMESPACES)
    complete(namespace, Headers(paths))
    links = Links(namespace)
    for doc in namespace.iter(DOC):
        doc.text = links.put(doc.text)
    tree.write(output, encoding="utf-8", xml_declaration=True)


main(*sys.argv[1:])
