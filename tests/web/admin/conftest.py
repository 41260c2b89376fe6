from __future__ import annotations

import pytest
from support.admin import Admin


@pytest.fixture
def stranger(deployment):
    """Somebody who is not signed in."""
    return Admin(deployment)


@pytest.fixture
def ana(deployment):
    """An admin who is signed in."""
    return Admin(deployment).sign_in()
