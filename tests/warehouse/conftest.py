"""What several tests of the warehouse share."""

import pytest

from warehouse.models import read_models


@pytest.fixture
def model(tmp_path, request):
    """The model core.spend, of the text SPEND in the test's module."""
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "spend.sql").write_text(request.module.SPEND)
    return read_models(tmp_path)["core.spend"]
