"""All views of quizzes: importing this module puts their routes on the blueprints."""

from __future__ import annotations

from server.quizzes import network_check, pages, picture_pages, quiz_list_api
from server.quizzes.authoring import editor, preview
from server.quizzes.blueprints import api_routes, routes
from server.quizzes.codes.guess_guard import SECRETS, answer_wrong_guess
from server.quizzes.replay import api as replay_api
from server.quizzes.replay import pages as replay_pages
from server.quizzes.reports import history_pages, participation, results_file, results_page
from server.quizzes.room import player_api, staff_api
from server.quizzes.room.runtime import remember_quizzes

BLUEPRINTS = (routes, api_routes)
VIEWS = (
    editor,
    history_pages,
    network_check,
    pages,
    participation,
    picture_pages,
    player_api,
    preview,
    quiz_list_api,
    replay_api,
    replay_pages,
    results_file,
    results_page,
    staff_api,
)

for _blueprint in (api_routes, routes):
    for _refusal in SECRETS:
        _blueprint.register_error_handler(_refusal, answer_wrong_guess)
routes.record(lambda state: remember_quizzes(state.app))
routes.add_app_template_filter(pages.nickname, "two_words")
routes.add_app_template_global(pages.type_words)
