/** @file scale.mjs  Axes: round numbers, round times, lines between points */
import { test } from "node:test";
import { deepEqual, equal } from "node:assert/strict";
import { ticks, timeTicks, linePath, nearest } from "#ui/scale.js";

const AXES = [
	[4, 4, [0, 1, 2, 3, 4]], [5, 5, [0, 1, 2, 3, 4, 5]],
	[0.3, 4, [0, 0.1, 0.2, 0.3]], [2310, 4, [0, 1000, 2000, 3000]],
	[0, 4, [0, 0.25, 0.5, 0.75, 1]], [NaN, 4, [0, 0.25, 0.5, 0.75, 1]],
];

for (const [max, count, want] of AXES) {
	test(`an axis to ${max}`, () => deepEqual(ticks(max, count), want));
}


test("times are round, and not too many", () => {
	const from = new Date(2026, 10, 20, 20, 47, 13).getTime();
	const out = timeTicks(from, from + 7200e3, 6);

	equal(out.length, 4);
	out.forEach((t) => equal(new Date(t).getMinutes() % 30, 0));
	deepEqual(timeTicks(5, 5), []);
});


test("what is no number is a gap", () => {
	equal(linePath([0, 1, 2, 3], [1, NaN, 3, 4]), "M0.0 1.0M2.0 3.0L3.0 4.0");
	equal(linePath([], []), "");
});


test("the nearest moment", () => {
	equal(nearest([10, 20, 30], 24), 1);
	equal(nearest([10, 20, 30], 26), 2);
	equal(nearest([10, 20, 30], -5), 0);
	equal(nearest([10, 20, 30], 99), 2);
	equal(nearest([10], 99), 0);
	equal(nearest([], 99), -1);
});
