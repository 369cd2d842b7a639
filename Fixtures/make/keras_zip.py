"""Keras archives without what differs in every run, for the scripts of both generations; imports no Keras."""
import json
import re
import zipfile


def write_zip(path, members, method=zipfile.ZIP_STORED):
    """Writes pairs of a name and bytes, all with one date."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, method)


def members_of(path, version):
    """An archive's members by name, without the date and the addresses of objects."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["metadata.json"] = json.dumps({"keras_version": version, "date_saved": "2026-01-01@00:00:00"}).encode()
    numbers = {}
    members["config.json"] = re.sub(
        rb'("shared_object_id": )(\d+)', lambda match: match[1] + b"%d" % numbers.setdefault(match[2], len(numbers) + 1),
        members["config.json"])
    return members
