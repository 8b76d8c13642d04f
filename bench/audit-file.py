#!/usr/bin/env python3
"""Writes an audit export of N leaves to standard output, and checkpoints of it to a second file.

An implementation of docs/audit-format.md of its own, for figures and as a second opinion: bench/audit-file.py 1000000 export notes key.pem
The checkpoints, one every 10,000 leaves, are signed by openssl with the private key; without the last two arguments there are none.
"""
import base64
import hashlib
import struct
import subprocess
import sys
import tempfile

LEDGER = bytes.fromhex("6f1c1e5e2f0a4d0c9a7b3c5d7e9f1a2b")
LEDGER_TEXT = "6f1c1e5e-2f0a-4d0c-9a7b-3c5d7e9f1a2b"


def sha(data):
    return hashlib.sha256(data).digest()


def value(kind, data=b""):
    return struct.pack(">BI", kind, len(data)) + data


def integer(number):
    return value(2, struct.pack(">q", number))


def text(words):
    return value(4, words.encode())


def record(kind, data):
    return kind + struct.pack(">I", len(data)) + data


COLUMNS = [("sales_order_id", "bigint"), ("reference", "text"), ("total_invoice_value", "numeric"), ("placed_at", "timestamptz")]
LAYOUT = sha(b"LY1" + text("erp.sales_orders") + struct.pack(">H", len(COLUMNS)) + b"".join(text(c) + text(t) for c, t in COLUMNS))
LAYOUT_JSON = ('{"table": "erp.sales_orders", "columns": [%s], "types": [%s]}' % (
    ", ".join('"%s"' % c for c, _ in COLUMNS), ", ".join('"%s"' % t for _, t in COLUMNS))).encode()


def leaf(number, payload_hash):
    fields = [
        value(8, LEDGER), integer(7300000000000000000), integer(1000 + number // 3), integer(number), text("row"), text("erp.sales_orders"),
        text('["%d"]' % number), text("INSERT"), value(5, LAYOUT), value(0), value(5, payload_hash), text("sales_agent"), text("erp_gate"),
        integer(1), integer(42), value(7, struct.pack(">q", 1795000000000000 + number)), text("ok")]
    return b"EAL1" + b"".join(struct.pack(">B", tag) + field for tag, field in enumerate(fields, 1))


def fold(peaks):
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = sha(b"\1" + peak + root)
    return root


def sign(message, key):
    with tempfile.NamedTemporaryFile() as file:
        file.write(message)
        file.flush()
        return subprocess.run(
            ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", file.name], check=True, capture_output=True).stdout


def main():
    count = int(sys.argv[1])
    notes, key = (open(sys.argv[2], "w"), sys.argv[3]) if len(sys.argv) == 4 else (None, None)
    out = sys.stdout.buffer
    header = '{"format": 1, "ledger": "%s", "exported_at": "2026-11-21T16:00:00Z", "first": 1, "last": %d}' % (LEDGER_TEXT, count)
    out.write(b"EAX1" + record(b"H", header.encode()) + record(b"Y", LAYOUT + LAYOUT_JSON))
    row, peaks, batch, previous = bytes(32), [], 1, "-"
    for number in range(1, count + 1):
        salt = struct.pack(">QQ", number, number)
        payload = b"RI1" + struct.pack(">H", 4) + integer(number) + text("run 1, %d" % number) + value(3, b"10336.0000") + value(
            7, struct.pack(">q", 1795000000000000 + number))
        encoding = leaf(number, sha(salt + payload))
        digest = sha(b"\0" + encoding)
        row = sha(b"\2" + row + digest)
        out.write(record(b"L", struct.pack(">Q", number) + row + struct.pack(">I", len(encoding)) + encoding + b"\1" + salt + payload))
        peaks.append(digest)
        trees = number
        while trees & 1 == 0:
            right = peaks.pop()
            peaks.append(sha(b"\1" + peaks.pop() + right))
            trees >>= 1
        if number % 10000 == 0 or number == count:
            root = fold(peaks)
            out.write(record(b"B", struct.pack(">QQ", batch, number) + root))
            batch = number + 1
            if notes:
                signed = "headless-erp/audit/%s\n%d\n%s\nrow %s\ntime 2026-11-21T15:00:00Z\nprevious %s\n" % (
                    LEDGER_TEXT, number, base64.b64encode(root).decode(), row.hex(), previous)
                previous = sha(signed.encode()).hex()
                signature = base64.b64encode(sign(signed.encode(), key)).decode()
                notes.write(("--\n" if number > 10000 else "") + signed + "\n— bench " + signature + "\n")
    out.write(record(b"E", struct.pack(">Q", count)))


main()
