/** @file format.mjs  Numbers, times and addresses as a person reads them */
import { test } from "node:test";
import { deepEqual, equal } from "node:assert/strict";
import * as f from "#ui/format.js";

const CASES = [
	["number", [0], "0"], ["number", [1234567], "1\u202f234\u202f567"],
	["number", [-12.345, 2], "\u221212.35"], ["number", [-0.001, 1], "0.0"],
	["number", [NaN], "–"], ["number", [undefined], "–"],
	["short", [999], "999"], ["short", [1234], "1.2\u202fk"],
	["short", [17e6], "17\u202fM"], ["short", [0.25], "0.25"],
	["span", [0], "0:00"], ["span", [7000], "0:07"],
	["span", [750000], "12:30"], ["span", [3723000], "1:02:03"],
	["span", [90 * 3600e3], "3 d 18 h"], ["span", [-5], "0:00"],
	["span", [NaN], "–"],
	["seconds", [45], "45 s"], ["seconds", [720], "12 min"],
	["seconds", [93784], "26.1 h"], ["seconds", [undefined], "–"],
	["percent", [0], "0\u202f%"], ["percent", [0.034], "0.03\u202f%"],
	["percent", [2.5], "2.5\u202f%"], ["percent", [43.12], "43\u202f%"], ["percent", [NaN], "–"],
	["millis", [2470], "2.5\u202fms"], ["millis", [23400], "23\u202fms"],
	["octets", [742], "742\u202fB"], ["octets", [581000], "581\u202fkB"],
	["who", ["sip:alice@example.net"], "alice@example.net"],
	["who", ["tel:+4930"], "+4930"], ["who", [undefined], "–"],
	["text", [0], "0"], ["text", [""], "–"], ["text", [null], "–"],
];


for (const [name, args, want] of CASES) {
	test(`${name}(${args.map(String)}) is ${want}`, () =>
		equal(f[name](...args), want));
}


test("an address has a user and a domain", () => {
	deepEqual(f.userAndDomain("sip:a@b@c"), ["a", "@b@c"]);
	deepEqual(f.userAndDomain("100"), ["100", ""]);
});


test("a moment is told from what the server gives", () => {
	equal(f.moment(17), 17);
	equal(f.moment("1970-01-01T00:00:01.500Z"), 1500);
	equal(f.moment(undefined), NaN);
	equal(f.moment("yesterday"), NaN);
});


test("the day is said where it is another one", () => {
	const now = new Date(2026, 10, 20, 12, 0, 0).getTime();

	equal(f.clock(new Date(2026, 10, 20, 9, 5, 7).getTime(), now),
		"09:05:07");
	equal(f.clock(new Date(2026, 10, 19, 9, 5, 7).getTime(), now),
		"2026-11-19 09:05:07");
	equal(f.clock("nothing", now), "–");
});
