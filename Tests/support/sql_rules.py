#!/usr/bin/env python3
"""Checks of the SQL tree that no linter knows: what every function must carry, and that nothing is left out.

Prints one line a finding and ends with 1 when there is any. Without an argument all checks run; else those named.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SQL = ROOT / "sql"
findings = []


def report(path, message, text=None, position=None):
    where = str(path.relative_to(ROOT))
    if text is not None:
        where += f":{text.count(chr(10), 0, position) + 1}"
    findings.append(f"{where}: {message}")


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text):
    """Comments become spaces, so that positions stay; string literals are kept."""
    pattern = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.S)
    return pattern.sub(lambda m: m.group() if m.group()[0] == "'" else blank(m), text)


def without_strings(text):
    return re.sub(r"'(?:[^']|'')*'", lambda m: "'" + blank(m)[1:-1] + "'", text)


def code_files():
    return sorted([*SQL.glob("functions/**/*.sql"), *SQL.glob("portable/**/*.sql")])


def listed(loadorder):
    lines = loadorder.read_text().splitlines() if loadorder.exists() else []
    return [line.split()[0] for line in lines if line.strip() and not line.lstrip().startswith("#")]


def check_loadorder():
    for loadorder, files in (
        (SQL / "LOADORDER", code_files()),
        (SQL / "seed/LOADORDER", sorted(SQL.glob("seed/*.sql"))),
        (SQL / "seed/sample/LOADORDER", sorted(SQL.glob("seed/sample/*.sql"))),
    ):
        names = listed(loadorder)
        for name in sorted({n for n in names if names.count(n) > 1}):
            report(loadorder, f"{name} is listed twice")
        for name in names:
            if not (loadorder.parent / name).exists():
                report(loadorder, f"{name} does not exist")
        for file in files:
            # The day's events are inserted by `make run`, not by the seed.
            if file.name != "day.sql" and str(file.relative_to(loadorder.parent)) not in names:
                report(file, f"not listed in {loadorder.relative_to(ROOT)}")


def check_functions():
    for file in code_files():
        text = without_comments(file.read_text())
        starts = [m.start() for m in re.finditer(r"^\s*CREATE\b[^;]*?\b(FUNCTION|PROCEDURE)\b", text, re.M | re.S)]
        for start, end in zip(starts, [*starts[1:], len(text)]):
            part = text[start:end]
            if not part.lstrip().startswith("CREATE OR REPLACE"):
                report(file, "CREATE without OR REPLACE", text, start)
            for needed, pattern in (
                ("SET search_path", r"\bSET search_path\b"),
                ("COMMENT ON", r"\bCOMMENT ON (FUNCTION|PROCEDURE)\b"),
                ("OWNER TO", r"\bOWNER TO\b"),
                ("REVOKE ... FROM PUBLIC", r"\bREVOKE\b[^;]*\bFROM PUBLIC\b"),
            ):
                # A function of the library looks nothing up by name.
                if needed == "SET search_path" and re.search(r"\bLANGUAGE c\b", part):
                    continue
                if not re.search(pattern, part):
                    report(file, f"function without {needed}", text, start)
            if "SECURITY DEFINER" in part and not re.search(r"OWNER TO (erp_gate|erp_owner|erp_ledger)\b", part):
                report(file, "SECURITY DEFINER that erp_gate, erp_owner or erp_ledger does not own", text, start)


def check_raises():
    for file in sorted(SQL.glob("**/*.sql")):
        text = without_comments(file.read_text())
        bare = without_strings(text)
        for match in re.finditer(r"\bRAISE\s+(EXCEPTION|[a-z_]+\s+USING|USING)\b", bare):
            statement = bare[match.start() : bare.find(";", match.start())]
            missing = [w for w in ("ERRCODE", "DETAIL", "HINT") if not re.search(rf"\b{w}\b", statement)]
            if missing:
                report(file, f"RAISE without {', '.join(missing)}", text, match.start())


def check_others():
    for file in code_files():
        text = without_strings(without_comments(file.read_text()))
        for match in re.finditer(r"\bWHEN\s+OTHERS\b", text, re.I):
            if file.name != "call_tool.sql":
                report(file, "WHEN OTHERS outside agent.call_tool", text, match.start())


def check_clock():
    for file in sorted(SQL.glob("functions/**/*.sql")):
        if file.name in ("now.sql", "today.sql"):
            continue
        text = without_strings(without_comments(file.read_text()))
        for match in re.finditer(r"(?<!erp\.)\b(now\(\)|current_date\b|current_timestamp\b|localtimestamp\b)", text, re.I):
            report(file, f"{match.group()} in business code: use erp.now() or erp.today()", text, match.start())


def check_errors():
    document = ROOT / "docs/errors.md"
    known = set(re.findall(r"\bRP[0-9A-Z]{3}\b", document.read_text())) if document.exists() else set()
    sources = [
        *SQL.glob("**/*.sql"),
        *ROOT.glob("extension/src/*.[ch]"),
        *ROOT.glob("Sources/**/*.swift"),
        *ROOT.glob("Sources/**/*.h"),
        *ROOT.glob("workers/**/*.swift"),
    ]
    for file in sorted(sources):
        text = file.read_text()
        for code in sorted(set(re.findall(r"[\"']?\b(RP[0-9][0-9A-Z]{2})\b", text)) - known):
            # A class written as RP1xx names a group, not a code.
            report(file, f"{code} is not in docs/errors.md", text, text.find(code))


def check_text():
    for file in sorted(SQL.glob("**/*.sql")):
        text = file.read_text()
        for match in re.finditer(r"[ \t]+$|\t", text, re.M):
            report(file, "tab or space at the end of the line", text, match.start())


CHECKS = {name[6:]: check for name, check in list(globals().items()) if name.startswith("check_")}

for wanted in sys.argv[1:] or CHECKS:
    CHECKS[wanted]()
for finding in findings:
    print(finding)
sys.exit(1 if findings else 0)
