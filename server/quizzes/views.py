"""Every door of quizzes: its pages and its part of the API."""

from __future__ import annotations

from flask import Blueprint

from server.quizzes import pages
from server.quizzes.authoring import editor, preview
from server.quizzes.codes.guess_guard import SECRETS, answer_wrong_guess
from server.quizzes.replay import api
from server.quizzes.replay import pages as replay_pages
from server.quizzes.reports import history_pages, participation, results_file, results_page
from server.quizzes.room import network_check, player_api, staff_api
from server.quizzes.room.runtime import remember_quizzes

quizzes = Blueprint("quizzes", __name__)
quizzes_api = Blueprint("quizzes_api", __name__, url_prefix="/api/v1")

for blueprint in (quizzes, quizzes_api):
    for refusal in SECRETS:
        blueprint.register_error_handler(refusal, answer_wrong_guess)
quizzes.record(lambda state: remember_quizzes(state.app))
quizzes.add_url_rule("/live", "enter", pages.enter)
quizzes.add_url_rule("/live/check", "check", network_check.check)
quizzes.add_url_rule("/live/check/stream", "check_stream", network_check.stream)
quizzes.add_url_rule("/live/check/echo", "check_echo", network_check.echo)
quizzes.add_url_rule("/live/<pin>", "phone", pages.phone)
quizzes.add_url_rule("/live/<pin>/remote", "remote", pages.remote)
quizzes.add_url_rule("/live/<pin>/wall", "wall", pages.wall)
quizzes.add_url_rule("/live/<pin>/results", "results", results_page.results)
quizzes.add_url_rule("/live/<pin>/results.<suffix>", "results_file", results_file.results_file)
quizzes.add_url_rule("/live/<pin>/decide", "decide", results_page.decide, methods=["POST"])
quizzes.add_url_rule("/live/<pin>/replay", "replay", replay_pages.replay)
quizzes.add_url_rule("/live/<pin>/replay", "allow_replay", replay_pages.allow_replay, methods=["POST"])
quizzes.add_app_template_filter(pages.nickname, "two_words")
quizzes.add_url_rule("/quizzes", "quizzes", pages.quizzes)
quizzes.add_url_rule("/quizzes/new", "new_quiz", editor.new_quiz)
quizzes.add_url_rule("/quizzes/participation", "participation", participation.participation)
quizzes.add_url_rule(
    "/quizzes/participation.<suffix>", "participation_file", participation.participation_file
)
quizzes.add_url_rule("/quizzes/publish", "publish", editor.publish, methods=["POST"])
quizzes.add_url_rule("/quizzes/convert", "convert", editor.convert, methods=["POST"])
quizzes.add_url_rule("/quizzes/preview", "preview", preview.preview, methods=["POST"])
quizzes.add_url_rule("/quizzes/import", "import_quiz", editor.import_quiz, methods=["POST"])
quizzes.add_url_rule("/quizzes/<slug>", "quiz", pages.quiz)
quizzes.add_url_rule("/quizzes/<slug>/edit", "edit_quiz", editor.edit_quiz)
quizzes.add_url_rule("/quizzes/<slug>/source", "source", editor.source)
quizzes.add_url_rule("/quizzes/<slug>/export/<file_format>", "export", editor.export)
quizzes.add_url_rule("/quizzes/<slug>/history", "history", history_pages.history)
quizzes.add_url_rule("/quizzes/<slug>/history.<suffix>", "history_file", history_pages.history_file)
quizzes.add_url_rule(
    "/quizzes/<slug>/history/reports", "take_reports", history_pages.take_reports, methods=["POST"]
)
quizzes.add_url_rule(
    "/quizzes/<slug>/history/reports/<int:report_id>",
    "change_report",
    history_pages.change_report,
    methods=["POST"],
)
quizzes.add_url_rule("/quizzes/<slug>/open", "open_quiz", pages.open_quiz, methods=["POST"])

quizzes_api.add_url_rule(
    "/quizzes/<slug>/sessions", "create_session", staff_api.create_session, methods=["POST"]
)
quizzes_api.add_url_rule("/live/<pin>/join", "join", player_api.join_room, methods=["POST"])
quizzes_api.add_url_rule("/live/<pin>/state", "state", player_api.state)
quizzes_api.add_url_rule("/live/<pin>/events", "events", player_api.events)
quizzes_api.add_url_rule("/live/<pin>/answers/<question>", "answer", player_api.answer, methods=["PUT"])
quizzes_api.add_url_rule("/live/<pin>/replay", "replay", api.replay_state)
quizzes_api.add_url_rule("/live/<pin>/replay/<question>", "replay_answer", api.replay_answer, methods=["PUT"])
quizzes_api.add_url_rule("/live/<pin>/advance", "advance", staff_api.advance_room, methods=["POST"])
quizzes_api.add_url_rule("/live/<pin>/lock", "lock", staff_api.lock, methods=["POST"])
quizzes_api.add_url_rule("/live/<pin>/players/<int:player_id>", "player", staff_api.player, methods=["POST"])
quizzes_api.add_url_rule("/live/<pin>/knocks/<int:knock_id>", "knock", staff_api.knock, methods=["POST"])
quizzes_api.add_url_rule("/live/<pin>/rulings", "rulings", staff_api.rulings, methods=["POST"])
quizzes_api.add_url_rule("/live/<pin>/results", "results", staff_api.results)
quizzes_api.add_url_rule("/live/<pin>/desk", "desk_events", staff_api.desk_events)
quizzes_api.add_url_rule("/live/<pin>/wall", "wall_events", staff_api.wall_events)
