#!/usr/bin/env python3
"""Answers of a server, held against the document that describes them.

    test/tool/answers.py OPENAPI META ANSWERS [--some]

ANSWERS has a JSON object a line: method, route, status, type, body. The
document is held against META, the schema of such documents. Strict: a member
that the document does not name is a fault. Without --some each operation must
have been seen. Faults go to stdout; exit 1 if there is one.
"""
import copy
import datetime
import json
import sys

import jsonschema

METHODS = ("get", "put", "post", "patch", "delete")


FORMATS = jsonschema.FormatChecker([])


@FORMATS.checks("date-time", ValueError)
def is_date_time(value):
    if isinstance(value, str):
        datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ")
    return True


def objects(value):
    """The value and all that is in it."""
    yield value
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from objects(item)


def make_strict(doc):
    """No object has members but those that are named."""
    strict = copy.deepcopy(doc)
    for item in objects(strict):
        if isinstance(item, dict) and isinstance(item.get("properties"), dict):
            item.setdefault("additionalProperties", False)
    return strict


def operations(doc):
    for route, item in doc["paths"].items():
        for method in METHODS:
            if method in item:
                yield (method, route), item[method]


class Checker:
    def __init__(self, doc):
        self.doc = make_strict(doc)
        self.operations = dict(operations(self.doc))
        self.faults = []
        self.seen = set()

    def fault(self, where, why):
        self.faults.append(f"{where}: {why}")

    def validator(self, schema):
        whole = dict(schema, components=self.doc["components"])
        return jsonschema.Draft202012Validator(whole, format_checker=FORMATS)

    def resolve(self, ref):
        found = self.doc
        for name in ref.removeprefix("#/").split("/"):
            found = found[name]
        return found

    def check_document(self, doc, meta):
        for error in jsonschema.Draft202012Validator(meta).iter_errors(doc):
            self.fault("document", f"{error.json_path} {error.message}")
        for name, schema in doc["components"]["schemas"].items():
            try:
                jsonschema.Draft202012Validator.check_schema(schema)
            except jsonschema.SchemaError as error:
                self.fault(name, error.message)
        refs = {item["$ref"] for item in objects(doc)
                if isinstance(item, dict) and "$ref" in item}
        for ref in refs:
            try:
                self.resolve(ref)
            except KeyError:
                self.fault(ref, "there is no such place")
        for name in doc["components"]["schemas"]:
            if f"#/components/schemas/{name}" not in refs:
                self.fault(name, "nothing refers to it")

    def response(self, operation, status):
        found = operation["responses"].get(str(status))
        if not found and status >= 400:
            found = operation["responses"]["default"]
        if found and "$ref" in found:
            found = self.resolve(found["$ref"])
        return found

    def check_answer(self, answer):
        key = answer["method"].lower(), answer["route"]
        where = f"{answer['method']} {answer['route']} {answer['status']}"
        if key not in self.operations:
            return self.fault(where, "not described")
        found = self.response(self.operations[key], answer["status"])
        if not found:
            return self.fault(where, "a status that is not described")
        media = answer["type"].split(";")[0]
        if media not in found["content"]:
            return self.fault(where, f"{media} is not described")
        if answer["status"] < 300:
            self.seen.add(key)
        schema = found["content"][media]["schema"]
        for error in self.validator(schema).iter_errors(answer["body"]):
            self.fault(where, f"{error.json_path} {error.message:.300}")

    def check_coverage(self):
        for method, route in self.operations.keys() - self.seen:
            self.fault(f"{method.upper()} {route}", "was not asked for")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main(document, meta, answers, some=None):
    doc = load(document)
    checker = Checker(doc)
    checker.check_document(doc, load(meta))
    with open(answers, encoding="utf-8") as file:
        for line in file:
            checker.check_answer(json.loads(line))
    if not some:
        checker.check_coverage()
    for line in checker.faults:
        print(line)
    return 1 if checker.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
