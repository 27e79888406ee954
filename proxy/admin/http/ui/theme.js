/**
 * @file theme.js  Light, dark, or as the system has it
 */

const KEY = "viaduct.theme";
const NEXT = { system: "light", light: "dark", dark: "system" };
const WORDS = { system: "Auto", light: "Light", dark: "Dark" };


function show(button, theme) {
	if (theme === "system")
		delete document.documentElement.dataset.theme;
	else
		document.documentElement.dataset.theme = theme;
	const word = WORDS[theme];

	button.textContent = word;
	/* begins with what is seen: who speaks to a browser says that */
	button.setAttribute("aria-label", `${word}: colours, change them`);
}


/**
 * Make a button change the colours
 *
 * @param {HTMLButtonElement} button Button
 */
export function setUp(button) {
	let theme = localStorage.getItem(KEY) ?? "system";

	if (!(theme in NEXT))
		theme = "system";
	show(button, theme);
	button.addEventListener("click", () => {
		theme = NEXT[theme];
		localStorage.setItem(KEY, theme);
		show(button, theme);
	});
}
