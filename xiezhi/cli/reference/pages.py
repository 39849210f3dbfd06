"""All pages of the reference, by their path below its folder. The same packs give the same bytes."""

from collections.abc import Mapping, Sequence

import click

from xiezhi.cli.reference import common
from xiezhi.cli.reference.commands import commands_page
from xiezhi.cli.reference.datasets import datasets_page
from xiezhi.cli.reference.indicators import indicator_page
from xiezhi.cli.reference.markdown import both, bullets, code, link, page, plain, table, titled
from xiezhi.cli.reference.norms import coverage, norms_page
from xiezhi.cli.reference.parameters import parameters_page
from xiezhi.cli.reference.views import views_page
from xiezhi.engine.compile.compiler import compile_indicator
from xiezhi.engine.compile.missing import Missing
from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.packs.model import Pack

INDEX = "README.md"


def reference_pages(packs: Sequence[Pack], root: click.Command) -> dict[str, str]:
    """Return path → Markdown.

    Args:
        packs: the fields to document.
        root: the command whose help is printed.

    Raises:
        AuthorError: a pack does not compile.
    """
    pages = {
        "cli.md": commands_page(root),
        "sql.md": common.forms(),
        "settings.md": common.settings(),
        "calendars.md": common.calendars(),
        "derivations.md": common.derivations(),
        INDEX: _index(packs),
    }
    for pack in packs:
        pages |= {f"{pack.id}/{path}": text for path, text in field_pages(pack).items()}
    return dict(sorted(pages.items()))


def field_pages(pack: Pack) -> dict[str, str]:
    """Return path → Markdown of one field.

    Raises:
        AuthorError: the pack does not compile.
    """
    catalog = build_catalog(pack)
    pages = {
        "datasets.md": datasets_page(pack),
        "norms.md": norms_page(pack),
        "parameters.md": parameters_page(pack),
        "views.md": views_page(pack, catalog),
        INDEX: _field(pack),
    }
    for name, indicator in pack.indicators.items():
        plan = compile_indicator(indicator, catalog, pack)
        if not isinstance(plan, Missing):  # nothing is missing where everything counts as fed
            pages[f"indicators/{name}.md"] = indicator_page(pack, catalog, indicator, plan)
    return pages


def _index(packs: Sequence[Pack]) -> str:
    common_pages: Mapping[str, str] = {
        "cli.md": "命令行与退出码 Command line and exit codes",
        "settings.md": "设置 Settings",
        "sql.md": "指标可用的 SQL The SQL that packs may use",
        "derivations.md": "派生 Derivations",
        "calendars.md": "日历 Calendars",
    }
    fields = (
        (link(both(p.words), f"{p.id}/{INDEX}"), code(p.id), str(len(p.indicators)), both(coverage(p)))
        for p in sorted(packs, key=lambda pack: (pack.order, pack.id))
    )
    return page(
        "参考 Reference",
        "由领域包、命令和设置生成；改动其来源，再运行生成命令。 "
        "Generated from packs, commands and settings: change those, and generate again.",
        table(("领域 Field", "编号 Id", "指标 Indicators", "规范 Norms"), fields),
        bullets(link(words, path) for path, words in common_pages.items()),
        common.marks(),
    )


def _field(pack: Pack) -> str:
    rows = (
        (
            link(code(name), f"indicators/{name}.md"),
            plain(one.words.zh),
            plain(one.words.en),
            code(one.status),
            ", ".join(link(norm, f"norms.md#{norm.lower()}") for norm in one.norms),
        )
        for name, one in sorted(pack.indicators.items())
    )
    return page(
        both(pack.words),
        table(("指标 Indicator", "中文", "English", "状态 Status", "规范 Norms"), rows),
        titled(
            "更多 More",
            bullets(
                (
                    link("数据集 Datasets", "datasets.md") + f" ({len(pack.datasets)})",
                    link("视图与派生表 Views and derived tables", "views.md")
                    + f" ({len(pack.views) + len(pack.derived)})",
                    link("参数与参考表 Parameters and reference tables", "parameters.md")
                    + f" ({len(pack.parameters) + len(pack.tables)})",
                    link("规范 Norms", "norms.md") + f": {both(coverage(pack))}",
                )
            ),
        ),
    )
