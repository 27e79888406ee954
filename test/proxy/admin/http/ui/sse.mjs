/** @file sse.mjs  Server-sent events out of a text that comes in pieces */
import { test } from "node:test";
import { deepEqual } from "node:assert/strict";
import { EventReader } from "#ui/sse.js";


function read(pieces) {
	const reader = new EventReader(), out = [];

	for (const piece of pieces)
		reader.feed(piece, (name, data) => out.push([name, data]));
	return out;
}

const TEXT = "retry: 3000\n: hello\n\nevent: stats\ndata: {\"a\":1}\n\n" +
	"data:x\ndata: y\n\nevent: none\n\nevent: cut\ndata: z";
const WANT = [["stats", "{\"a\":1}"], ["message", "x\ny"]];


test("whole", () => deepEqual(read([TEXT]), WANT));
test("letter by letter", () => deepEqual(read([...TEXT]), WANT));
test("any line end", () => deepEqual(read([...TEXT.replace(/\n/g, "\r\n")]),
	WANT));
test("old line ends", () => deepEqual(read([TEXT.replace(/\n/g, "\r")]),
	WANT));
