/**
 * @file reading.mjs  Can everybody read the page? Runs inside of it
 *
 * Contrast as WCAG 2 computes it (AA), names of controls, landmarks, tables,
 * targets for fingers, nothing that is wider than the window.
 */

/** @return {string[]} What is wrong with the page as it stands */
export function readingFaults() {
	const faults = [];
	const seen = (e) => e.checkVisibility({ checkOpacity: true,
		checkVisibilityCSS: true }) && e.getClientRects().length > 0;
	const rgba = (text) => {
		const n = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];

		return [n[0], n[1], n[2], n[3] ?? 1];
	};
	const over = ([r, g, b, a], under) => [r, g, b].map((n, i) =>
		n * a + under[i] * (1 - a));
	const groundOf = (e) => {
		const layers = [];

		for (let at = e; at; at = at.parentElement)
			layers.push(rgba(getComputedStyle(at)
				.backgroundColor));
		return layers.reverse().reduce((ground, layer) =>
			over(layer, ground), [255, 255, 255]);
	};
	const light = (rgb) => {
		const [r, g, b] = rgb.map((n) => n / 255).map((n) =>
			n <= .04045 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4);

		return .2126 * r + .7152 * g + .0722 * b;
	};
	const contrast = (a, b) => {
		const [x, y] = [light(a), light(b)].sort((p, q) => q - p);

		return (x + .05) / (y + .05);
	};
	const nameOf = (e) => (e.getAttribute("aria-label") ||
		e.textContent || e.getAttribute("title") || "").trim();
	const where = (e) => `${e.tagName.toLowerCase()}.` +
		`${e.getAttribute("class") ?? ""} “${nameOf(e).slice(0, 30)}”`;

	/* what lies behind a dialog is not read */
	const root = document.querySelector("dialog[open]") ?? document.body;
	const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);

	while (texts.nextNode()) {
		const e = texts.currentNode.parentElement;

		if (!texts.currentNode.data.trim() || !seen(e) ||
			e.closest(".hidden, option, script, :disabled"))
			continue;
		const style = getComputedStyle(e);
		const ink = rgba(e.closest("svg") ? style.fill : style.color);
		const ground = groundOf(e);
		const size = parseFloat(style.fontSize);
		const big = size >= 24 || size >= 18.66 &&
			Number(style.fontWeight) >= 700;
		const ratio = contrast(over(ink, ground), ground);

		if (ratio < (big ? 3 : 4.5))
			faults.push(`contrast ${ratio.toFixed(2)}: ` +
				where(e));
	}
	for (const e of root.querySelectorAll("input, select")) {
		if (seen(e) && !e.labels?.length &&
			!e.getAttribute("aria-label"))
			faults.push(`no label: ${where(e)}`);
	}
	for (const e of root.querySelectorAll(
		"button, a, [role=button], summary, svg[tabindex]")) {
		if (seen(e) && !nameOf(e))
			faults.push(`no name: ${where(e)}`);
	}
	for (const e of root.querySelectorAll("button[aria-label]")) {
		if (seen(e) && !nameOf(e).includes(e.innerText.trim()))
			faults.push(`is not called what is seen: ${where(e)}`);
	}
	for (const e of root.querySelectorAll("button, .menu a")) {
		const box = e.getBoundingClientRect();

		if (seen(e) && !e.matches(".link") && (box.height < 24 ||
			box.width < 24))
			faults.push(`small target: ${where(e)}`);
	}
	for (const e of document.querySelectorAll("table")) {
		if (!e.caption || [...e.querySelectorAll("th")].some((th) =>
			th.scope !== "col" || !th.textContent.trim()))
			faults.push(`table without caption or heads`);
	}
	for (const e of document.querySelectorAll("img")) {
		if (!e.hasAttribute("alt"))
			faults.push(`image without alt: ${e.src}`);
	}
	const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);

	if (new Set(ids).size !== ids.length)
		faults.push("two elements have the same id");
	if (document.querySelectorAll("h1").length !== 1)
		faults.push("not one h1");
	if (!document.documentElement.lang ||
		!document.querySelector("main") ||
		!document.querySelector("nav[aria-label]"))
		faults.push("a landmark or the language is missing");
	if (document.documentElement.scrollWidth > innerWidth)
		faults.push(`wider than the window by ${document
			.documentElement.scrollWidth - innerWidth}`);
	return [...new Set(faults)];
}
