"""What AutoBlog adds to CommonMark: each module one concern, and the order in which they work."""

from markdown_it import MarkdownIt

from blog.markdown_rules import (
    code,
    directions,
    figures,
    footnotes,
    guard,
    headings,
    links,
    tables,
    tasks,
)


def install(parser: MarkdownIt) -> MarkdownIt:
    """Return `parser` with all the rules of this package."""
    parser.core.ruler.after("block", "guard", guard.show_hostile_paragraphs_as_written)
    parser.core.ruler.after("inline", "tasks", tasks.make_tasks)
    parser.core.ruler.push("headings", headings.arrange_headings)
    parser.core.ruler.push("links", links.apply_link_policy)
    parser.core.ruler.push("figures", figures.make_figures)
    parser.core.ruler.push("tables", tables.arrange_tables)
    parser.core.ruler.push("directions", directions.point_the_other_way)
    for rules in (tables.RENDER_RULES, footnotes.RENDER_RULES, code.RENDER_RULES):
        for name, rule in rules.items():
            parser.add_render_rule(name, rule)
    return parser
