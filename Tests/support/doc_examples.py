#!/usr/bin/env python3
"""Runs the SQL examples of a document and compares what psql prints with the text blocks behind them.

doc_examples.py FILE            compares; prints a line per example; ends with 1 when one differs
doc_examples.py FILE --update   writes what was printed into the document

A ```sql block is typed into one psql session after the other blocks; the ```text block right behind it is its output.
Ids, moments and roles that differ from run to run are compared as N.
"""

import re
import subprocess
import sys

FENCE = re.compile(r"^```sql\n(.*?)^```\n(?:(\n*)^```text\n(.*?)^```\n)?", re.S | re.M)
MARK = "--8<-- example %d"


def run(blocks):
    """What psql prints for each block."""
    script = "".join(f"\\echo {MARK % n}\n{block}" for n, block in enumerate(blocks))
    command = ["psql", "-X", "-q", "--set", "VERBOSITY=default"]
    done = subprocess.run(command, input=script, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    parts = re.split(r"^--8<-- example (\d+)\n", done.stdout, flags=re.M)
    return {int(n): text for n, text in zip(parts[1::2], parts[2::2])}


def plain(text):
    """Without what may differ: ids, moments, positions, and how wide that made a table."""
    text = re.sub(r'"constraint_id": \d+', '"constraint_id": N', text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?([+-]\d\d)?", "N", text)
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r"-{2,}", "--", text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def trimmed(text):
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n" if text.strip() else ""


def main(path, update):
    document = open(path, encoding="utf-8").read()
    matches = list(FENCE.finditer(document))
    printed = run([match.group(1) for match in matches])
    failed = 0
    for n, match in enumerate(matches):
        got, wanted = trimmed(printed.get(n, "psql ended before")), match.group(3)
        title = match.group(1).strip().splitlines()[0][:70]
        if wanted is None:
            # Without an output block the example must only work.
            good = "ERROR" not in got
            wanted = "no error"
        else:
            good = plain(got) == plain(wanted)
        print(f"  {'ok     ' if good else 'NOT OK '} {title}")
        if not good:
            failed += 1
            print("          got:\n" + "".join(f"            {line}\n" for line in got.splitlines()), end="")
            print("          wanted:\n" + "".join(f"            {line}\n" for line in wanted.splitlines()), end="")
    if update:
        for n, match in reversed(list(enumerate(matches))):
            if match.group(3) is not None:
                document = document[: match.start(3)] + trimmed(printed[n]) + document[match.end(3) :]
        open(path, "w", encoding="utf-8").write(document)
    print(f"COUNTS {len(matches) - failed} {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--update" in sys.argv[2:]))
