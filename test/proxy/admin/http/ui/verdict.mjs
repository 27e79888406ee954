/** @file verdict.mjs  Words of the server as an operator says them */
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { equal, ok } from "node:assert/strict";
import * as v from "#ui/verdict.js";

const tree = process.env.TREE;
const words = (file, pattern) => [...readFileSync(`${tree}/${file}`, "utf8")
	.matchAll(pattern)].map((m) => m[1]);


test("a verdict as one sentence", () => {
	equal(v.verdictLine("relay: source A differs from SDP B"),
		"relayed: source A differs from SDP B");
	equal(v.verdictLine(undefined), "");
	equal(v.mediaName("relay"), "Relayed");
	equal(v.mediaName("?"), "Not decided yet");
});


test("each reason that the server has is explained", () => {
	const all = words("proxy/media/nat_reason.c",
		/\[NAT_\w+\] = \{NAT_(?:DIRECT|RELAY),\s*"([\w-]+)"/g);

	ok(all.length > 15, String(all));
	all.forEach((reason) => ok(v.reasonText(reason), reason));
});


test("each cause of one-way audio is explained", () => {
	const all = words("proxy/media/oneway.c",
		/\[ONEWAY_\w+\] =\s*\{"([\w-]+)"/g);

	ok(all.length > 6, String(all));
	all.forEach((cause) => ok(v.causeText(cause) !== cause, cause));
});


test("a warning in words", () => {
	equal(v.warningText("call.oneway", { call: "x", side: "a",
		what: "not-heard", cause: "nat-mapping" }),
	`Caller is not heard in a call. ${v.causeText("nat-mapping")}.`);
	equal(v.warningText("call.oneway", { side: "b", what: "hears-nothing",
		cause: "new" }), "Callee hears nothing in a call. new.");
	equal(v.warningText("peer.down", { peer: "one", status: 503 }),
		"Peer one is down: 503.");
	equal(v.warningText("peer.down", { peer: "one", status: 0,
		err: "Connection timed out" }),
	"Peer one is down: Connection timed out.");
	equal(v.warningText("hop.rests", { proto: "UDP", ms: 60000 }),
		"hop.rests: proto UDP, ms 60000");
});


test("how good it is", () => {
	equal(v.mosState(4.39), "ok");
	equal(v.mosState(3.6), "warn");
	equal(v.mosState(3.1), "bad");
	equal(v.mosState(0), "");
	equal(v.lossState(0.5), "ok");
	equal(v.lossState(2), "warn");
	equal(v.lossState(5), "bad");
	equal(v.lossState(undefined), "");
});
