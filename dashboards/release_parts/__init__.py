"""Parts of the release page."""
