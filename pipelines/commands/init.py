"""`rundblick init`: a new workspace with one example source."""

import shutil
from pathlib import Path

from warehouse.errors import WarehouseError
from warehouse.settings import FILE_NAME, open_workspace

_TEMPLATE = Path(__file__).parent.parent / "workspace_template"


def run(folder: Path, company: str, country: str) -> None:
    """Copy the template, make the key and say what to do next. Refuses a folder that is a workspace already."""
    if (folder / FILE_NAME).exists():
        raise WarehouseError(f"{folder}: already holds a {FILE_NAME}. Choose another folder.")
    if not (len(country) == 2 and country.isalpha()):
        raise WarehouseError(f'--country: "{country}" is no ISO-2 code. Write two letters such as DE.')
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(_TEMPLATE, folder, dirs_exist_ok=True)
    (folder / "gitignore").rename(folder / ".gitignore")
    (folder / "inbox" / "customers").mkdir(parents=True, exist_ok=True)
    settings = (_TEMPLATE / FILE_NAME).read_text(encoding="utf-8")
    quoted = company.replace("\\", "\\\\").replace('"', '\\"')
    settings = settings.replace('"My company"', f'"{quoted}"').replace("country: DE", f"country: {country.upper()}")
    (folder / FILE_NAME).write_text(settings, encoding="utf-8")
    workspace = open_workspace(folder)
    assert workspace.secret_key
    print(
        f"Made the workspace {workspace.root}.\n"
        f"1. Put a CSV of customers into {folder / 'inbox' / 'customers'}.\n"
        f"2. Say what its columns mean in {folder / 'sources' / 'customers.yaml'}.\n"
        f"3. rundblick run --workspace {folder}"
    )
