/**
 * @file dashboard.mjs  Leads a browser through the dashboard of a server with
 *                      a call up
 *
 *   node dashboard.mjs http://127.0.0.1:8060 TOKEN FOLDER BLOCK
 *
 * Prints what it saw; what is not so ends it with status 1. Pictures of each
 * page, light, dark and as wide as a telephone, go to FOLDER. "BLOCK on" stops
 * the caller's audio, "BLOCK off" lets it through.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Chrome } from "./chrome.mjs";
import { readingFaults } from "./reading.mjs";

const [base, tokenFile, folder, block] = process.argv.slice(2);
const token = readFileSync(tokenFile, "utf8").trim();
const chrome = new Chrome();

/* page, and how many rows it must have */
const TABLES = [["calls", 1], ["history", 2], ["registrations", 1],
	["accounts", 2], ["peers", 4], ["bans", 1], ["tests", 1],
	["settings", 40]];
const LOOKS = [["light", 1360, 860], ["dark", 1360, 860],
	["light", 360, 740]];


function must(what, good, seen = "") {
	if (!good)
		throw new Error(`${what} ${seen}`);
	console.log(`  ok: ${what}${seen ?
		` (${seen.replace(/\s+/g, " ")})` : ""}`);
}


/* --- in the page --- */

const rows = () => document.querySelectorAll("main tbody tr:not(.spacer)")
	.length;
const text = (selector) => document.querySelector(selector)?.innerText ?? "";
const exists = (selector) => !!document.querySelector(selector);


async function page(hash, heading) {
	await chrome.run((to) => location.hash = to, hash);
	await chrome.until(`the page ${heading}`, (words) =>
		document.querySelector("main h1")?.innerText === words,
	heading);
}


const waits = (what, selector) => chrome.until(what, exists, selector);


/* accounts are not asked for in vain, and Back leads out of the sign-in */
async function closed() {
	await page("#/peers", "Peers");
	await page("#/accounts", "Sign in");
	await waits("a way on without it", ".login button[type=button]");
	await chrome.run(() => history.back());
	await chrome.until("the page before", () =>
		document.querySelector("main h1")?.innerText === "Peers");
	must("without a token accounts ask for it, and Back leads out",
		chrome.faults.length === 0, chrome.faults.join("; "));
}


async function signIn() {
	await chrome.run(() => document.getElementById("sign").click());
	await waits('the sign-in', "#token");
	await chrome.type("not the token of it");
	await chrome.key("Enter");
	await chrome.until("a wrong token is refused", (selector) =>
		/not the server's/.test(document.querySelector(selector)
			?.innerText), ".wrong");
	await chrome.run(() => document.getElementById("token").value = "");
	await chrome.type(token);
	await chrome.key("Enter");
	await waits("the menu", ".menu a[aria-current]");
	must("a wrong token is refused, the right one taken", true);
}


async function tables() {
	for (const [name, least] of TABLES) {
		await chrome.run((to) => location.hash = to, `#/${name}`);
		const n = await chrome.until(`rows of ${name}`, (to, min) => {
			const all = document.querySelectorAll(
				"main tbody tr:not(.spacer)").length;

			return location.hash === to && all >= min ? all : 0;
		}, `#/${name}`, least).catch(() => 0);

		must(`${name} has its rows`, n >= least,
			String(n || await chrome.run(rows)));
	}
}


/* by the keyboard alone, from the table to a message's text */
async function callPage() {
	await page("#/calls", "Calls");
	await waits("a call", "tbody a");
	await chrome.run(() => document.querySelector("tbody a").focus());
	await chrome.key("Enter");
	await waits("the verdict", ".verdict .line");
	const verdict = await chrome.run(text, ".verdict .line");

	must("the verdict is told in words",
		/^relayed: source \S+ differs from SDP \S+$/.test(verdict),
		verdict);
	await waits("the ladder", ".rung");
	await chrome.run(() => document.querySelector(".rung").focus());
	await chrome.key("ArrowDown");
	await chrome.key("ArrowUp");
	await chrome.key("Enter");
	await waits("the message", ".message pre");
	must("Enter shows the text of a message", /^INVITE sip:bob/.test(
		await chrome.run(text, ".message pre")));
	must("credentials are hidden in it", !/response="[0-9a-f]{32}/.test(
		await chrome.run(text, ".message pre")));
	await chrome.until("plots", () => [...document.querySelectorAll(
		".call .plot path.line")].filter((p) =>
		(p.getAttribute("d") ?? "").includes("L")).length >= 4);
	must("both directions are plotted while it is watched", true,
		await chrome.run(text, ".call .plot-readout"));
	return chrome.run(() => location.hash);
}


async function oneWay() {
	execFileSync(block, ["on"]);
	await waits("a warning", ".warnings li.bad");
	const line = await chrome.run(text, ".warnings .line");

	must("one-way audio is said, with its cause",
		/^Caller \(alice@example\.net\) is not heard: /.test(line),
		line);
	await chrome.picture(`${folder}/one-way.png`);
	execFileSync(block, ["off"]);
}


/* each page in each look */
async function looks(call) {
	const pages = ["#/", call, ...TABLES.map(([name]) => `#/${name}`),
		"#/explain?from=alice@example.net&to=bob@example.net",
		"#/system"];

	for (const [scheme, width, height] of LOOKS) {
		await chrome.look(width, height, scheme);
		for (const hash of pages) {
			const name = hash.split(/[/?]/)[1] || "overview";

			await chrome.run((to) => location.hash = to, hash);
			await new Promise((done) => setTimeout(done, 700));
			await chrome.picture(
				`${folder}/${name}-${scheme}-${width}.png`);
			const faults = await chrome.run(readingFaults);

			if (faults.length)
				throw new Error(`${name}, ${scheme}, ` +
					`${width}: ${faults.join("; ")}`);
		}
	}
	await chrome.look(1360, 860, "light");
	must("every page can be read: light, dark, 360 pixels wide", true);
}


async function accounts() {
	await page("#/accounts", "Accounts");
	await chrome.run(() =>
		document.querySelector(".page-head .primary").click());
	await waits("the form", "dialog #field-aor");
	await chrome.type("dora@example.net");
	await chrome.run(() =>
		document.getElementById("field-password").focus());
	await chrome.type("dora-secret");
	await chrome.key("Enter");
	await chrome.until("the new account", () =>
		!document.querySelector("dialog") && document.querySelector(
			"main table").innerText.includes("dora"));
	must("an account is added", true);
	await chrome.run(() => [...document.querySelectorAll("tbody tr")]
		.find((tr) => tr.innerText.includes("dora"))
		.querySelector("[data-act=remove]").focus());
	await chrome.key("Enter");
	await waits("the question", "dialog .danger");
	await chrome.run(() =>
		document.querySelector("dialog .danger").focus());
	await chrome.key("Enter");
	await chrome.until("it is gone", () => !document.querySelector(
		"main table").innerText.includes("dora"));
	must("and deleted", true);
}


/* who searches by the result gets what has it */
async function historyFilters() {
	await page("#/history", "History");
	for (const [result, user] of [["failed", "carol"], ["4xx", "carol"],
		["answered", "bob"]]) {
		await chrome.run((value) => {
			const select = document.querySelector(
				"select[name=status]");

			select.value = value;
			select.dispatchEvent(new Event("change"));
		}, result);
		await chrome.until(`calls that are ${result}`, (name) =>
			document.querySelector("main table tbody")?.innerText
				.includes(name), user);
	}
	must("past calls are filtered by their result", true);
}


async function unban() {
	await page("#/bans", "Bans");
	await waits("a ban", "[data-act=unban]");
	await chrome.run(() =>
		document.querySelector("[data-act=unban]").focus());
	await chrome.key("Enter");
	await waits("the question", "dialog .danger");
	await chrome.key("Tab");
	await chrome.key("Enter");
	await chrome.until("no ban", () => /Nobody is banned/.test(
		document.querySelector(".table-note")?.innerText));
	must("unban by the keyboard", true);
}


async function hangup(call) {
	await chrome.run((to) => location.hash = to, call);
	await waits("the button", ".call-bar .danger");
	await chrome.run(() =>
		document.querySelector(".call-bar .danger").focus());
	await chrome.key("Enter");
	await waits("the question", "dialog .danger");
	await chrome.key("Tab");
	await chrome.key("Enter");
	await chrome.until("the end", () => /ended/.test(
		document.querySelector(".states")?.innerText));
	must("hang up by the keyboard", true);
	must("its ladder is still there", await chrome.run(() =>
		document.querySelectorAll(".rung").length) > 6);
	/* it would ask every two seconds */
	await new Promise((done) => setTimeout(done, 3000));
	must("nobody asks for a call that is over",
		chrome.faults.length === 0, chrome.faults.join("; "));
}


/* of the call that was hung up, from the history */
async function record() {
	await page("#/history", "History");
	await chrome.until("the call's row", () =>
		document.querySelector("tbody tr:not(.spacer)")?.innerText
			.includes("bob"));
	await chrome.run(() => document.querySelector("tbody a").focus());
	await chrome.key("Enter");
	await waits("its verdict", ".verdict .line");
	await waits("its ladder", ".rung");
	const words = await chrome.run(text, "main");

	must("the record says who ended it, and why it was relayed",
		/this server/.test(words) && /relayed: source/.test(words));
	await chrome.picture(`${folder}/record.png`);
	const csv = await chrome.run(async () =>
		(await fetch("/api/v1/history.csv?search=bob")).text());

	must("the history is saved as CSV", /^id,call_id,/.test(csv) &&
		csv.trim().split("\r\n").length >= 2,
	csv.slice(0, 20));
}


/* the line is cut, and comes back */
async function lost() {
	const net = (offline) => chrome.do(
		"Network.emulateNetworkConditions", { offline, latency: 0,
			downloadThroughput: -1, uploadThroughput: -1 });

	await net(true);
	await chrome.until("that nobody answers", () =>
		!document.getElementById("lost").hidden);
	await net(false);
	await chrome.until("that it is live again", () =>
		document.getElementById("line").innerText === "Live");
	must("a lost line is said, and found again", true);
}


async function walk() {
	await chrome.look(1360, 860, "light");
	await chrome.go(`${base}/`);
	await chrome.until("the line is live", () =>
		document.getElementById("line")?.innerText === "Live");
	await closed();
	await signIn();
	must("nothing red but the refusal", chrome.faults.every((f) =>
		/ 401 /.test(f)), chrome.faults.filter((f) => !/ 401 /.test(f))
		.join("; "));
	chrome.faults.length = 0;
	await tables();
	const call = await callPage();

	await oneWay();
	await looks(call);
	await historyFilters();
	await accounts();
	await unban();
	must("no error and no violation of the policy in the console",
		chrome.faults.length === 0, chrome.faults.join("; "));
	await hangup(call);
	await record();
	await lost();
}


await chrome.open();
try {
	await walk();
} catch (err) {
	await chrome.picture(`${folder}/failed.png`).catch(() => 0);
	console.log(`FAILED: ${err.message}`);
	console.log(chrome.faults.join("\n"));
	process.exitCode = 1;
}
await chrome.close();
