"""Publishing a course's folder: new versions, unchanged ones, broken ones, and the baselines."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import select

from assignments.archive import pack, unpack, version_of
from assignments.file_formats import FLAWS
from grader.contract import BundleFile, archive_path
from server.database import Database
from server.grading.models import Submission
from server.grading.service import published_now
from server.store import Blob, Space, Store
from server.store.folder import FolderStore
from server.submissions.publishing import GONE, NOTHING_THERE, Outcome, Result
from server.submissions.service import in_force, sync
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import DEFAULTS, SLUG, SOURCE, TOML, ZONE

pytestmark = pytest.mark.dialects


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course's folder with one assignment."""
    home = tmp_path / "course" / SLUG
    for name in ("starter", "reference"):
        (home / name).mkdir(parents=True)
        (home / name / "submission.py").write_bytes(SOURCE + name.encode())
    (home / "starter" / "README.md").write_text("Begin here.")
    (home / "assignment.toml").write_text(TOML.format(slug=SLUG, **DEFAULTS))
    (home / "data.py").write_text("def load(): ...\n")
    for language in ("en", "hu"):
        (home / f"handout.{language}.md").write_text(f"# Handout in {language}\n")
    return home.parent


@pytest.fixture
def store(store_url: str) -> Store:
    return FolderStore(Path(store_url))


def publish(database: Database, store: Store, folder: Path) -> list[Outcome]:
    return sync(database, store, folder, ZONE, NOON, course_id=COURSE)


def baselines(database: Database) -> list[tuple[str | None, list[str]]]:
    with database.read() as session:
        found = session.scalars(select(Submission).order_by(Submission.baseline)).all()
        return [(one.baseline, [file.name for file in one.files]) for one in found]


def test_new_assignment_is_published(database: Database, store: Store, folder: Path, tmp_path: Path):
    assert publish(database, store, folder) == [Outcome(SLUG, Result.PUBLISHED)]
    with database.read() as session:
        published = in_force(session, COURSE, SLUG, ZONE)
    assert published.handout.hu == "# Handout in hu\n"
    with store.open(published.digest, Space.ARCHIVES) as archive:
        unpack(archive.read(), tmp_path / "unpacked")
    assert (tmp_path / "unpacked" / "data.py").is_file()


def test_starter_files_lie_in_the_store(database: Database, store: Store, folder: Path):
    publish(database, store, folder)
    with database.read() as session:
        starter = in_force(session, COURSE, SLUG, ZONE).starter
    assert [file.name for file in starter] == ["README.md", "submission.py"]
    with store.open(starter[0].sha256) as file:
        assert file.read() == b"Begin here."


def test_baselines_are_handed_in_once(database: Database, store: Store, folder: Path):
    for _ in range(2):
        publish(database, store, folder)
    assert baselines(database) == [("reference", ["submission.py"]), ("starter", ["submission.py"])]


def test_unchanged_folder_changes_nothing(database: Database, store: Store, folder: Path):
    publish(database, store, folder)
    assert publish(database, store, folder) == [Outcome(SLUG, Result.UNCHANGED)]


def test_edit_makes_a_new_version(database: Database, store: Store, folder: Path):
    publish(database, store, folder)
    (folder / SLUG / "data.py").write_text("def load(): return 1\n")
    assert publish(database, store, folder) == [Outcome(SLUG, Result.PUBLISHED)]
    assert len(baselines(database)) == 4


def test_going_back_publishes_the_old_version_again(database: Database, store: Store, folder: Path):
    data = folder / SLUG / "data.py"
    publish(database, store, folder)
    with database.read() as session:
        first = in_force(session, COURSE, SLUG, ZONE).digest
    old = data.read_text()
    data.write_text("def load(): return 1\n")
    publish(database, store, folder)
    data.write_text(old)
    assert publish(database, store, folder) == [Outcome(SLUG, Result.PUBLISHED)]
    with database.read() as session:
        assert in_force(session, COURSE, SLUG, ZONE).digest == first
    assert len(baselines(database)) == 4


def test_broken_assignment_leaves_the_published_one(database: Database, store: Store, folder: Path):
    publish(database, store, folder)
    file = folder / SLUG / "assignment.toml"
    file.write_text(file.read_text().replace('metric = "accuracy"', 'metric = "luck"'))
    [outcome] = publish(database, store, folder)
    assert outcome.result is Result.BROKEN
    assert f"{SLUG}/assignment.toml, line " in outcome.problem
    assert "metric" in outcome.problem
    with database.read() as session:
        assert in_force(session, COURSE, SLUG, ZONE).spec.score.metric == "accuracy"


def test_broken_one_hides_no_other(database: Database, store: Store, folder: Path):
    other = folder / "broken"
    other.mkdir()
    (other / "assignment.toml").write_text("slug = [")
    assert [outcome.result for outcome in publish(database, store, folder)] == [
        Result.BROKEN,
        Result.PUBLISHED,
    ]


def test_nobody_waits_for_packing_and_storing(
    database: Database, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    keep, kept = FolderStore.keep, []

    def keep_while_another_writes(
        self: FolderStore, stream: IO[bytes], limit: int, *, space: Space = Space.BLOBS
    ) -> Blob:
        with database.write() as session:  # on SQLite it would wait for a sync that writes
            session.scalars(select(Submission)).all()
        kept.append(limit)
        return keep(self, stream, limit, space=space)

    monkeypatch.setattr(FolderStore, "keep", keep_while_another_writes)
    assert publish(database, store, folder) == [Outcome(SLUG, Result.PUBLISHED)]
    assert len(kept) == 5


def test_archives_of_an_older_release_are_moved_to_their_space(
    database: Database, store: FolderStore, folder: Path
):
    """Runs of older versions go on after an upgrade."""
    publish(database, store, folder)
    digest = digest_of(folder)
    with store.open(digest, Space.ARCHIVES) as archive:
        content = archive.read()
    (store.folder / archive_path(digest)).unlink()
    store.keep(io.BytesIO(content), len(content))
    (folder / SLUG / "handout.en.md").write_text("A newer version.")
    publish(database, store, folder)
    with store.open(digest, Space.ARCHIVES) as archive:
        assert archive.read() == content


def publish_with_kits(database: Database, store: Store, folder: Path, kits: Path) -> list[Outcome]:
    return sync(database, store, folder, ZONE, NOON, course_id=COURSE, kits=kits)


def practice(database: Database) -> BundleFile | None:
    with database.read() as session:
        return in_force(session, COURSE, SLUG, ZONE).practice


def digest_of(folder: Path) -> str:
    return version_of(pack(folder / SLUG))


def test_practice_kit_of_this_very_version_is_taken(
    database: Database, store: Store, folder: Path, tmp_path: Path
):
    (tmp_path / f"{digest_of(folder)}.safetensors").write_bytes(b"kit")
    publish_with_kits(database, store, folder, tmp_path)
    kit = practice(database)
    assert kit is not None
    assert (kit.name, kit.size) == (f"{SLUG}-practice.safetensors", 3)
    with store.open(kit.sha256) as file:
        assert file.read() == b"kit"


def test_practice_kit_may_come_later(database: Database, store: Store, folder: Path, tmp_path: Path):
    publish_with_kits(database, store, folder, tmp_path)
    assert practice(database) is None
    (tmp_path / f"{digest_of(folder)}.safetensors").write_bytes(b"kit")
    assert publish_with_kits(database, store, folder, tmp_path) == [Outcome(SLUG, Result.UNCHANGED)]
    assert practice(database) is not None
    publish(database, store, folder)
    assert practice(database) is not None  # what was taken stays


def test_practice_kit_of_another_version_is_not_taken(
    database: Database, store: Store, folder: Path, tmp_path: Path
):
    (tmp_path / f"{digest_of(folder)}.safetensors").write_bytes(b"kit")
    (folder / SLUG / "data.py").write_text("def load(): return 1\n")
    publish_with_kits(database, store, folder, tmp_path)
    assert practice(database) is None


def starter_names(database: Database) -> list[str]:
    with database.read() as session:
        return [file.name for file in in_force(session, COURSE, SLUG, ZONE).starter]


def test_tables_of_held_out_inputs_are_handed_out_with_kind_predictions_alone(
    database: Database, store: Store, folder: Path, tmp_path: Path
):
    (folder / SLUG / "starter" / "submission.py").unlink()
    for kind, names in (
        ("code", ["README.md"]),
        ("predictions", ["README.md", "inputs.csv", "predictions.csv"]),
    ):
        toml = folder / SLUG / "assignment.toml"
        toml.write_text(toml.read_text().replace('kind = "code"', f'kind = "{kind}"'))
        publish_with_kits(database, store, folder, tmp_path)
        assert starter_names(database) == ["README.md"]
        for name in ("inputs.csv", "predictions.csv"):
            (tmp_path / f"{digest_of(folder)}.{name}").write_bytes(b"id\n0\n")
        for _ in range(2):
            publish_with_kits(database, store, folder, tmp_path)
            assert starter_names(database) == names


def test_course_that_runs_on_a_shipped_secret_is_told_so(database: Database, store: Store, folder: Path):
    (folder / SLUG / "data.py").write_text("def load():\n    return draw(torch.manual_seed(1998))\n")
    for result in (Result.PUBLISHED, Result.UNCHANGED):
        [outcome] = publish(database, store, folder)
        assert outcome.result is result
        assert "RUNS ON A SHIPPED SECRET" in outcome.warning
        assert "data.py, line 2" in outcome.warning
        assert outcome.problem == ""


def test_fresh_data_need_a_loader_that_draws(database: Database, store: Store, folder: Path):
    toml = folder / SLUG / "assignment.toml"
    load = 'load = "data.py:load"'
    toml.write_text(toml.read_text().replace(load, load + '\nfinal = "fresh"'))
    [outcome] = publish(database, store, folder)
    assert "HAS NO FRESH DATA" in outcome.warning
    (folder / SLUG / "data.py").write_text("def load(draws):\n    return draw(draws.held_out('test'))\n")
    assert publish(database, store, folder) == [Outcome(SLUG, Result.PUBLISHED)]


def test_course_that_draws_from_the_secret_is_told_nothing(database: Database, store: Store, folder: Path):
    (folder / SLUG / "data.py").write_text("def load(draws):\n    return draw(draws.held_out('test'))\n")
    assert publish(database, store, folder) == [Outcome(SLUG, Result.PUBLISHED)]


def test_what_a_handout_names_is_published_with_it(database: Database, store: Store, folder: Path):
    home = folder / SLUG
    (home / "pictures").mkdir()
    (home / "pictures" / "curve.png").write_bytes(b"png")
    (home / "handout.en.md").write_text("![A curve](pictures/curve.png)\n")
    assert publish(database, store, folder) == [Outcome(SLUG, Result.PUBLISHED)]
    with database.read() as session:
        attached = in_force(session, COURSE, SLUG, ZONE).attachments
    assert [file.name for file in attached] == ["pictures/curve.png"]
    with store.open(attached[0].sha256) as file:
        assert file.read() == b"png"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("![x](gone.png)", "names gone.png, which is not in the folder"),
        ("[x](reference/submission.py)", "names reference/submission.py, which is nothing for students"),
        ("[x](data.py)", "names data.py, which is nothing for students"),
        ("$\\frac{$", "is not understood"),
    ],
)
def test_what_students_would_not_see_is_told_to_the_author(
    database: Database, store: Store, folder: Path, named: str, said: str
):
    (folder / SLUG / "handout.en.md").write_text(named + "\n")
    [outcome] = publish(database, store, folder)
    assert outcome.result is Result.PUBLISHED
    assert said in outcome.warning
    with database.read() as session:
        assert in_force(session, COURSE, SLUG, ZONE).attachments == ()


def publish_two(database: Database, store: Store, folder: Path) -> Path:
    """Publish the folder with another assignment beside the first; returns the other's folder."""
    other = folder / "other-homework"
    shutil.copytree(folder / SLUG, other)
    toml = other / "assignment.toml"
    toml.write_text(toml.read_text().replace(f'"{SLUG}"', '"other-homework"'))
    publish(database, store, folder)
    return other


def test_assignment_whose_folder_is_gone_is_unpublished(database: Database, store: Store, folder: Path):
    shutil.rmtree(publish_two(database, store, folder))
    assert publish(database, store, folder) == [
        Outcome(SLUG, Result.UNCHANGED),
        Outcome("other-homework", Result.UNPUBLISHED, warning=GONE),
    ]
    with database.read() as session:
        assert in_force(session, COURSE, "other-homework", ZONE).unpublished_at == NOON
        assert [one.spec.slug for one in published_now(session, COURSE, ZONE)] == [SLUG]
    assert publish(database, store, folder) == [Outcome(SLUG, Result.UNCHANGED)]


def test_folder_that_comes_back_publishes_its_assignment_again(
    database: Database, store: Store, folder: Path
):
    other = publish_two(database, store, folder)
    kept = shutil.move(other, folder.parent / "kept")
    publish(database, store, folder)
    shutil.move(kept, other)
    assert publish(database, store, folder)[1] == Outcome("other-homework", Result.PUBLISHED)
    with database.read() as session:
        assert in_force(session, COURSE, "other-homework", ZONE).unpublished_at is None


def test_broken_folder_is_not_gone(database: Database, store: Store, folder: Path):
    other = publish_two(database, store, folder)
    (other / "assignment.toml").write_text("slug = ")
    publish(database, store, folder)
    with database.read() as session:
        assert in_force(session, COURSE, "other-homework", ZONE).unpublished_at is None


def test_folder_without_any_assignment_unpublishes_nothing(
    database: Database, store: Store, folder: Path, tmp_path: Path
):
    publish(database, store, folder)
    assert publish(database, store, tmp_path) == [
        Outcome(SLUG, Result.UNCHANGED, warning=NOTHING_THERE),
    ]
    with database.read() as session:
        assert in_force(session, COURSE, SLUG, ZONE).unpublished_at is None


SHARED = "train and test share no example: 3 in both"


@pytest.mark.parametrize("written", [f'["{SHARED}"]', "[]", "no list", "[" * 100_000], ids=len)
def test_what_verify_refuses_of_a_version_is_said(
    database: Database, store: Store, folder: Path, tmp_path: Path, written: str
):
    (tmp_path / f"{digest_of(folder)}.{FLAWS}").write_text(written)
    [outcome] = publish_with_kits(database, store, folder, tmp_path)
    assert outcome.result is Result.PUBLISHED
    assert outcome.warning == ("VERIFY REFUSES IT: " + SHARED + "." if SHARED in written else "")
