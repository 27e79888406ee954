/** @file account_form.mjs  The fields of an account */
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { deepEqual } from "node:assert/strict";
import { FIELDS, toForm, fromForm } from "#ui/account_form.js";

const before = toForm({ aor: "a@b", name: "A", aliases: ["1", "2"],
	disabled: false, calls: 3, noanswer: 20, allow: "+49" });


test("what is left alone is not sent", () =>
	deepEqual(fromForm({ ...before, password: "" }, before), {}));


test("only what is other is sent, as the API takes it", () =>
	deepEqual(fromForm({ ...before, aliases: "1, 3", calls: "",
		allow: "", disabled: true, noanswer: 30, password: "x" },
	before), { aliases: ["1", "3"], calls: null, allow: "",
		disabled: true, noanswer: 30, password: "x" }));


test("a new account sends what was filled in", () =>
	deepEqual(fromForm({ aor: "a@b", name: "", password: "x", calls: "",
		disabled: false, media: "auto" }, { media: "auto" }),
	{ password: "x" }));


test("each setting that an account has can be edited", () => {
	const text = readFileSync(process.env.TREE +
		"/proxy/user/account_setting.c", "utf8");
	const all = [...text.matchAll(/^\s*\[SETTING_\w+\] = FIELD\("([\w-]+)"/gm)]
		.map((m) => m[1]);

	deepEqual(all.filter((name) => !FIELDS.some((f) => f.name === name)),
		[]);
	deepEqual(all.length > 8, true);
});
