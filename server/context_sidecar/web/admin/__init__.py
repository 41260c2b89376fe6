"""The admin pages: which tools show cards, how each is set up, and whether it works; and how the
sources are signed in to.

Whoever shows an admin's key is signed in by a cookie, which works here alone; nothing here can be
framed, and nothing is changed but by a form of these very pages.
"""

from apiflask import APIBlueprint
from flask import Response, request

from context_sidecar.web import errors
from context_sidecar.web.admin import door
from context_sidecar.web.admin.changes import changes
from context_sidecar.web.admin.pages import pages
from context_sidecar.web.admin.sources import sources

__all__ = ["admin"]

admin = APIBlueprint("admin", __name__, url_prefix=door.HOME, enable_openapi=False)
admin.before_request(door.guard)
admin.get("/icon.svg")(door.icon)
admin.post("/sign-in")(door.sign_in)
admin.post("/sign-out")(door.sign_out)
admin.register_blueprint(pages)
admin.register_blueprint(changes)
admin.register_blueprint(sources)


@admin.errorhandler(Exception)
def explain(error: Exception) -> Response:
    """Say on a page what is wrong."""
    problem, instance = errors.understood(error)
    if request.path.endswith("/check"):
        return errors.as_document(problem, instance)
    return door.page("problem.html", problem.status, problem=problem, instance=instance)
