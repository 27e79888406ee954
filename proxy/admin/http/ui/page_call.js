/**
 * @file page_call.js  A call: why it is relayed, how it sounds, who said
 *                    what
 */
import { get, change, part } from "./api.js";
import { el, replace, setText } from "./dom.js";
import { clock, span, moment, percent, number } from "./format.js";
import { badge, card, facts, head, trouble } from "./parts.js";
import { Repeat } from "./repeat.js";
import { Ladder } from "./ladder.js";
import { Plot } from "./plot.js";
import { Watch } from "./watch.js";
import { attempt } from "./notice.js";
import { hangup } from "./page_calls.js";
import { verdict, warnings, leg, title } from "./call_parts.js";

const STATES = { ringing: "info", talking: "ok", hold: "warn" };
const SIDES = [{ name: "caller", class: "s1" },
	{ name: "callee", class: "s2" }];
const PLOTS = [
	["packets", { title: "Packets per second", max: 60 }],
	["loss", { title: "Loss", format: percent, max: 5 }],
	["jitter", { title: "Jitter (ms)", max: 10 }],
	["mos", { title: "MOS", format: (n) => number(n, n % 1 ? 2 : 0),
		max: 5, steps: 5 }],
];


function ends(call) {
	if (call.state !== "ended")
		return [];
	return [["Ended", clock(call.ended)], ["Ended by", { a: "the caller",
		b: "the callee", us: "this server" }[call.ended_by]],
	["Why", call.why], ["Status", call.status], ["Cause", call.cause]];
}


function about(call) {
	return card("Call", facts([["Dialled", call.uri],
		["Sent to", call.sent_to], ["Diverted by", call.diverted],
		["Started", clock(call.started)],
		["Answered", call.answered ? clock(call.answered) : ""],
		...ends(call), ["Recording", call.recording],
		["Call-ID", el("code", null, call.call_id)],
		["Number", el("code", null, call.id)]]));
}


function timeOf(call) {
	if (call.state === "ended")
		return span(call.talked_ms);
	return span(Date.now() - moment(call.answered || call.started));
}

/** What is shown of one call */
class CallPage {
	#id;
	#call = null;
	#watch = new Watch();
	#ladder = new Ladder();
	#plots = PLOTS.map(([name, o]) => [name, new Plot({ ...o,
		lines: SIDES })]);
	#state = el("span", { class: "states" });
	#time = el("span", { class: "time" });
	#buttons = el("div", { class: "buttons" });
	#top = el("div");
	#warnings = el("div", { "aria-live": "polite" });
	#legs = el("div", { class: "two" });
	#about = el("div");
	#ladderNote = el("p", { class: "muted" }, "Loading…");
	#body;
	#title = head("Call");
	#events;
	/* who is told that it ends need not ask for what is not there */
	#heard = ({ detail }) => {
		if (detail.event === "ended" && detail.id === this.#id)
			this.#end();
	};

	constructor(ctx) {
		this.#id = ctx.args[0] ?? "";
		this.#events = ctx.events;
		this.#events.addEventListener("call", this.#heard);
		this.#body = el("div", { class: "call" }, this.#warnings,
			this.#top, this.#legs,
			card("While you watch", el("div", { class: "plots" },
				this.#plots.map(([, p]) => p.element))),
			card("Ladder", this.#ladderNote,
				this.#ladder.element), this.#about);
		this.element = el("div", null, this.#title, el("div",
			{ class: "call-bar" }, this.#state, this.#time,
			this.#buttons), this.#body);
		this.repeat = new Repeat(() => this.#ask(), 2000);
	}

	async #ask() {
		if (this.#call?.over) {
			this.repeat.close();
			await this.#askLadder();
			return;
		}
		try {
			const answer = await get(`calls/${part(this.#id)}`);

			this.#show(answer.calls?.[0] ?? answer);
		} catch (err) {
			this.#gone(err);
		}
		await this.#askLadder();
	}

	async #askLadder() {
		const id = this.#call?.call_id;

		try {
			this.#ladder.update(await get(this.#call?.over || !id ?
				`ladders/${part(id ?? this.#id)}` :
				`calls/${part(this.#id)}/ladder`));
			this.#ladderNote.hidden = true;
		} catch (err) {
			this.#ladderNote.hidden = false;
			setText(this.#ladderNote, err.status === 404 ?
				"No message of this call is kept any more." :
				err.status === 501 ? "This server keeps no " +
				"messages." : err.message);
		}
	}

	/* it was here: it is over. Or it was before: the records know it */
	async #gone(err) {
		if (err.status !== 404) {
			if (!this.#call)
				replace(this.#body, trouble(
					"The call cannot be shown", err));
			return;
		}
		if (!this.#call) {
			this.repeat.close();
			replace(this.#body, trouble("This call is not up",
				err), el("p", null, el("a", {
				href: `#/history?search=${part(this.#id)}` },
			"Look for it in the history")));
			return;
		}
		this.#end();
	}

	/* its last messages may be on their way */
	#end() {
		if (!this.#call || this.#call.over)
			return;
		this.#call = { ...this.#call, over: true };
		this.repeat.soon();
		replace(this.#state, badge("ended", ""));
		replace(this.#buttons, el("a", { class: "button",
			href: "#/history?search=" + part(this.#call.call_id) },
		"Its record"));
	}

	#show(call) {
		const first = !this.#call;

		this.#call = call;
		if (first) {
			replace(this.#title.querySelector("h1"), title(call));
			document.title = `${title(call)} · viaduct`;
		}
		replace(this.#state, badge(call.state, STATES[call.state]));
		setText(this.#time, timeOf(call));
		this.#showButtons(call);
		this.#showParts(call);
		this.#watch.note(call, Date.now());
		for (const [name, plot] of this.#plots)
			plot.update(this.#watch.times,
				this.#watch.lines(name));
	}

	#showParts(call) {
		const other = (node, now) => {
			if (!now)
				node.replaceChildren();
			else if (!node.firstChild?.isEqualNode(now))
				replace(node, now);
		};

		other(this.#warnings, warnings(call));
		other(this.#top, verdict(call));
		other(this.#about, about(call));
		replace(this.#legs, leg(call, "a"), leg(call, "b"));
	}

	#showButtons(call) {
		if (this.#buttons.firstChild) {
			setText(this.#buttons.firstChild, call.recording ?
				"Stop recording" : "Record");
			return;
		}
		replace(this.#buttons, el("button", { type: "button",
			onclick: () => this.#record() }, call.recording ?
			"Stop recording" : "Record"),
		el("button", { type: "button", class: "danger",
			onclick: () => hangup(this.#call) }, "Hang up"));
	}

	async #record() {
		const on = !this.#call.recording;

		await attempt(() => change("PUT",
			`calls/${part(this.#id)}/recording`, { on }), on ?
			"The call is recorded." : "Recording has stopped.");
		this.repeat.now();
	}

	close() {
		this.#events.removeEventListener("call", this.#heard);
		this.repeat.close();
	}
}


/** The page */
export const open = (ctx) => new CallPage(ctx);
