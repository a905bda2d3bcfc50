"""One message to real servers on the loopback, and what each answer is taken for."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.mail import smtp
from assessor.mail.settings import MailSettings
from assessor.mail.smtp import Answer, Carrier, Fate
from assessor.problems import AssessorError, MachineError
from tests.mail.servers import PASSWORD, USER, Post, free_port, running

TO = "a@example.org"
CONTENT = b"Subject: x\r\n\r\n.dot\r\n..two\r\nend\r\n"


def _settings(
    post: Post, security: str = "none", user: str = "", trust: bool = True
) -> MailSettings:
    return MailSettings(
        server="127.0.0.1",
        port=post.port,
        security=security,
        user=user,
        sender=USER,
        certificates=str(post.authority) if trust else "",
    )


def _sent(post: Post, settings: MailSettings, password: str = PASSWORD) -> Answer:
    carrier = Carrier(settings, lambda: password)
    try:
        return carrier.deliver(TO, CONTENT)
    finally:
        carrier.close()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with running(tmp_path / "server") as found:
        yield found


@pytest.mark.parametrize(("security", "user"), [("none", ""), ("starttls", USER), ("tls", USER)])
def test_a_message_arrives_byte_by_byte(tmp_path: Path, security: str, user: str) -> None:
    with running(tmp_path, security, login=bool(user)) as post:
        answer = _sent(post, _settings(post, security, user))
        assert answer == Answer(Fate.SENT, "250 OK taken")
        assert post.room.taken == [(TO, CONTENT)]
        assert post.room.secured == [security != "none"]
        assert post.room.logins == ([user] if user else [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_an_unknown_authority_is_refused_before_the_password(
    tmp_path: Path, security: str
) -> None:
    with running(tmp_path, security, login=True) as post:
        with pytest.raises(MachineError) as refused:
            _sent(post, _settings(post, security, USER, trust=False))
        (problem,) = refused.value.problems
        assert problem.code == "mail_certificate"
        assert (post.room.logins, post.room.taken) == ([], [])


def test_a_certificate_of_another_server_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "one", "tls") as one, running(tmp_path / "two", "tls") as two:
        settings = MailSettings(
            server="127.0.0.1", port=one.port, sender=USER, certificates=str(two.authority)
        )
        with pytest.raises(MachineError):
            _sent(one, settings)
        assert one.room.taken == []


def test_without_starttls_nothing_goes_on_in_the_clear(post: Post) -> None:
    with pytest.raises(AssessorError) as refused:
        _sent(post, _settings(post, "starttls", USER))
    assert [problem.code for problem in refused.value.problems] == ["mail_no_starttls"]
    assert (post.room.logins, post.room.taken) == ([], [])


@pytest.mark.parametrize("password", ["wrong-word", "geheim\u3000"])
def test_a_wrong_password_is_told_and_never_shown(tmp_path: Path, password: str) -> None:
    with running(tmp_path, "tls", login=True) as post:
        with pytest.raises(AssessorError) as refused:
            _sent(post, _settings(post, "tls", USER), password)
        assert refused.value.exit_status == 2
        (problem,) = refused.value.problems
        assert problem.code in {"mail_login", "mail_password_ascii"}
        told = catalog("zh").message(problem) + catalog("zh").cure(problem) + repr(problem)
        assert password.strip() not in told
        assert post.room.taken == []


def test_a_server_that_repeats_the_password_does_not_get_it_into_a_message(post: Post) -> None:
    post.room.at_recipient[TO] = [f"550 no such user {PASSWORD}"]
    carrier = Carrier(_settings(post), lambda: PASSWORD)
    carrier._secret = PASSWORD
    assert carrier.deliver(TO, CONTENT) == Answer(Fate.REFUSED, "550 no such user ***")
    carrier.close()


def test_a_server_that_is_not_there_is_a_fault_of_the_machine() -> None:
    settings = MailSettings(server="127.0.0.1", port=free_port(), security="none", sender=USER)
    with pytest.raises(MachineError) as refused:
        Carrier(settings, lambda: "").connect()
    (problem,) = refused.value.problems
    assert (problem.code, refused.value.exit_status) == ("mail_no_connection", 3)


AT_RECIPIENT = [
    ("550 no such user", Fate.REFUSED, False),
    ("551 moved", Fate.REFUSED, False),
    ("450 greylisted", Fate.LATER, False),
    ("451 try later", Fate.LATER, False),
    ("452 too many", Fate.LATER, False),
    ("421 closing", Fate.LATER, True),
]


@pytest.mark.parametrize(("said", "fate", "lost"), AT_RECIPIENT, ids=[r[0] for r in AT_RECIPIENT])
def test_an_answer_to_the_recipient(post: Post, said: str, fate: Fate, lost: bool) -> None:
    post.room.at_recipient[TO] = [said]
    assert _sent(post, _settings(post)) == Answer(fate, said, lost)
    assert post.room.taken == []


@pytest.mark.parametrize(
    ("said", "fate"),
    [
        ("553 not your address", Fate.STOPPED),
        ("451 too many messages", Fate.LATER),
        ("421 closing", Fate.LATER),
    ],
)
def test_an_answer_to_the_sender(post: Post, said: str, fate: Fate) -> None:
    post.room.at_sender = [said]
    answer = _sent(post, _settings(post))
    assert (answer.fate, answer.reason) == (fate, said)


@pytest.mark.parametrize(
    ("said", "fate", "taken"),
    [
        ("554 looks like spam", Fate.REFUSED, 0),
        ("552 too large", Fate.REFUSED, 0),
        ("451 try later", Fate.LATER, 0),
        ("421 closing", Fate.LATER, 0),
        ("cut", Fate.UNKNOWN, 1),
        ("lost", Fate.UNKNOWN, 0),
    ],
)
def test_an_answer_after_the_dot(post: Post, said: str, fate: Fate, taken: int) -> None:
    post.room.at_end[TO] = [said]
    assert _sent(post, _settings(post)).fate is fate
    assert len(post.room.taken) == taken


def test_a_connection_that_ends_before_the_dot_took_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = smtplib.SMTP.send

    def send(server: smtplib.SMTP, data: bytes | str) -> None:
        if isinstance(data, bytes) and data.startswith(b"Subject"):
            server.close()
        real(server, data)

    monkeypatch.setattr(smtplib.SMTP, "send", send)
    assert _sent(post, _settings(post)).fate is Fate.LATER
    assert post.room.taken == []


def test_an_answer_that_does_not_come_in_time_is_unknown(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "LAST_TIMEOUT", 0.2)
    post.room.slow = 1.0
    assert _sent(post, _settings(post)).fate is Fate.UNKNOWN


def test_one_connection_carries_many_and_a_lost_one_is_made_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_PER_CONNECTION", 3)
    post.room.at_recipient["b@example.org"] = ["550 no", "421 closing"]
    carrier = Carrier(_settings(post), lambda: "")
    order = ["a", "b", "c", "d", "b", "e", "f"]
    fates = [carrier.deliver(f"{name}@example.org", CONTENT).fate for name in order]
    carrier.close()
    assert [fate.value[0] for fate in fates] == ["s", "r", "s", "s", "l", "s", "s"]
    assert [to[0] for to, _ in post.room.taken] == ["a", "c", "d", "e", "f"]


def test_a_message_beyond_what_the_server_takes_is_not_begun(post: Post) -> None:
    carrier = Carrier(_settings(post), lambda: "")
    carrier.connect()
    assert carrier._server is not None
    most = int(carrier._server.esmtp_features["size"])
    answer = carrier.deliver(TO, b"x" * (most + 1))
    carrier.close()
    assert answer.fate is Fate.REFUSED
    assert post.room.secured == []
