"""Plain text and Markdown as people keep them: lines broken to fit a width."""

LIGHTHOUSE_LOG = """\
NOTES FROM THE SKERROW LIGHTHOUSE ARCHIVE
=========================================

The lamp was first lit on 4 November 1868 and burned 2.1 litres
of colza oil an hour. Three keepers shared the watch. Their log
books fill eleven shelves.

In 1931 the keeper's daughter, Ailsa Munro, rowed out twice in
one night and brought back eleven people. She was 19.

  * 1904: first telephone line
  * 1953: diesel generator, 12 kW

The light has been automatic since 1987.
"""

SEED_LIBRARY = """\
---
title: How our seed library works
layout: page
---
# How our seed library works

Members borrowed **1,912** packets in 2025 and returned 1,340.

Beans and lettuces come back most often because they rarely
cross. Squash is different: see the [guide](/squash).

| Crop | Borrowed |
|------|----------|
| Bean | 402      |
"""
