"""Pages that are made when the documentation is built: tables from the registry, commands from the command line."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from commands import app
from pipelines import seeds
from pipelines.tables import Column, Table
from pipelines.tables.registry import TABLES
from warehouse.pages import words

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {
    "core": "What is read in reports, and the code lists.",
    "mart": "What analysts ask, [with worked queries](../marts.md).",
    "ops": "What a file was built from, what could not be read, what was checked.",
}


def escaped(text: str) -> str:
    """A text as a cell of a table in Markdown."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def column_row(column: Column) -> str:
    """A column of a table, as a row."""
    more = "" if column.required else " May be NULL."
    if column.references:
        more += f" Refers to `{column.references}`."
    if column.allowed:
        more += f" One of {', '.join(f'`{code}`' for code in column.allowed)}."
    meaning = escaped(column.comment).removesuffix(".")
    return f"| `{column.name}` | {column.zh} | `{column.type}` | {meaning}.{more} |"


def tables_page() -> str:
    """Every table and column, as the registry has them."""
    lines = [
        "# Tables 数据表", "",
        "Made from the registry (`pipelines/tables/`) when this page was built; the database has the same as comments.",
    ]  # fmt: skip
    for schema, about in SCHEMAS.items():
        lines += ["", f"## {schema}", "", about]
        for table in TABLES.values():
            if table.schema == schema:
                lines += ["", *of_table(table)]
    return "\n".join(lines) + "\n"


def of_table(table: Table) -> Iterator[str]:
    """A table with its columns."""
    yield f"### {table.full_name} {table.zh}"
    yield ""
    yield f"{table.comment} A row is identified by {', '.join(f'`{name}`' for name in table.key)}."
    yield ""
    yield "| column | 名称 | type | meaning |"
    yield "| --- | --- | --- | --- |"
    yield from map(column_row, table.columns)


def indicators_page() -> str:
    """The codebook."""
    lines = [
        "# Indicators 指标", "",
        "The codebook, `seeds/indicators.csv`: what is looked for in reports, and what is wanted of it.", "",
        "| code | 名称 | name | units | wanted | group |", "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for row in seeds.indicators().to_dicts():
        group = words.CATEGORIES.get(row["category"], (row["category"],) * 2)
        lines.append(
            f"| `{row['indicator']}` | {row['name_zh']} | {row['name_en']} | {', '.join(row['units'])} | "
            f"{words.DESIRED_EN[row['desired']]} | {group[0]} {group[1]} |"
        )
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with its arguments and options, as the command line itself tells them."""
    group: Any = typer.main.get_command(app)
    lines = [
        "# Commands 命令", "", "Made from the command line when this page was built: `duixian COMMAND --help` says so.",
        "", *of_command("duixian", group), "", "Completion for bash, zsh and fish: `duixian --install-completion`.",
    ]  # fmt: skip
    for name, command in group.commands.items():
        lines += ["", f"## {name}", "", *of_command(f"duixian {name}", command)]
    return "\n".join(lines) + "\n"


def of_command(name: str, command: Any) -> Iterator[str]:
    """A command: how it is called, what it does, what it takes."""
    parameters = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    arguments = " ".join(shown(parameter) for parameter in parameters if parameter.param_type_name == "argument")
    yield f"    {name} [OPTIONS] {'COMMAND [ARGS]' if hasattr(command, 'commands') else arguments}".rstrip()
    yield ""
    yield from (line.strip() for line in (command.help or "").strip().splitlines())
    yield ""
    yield "| argument or option | meaning |"
    yield "| --- | --- |"
    for parameter in parameters:
        default = parameter.show_default if isinstance(parameter.show_default, str) else parameter.default
        told = default not in (None, False) and not parameter.required
        more = f" Without it: `{default}`." if told else " Must be given." if parameter.required else ""
        if parameter.envvar:
            more += f" `{parameter.envvar}` in the environment stands for it."
        meaning = escaped(parameter.help or "")
        yield f"| `{escaped(shown(parameter))}` | {meaning}{more} |"


def shown(parameter: Any) -> str:
    """An argument, or an option with its names and what it takes."""
    if parameter.param_type_name == "argument":
        return parameter.metavar or parameter.name.upper()
    names = "/".join((*parameter.opts, *parameter.secondary_opts))
    if parameter.is_flag:
        return names
    described = parameter.type_descriptor
    takes = "|".join(described.choices) if described.is_choice else parameter.metavar or parameter.name.upper()
    return f"{names} {takes}"


PAGES = {
    "reference/tables.md": tables_page,
    "reference/commands.md": commands_page,
    "reference/indicators.md": indicators_page,
    "reference/seeds.md": lambda: (ROOT / "seeds/README.md").read_text(encoding="utf-8"),
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made."""
    for path, make in PAGES.items():
        files.append(File.generated(config, path, content=make()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links to the seeds' own page lead to it here."""
    up = "../" * page.file.src_uri.count("/")
    return re.sub(r"\]\((?:\.\./)+seeds/README\.md", f"]({up}reference/seeds.md", markdown)
