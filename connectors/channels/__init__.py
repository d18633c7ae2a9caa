"""Channels, out: which files a channel gets, and how an audience becomes those files."""
