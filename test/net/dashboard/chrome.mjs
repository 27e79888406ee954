/**
 * @file chrome.mjs  A browser without a head, led by its debugging pipe
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const KEYS = {
	Tab: [9, ""], Enter: [13, "\r"], " ": [32, " "], Escape: [27, ""],
	ArrowDown: [40, ""], ArrowUp: [38, ""], ArrowLeft: [37, ""],
	ArrowRight: [39, ""], Home: [36, ""], End: [35, ""],
};

/** A browser with one page */
export class Chrome {
	#child;
	#rest = "";
	#id = 0;
	#waiting = new Map();
	#session;
	#profile = mkdtempSync(join(tmpdir(), "viaduct-chrome-"));
	/** What the page and its policy have complained of */
	faults = [];

	/** Start it */
	async open() {
		this.#child = spawn("chromium", ["--headless=new",
			"--no-sandbox", "--remote-debugging-pipe",
			`--user-data-dir=${this.#profile}`, "--disable-gpu",
			"--disable-dev-shm-usage", "--no-first-run",
			"--disable-background-networking", "--no-proxy-server",
			"--disable-component-update", "--hide-scrollbars",
			"--force-color-profile=srgb", "about:blank"],
		{ stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
			env: { ...process.env, HOME: this.#profile } });
		this.#child.stdio[4].on("data", (d) => this.#take(d));
		const { targetInfos } = await this.#send("Target.getTargets");
		const { targetId } = targetInfos.find((t) =>
			t.type === "page");

		this.#session = (await this.#send("Target.attachToTarget",
			{ targetId, flatten: true })).sessionId;
		for (const part of ["Page", "Runtime", "Log", "Audits",
			"Network"])
			await this.do(`${part}.enable`);
	}

	#take(data) {
		const all = (this.#rest + data).split("\0");

		this.#rest = all.pop();
		for (const text of all)
			this.#message(JSON.parse(text));
	}

	#message(m) {
		const waits = this.#waiting.get(m.id);

		if (!waits)
			return this.#note(m.method, m.params);
		this.#waiting.delete(m.id);
		if (m.error)
			waits.fail(new Error(m.error.message));
		else
			waits.done(m.result);
		return undefined;
	}

	/* what a person would find red in the browser's console */
	#note(method, p) {
		if (method === "Runtime.exceptionThrown")
			this.faults.push(p.exceptionDetails.exception
				?.description ?? p.exceptionDetails.text);
		else if (method === "Runtime.consoleAPICalled" &&
			["error", "assert"].includes(p.type))
			this.faults.push(JSON.stringify(p.args));
		else if (method === "Log.entryAdded" &&
			p.entry.level === "error")
			this.faults.push(p.entry.text +
				` ${p.entry.url ?? ""}`);
		else if (method === "Audits.issueAdded" &&
			p.issue.code === "ContentSecurityPolicyIssue")
			this.faults.push(JSON.stringify(p.issue.details));
	}

	#send(method, params = {}, sessionId = undefined) {
		const id = ++this.#id;

		this.#child.stdio[3].write(JSON.stringify({ id, method,
			params, sessionId }) + "\0");
		return new Promise((done, fail) =>
			this.#waiting.set(id, { done, fail }));
	}

	/** Ask the browser for something of its protocol */
	do(method, params) {
		return this.#send(method, params, this.#session);
	}

	/** Run a function in the page */
	async run(work, ...args) {
		const r = await this.do("Runtime.evaluate", {
			expression: `(${work})(${args.map((a) =>
				JSON.stringify(a)).join(",")})`,
			awaitPromise: true, returnByValue: true });

		if (r.exceptionDetails)
			throw new Error(r.exceptionDetails.exception
				?.description ?? r.exceptionDetails.text);
		return r.result.value;
	}

	/** Wait until a function of the page says yes, for 15 s at most */
	async until(what, work, ...args) {
		for (let i = 0; i < 150; i++) {
			const value = await this.run(work, ...args)
				.catch(() => false);

			if (value)
				return value;
			await new Promise((done) => setTimeout(done, 100));
		}
		throw new Error(`not seen: ${what}`);
	}

	/** Open an address */
	async go(url) {
		await this.do("Page.navigate", { url });
	}

	/** Press a key, by its name */
	async key(name) {
		const [code, text] = KEYS[name] ?? [0, name];
		const key = { key: name, code: name === " " ? "Space" : name,
			windowsVirtualKeyCode: code };

		await this.do("Input.dispatchKeyEvent", { ...key,
			type: text ? "keyDown" : "rawKeyDown", text });
		await this.do("Input.dispatchKeyEvent",
			{ ...key, type: "keyUp" });
	}

	/** Type a text where the focus is */
	type(text) {
		return this.do("Input.insertText", { text });
	}

	/** A window of that size, light or dark */
	async look(width, height, scheme) {
		await this.do("Emulation.setDeviceMetricsOverride", { width,
			height, deviceScaleFactor: 1, mobile: width < 600 });
		await this.do("Emulation.setEmulatedMedia", { features: [
			{ name: "prefers-color-scheme", value: scheme },
			{ name: "prefers-reduced-motion",
				value: "reduce" }] });
	}

	/** Write what is seen into a PNG file */
	async picture(file) {
		const { data } = await this.do("Page.captureScreenshot",
			{ format: "png" });

		writeFileSync(file, Buffer.from(data, "base64"));
	}

	/** End it */
	async close() {
		await this.#send("Browser.close").catch(() => 0);
		await new Promise((done) => this.#child.once("exit", done));
		rmSync(this.#profile, { recursive: true, force: true,
			maxRetries: 5 });
	}
}
