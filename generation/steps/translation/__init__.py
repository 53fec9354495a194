"""The steps of a translation: another first step, then passages side by side as sections are."""
