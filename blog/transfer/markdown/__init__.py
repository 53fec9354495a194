"""Folders of Markdown with front matter: Jekyll, Hugo, and our own export, which Hugo can build."""
