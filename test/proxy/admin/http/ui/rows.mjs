/** @file rows.mjs  Which rows a table shows, and in which order */
import { test } from "node:test";
import { deepEqual } from "node:assert/strict";
import { sorted, found, seen } from "#ui/rows.js";

const of = (r) => r.v;
const values = (rows) => rows.map(of);
const list = (...all) => all.map((v) => ({ v }));


test("numbers in order, nothing last either way", () => {
	const rows = list(10, undefined, 9, NaN, 100);

	deepEqual(values(sorted(rows, of, false)),
		[9, 10, 100, undefined, NaN]);
	deepEqual(values(sorted(rows, of, true)),
		[100, 10, 9, undefined, NaN]);
});


test("texts as people count, whatever their case", () =>
	deepEqual(values(sorted(list("b10", "B9", "a"), of, false)),
		["a", "B9", "b10"]));


test("equals stay in their order", () => {
	const rows = [{ v: 1, n: 1 }, { v: 0, n: 2 }, { v: 1, n: 3 }];

	deepEqual(sorted(rows, of, false).map((r) => r.n), [2, 1, 3]);
});


test("a row has each word of a search", () => {
	const rows = list("Alice 100", "Bob 100", "alice 200");

	deepEqual(values(found(rows, " ALICE  100", of)), ["Alice 100"]);
	deepEqual(found(rows, "  ", of), rows);
	deepEqual(found(rows, "x", of), []);
});

const WINDOWS = [
	[2000, 40, 200, 800, [0, 27]], [2000, 40, -4000, 800, [88, 132]],
	[2000, 40, -100000, 800, [1999, 2000]], [0, 40, 200, 800, [0, 0]],
	[5, 40, 900, 800, [0, 5]],
];

for (const [count, height, top, view, want] of WINDOWS) {
	test(`${count} rows at ${top} show ${want}`, () =>
		deepEqual(seen(count, height, top, view), want));
}
