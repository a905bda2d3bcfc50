"""The words of a mail: ``mail/forms.txt`` and its like, with blanks, checked like a scheme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assessor.i18n import Either
from assessor.mail.lines import decoded
from assessor.problems import Place, Problem, error
from assessor.scheme.spelling import folded, near

KINDS = ("forms", "corrections", "results", "reminders")
BLANKS: Mapping[str, str] = {
    "recipient": "收件人",
    "title": "考核",
    "round": "年度",
    "issuer": "发件单位",
    "contact": "联系人",
    "phone": "电话",
    "units": "单位",
    "attachments": "附件",
    "due": "截止",
    "changes": "变化",
    "missing": "未交",
}
"""What a text may leave blank, and the Chinese names."""
NEEDED: Mapping[str, str] = {"results": "changes", "reminders": "missing"}
"""The blank without which a text of that kind says too little."""
_BLANK = re.compile(r"[{｛]([^{}｛｝\n]*)[}｝]")
_SUBJECT = re.compile(r"\s*(主题|subject)\s*[:：=＝]\s*(.*?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body with their blanks."""

    subject: str
    body: str

    def filled(self, facts: Mapping[str, str]) -> tuple[str, str]:
        """Return subject and body with the blanks filled; what is empty leaves no gap."""
        subject = " ".join(_fill(self.subject, facts).split())
        body = re.sub(r"\n{3,}", "\n\n", _fill(self.body, facts)).strip("\n")
        return subject, body + "\n"


def _fill(text: str, facts: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda found: facts[_key(found.group(1))], text)


def _key(said: str) -> str:
    known = {folded(name): key for key, zh in BLANKS.items() for name in (key, zh)}
    return known.get(folded(said), "")


def read_text(content: bytes, file: str, kind: str) -> tuple[Text, list[Problem]]:
    """Return a text, and everything that is wrong with it, line by line."""
    whole = decoded(content)
    if whole is None:
        return Text("", ""), [error("mail_text_coding", Place(file))]
    problems: list[Problem] = []
    subject, body = "", []
    begun = False
    used = set()
    for number, line in enumerate(whole.splitlines(), 1):
        if not begun and (not line.strip() or line.lstrip().startswith("#")):
            continue
        place = Place(file, "", str(number))
        used |= _check(line, place, problems)
        if begun:
            body.append(line)
            continue
        begun = True
        found = _SUBJECT.fullmatch(line)
        if found is None or not found.group(2):
            problems.append(error("mail_text_subject", place))
        else:
            subject = found.group(2)
    if not begun:
        problems.append(error("mail_text_subject", Place(file)))
    elif not any(line.strip() for line in body):
        problems.append(error("mail_text_empty", Place(file)))
    need = NEEDED.get(kind, "")
    if need and need not in used and not problems:
        name = Either(f"{{{BLANKS[need]}}}", f"{{{need}}}")
        problems.append(error("mail_text_needs", Place(file), name=name))
    return Text(subject, "\n".join(body)), problems


def _check(line: str, place: Place, problems: list[Problem]) -> set[str]:
    """Return the blanks of a line; what is no blank is reported with the nearest one."""
    used = set()
    for said in _BLANK.findall(line):
        key = _key(said)
        used.add(key)
        if not key:
            guess = near(said, [*BLANKS.values(), *BLANKS]) or "—"
            names = [Either(zh, en) for en, zh in BLANKS.items()]
            problems.append(
                error("mail_blank_unknown", place, value=said, guess=guess, names=names)
            )
    if re.search(r"[{}｛｝]", _BLANK.sub("", line)):
        problems.append(error("mail_brace", place, value=line.strip()))
    return used
