/** @file router.mjs  What the part of the address behind # says */
import { test } from "node:test";
import { deepEqual, equal } from "node:assert/strict";
import { parse, link } from "#ui/router.js";

const CASES = [
	["", "", [], {}], ["#", "", [], {}], ["#/", "", [], {}],
	["#/calls", "calls", [], {}],
	["#/call/1a2b", "call", ["1a2b"], {}],
	["#/call/a%2Fb%40c", "call", ["a/b@c"], {}],
	["#/call/%zz", "call", ["%zz"], {}],
	["#/history?bad=true&search=a%20b", "history", [],
		{ bad: "true", search: "a b" }],
];


for (const [hash, name, args, query] of CASES) {
	test(`"${hash}" is read`, () =>
		deepEqual(parse(hash), { name, args, query }));
}


test("what is written is read again", () => {
	const hash = link("call", ["a/b?c#d"], { x: "1 &2", y: "" });

	deepEqual(parse(hash), { name: "call", args: ["a/b?c#d"],
		query: { x: "1 &2" } });
	equal(link("history", [], { a: "" }), "#/history");
});
