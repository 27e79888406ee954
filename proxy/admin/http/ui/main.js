/**
 * @file main.js  Shows the page that the address names, and how the line is
 */
import { el, replace, setText } from "./dom.js";
import { Events } from "./events.js";
import { get, onRefused } from "./api.js";
import { showLogin } from "./login.js";
import { notice } from "./notice.js";
import { token, setToken } from "./session.js";
import { parse } from "./router.js";
import { number } from "./format.js";
import { warningText } from "./verdict.js";
import * as theme from "./theme.js";
import * as overview from "./page_overview.js";
import * as calls from "./page_calls.js";
import * as call from "./page_call.js";
import * as history from "./page_history.js";
import * as record from "./page_record.js";
import * as registrations from "./page_registrations.js";
import * as accounts from "./page_accounts.js";
import * as peers from "./page_peers.js";
import * as bans from "./page_bans.js";
import * as explain from "./page_explain.js";
import * as tests from "./page_tests.js";
import * as system from "./page_system.js";
import * as settings from "./page_settings.js";

/* page, name in the menu; those without stand under another one */
const PAGES = {
	"": [overview, "Overview"], calls: [calls, "Calls"],
	call: [call, null, "calls"], history: [history, "History"],
	record: [record, null, "history"],
	registrations: [registrations, "Registrations"],
	accounts: [accounts, "Accounts"], peers: [peers, "Peers"],
	bans: [bans, "Bans"], explain: [explain, "Explain"],
	tests: [tests, "Test calls"], system: [system, "System"],
	settings: [settings, "Settings"],
};

const LINES = {
	live: ["Live", "ok"], polling: ["Polling", "warn"],
	begins: ["Connecting", ""], off: ["Not connected", "bad"],
	denied: ["Signed out", "warn"],
};

const CLOSED = new Set(["accounts"]); /* these take the token to read, too */

const TOLD_MS = 10000;

const TAKES_TOKEN = "This takes the token.";

const byId = (id) => document.getElementById(id);
const main = byId("main");
const events = new Events();
const counts = {};
const told = {}; /* when, by kind */
let page = null;
let entered = false;
let open = false; /* much can be read without a token */


function showMenu(name) {
	const under = PAGES[name]?.[2] ?? name;

	for (const a of byId("menu").querySelectorAll("a")) {
		if (a.dataset.page === under) {
			a.setAttribute("aria-current", "page");
			a.scrollIntoView({ block: "nearest",
				inline: "nearest" });
		} else {
			a.removeAttribute("aria-current");
		}
	}
}


function makeMenu() {
	replace(byId("menu"), Object.entries(PAGES)
		.filter(([, [, label]]) => label)
		.map(([name, [, label]]) => {
			counts[name] = el("span", { class: "menu-count" });
			return el("li", null, el("a", { href: `#/${name}`,
				"data-page": name }, label, counts[name]));
		}));
}


function showCounts(stats) {
	for (const name of ["calls", "registrations", "bans"]) {
		if (Number.isFinite(stats[name]))
			setText(counts[name], number(stats[name]));
	}
}


function nothingHere(name) {
	return { element: el("div", { class: "trouble" },
		el("h1", { tabindex: -1 }, "Nothing here"),
		el("p", null, `There is no page “${name}”.`),
		el("a", { href: "#/" }, "Overview")), close() {} };
}


/* the place that a page is, without what its filters say */
const placeOf = (hash) => hash.split("?")[0];
let place = "";


function showPage() {
	const { name, args, query } = parse(location.hash);
	const moved = place !== "" && place !== placeOf(location.hash || "#/");

	if (CLOSED.has(name) && !token()) {
		leave(TAKES_TOKEN);
		return;
	}
	place = placeOf(location.hash || "#/");
	page?.close();
	document.title = `${PAGES[name]?.[1] ?? "Call"} · viaduct`;
	showMenu(name);
	page = PAGES[name]?.[0].open({ args, query, events }) ??
		nothingHere(name);
	replace(main, page.element);
	scrollTo(0, 0);
	if (moved)
		main.querySelector("h1")?.focus({ preventScroll: true });
}


function showLine() {
	const [words, state] = LINES[events.state];

	byId("line").className = `line-state ${state}`;
	setText(byId("line"), words);
	byId("lost").hidden = events.state !== "off" || !entered;
}


/* on the server's own host much can be read without a token */
async function isOpen() {
	try {
		await get("status");
	} catch {
		return false;
	}
	return true;
}


function goBack() {
	location.hash = "#/";
	enter();
}


async function leave(why) {
	entered = false;
	setToken("");
	events.stop();
	page?.close();
	page = null;
	byId("sign").hidden = true;
	byId("app").classList.add("closed");
	showLine();
	open = await isOpen();
	showLogin(main, why, enter, open ? goBack : null);
}


function sign() {
	leave(token() ? "" : "Whatever changes something takes the token.");
}


function enter() {
	entered = true;
	byId("app").classList.remove("closed");
	byId("sign").hidden = false;
	setText(byId("sign"), token() ? "Sign out" : "Sign in");
	events.start();
	showPage();
}


/* what the log warns of; of each kind one at a time, whatever happens */
function tell(ev) {
	const { kind, level, ...rest } = ev.detail ?? {};

	if (!kind || Date.now() - (told[kind] ?? 0) < TOLD_MS)
		return;
	told[kind] = Date.now();
	notice(warningText(kind, rest), level === "error" ? "bad" : "warn");
}


/* Back, or an address that is typed, leads out of the sign-in, too */
function moved() {
	if (entered)
		showPage();
	else if (open)
		enter();
}


async function begin() {
	makeMenu();
	theme.setUp(byId("theme"));
	byId("sign").addEventListener("click", sign);
	document.querySelector(".skip").addEventListener("click", (ev) => {
		ev.preventDefault();
		main.focus();
	});
	addEventListener("hashchange", moved);
	events.addEventListener("state", showLine);
	events.addEventListener("stats", (ev) => showCounts(ev.detail ?? {}));
	events.addEventListener("warning", tell);
	onRefused(() => entered && leave(TAKES_TOKEN));
	showLine();
	try {
		showCounts(await get("status"));
		enter();
	} catch (err) {
		if (err.status === 401)
			leave("");
		else
			enter();
	}
}

begin();
