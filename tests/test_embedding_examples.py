"""The example applications, and the document about embedding, do what they say."""

from __future__ import annotations

import doctest
import importlib.util
import json
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def example(name):
    path = ROOT / "examples" / "embedding" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rules_engine():
    module = example("rules_engine")
    assert module.process(module.RULES, module.EVENTS) == [
        "review eve: transfer of 2500", "lock ada: 3 failed logins",
        "rule broken failed at line 19: cannot index nil"]
    assert module.process("fn spin(e) { while true { } }", module.EVENTS[:1]) == [
        "rule spin was stopped: step limit of 100000 reached"]


def test_report_columns():
    module = example("report_columns")
    table = module.report(module.DATA, module.COLUMNS)
    assert table == [
        ["product", "price", "sold", "returned", "revenue", "return rate", "label", "endless"],
        ["lamp", "24.5", "120", "4", "2842.0", "3.3 %", "LAMP", "#steps"],
        ["desk", "310.0", "15", "0", "4650.0", "0 %", "DESK (premium)", "#steps"],
        ["chair", "89.9", "0", "0", "0.0", "#division by zero", "CHAIR", "#steps"]]


def test_script_server():
    module = example("script_server")
    server = module.make_server(0)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        def post(script):
            request = urllib.request.Request(
                f"http://127.0.0.1:{server.server_port}/", data=script.encode())
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            try:
                with opener.open(request, timeout=20) as response:
                    return response.status, json.load(response)
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, json.load(error)

        status, result = post('log("hi")\nlet result = map([1, 2], fn(x) => x * 2)')
        assert (status, result["result"], result["output"]) == (200, [2, 4], "hi\n")
        status, result = post("while true { }")
        assert (status, result["limit"] in ("time", "steps")) == (422, True)
        status, result = post("let a = 1\na.b.c = 5")
        assert (status, result["line"]) == (400, 2)
        status, result = post("let result = fn() => 1")
        assert status == 400
        assert post("x" * 100_000)[0] == 413
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_document():
    results = doctest.testfile(str(ROOT / "docs" / "embedding.md"), module_relative=False,
                               optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.attempted > 30
    assert results.failed == 0


@pytest.mark.parametrize("name", ["engine", "errors", "limits", "mapping", "worker", "convert",
                                  "hosts", "program", "run", "finders"])
def test_examples_in_the_code(name):
    module = importlib.import_module(f"sentra.embedding.{name}")
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0
