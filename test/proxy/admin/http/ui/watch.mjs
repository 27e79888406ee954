/** @file watch.mjs  What a call's directions did, noted while it is watched */
import { test } from "node:test";
import { deepEqual, equal } from "node:assert/strict";
import { Watch } from "#ui/watch.js";


function call(packets, lost) {
	const quality = { expected: packets + lost, lost, jitter_us: 2500,
		mos: 4.2 };

	return { streams: [{ a: { rx_packets: packets, quality },
		b: { rx_packets: packets * 2, lost: 0 } }] };
}


test("rates are those between two looks", () => {
	const w = new Watch();

	w.note(call(100, 0), 1000);
	w.note(call(190, 10), 3000);
	deepEqual(w.times, [3000]);
	deepEqual(w.lines("packets"), [[45], [90]]);
	deepEqual(w.lines("loss"), [[10], [0]]);
	deepEqual(w.lines("jitter"), [[2.5], [NaN]]);
	deepEqual(w.lines("mos")[0], [4.2]);
});


test("looks that are too close, and calls without streams", () => {
	const w = new Watch();

	w.note({}, 0);
	w.note({}, 10);
	equal(w.times.length, 0);
	w.note({}, 2000);
	deepEqual(w.lines("loss"), [[NaN], [NaN]]);
});


test("what is kept is bounded", () => {
	const w = new Watch();

	for (let i = 0; i < 2000; i++)
		w.note(call(i * 100, 0), i * 2000);
	equal(w.times.length, 900);
	equal(w.lines("packets")[1].length, 900);
});
