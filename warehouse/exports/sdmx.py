"""The chosen observations as SDMX: data in SDMX-CSV 2.0, their structure in SDMX-ML 2.1.

An observation's key is what it is of, whose, for when, and which report states it; OCCURRENCE tells those apart that
one report states more than once (力争 beside a firm target). TIME_PERIOD is a year, or a time range of whole years.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import sdmx
from sdmx.message import Header, StructureMessage
from sdmx.model import common, v21

from pipelines.quantities import UNITS_EN
from pipelines.tables import BOUNDS, KINDS, TRANSFORMATIONS, UNITS
from pipelines.tables.core import AREAS, INDICATORS, OBSERVATIONS
from warehouse.exports import Row, guarded, rows, unguarded
from warehouse.pages import words
from warehouse.pages.words import Said

AGENCY, VERSION = "DUIXIAN", "1.0"
STRUCTURE, FLOW = "DSD_OBSERVATIONS", "OBSERVATIONS"
NONE = "_Z"  # SDMX's code for what does not apply
LINES = "\\\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # what ends a line for a reader, and the sign that escapes it
OF_THE_KEY = {  # dimension → column; its code list follows in `codelists`
    "REF_AREA": "ref_area",
    "INDICATOR": "indicator",
    "TRANSFORMATION": "transformation",
    "UNIT_MEASURE": "unit_measure",
    "KIND": "kind",
    "PRICE_BASIS": "price_basis",
    "COUNT_UNIT": "count_unit",
    "STAGE": "stage",
    "AGGREGATION": "aggregation",
    "REPORT_YEAR": "report_year",
}
ATTRIBUTES = {  # attribute → column
    "OBS_VALUE_HIGH": "obs_value_high",
    "BOUND": "bound",
    "EVIDENCE": "evidence",
    "FLAGS": "flags",
    "CONFIDENCE": "confidence",
    "IS_SAMPLE": "is_sample",
    "OBSERVATION_ID": "observation_id",
}
OPTIONAL = ("OBS_VALUE_HIGH", "FLAGS")
NUMBERS = ("OBS_VALUE_HIGH", "CONFIDENCE")
COMPONENTS = {  # what has no column of the registry: its names and what it is
    "OCCURRENCE": ("第几次", "Occurrence", "1, or which of those that one report states of the same thing"),
    "TIME_PERIOD": ("时期", "Period", "a year, or a time range such as 2021-01-01/P5Y"),
    "OBS_VALUE": ("观测值", "Observation value", "in whole units; of a range the lower end"),
}


def escaped(text: str) -> str:
    r"""A text on one line: what would end a line is written as \uXXXX, a backslash as two; guarded against formulas."""
    line = "".join(
        (one * 2 if one == "\\" else f"\\u{ord(one):04x}") if one in LINES else one for one in text
    )  # fmt: skip
    return guarded(line)


def unescaped(cell: str) -> str:
    """The text that `escaped` wrote."""
    pieces, text = iter(unguarded(cell)), ""
    for one in pieces:
        if one != "\\":
            text += one
        elif (following := next(pieces)) == "u":
            text += chr(int("".join(next(pieces) for _ in range(4)), 16))
        else:
            text += following
    return text


def period(row: Row) -> str:
    """The years of a row: `2025`, or as a time range `2021-01-01/P5Y`."""
    first, last = row["period_start"], row["period_end"]
    return str(first) if first == last else f"{first}-01-01/P{last - first + 1}Y"


def observations(found: Iterable[Row]) -> Iterator[dict[str, str]]:
    """Rows of core.observations as components of the structure → values, all as texts."""
    seen: dict[tuple[str, ...], int] = {}
    for row in found:
        key = {name: NONE if row[column] is None else str(row[column]) for name, column in OF_THE_KEY.items()}
        key["TIME_PERIOD"] = period(row)
        count = seen[tuple(key.values())] = seen.get(tuple(key.values()), 0) + 1
        values = {name: row[column] for name, column in ATTRIBUTES.items()}
        values["FLAGS"] = ";".join(row["flags"])
        values["IS_SAMPLE"] = str(row["is_sample"]).lower()
        yield (
            key
            | {"OCCURRENCE": str(count), "OBS_VALUE": repr(row["obs_value"])}
            | {
                name: "" if value is None else repr(value) if name in NUMBERS else escaped(str(value))
                for name, value in values.items()
            }
        )


def codelist(agency: common.Agency, name: str, zh: str, en: str, codes: Iterable[tuple[str, str, str]]) -> Any:
    """A code list of (code, Chinese name, English name)."""
    made = common.Codelist(
        id=name, name={"zh": zh, "en": en}, maintainer=agency, version=VERSION, is_final=False,
        is_external_reference=False,
    )  # fmt: skip
    for code, code_zh, code_en in codes:
        made.append(common.Code(id=code, name={"zh": code_zh or code, "en": code_en}))
    return made


def codelists(connection: duckdb.DuckDBPyConnection, agency: common.Agency) -> dict[str, Any]:
    """Component → its code list: areas and indicators of the database, and the registry's codes."""

    def listed(codes: Mapping[str, Said], *, may_be_none: bool = False) -> list[tuple[str, str, str]]:
        found = [(code, zh, en or code.replace("_", " ").lower()) for code, (zh, en) in codes.items()]
        return found + [(NONE, "不适用", "not applicable")] * may_be_none

    used = {row["ref_area"] for row in rows(connection, OBSERVATIONS)}
    areas = {row["ref_area"]: row for row in rows(connection, AREAS)}
    for code in list(used):  # and what they are part of
        while code := areas[code]["parent_area"]:
            used.add(code)
    found = {
        "REF_AREA": codelist(
            agency, "CL_AREA", "地区", "Area",
            ((code, row["name_zh"], row["name_en"]) for code, row in areas.items() if code in used),
        ),
        "INDICATOR": codelist(
            agency, "CL_INDICATOR", "指标", "Indicator",
            ((row["indicator"], row["name_zh"], row["name_en"]) for row in rows(connection, INDICATORS)),
        ),
    }  # fmt: skip
    for code in found["REF_AREA"]:
        parent = areas[code.id]["parent_area"]
        if parent:
            found["REF_AREA"][parent].append_child(code)
    transformations = {code: (zh, words.TRANSFORMATIONS_EN[code]) for code, zh in TRANSFORMATIONS.items()}
    units = {code: (zh or "个", UNITS_EN[code]) for code, zh in UNITS.items()}
    kinds, bounds = ({code: (zh, "") for code, zh in codes.items()} for codes in (KINDS, BOUNDS))
    for name, zh, codes, may_be_none in (
        ("TRANSFORMATION", "变换", transformations, False), ("UNIT_MEASURE", "计量单位", units, False),
        ("KIND", "类别", kinds, False), ("PRICE_BASIS", "价格口径", words.BASES, True),
        ("STAGE", "阶段", words.STAGES, True), ("AGGREGATION", "汇总方式", words.AGGREGATIONS, True),
        ("BOUND", "界限", bounds, False),
    ):  # fmt: skip
        english = name.replace("_", " ").capitalize()
        found[name] = codelist(agency, f"CL_{name}", zh, english, listed(codes, may_be_none=may_be_none))
    return found


def structure(connection: duckdb.DuckDBPyConnection, build: Row) -> StructureMessage:
    """The data structure definition of the observations, with its concepts, code lists and dataflow."""
    agency = common.Agency(id=AGENCY)
    own: dict[str, Any] = {"maintainer": agency, "version": VERSION, "is_final": False, "is_external_reference": False}
    lists = codelists(connection, agency)
    columns = {column.name: column for column in OBSERVATIONS.columns}
    concepts = common.ConceptScheme(id="CS_OBSERVATIONS", name={"zh": "概念", "en": "Concepts"}, **own)
    for name in (*OF_THE_KEY, *COMPONENTS, *ATTRIBUTES):
        if name in COMPONENTS:
            zh, en, comment = COMPONENTS[name]
        else:
            column = columns[(OF_THE_KEY | ATTRIBUTES)[name]]
            zh, en, comment = column.zh, name.replace("_", " ").capitalize(), column.comment
        concepts.append(common.Concept(id=name, name={"zh": zh, "en": en}, description={"en": comment}))

    def of(name: str, kind: common.FacetValueType = common.FacetValueType.string) -> dict[str, Any]:
        represented = (
            common.Representation(enumerated=lists[name])
            if name in lists
            else common.Representation(non_enumerated=[common.Facet(value_type=kind)])
        )
        return {"id": name, "concept_identity": concepts[name], "local_representation": represented}

    made = v21.DataStructureDefinition(id=STRUCTURE, name={"zh": "观测", "en": "Observations"}, **own)
    made.dimensions.id, made.attributes.id, made.measures.id = (
        "DimensionDescriptor", "AttributeDescriptor", "MeasureDescriptor",
    )  # fmt: skip
    integer, double = common.FacetValueType.integer, common.FacetValueType.double
    for name in OF_THE_KEY:
        made.dimensions.append(
            common.Dimension(**of(name, integer if name == "REPORT_YEAR" else common.FacetValueType.string))
        )
    made.dimensions.append(common.Dimension(**of("OCCURRENCE", integer)))
    made.dimensions.append(common.TimeDimension(**of("TIME_PERIOD", common.FacetValueType.observationalTimePeriod)))
    made.dimensions.assign_order()
    made.measures.append(v21.PrimaryMeasure(**of("OBS_VALUE", double)))
    for name in ATTRIBUTES:
        made.attributes.append(
            v21.DataAttribute(
                **of(name, double if name in NUMBERS else common.FacetValueType.string),
                related_to=v21.PrimaryMeasureRelationship(),
                usage_status=common.UsageStatus["conditional" if name in OPTIONAL else "mandatory"],
            )
        )
    flow = v21.DataflowDefinition(
        id=FLOW, name={"zh": "政府工作报告观测", "en": "Observations of government work reports"}, structure=made, **own
    )
    header = Header(id=f"DUIXIAN_{build['build_id']}", prepared=build["built_at"], sender=agency, test=False)
    message = StructureMessage(header=header)
    for item in (*lists.values(), concepts, made, flow):
        message.add(item)
    return message


def write(connection: duckdb.DuckDBPyConnection, folder: Path, build: Row) -> None:
    """Write `observations.csv` and `structure.xml` into a folder.

    Args:
        connection: see `chosen`.
        folder: an empty folder.
        build: the row of ops.builds.
    """
    (folder / "structure.xml").write_bytes(sdmx.to_xml(structure(connection, build), pretty_print=True))
    with (folder / "observations.csv").open("w", encoding="utf-8", newline="") as file:
        names = (*OF_THE_KEY, "OCCURRENCE", "TIME_PERIOD", "OBS_VALUE", *ATTRIBUTES)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("STRUCTURE", "STRUCTURE_ID", "ACTION", *names))
        for row in observations(rows(connection, OBSERVATIONS)):
            writer.writerow(("dataflow", f"{AGENCY}:{FLOW}({VERSION})", "I", *(row[name] for name in names)))
