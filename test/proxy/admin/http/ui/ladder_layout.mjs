/** @file ladder_layout.mjs  Where the columns and arrows of a ladder stand */
import { test } from "node:test";
import { equal, ok } from "node:assert/strict";
import { layout, summary, kind } from "#ui/ladder_layout.js";

const people = [{ address: "A", name: "alice" }, { address: "S" },
	{ address: "B" }];
const messages = [{ at_ms: 1000, from: 0, to: 1, method: "INVITE" },
	{ at_ms: 1001, from: 1, to: 2, method: "INVITE" },
	{ at_ms: 1700, from: "B", to: "S", status: 180, reason: "Ringing" }];


test("arrows run between their columns, a row each", () => {
	const l = layout({ participants: people, messages }, 900);

	equal(l.columns.length, 3);
	l.rows.forEach((r) => {
		equal(r.from, l.columns[r.a].x);
		equal(r.to, l.columns[r.b].x);
	});
	equal(l.rows[2].a, 2);
	equal(l.rows[2].after, 700);
	equal(l.rows[1].y - l.rows[0].y, l.row);
	ok(l.width <= 900 && l.height > l.rows[2].y);
});


test("columns keep their distance where there is no room", () => {
	const l = layout({ participants: people, messages }, 320);

	ok(l.columns[1].x - l.columns[0].x >= 120);
	ok(l.width > 320);
});


test("who is not named gets a column, nothing is an empty ladder", () => {
	equal(layout({ messages: [{ from: "X", to: "Y" }] }, 500)
		.columns.length, 2);
	equal(layout({}, 500).rows.length, 0);
});

const KINDS = [[{ method: "BYE" }, "request", "BYE"],
	[{ status: 100, reason: "Trying" }, "provisional", "100 Trying"],
	[{ status: 200, reason: "OK" }, "success", "200 OK"],
	[{ status: 302 }, "redirect", "302"],
	[{ status: 486, reason: "Busy" }, "failure", "486 Busy"],
	[{ status: 407 }, "challenge", "407"], [{}, "request", "?"]];

for (const [m, what, words] of KINDS) {
	test(`${words} is a ${what}`, () => {
		equal(kind(m), what);
		equal(summary(m), words);
	});
}
