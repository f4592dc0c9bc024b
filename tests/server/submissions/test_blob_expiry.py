"""Blobs that nobody needs are removed, and never one that somebody needs, whatever happens meanwhile."""

from __future__ import annotations

import io
import os
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Session

from grader.contract import BundleFile, Verdict, blob_path
from server.database import Table
from server.grading.models import Grading, State, Submission
from server.grading.refusals import FilesRemoved
from server.quizzes.service import sync_quizzes
from server.store.folder import FolderStore
from server.store.folder_removal import INCOMING, FolderRemoval
from server.store.interface import GRACE, PREFIXES
from server.submissions.blob_expiry import (
    PREFIXES_AT_ONCE,
    REJECTED_LIFE,
    Expiry,
    expire_rejected,
    name_of,
    references,
)
from server.submissions.hand_in import HandIn, hand_in
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser
from tests.server.quizzes.pictures.samples import made
from tests.server.submissions.builders import (
    SLUG,
    SOURCE,
    ZONE,
    a_resting_upload,
    a_submission,
    an_assignment,
    grading_of,
)
from tests.server.submissions.conftest import Course
from tests.servers import wait_until

OLD = GRACE + timedelta(hours=1)
ALL_TURNS = range(len(PREFIXES) // PREFIXES_AT_ONCE)
DIGEST = sha256(SOURCE).hexdigest()

REFERENCES = {
    "assignment_version.digest",
    "assignment_version.attachments",
    "assignment_version.starter",
    "assignment_version.practice",
    "quiz_version.pictures",
    "submission_file.sha256",
    "upload.sha256",
}
"""Columns that name blobs of the store; `references` asks for each."""
NO_REFERENCES = {
    "answer.content",
    "assignment_version.grading_digest",
    "course.zone",
    "decision.new",
    "decision.old",
    "enrolment.labels",
    "event.attempt_id",
    "event.values",
    "grading.attempt_id",
    "grading.private_share",
    "grading.report",
    "notice.params",
    "past_game.digest",
    "past_question.question",
    "quiz.file_digest",
    "quiz_version.content",
    "quiz_version.digest",
    "receipt_key.public",
    "replay_answer.content",
    "room.seed",
    "room_event.details",
    "ruling.changed",
    "ruling.question",
    "ruling.value",
    "submission.receipt",  # it says what was handed in, also when the files are removed
    "submission.content_sha256",  # of what is in the files
    "submission.sha256",  # of the receipt: for several files it is that of a list
    "upload.announced_sha256",  # until the bytes are there
    "worker.versions",
    "wrong_guess.bucket",
}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def expiry(course: Course, tmp_path: Path) -> Expiry:
    """Of a store that belongs to the database."""
    (tmp_path / "store").mkdir()
    found = Expiry(course.database, FolderRemoval(tmp_path / "store"))
    assert found.look(NOON, 0) == 0
    return found


def keep(store: FolderStore, content: bytes = SOURCE, *, age: timedelta = OLD) -> str:
    """A blob that was last touched so long ago."""
    digest = store.keep(io.BytesIO(content), len(content)).sha256
    let_age(store, digest, age)
    return digest


def let_age(store: FolderStore, digest: str, age: timedelta = OLD) -> None:
    path = path_of(store, digest)
    then = path.stat().st_mtime - age.total_seconds()
    os.utime(path, (then, then))


def path_of(store: FolderStore, digest: str) -> Path:
    return store.folder / blob_path(digest)


def sweep(expiry: Expiry, now: datetime = NOON) -> int:
    """Everything once."""
    return sum(expiry.look(now, turn) for turn in ALL_TURNS)


def is_there(store: FolderStore, digest: str) -> bool:
    return path_of(store, digest).exists()


def rejected(session: Session, course: Course, *, at: datetime = NOON) -> Submission:
    submission = a_submission(session, course.anna, now=at)
    grading = grading_of(session, submission)
    grading.state, grading.verdict, grading.finished_at = State.DONE, Verdict.REJECTED, at
    session.flush()
    return submission


def test_a_blob_without_a_row_goes_after_the_grace(expiry: Expiry, store: FolderStore):
    old, young = keep(store), keep(store, b"young", age=GRACE - timedelta(hours=1))
    assert sweep(expiry) == 1
    assert (is_there(store, old), is_there(store, young)) == (False, True)


def test_a_blob_of_a_submission_stays(course: Course, expiry: Expiry, store: FolderStore):
    with course.database.write() as session:
        a_submission(session, course.anna)
    digest = keep(store)
    assert sweep(expiry, NOON + timedelta(days=3650)) == 0
    assert is_there(store, digest)


def test_files_of_a_rejected_hand_in_go_after_two_weeks(course: Course, expiry: Expiry, store: FolderStore):
    digest = keep(store)
    with course.database.write() as session:
        number = rejected(session, course).id
    sweep(expiry, NOON + REJECTED_LIFE)
    assert is_there(store, digest)
    late = NOON + REJECTED_LIFE + timedelta(seconds=1)
    assert sweep(expiry, late) == 1
    assert not is_there(store, digest)
    with course.database.read() as session:
        assert session.get_one(Submission, number).files_removed_at == late


@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.REJECTED])
def test_files_of_every_other_verdict_stay(course: Course, verdict: Verdict):
    with course.database.write() as session:
        grading_of(session, rejected(session, course)).verdict = verdict
        session.flush()
        assert expire_rejected(session, NOON + timedelta(days=3650)) == 0


def test_a_later_run_keeps_the_files(course: Course):
    with course.database.write() as session:
        submission = rejected(session, course)
        session.add(
            Grading(
                submission_id=submission.id,
                version_id=submission.version_id,
                queue="cpu",
                in_force=False,
                created_at=NOON,
            )
        )
        session.flush()
        assert expire_rejected(session, NOON + timedelta(days=3650)) == 0


def test_files_that_another_submission_has_too_stay(course: Course, expiry: Expiry, store: FolderStore):
    digest = keep(store)
    with course.database.write() as session:
        rejected(session, course)
        a_submission(session, course.bela)
    sweep(expiry, NOON + timedelta(days=365))
    assert is_there(store, digest)


def test_what_has_no_files_cannot_be_run_again(course: Course):
    with course.database.write() as session:
        submission = rejected(session, course)
        expire_rejected(session, NOON + timedelta(days=365))
    with pytest.raises(FilesRemoved), course.database.write() as session:
        session.add(
            Grading(
                submission_id=submission.id,
                version_id=submission.version_id,
                queue="cpu",
                in_force=False,
                created_at=NOON,
            )
        )


@pytest.mark.dialects
def test_pictures_of_every_version_of_a_quiz_stay(
    course: Course, expiry: Expiry, store: FolderStore, tmp_path: Path
):
    """Of one that is in force no more, too, for rooms have played it; those of no version go."""
    (tmp_path / "quizzes" / "week-1").mkdir(parents=True)
    text = 'slug = "{0}"\ntitle = "T"\n[[question]]\nid = "q"\n'
    text += 'type = "true-false"\ntext = "{1}"\ncorrect = true\n'
    (tmp_path / "quizzes" / "week-1.toml").write_text(text.format("week-1", "![a net](a.png)"))
    (tmp_path / "quizzes" / "none.toml").write_text(text.format("none", "no picture"))
    shown = [made(colour=colour) for colour in ("red", "blue")]
    for content in shown:
        (tmp_path / "quizzes" / "week-1" / "a.png").write_bytes(content)
        outcomes = sync_quizzes(course.database, store, tmp_path, ZONE, NOON, course_id=COURSE)
        assert [one.problem for one in outcomes] == ["", ""]
    digests = [sha256(content).hexdigest() for content in shown]
    for digest in digests:
        let_age(store, digest)
    keep(store, made(colour="green"))
    assert sweep(expiry) == 1
    assert all(is_there(store, digest) for digest in digests)


def test_handouts_archives_kits_and_uploads_stay(course: Course, expiry: Expiry, store: FolderStore):
    digests = [keep(store, name.encode()) for name in ("archive", "starter", "kit", "upload", "picture")]
    archive, starter, kit, upload, picture = digests
    with course.database.write() as session:
        version = an_assignment(session, "other")
        version.digest = archive
        version.starter = [{"name": "s.py", "sha256": starter, "size": 7}]
        version.practice = {"name": "kit", "sha256": kit, "size": 3}
        version.attachments = [{"name": "a/b.png", "sha256": picture, "size": 7}]
        a_resting_upload(session, course.anna, sha256=upload)
    assert sweep(expiry) == 0
    assert all(is_there(store, digest) for digest in digests)


def test_nothing_is_removed_from_the_store_of_another_database(
    course: Course, store: FolderStore, tmp_path: Path
):
    digest = keep(store)
    FolderRemoval(tmp_path / "store").claim("somebody else")
    assert sweep(Expiry(course.database, FolderRemoval(tmp_path / "store"))) == 0
    assert is_there(store, digest)


def test_a_new_database_takes_no_store_that_is_full_of_others(
    course: Course, store: FolderStore, tmp_path: Path
):
    """Whoever mistypes the address of the database loses no submission."""
    digests = [keep(store, f"{number}".encode()) for number in range(4)]
    assert sweep(Expiry(course.database, FolderRemoval(tmp_path / "store"))) == 0
    assert all(is_there(store, digest) for digest in digests)


def test_a_database_takes_the_store_that_it_has_filled(course: Course, store: FolderStore, tmp_path: Path):
    with course.database.write() as session:
        for number in range(3):
            a_submission(session, course.anna, content=f"{number}".encode())
    digests = [keep(store, f"{number}".encode()) for number in range(4)]
    assert sweep(Expiry(course.database, FolderRemoval(tmp_path / "store"))) == 1
    assert [is_there(store, digest) for digest in digests] == [True, True, True, False]


def test_a_database_has_one_name_for_all_who_ask_at_once(course: Course):
    def name(_number: int) -> str:
        with course.database.write() as session:
            return name_of(session)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(name, range(4)))) == 1


def test_of_two_that_claim_a_store_one_has_it(tmp_path: Path):
    for name in ("one", "other"):
        FolderRemoval(tmp_path).claim(name)
    assert FolderRemoval(tmp_path).owner() == "one"


def test_chosen_digests_stay_without_a_row(expiry: Expiry, store: FolderStore):
    digest = keep(store)
    kept = Expiry(expiry.database, expiry.removal, frozenset({digest}))
    assert sweep(kept) == 0
    assert is_there(store, digest)


def test_every_column_that_may_name_a_blob_is_known():
    """Whoever adds a column that holds a digest, or JSON, says here whether it names a blob."""
    found = {
        f"{table.name}.{column.name}"
        for table in Table.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, JSON)
        or (isinstance(column.type, String) and column.type.length == 64)
        or column.name.endswith(("sha256", "digest"))
    }
    slugs_and_keys = {one for one in found if one.endswith((".slug", "_hash"))}
    assert found - slugs_and_keys - REFERENCES - NO_REFERENCES == set()
    assert found >= REFERENCES | NO_REFERENCES


def test_same_bytes_again_renew_the_blob(store: FolderStore):
    digest = keep(store)
    store.keep(io.BytesIO(SOURCE), len(SOURCE))
    assert path_of(store, digest).stat().st_mtime > path_of(store, digest).stat().st_ctime - 60


def test_bytes_that_are_adopted_are_new(store: FolderStore, tmp_path: Path):
    arrived = tmp_path / "arrived"
    arrived.write_bytes(SOURCE)
    os.utime(arrived, (0, 0))
    store.adopt(arrived, DIGEST)
    assert path_of(store, DIGEST).stat().st_mtime > GRACE.total_seconds()


def test_a_blob_that_is_touched_while_it_is_aside_is_put_back(expiry: Expiry, store: FolderStore):
    digest = keep(store)

    def touched(_digest: str) -> bool:
        [aside] = aside_of(store)
        os.utime(aside)
        return True

    assert not expiry.removal.remove(digest, touched)
    assert is_there(store, digest)
    assert expiry.removal.old(digest[:2]) == []


def test_a_database_that_is_away_leaves_the_blob(expiry: Expiry, store: FolderStore):
    digest = keep(store)

    def away(_digest: str) -> bool:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        expiry.removal.remove(digest, away)
    assert is_there(store, digest)


def test_what_a_dead_process_left_aside_is_put_back(expiry: Expiry, store: FolderStore, tmp_path: Path):
    digest = keep(store)
    folder = tmp_path / "store" / INCOMING
    path_of(store, digest).rename(folder / f"aside-{digest}-00ff")
    (folder / "tmp-of-a-dead-process").write_bytes(b"half")
    os.utime(folder / "tmp-of-a-dead-process", (0, 0))
    assert expiry.removal.recover(nobody) == 0  # it may still be at work
    later = FolderRemoval(tmp_path / "store")
    later._now = lambda: folder.stat().st_mtime + 120  # type: ignore[method-assign]
    assert later.recover(nobody) == 1
    assert is_there(store, digest)
    assert expiry.removal.clear_incoming() == 1


def nobody(_digest: str) -> bool:
    return False


def aside_of(store: FolderStore) -> list[Path]:
    return list((store.folder / INCOMING).glob("aside-*"))


class Crowd:
    """Threads that hand in the same few files again and again, and threads that sweep them.

    Files are rejected and expired as soon as they are handed in, and a blob is aged as soon as nobody is
    between keeping it and committing its row, which real hand-ins are for seconds and not for days.
    """

    contents = tuple(f"x = {number}\n".encode() for number in range(3))

    def __init__(self, course: Course, expiry: Expiry, store: FolderStore) -> None:
        self.course, self.expiry, self.store = course, expiry, store
        self.over = threading.Event()
        self.lost: list[str] = []
        self.removed = 0
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()

    def sweep(self) -> None:
        digests = [sha256(content).hexdigest() for content in self.contents]
        while not self.over.is_set():
            for digest in digests:
                if not self.is_needed(digest) and self.expiry.removal.old(digest[:2]):
                    self.removed += self.expiry.removal.remove(digest, self.is_needed)

    def hand_in(self, number: int) -> None:
        chance = random.Random(number)
        who = (self.course.anna, self.course.bela, self.course.lecturer)[number]
        for _ in range(15):
            content = chance.choice(self.contents)
            digest = sha256(content).hexdigest()
            with self._lock:
                self._under_way[digest] += 1
            blob = self.store.keep(io.BytesIO(content), len(content))
            request = HandIn("many", (BundleFile("submission.py", blob.sha256, blob.size),))
            with self.course.database.write() as session:
                found = hand_in(session, who, request, now=NOON, zone=ZONE).id
            if not is_there_soon(self.store, digest):
                self.lost.append(digest)
            self._let_go(found, digest)

    def is_needed(self, digest: str) -> bool:
        with self.course.database.read() as session:
            return digest in references(session, [digest])

    def _let_go(self, submission: str, digest: str) -> None:
        with self.course.database.write() as session:
            session.get_one(Submission, submission).files_removed_at = NOON
        with self._lock:
            self._under_way[digest] -= 1
            if not self._under_way[digest] and is_there(self.store, digest):
                with suppress(FileNotFoundError):
                    os.utime(path_of(self.store, digest), (0, 0))


def test_handing_in_and_sweeping_at_once_loses_nothing(course: Course, expiry: Expiry, store: FolderStore):
    with course.database.write() as session:
        an_assignment(session, "many", per_day=1000)
    crowd = Crowd(course, expiry, store)
    with ThreadPoolExecutor(5) as pool:
        sweepers = [pool.submit(crowd.sweep) for _ in range(2)]
        for one in [pool.submit(crowd.hand_in, number) for number in range(3)]:
            one.result()
        crowd.over.set()
        for one in sweepers:
            one.result()
    assert crowd.lost == []
    assert crowd.removed > 0
    assert aside_of(store) == []


def is_there_soon(store: FolderStore, digest: str) -> bool:
    """A blob that somebody looks at just now is back in a moment, if it is needed."""
    try:
        return wait_until(lambda: is_there(store, digest), "the blob", 2)
    except TimeoutError:
        return False


def test_a_page_tells_that_files_were_removed(app: Flask, student: Browser):
    with services(app).database.write() as session:
        an_assignment(session)
    form = {"file": (io.BytesIO(SOURCE), "submission.py")}
    student.post(f"/assignments/{SLUG}/submissions", form, content_type="multipart/form-data")
    with services(app).database.write() as session:
        submission = session.scalars(select(Submission)).one()
        submission.files_removed_at = NOON
        number = submission.id
    page = student.get(f"/submissions/{number}")
    assert page.status_code == 200
    assert "removed 14 days after" in page.text
    assert f"/submissions/{number}/files/0" not in page.text
    answer = student.get(f"/submissions/{number}/files/0", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["slug"]) == (410, "files-removed")
    told = student.get(f"/api/v1/submissions/{number}").get_json()
    assert told["files_removed_at"] is not None
    assert told["files"][0]["sha256"] == DIGEST


def test_the_days_in_the_sentence_are_those_of_the_rule():
    assert f"{REJECTED_LIFE.days} days" in str(FilesRemoved.help)
