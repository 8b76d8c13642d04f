#!/usr/bin/env python3
"""A compose file read without Docker: it is YAML, and every service, volume and file it names is there."""

import pathlib
import sys

import yaml

path = pathlib.Path(sys.argv[1])
compose = yaml.safe_load(path.read_text())
bad = []
services = compose["services"]
for name, service in services.items():
    build = service.get("build", {})
    if not build and "image" not in service:
        bad.append(f"{name}: neither build nor image")
    dockerfile = path.parent / build.get("context", ".") / build.get("dockerfile", "Dockerfile")
    if build and not dockerfile.exists():
        bad.append(f"{name}: {dockerfile} does not exist")
    for needed in service.get("depends_on", {}):
        if needed not in services:
            bad.append(f"{name}: depends on {needed}, which is no service")
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if not source.startswith((".", "/")) and source not in compose.get("volumes", {}):
            bad.append(f"{name}: volume {source} is not declared")
for line in bad:
    print(line)
sys.exit(1 if bad else 0)
