"""What the comparisons with other servers have in common: values as text, keys as patterns, exceptions by their names.

An exception is a row of a table: the name under which docs/DIFFERENCES.md explains it, and a predicate on one query and one
entry. A difference that no row explains is a fault.
"""

import os
import re

from pydicom.multival import MultiValue

DOCUMENT = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "DIFFERENCES.md")


def stored(entry, name, step=0):
    """The values of an attribute of an entry, as text; [] if missing or empty. A dot leads to that step's attributes."""
    if name.startswith("."):
        entry, name = entry.ScheduledProcedureStepSequence[step], name[1:]
    value = entry.get(name)
    if value in (None, ""):
        return []
    return [str(v) for v in value] if isinstance(value, (MultiValue, list)) else [str(value)]


def plain(value):
    """A value without what PS3.5 6.2 calls insignificant, sequences as lists of such."""
    if value is None or value == "":
        return ""
    if hasattr(value, "is_undefined_length") or (isinstance(value, MultiValue) is False and hasattr(value, "append")):
        return [{e.keyword: plain(e.value) for e in item} for item in value]
    if isinstance(value, MultiValue):
        return [plain(v) for v in value]
    return str(value).strip(" \0")


def pattern(key, flags=0):
    """A key with wild cards as a regular expression for a whole value (PS3.4 C.2.2.2.4)."""
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in key.strip()) + r"\Z", flags | re.S)


def explained(table, *arguments):
    """The name of the first exception that applies; None if there is none."""
    return next((name for name, applies in table.items() if applies(*arguments)), None)


def documented():
    """The names of the differences in the document: headings of its second level, first cells of its tables."""
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    return set(re.findall(r"^## (.*)$", text, re.M)) | set(re.findall(r"^\| \*\*(.*?)\*\* \|", text, re.M))
